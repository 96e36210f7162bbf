/** Progress in full: one line for each resource, and the same as NDJSON for `BERTH_EVENTS`. */
import type {
  BuildProgress,
  Clock,
  EngineEvent,
  OneOffProgress,
  Outline,
  ServiceProgress,
} from "../../ports";

/** A resource that stays as it is is not worth a line. */
const ended: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  read: "read",
};

/** Longer than this, a resource's beginning is worth a line of its own: seconds. */
const slowSeconds = 5;

/** The line of an event, `undefined` where there is nothing to say. What a preview plans is reported as what would be done. */
export function progressLine(event: EngineEvent): string | undefined {
  if (event.kind === "diagnostic") {
    return event.severity === "info" ? undefined : `  ${event.severity}: ${event.message}`;
  }
  const name = `${shortType(event.type)} ${event.name}`;
  if (event.status === "failed") return `  failed    ${name}`;
  const done = event.status === "done" ? ended[event.op] : undefined;
  if (done === undefined) return undefined;
  const planned = event.planned === true && event.op !== "read";
  const words = planned ? event.op : done;
  const took =
    planned || event.seconds === undefined || event.seconds < slowSeconds
      ? ""
      : ` (${event.seconds.toFixed(0)} s)`;
  return `  ${words.padEnd(9)} ${name}${took}`;
}

/** `aws:ec2/vpc:Vpc` is read as `ec2 Vpc`. */
export function shortType(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  return pkg === "aws" ? `${module.split("/")[0] ?? module} ${name}` : type;
}

const buildWords: Readonly<Record<BuildProgress["status"], string>> = {
  cached: "cached",
  testing: "testing",
  started: "building",
  step: "building",
  again: "again",
  succeeded: "built",
  failed: "failed",
  cancelled: "stopped",
};

/** Letters of an instruction that a line of progress shows. */
const instructionLength = 80;

/** The line of an image. */
export function buildLine(progress: BuildProgress): string {
  const { service, platform, status, seconds, message, step, steps } = progress;
  const begins = status === "started" || status === "testing";
  const took = begins || seconds < slowSeconds ? "" : ` (${seconds.toFixed(0)} s)`;
  const why = message === undefined ? "" : `: ${message}`;
  const at = step === undefined ? "" : ` ${stepWords(step)}`;
  const all = steps === undefined ? "" : `, ${steps.cached} of ${steps.total} steps from the cache`;
  return `  ${buildWords[status].padEnd(9)} image of ${service} for ${platform}${at}${took}${all}${why}`;
}

/** `[3/9] RUN npm ci`; the total only where the Dockerfile shows it. */
export function stepWords({
  number,
  total,
  instruction,
  cached,
}: NonNullable<BuildProgress["step"]>): string {
  const shown =
    instruction.length > instructionLength ? `${instruction.slice(0, instructionLength - 1)}…` : instruction;
  return `[${number}${total === undefined ? "" : `/${total}`}] ${shown}${cached ? " (cached)" : ""}`;
}

const oneOffWords: Readonly<Record<OneOffProgress["status"], string>> = {
  started: "running",
  again: "again",
  succeeded: "ran",
  failed: "failed",
  cancelled: "stopped",
};

/** The line of a one-off task. */
export function oneOffLine({ service, status, seconds, message }: OneOffProgress): string {
  const took = seconds < slowSeconds ? "" : ` (${seconds.toFixed(0)} s)`;
  const why = message === undefined ? "" : `: ${message}`;
  return `  ${oneOffWords[status].padEnd(9)} one-off task ${service}${took}${why}`;
}

const serviceWords: Readonly<Record<ServiceProgress["status"], string>> = {
  waiting: "waiting",
  shifting: "moves",
  stopped: "stopped",
  restarted: "again",
  moved: "moved",
  steady: "steady",
  failed: "failed",
  cancelled: "left",
};

/** The line of a service; one that was steady at the first look is not worth a line. */
export function serviceLine(progress: ServiceProgress): string | undefined {
  const { service, status, running, desired, seconds, message } = progress;
  if (status === "waiting" || (status === "steady" && seconds < slowSeconds)) return undefined;
  const what = status === "stopped" ? `a task of ${service}` : `service ${service}`;
  const took = seconds < slowSeconds ? "" : ` (${seconds.toFixed(0)} s)`;
  const tasks = status === "steady" ? `, ${running} of ${desired} running` : "";
  const why = message === undefined ? "" : `: ${message}`;
  return `  ${serviceWords[status].padEnd(9)} ${what}${tasks}${took}${why}`;
}

/** What the event stream carries. */
export type StreamEvent =
  | EngineEvent
  | ({ readonly kind: "outline" } & Outline)
  | ({ readonly kind: "build" } & BuildProgress)
  | ({ readonly kind: "one-off" } & OneOffProgress)
  | ({ readonly kind: "service" } & ServiceProgress)
  | { readonly kind: "note"; readonly message: string }
  /** The run's progress is over; what comes then is its result. */
  | { readonly kind: "end" };

/** One NDJSON line of an event: the time in ISO 8601, then the event's own fields. */
export function eventLine(event: StreamEvent, clock: Pick<Clock, "now">): string {
  return `${JSON.stringify({ time: new Date(clock.now()).toISOString(), ...event })}\n`;
}

/** The line of any event, in AWS's words; `undefined` where there is nothing to say. */
export function verboseLine(event: StreamEvent): string | undefined {
  switch (event.kind) {
    case "note":
      return event.message;
    case "build":
      return buildLine(event);
    case "one-off":
      return oneOffLine(event);
    case "service":
      return serviceLine(event);
    case "outline":
    case "end":
      return undefined;
    default:
      return progressLine(event);
  }
}
