/** `berth logs`: what the services wrote, in the order of its time, and what they write next. */
import { BerthError } from "../../errors";
import type { StackIdentity } from "../../ports";
import { definedOnly } from "../../defined";
import { logGroupName } from "../../model/naming";
import { didYouMean } from "../../nearest";
import { sharedOptions } from "../../command-line/options";
import type { CommandDefinition, Given } from "../core/command";
import { interruptible } from "../core/interruptible";
import type { Launcher } from "../core/launcher";
import { servicesOf } from "../core/services";
import { stackAndProject } from "../core/stack";
import { followLogs } from "../logs/follow";
import { LinePrinter } from "../logs/lines";
import { readLogs } from "../logs/read";
import type { LogSelection, LogSource, ReadDeps } from "../logs/selection";
import { parseTime } from "../logs/time";

/** Lines of each service that are shown where nothing says how many, or since when. */
const usualTail = 100;

async function showLogs(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, clock } = launcher;
  const selection = rangeOf(given, clock.now());
  const { stack, loaded } = await stackAndProject(launcher);
  const names = loaded?.project.services.flatMap(({ kind, name }) => (kind === "container" ? [name] : []));
  const running = await launcher.aws.use((sdk, clients) =>
    servicesOf(stack, new sdk.EcsClusterReader(clients)),
  );
  refuseUnknown(given.words, names);
  const printer = new LinePrinter(
    [...(given.words.length > 0 ? given.words : (names ?? running.map(({ service }) => service)))],
    {
      timestamps: given.has("timestamps"),
      prefix: given.has("logPrefix"),
      paint: (style, text) => (given.has("color") ? terminal.paint(style, text) : text),
    },
  );
  const sources = sourcesOf(given, stack);
  return interruptible(launcher, async (signal) => {
    await show({ ...selection, sources }, { ...launcher, signal }, given, printer);
    return 0;
  });
}

async function show(
  selection: LogSelection,
  launcher: Launcher,
  given: Given,
  printer: LinePrinter,
): Promise<void> {
  const { terminal, clock, signal, aws } = launcher;
  const started = clock.now();
  const deps: ReadDeps = {
    ...(await aws.use((sdk, clients) => ({
      logs: new sdk.CloudWatchLogReader(clients, signal),
      transient: sdk.isTransient,
    }))),
    clock,
    signal,
    print: (event) => {
      terminal.out(printer.text(event));
    },
    note: (message) => {
      terminal.err(`note: ${message}\n`);
    },
  };
  const followed = await readLogs(selection, deps);
  if (!given.has("follow")) return;
  if (selection.tail !== undefined) {
    for (const one of followed) await one.passOver(deps, selection.tail === 0 ? started : undefined);
  }
  await followLogs(followed, deps, definedOnly({ until: selection.until }));
}

/** @throws BerthError (usage) with every option that makes no sense */
function rangeOf(given: Given, now: number): Omit<LogSelection, "sources"> {
  const time = (option: "since" | "until"): number | undefined => {
    const text = given.text(option);
    return text === undefined ? undefined : parseTime(`--${option}`, text, now);
  };
  const since = time("since");
  const until = time("until");
  if (since !== undefined && until !== undefined && since >= until) {
    throw new BerthError("usage", {
      path: "--until",
      message: `${given.text("until") ?? ""} is not after --since ${given.text("since") ?? ""}`,
      hint: "give an earlier --since, or a later --until",
    });
  }
  const filter = given.text("filter");
  return definedOnly({
    since,
    until,
    filter,
    tail: tailOf(given, since !== undefined || filter !== undefined),
  });
}

function tailOf(given: Given, narrowed: boolean): number | undefined {
  const text = given.text("tail");
  if (text === undefined) return narrowed ? undefined : usualTail;
  if (text === "all") return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new BerthError("usage", {
    path: "--tail",
    message: `${JSON.stringify(text)} is no number of lines`,
    hint: "a number, or all",
  });
}

function sourcesOf(given: Given, { project, stack }: StackIdentity): readonly LogSource[] {
  const services = {
    logGroupName: logGroupName(project, stack, "logs"),
    ...(given.words.length === 0 ? {} : { services: given.words }),
  };
  return given.has("builds")
    ? [services, { logGroupName: logGroupName(project, stack, "builds") }]
    : [services];
}

/** @param names - the services of the compose file, where there is one */
function refuseUnknown(wanted: readonly string[], names: readonly string[] | undefined): void {
  if (names === undefined) return;
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new BerthError(
    "usage",
    unknown.map((path) => ({
      path,
      message: "the project has no container of that name",
      hint: didYouMean(path, names, `it has ${names.join(", ")}`),
    })),
  );
}

export const logs: CommandDefinition = {
  name: "logs",
  summary: "Show the services' logs, one-off tasks included",
  examples: [
    "berth logs --follow",
    "berth logs web --since 10m",
    'berth logs --filter "?ERROR ?WARN" --tail 50',
  ],
  takes: ["stack"],
  arguments: [{ form: "[SERVICE...]", description: "only these services" }],
  options: [
    { flags: "-f, --follow", description: "show new lines as they come, until Ctrl-C" },
    {
      flags: "-n, --tail <LINES>",
      description: `this many lines of each service, from the end, or all (${usualTail}; all with --since or --filter)`,
    },
    { flags: "--since <TIME>", description: "from then on: 10m, 1h30m, 2d ago, or 2026-11-25T14:00:00Z" },
    { flags: "--until <TIME>", description: "up to then" },
    { flags: "--filter <PATTERN>", description: "only lines that match CloudWatch's filter pattern" },
    { flags: "-t, --timestamps", description: "show when each line was written" },
    { flags: "--builds", description: "the image builds' logs too" },
    { flags: "--no-color", description: "no colours" },
    { flags: "--no-log-prefix", description: "no service and task before the lines" },
    "projectName",
    // -f is --follow here, as Compose has it.
    { ...sharedOptions.file, flags: "--file <FILE>" },
    "profile",
    "envFile",
  ],
  run: showLogs,
};
