/** How the failure of a service is reported: what happened, ECS's own words, and what to do. Pure. */
import { lastOfArn } from "../model/naming";
import type {
  ServiceFailure,
  ServiceFailureCause,
  ServiceRequest,
  ServiceState,
  StoppedTask,
} from "../ports";
import type { Problem } from "../errors";
import { definedOnly } from "../defined";
import { cacheRefusalHint, ecrRefusalHint } from "../model/registry-login";
import { fillerName } from "../model/volumes";
import { culprit, reasonOfStop, type Verdict } from "./verdict";

/** What is known of a service when it has failed. */
export interface FailureFacts {
  readonly verdict: Extract<Verdict, { readonly kind: "failed" }>;
  readonly stops: readonly StoppedTask[];
  /** Whether it was moved from Spot to on-demand capacity before. */
  readonly moved: boolean;
  /** What the load balancer said last. */
  readonly health?: string;
  readonly log: readonly string[];
  /** The last look at the service. */
  readonly state?: ServiceState;
  /** Where a deployment that moves requests was before it went back. */
  readonly stage?: string;
}

/** The failure as it is reported in the Result, in the event stream and on stderr. */
export function failureOf(request: ServiceRequest, facts: FailureFacts): ServiceFailure {
  const { verdict, stops, log, moved } = facts;
  const last = stops.at(-1);
  const stopped = last === undefined ? undefined : culprit(last);
  const filler = stopped?.name === fillerName(request.service) && !imageOrMemory.has(verdict.cause);
  return {
    service: request.service,
    cause: verdict.cause,
    message: sentence(verdict, {
      program: filler ? `the container ${stopped.name}, which fills its volumes,` : "the program",
      stops: stops.length,
      moved,
      ...definedOnly({ exitCode: stopped?.exitCode }),
    }),
    taskDefinition: lastOfArn(request.taskDefinitionArn),
    ...definedOnly({
      hint: filler ? fillerHint(request) : hintOf(request, facts, stopped?.exitCode),
      event: inSentence.has(verdict.cause) ? undefined : verdict.words,
      stoppedReason: last === undefined ? undefined : reasonOfStop(last),
      exitCode: stopped?.exitCode,
      health: healthOf(request, facts),
      addresses: addressesOf(request, facts),
      stage: facts.stage,
    }),
    log,
    logGroupName: request.logGroupName,
  };
}

/** The rules lead to what is new when it is healthy, so each address leads to what ran before, or to nothing. */
function addressesOf(request: ServiceRequest, { verdict, state }: FailureFacts): ServiceFailure["addresses"] {
  const urls = request.urls?.() ?? [];
  if (urls.length === 0) return undefined;
  const before = state?.deployments.find(
    ({ status, rollout, running }) => status === "ACTIVE" && rollout === "COMPLETED" && running > 0,
  );
  const leadsTo =
    verdict.ended === undefined ? before && lastOfArn(before.taskDefinitionArn) : verdict.ended.instead;
  return urls.map((url) => ({ url, ...definedOnly({ leadsTo }) }));
}

/** The failure as a problem of the run: the sentence, and below it what is known. */
export function problemOfFailure(failure: ServiceFailure): Problem {
  const { service, message, event, stoppedReason, exitCode, health, log, logGroupName } = failure;
  const { addresses = [] } = failure;
  const lines = [
    message,
    ...(event === undefined ? [] : [`  ECS says: ${event}`]),
    ...(stoppedReason === undefined ? [] : [`  stopped reason: ${stoppedReason}`]),
    ...(exitCode === undefined ? [] : [`  exit code: ${exitCode}`]),
    ...(health === undefined ? [] : [`  health check: ${health}`]),
    ...addresses.map(
      ({ url, leadsTo }) =>
        `  ${url} ${leadsTo === undefined ? "has no task that answers" : `leads to ${leadsTo}`}`,
    ),
    ...(log.length === 0 ? [] : ["  last lines of the log:", ...log.map((line) => `    ${line}`)]),
  ];
  const whole = `the whole log is in the log group ${logGroupName}, under ${service}/`;
  const hints = [failure.hint, exitCode === undefined ? undefined : whole].filter(
    (hint) => hint !== undefined,
  );
  return {
    path: `services.${service}`,
    message: lines.join("\n"),
    ...(hints.length === 0 ? {} : { hint: hints.join("; ") }),
  };
}

/** Causes whose sentence has the words in it. */
const inSentence: ReadonlySet<ServiceFailureCause> = new Set(["unseen", "time limit", "test"]);

