/** A change of a stack that runs, without an engine: under the stack's lease, followed to its end, and written down. */
import { BerthError, endedError, exitCodeOf, messageOf } from "../../errors";
import { problemOfFailure } from "../../rollout/failure";
import type { RunningService, StackControl, StackIdentity } from "../../ports";
import { definedOnly } from "../../defined";
import { logGroupName } from "../../model/naming";
import type { Deps } from "../deps";
import { beginRun, endRun, type BegunRun, type RunEnd } from "../stack/runs";
import { readJournal, writeJournal, type Journal } from "./journal";

/** What a command on a running stack needs from outside. */
export type RunningDeps = Pick<
  Deps,
  | "control"
  | "siteStore"
  | "leases"
  | "records"
  | "origin"
  | "serviceWatch"
  | "clock"
  | "signal"
  | "ending"
  | "progress"
>;

/** How a command is carried out. */
export interface Manner {
  /** Whether nobody waits for the services to become steady. */
  readonly detach: boolean;
}

/** What a command has while it works. */
export interface LockedStack {
  readonly stack: StackIdentity;
  readonly control: StackControl;
  readonly deps: RunningDeps;
  /** ISO 8601. */
  readonly at: string;
  /** As it was when the stack was taken. */
  readonly journal: Journal;
  /** Keeps the journal, before what it records is done: a command that is killed leaves no surprise. */
  readonly keep: (journal: Journal) => Promise<void>;
}

/** What a command has done. */
export interface Done {
  /** A line each: `web: 1 → 3 tasks`; none where there was nothing to do. */
  readonly what: readonly string[];
}

/**
 * Takes the stack's lease, does the work, and has both in the stack's history. What runs that were killed have left stays
 * for the next engine run to settle: this changes no state.
 *
 * @param command - what the lease and the history call it: `scale`
 * @param work - throws where it refuses or fails
 * @throws BerthError (locked) where a run has locked the stack, else whatever the work throws
 */
export async function intervene(
  stack: StackIdentity,
  command: string,
  deps: RunningDeps,
  work: (locked: LockedStack) => Promise<Done>,
): Promise<Done> {
  const records = await deps.records();
  const control = await deps.control();
  const lease = await (
    await deps.leases()
  ).take(stack, command, (why) => {
    deps.ending.end(new BerthError("cancelled", `The command was ended: ${why}`, { signal: "SIGTERM" }));
  });
  try {
    const run = new RecordedRun(stack, command, deps);
    const journal = await readJournal(records, stack);
    const keep = async (changed: Journal): Promise<void> => {
      await run.begin();
      await writeJournal(records, stack, changed);
    };
    const at = new Date(deps.clock.now()).toISOString();
    return await run.through(() => work({ stack, control, deps, at, journal, keep }));
  } finally {
    await lease.free().catch((error: unknown) => {
      deps.progress.note(`warning: the lease could not be freed: ${messageOf(error)}`);
    });
  }
}

/** The history's record of a command: from its first change to its end. What was refused has changed nothing. */
class RecordedRun {
  #begun: BegunRun | undefined;

  constructor(
    private readonly stack: StackIdentity,
    private readonly command: string,
    private readonly deps: RunningDeps,
  ) {}

  async begin(): Promise<void> {
    if (this.#begun !== undefined) return;
    this.#begun = { ...(await this.deps.origin()), command: this.command };
    await beginRun(await this.deps.records(), this.stack, this.#begun);
  }

  async through(work: () => Promise<Done>): Promise<Done> {
    const { signal } = this.deps;
    try {
      const done = await work();
      await this.#end({ outcome: "succeeded", exitCode: 0, what: [...done.what] });
      return done;
    } catch (thrown) {
      const error = signal.aborted ? endedError(signal, thrown) : thrown;
      const [firstLine = ""] = messageOf(error).split("\n");
      const outcome = signal.aborted ? "cancelled" : "failed";
      await this.#end({ outcome, exitCode: exitCodeOf(error), error: firstLine });
      throw error;
    }
  }

  async #end(end: Omit<RunEnd, "ended">): Promise<void> {
    if (this.#begun === undefined) return;
    const ended = new Date(this.deps.clock.now()).toISOString();
    await endRun(await this.deps.records(), this.stack, this.#begun, { ...end, ended });
  }
}

/**
 * Follows services to the end of their deployments, as `up` does.
 *
 * @throws BerthError (deployment) with every service that did not become steady, (cancelled) after a signal
 */
export async function follow(
  services: readonly { readonly service: RunningService; readonly taskDefinitionArn: string }[],
  {
    stack,
    control,
    deps,
  }: Pick<LockedStack, "stack" | "control"> & { readonly deps: Pick<Deps, "serviceWatch" | "signal"> },
): Promise<void> {
  const watch = await deps.serviceWatch();
  const keys = await Promise.all(
    services.map(async ({ service, taskDefinitionArn }) => {
      // It decides how a failure is reported: a deployment is followed without it too.
      const revision = await control.revision(service.service, taskDefinitionArn).catch(() => undefined);
      const healthCommand = revision?.healthCommand;
      return watch.follow({
        service: service.service,
        clusterArn: service.clusterArn,
        serviceName: service.name,
        taskDefinitionArn,
        logGroupName: logGroupName(stack.project, stack.stack, "logs"),
        checked: service.balanced || healthCommand !== undefined,
        spot: service.spot,
        ...definedOnly({ healthCommand, shift: service.shift }),
      });
    }),
  );
  let stopped: Promise<void> | undefined;
  const stop = (): void => {
    stopped = watch.stop();
  };
  deps.signal.addEventListener("abort", stop, { once: true });
  // A signal that came before all of them were followed: only what is followed is rolled back.
  if (deps.signal.aborted) stop();
  try {
    await Promise.allSettled(keys.map((key) => watch.steady(key)));
  } finally {
    deps.signal.removeEventListener("abort", stop);
    // What ECS moves is on its way back before the command ends.
    await stopped;
  }
  const failures = watch.failures();
  if (failures.length > 0) throw new BerthError("deployment", failures.map(problemOfFailure));
  if (deps.signal.aborted) throw new BerthError("cancelled", endOf(services.map(({ service }) => service)));
}

/** What happens to deployments that nobody follows any more. */
function endOf(services: readonly RunningService[]): string {
  const moved = services.filter(({ shift }) => shift !== undefined).map(({ service }) => service);
  const others = moved.length < services.length ? "ECS goes on by itself" : "";
  const back = moved.length > 0 ? `the requests of ${moved.join(", ")} go back to the old tasks` : "";
  return `${[others, back].filter((words) => words !== "").join(", and ")}: berth ps shows how far it is`;
}
