/** Parameters of a managed store: those of its `parameters`, and those that its command sets. */
import { hasSecret } from "../compose/secret-marker";
import type { StoreKind } from "../model/project";
import { nearest } from "../nearest";
import { stores } from "../stores";
import { decided, parameters, spelling, valueFor } from "../stores/parameters";
import { isRecord, type Node } from "./node";

/** Programs that only start the server, and may come first in a command. */
const programs = ["postgres", "docker-entrypoint.sh", "mysqld", "mariadbd", "redis-server", "valkey-server"];

interface Option {
  readonly name: string;
  readonly value: string;
}

/**
 * The options of a server's command: `-c name=value`, `--name=value`, `--name value`.
 *
 * @returns `undefined` where a word is no option
 */
export function commandOptions(words: readonly string[]): readonly Option[] | undefined {
  const [first = ""] = words;
  const rest = programs.includes(first) ? words.slice(1) : words;
  const options: Option[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    const text = word === "-c" ? `--${rest[++at] ?? ""}` : word.replace(/^-c(?=\S+=)/, "--");
    const [, name, value] = /^--([\w.-]+)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === undefined) return undefined;
    const values: string[] = [];
    while (value === undefined && at + 1 < rest.length && !/^-[-c]/.test(rest[at + 1] ?? ""))
      values.push(rest[++at] ?? "");
    options.push({ name, value: value ?? values.join(" ") });
  }
  return options;
}

/** The parameters of a store, by AWS's names; `undefined` where the file sets none. */
export function readParameters(
  service: Node,
  options: Node,
  kind: StoreKind,
): Readonly<Record<string, string>> | undefined {
  const found = { ...readCommand(service.get("command"), kind), ...readOwn(options.get("parameters"), kind) };
  return Object.keys(found).length === 0 ? undefined : found;
}

function readCommand(command: Node, kind: StoreKind): Record<string, string> {
  const words = command.items().map((word) => word.rawText() ?? "");
  const options = commandOptions(words);
  const found: Record<string, string> = {};
  let dropped = false;
  for (const { name, value } of options ?? []) {
    const known = nameOf(name, kind);
    if (decided[kind].includes(known)) {
      dropped = true;
    } else if (Object.hasOwn(parameters[kind], known)) {
      const written = valueOf(command, kind, { name: known, value });
      if (written !== undefined) found[known] = written;
    } else {
      refuseCommand(command, kind, name);
      return found;
    }
  }
  if (options === undefined) refuseCommand(command, kind, words.find((word) => !word.startsWith("-")) ?? "");
  else if (dropped) command.warn("AWS keeps the data and the log of a managed service by rules of its own");
  return found;
}

function refuseCommand(command: Node, kind: StoreKind, name: string): void {
  command.refuse(
    `a managed service accepts no options of the server but its parameters, and Berth knows no ${JSON.stringify(name)} among them`,
    `write it under ${stores[kind].keys[0]}: {parameters: …} if AWS has it, remove the command, or the x- key to run the service as a container`,
  );
}

function readOwn(node: Node, kind: StoreKind): Record<string, string> {
  if (!node.present) return {};
  if (!isRecord(node.value)) {
    node.problem("not a map of parameters", "parameters: { max_connections: 200 }");
    return {};
  }
  const found: Record<string, string> = {};
  for (const [key, value] of node.entries()) {
    const text = value.text();
    if (text === undefined) continue;
    const name = nameOf(key, kind);
    if (decided[kind].includes(name)) {
      value.problem(`AWS decides ${name} of a managed store`, "remove it");
      continue;
    }
    if (!Object.hasOwn(parameters[kind], name)) {
      const near = nearest(name, Object.keys(parameters[kind]));
      value.warn(
        `Berth doesn't know this parameter${near === undefined ? "" : ` (did you mean ${near}?)`}: AWS decides whether there is one, and it counts from the next restart on`,
      );
    }
    const written = valueOf(value, kind, { name, value: text });
    if (written !== undefined) found[name] = written;
  }
  return found;
}

function nameOf(name: string, kind: StoreKind): string {
  return name.toLowerCase().replaceAll("-", spelling[kind].between);
}

function valueOf(node: Node, kind: StoreKind, { name, value }: Option): string | undefined {
  if (hasSecret(value)) {
    node.problem(`${name} can't be a secret`, "write its value, or set the variable in .env");
    return undefined;
  }
  const parameter = parameters[kind][name] ?? {};
  const written = valueFor(parameter, value);
  if (written === undefined)
    node.problem(`${JSON.stringify(value)} is no value of ${name}`, "a number, with a unit such as MB or s");
  return written === "" ? spelling[kind].bare : written;
}