function sentence(
  { cause, ended, words }: FailureFacts["verdict"],
  {
    program,
    stops,
    exitCode,
    moved,
  }: {
    readonly program: string;
    readonly stops: number;
    readonly exitCode?: number;
    readonly moved: boolean;
  },
): string {
  const what: Readonly<Record<ServiceFailureCause, string>> = {
    "crash loop": `${program} ended with exit code ${exitCode ?? "unknown"}`,
    "out of memory": "the task ran out of memory",
    image: "the image can't be pulled, so that no task starts",
    secret: "a secret can't be read, so that no task starts",
    start: program === "the program" ? "no task starts" : `${program} does not start`,
    "container health": "the health check of the container fails",
    "target health": "the health check of the load balancer fails",
    capacity: `AWS has no capacity for the task${moved ? ", neither on Spot nor on demand" : ""}`,
    "rolled back": "the deployment did not come to an end",
    alarm: "an alarm went off",
    test: `its test failed: ${words ?? "no answer"}`,
    gone: "ECS no longer has the service",
    unseen: `its state can't be read: ${words ?? "no answer"}`,
    "time limit": `it did not become steady: ${words ?? "it took too long"}`,
  };
  const count = stops === 0 ? "" : stops === 1 ? " (1 task so far)" : ` (${stops} tasks so far)`;
  const instead = ended?.instead === undefined ? "" : ` and goes back to ${ended.instead}`;
  return `${what[cause]}${count}${ended === undefined ? "" : `; ECS gives the deployment up${instead}`}`;
}

/** ECS keeps no output of a container's check; of a target, the load balancer says why. */
function healthOf({ healthCommand }: ServiceRequest, { verdict, health }: FailureFacts): string | undefined {
  if (verdict.cause === "container health" && healthCommand !== undefined) {
    return `UNHEALTHY: ${healthCommand.join(" ")} (ECS keeps no output of a check)`;
  }
  return health;
}

/** Causes of which it says nothing that the container which failed first was the one that fills volumes. */
const imageOrMemory: ReadonlySet<ServiceFailureCause> = new Set([
  "image",
  "out of memory",
  "capacity",
  "secret",
]);

/** An image without a shell or `cp` ends with 127, or can't be started (Docker documentation, exit statuses of `docker run`). */
function fillerHint({ service }: ServiceRequest): string {
  return `it copies what the image has there with the image's own sh and cp; where the image has neither, write volume: {nocopy: true} at the mounts of services.${service}.volumes, which then begin empty`;
}

/** A pull that ECR itself refuses is mended where the repository is. */
function hintOf(
  request: ServiceRequest,
  { verdict, stops }: FailureFacts,
  exitCode: number | undefined,
): string | undefined {
  const last = stops.at(-1);
  const words = `${last === undefined ? "" : reasonOfStop(last)} ${verdict.words ?? ""}`;
  const refusal = verdict.cause === "image" ? (cacheRefusalHint(words) ?? ecrRefusalHint(words)) : undefined;
  return refusal ?? hints[verdict.cause]?.(request, exitCode);
}

type Hint = (request: ServiceRequest, exitCode: number | undefined) => string;

const hints: Partial<Readonly<Record<ServiceFailureCause, Hint>>> = {
  "crash loop": ({ service }, exitCode) =>
    exitCode === 0
      ? `a service has to go on running; write services.${service}.restart: "no" where it is a one-off task`
      : "the log says why the program ended",
  "out of memory": ({ service }) => `give it more memory: services.${service}.deploy.resources.limits.memory`,
  image: ({ service }) =>
    `check services.${service}.image: its name and tag, and that its registry lets ECS in (x-registry-credentials)`,
  secret: () =>
    "berth secret ls shows which one is not set, berth secret set NAME sets it; the next up tries again",
  "container health": ({ service }) =>
    `run the command of services.${service}.healthcheck.test in the image; with >/proc/1/fd/1 2>&1 its output is in the log`,
  "target health": ({ service }) =>
    `the program has to answer on the port of services.${service}.ports, at the path of its healthcheck, within its start_period`,
  capacity: () => "run again in some minutes; where ECS speaks of a limit, Service Quotas raises it",
  test: ({ service }) =>
    `the log says why; the test is services.${service}.x-rollout.test.command, and runs in a task of its own`,
  alarm: () => "look at the alarm's metric; the next up tries again",
  "time limit": ({ service }) =>
    `berth ps ${service} shows what ECS says, berth logs ${service} what the program writes; the next up tries again`,
  "rolled back": () => "the service's events in the console of ECS say more; the next up tries again",
};
