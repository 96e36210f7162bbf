/** Lines of several services under each other: who wrote it, in a colour of its own, and when. */
import type { LogEvent } from "../../ports";
import type { Style } from "../core/launcher";

/** As Docker Compose has them, in its order; without red, which is for errors. */
const colours: readonly Style[] = ["cyan", "yellow", "green", "magenta", "blue"];

/** Characters of a task's id that distinguish the tasks of a service. */
const taskCharacters = 4;

export interface LineOptions {
  readonly timestamps: boolean;
  /** `web/1f3a |` before each line. */
  readonly prefix: boolean;
  readonly paint: (style: Style, text: string) => string;
}

/** Who wrote a line. */
export interface Writer {
  readonly service: string;
  /** Where it is not the service's own: the one that writes its files, say. */
  readonly container?: string;
  readonly task: string;
}

/** Reads `<service>/<container>/<task>`; a stream of another form is its own writer. */
export function writerOf(stream: string): Writer {
  const [service = "", container = "", task = ""] = stream.split("/");
  return { service, task, ...(container === "" || container === service ? {} : { container }) };
}

/** Escape sequences of a terminal (ECMA-48, control sequences) but those of colour, which a program may want. */
const movement = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-ln-~]`, "g");

export class LinePrinter {
  readonly #colours = new Map<string, Style>();
  #width: number;

  /** @param services - those that are known before they write: their colours then stay the same from run to run */
  constructor(
    services: readonly string[],
    private readonly options: LineOptions,
  ) {
    for (const service of [...services].sort()) this.#colourOf(service);
    const longest = Math.max(0, ...services.map((service) => service.length));
    this.#width = longest === 0 ? 0 : longest + 1 + taskCharacters;
  }

  /** One event, which may have several lines; each ends with a newline. */
  text({ time, stream, message }: LogEvent): string {
    const { timestamps, prefix, paint } = this.options;
    const writer = writerOf(stream);
    const label = [writer.container ?? writer.service, writer.task.slice(0, taskCharacters)]
      .filter((part) => part !== "")
      .join("/");
    this.#width = Math.max(this.#width, label.length);
    const head = prefix ? `${paint(this.#colourOf(writer.service), `${label.padEnd(this.#width)} |`)} ` : "";
    const when = timestamps ? `${new Date(time).toISOString()} ` : "";
    return linesOf(message)
      .map((line) => `${head}${when}${line}\n`)
      .join("");
  }

  #colourOf(service: string): Style {
    const known = this.#colours.get(service);
    if (known !== undefined) return known;
    const colour = colours[this.#colours.size % colours.length] ?? "cyan";
    this.#colours.set(service, colour);
    return colour;
  }
}

/** A progress bar overwrites its line with carriage returns: the last text is the line. */
function linesOf(message: string): readonly string[] {
  return message
    .replace(movement, "")
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf("\r") + 1));
}
