/** The use-cases `up` and `preview`. */
import { BerthError, type Problem } from "../errors";
import { standingRoot, standingZones } from "../model/standing";
import { standingBalancing } from "../model/standing-balancing";
import type {
  Engine,
  EngineEvent,
  EngineRun,
  ImageBuildResult,
  ProgramRequest,
  ProjectProgramArgs,
  ResourceStep,
  StackResource,
} from "../ports";
import { definedOnly } from "../defined";
import type { Warning } from "../model/project";
import type { Settings } from "../settings/settings";
import { composeSources } from "./compose-source";
import { CertificateNotices } from "./certificate-notices";
import type { Deps } from "./deps";
import { RunOutline } from "./outline";
import { held } from "./stack/held";
import { refuseOtherRegion } from "./stack/same-region";
import { losingAll, settleLosses } from "./data/losses";
import { prepare, programArgs, type Prepared } from "./prepare";
import { beforeRun, keepAfterRun } from "./running/around-run";
import { recreatedServices, recreating } from "./running/recreate";
import { writeRecord } from "./stack/run-records";
import { problemOfFailure } from "../rollout/failure";
import { orWithoutCloudFront, settleEdge } from "./settle-edge";
import { writeBases } from "./base-images";
import { settleStores } from "./settle-stores";
import { findTargets, refuseDropped } from "./targets";
import { extend, tellTime, timeToLive } from "./stack/time-to-live";
import { onDemandServices, standing, warningsOf } from "./unchanged";

/** What a deployment, or its preview, came to. */
export interface Deployment {
  readonly prepared: Prepared;
  readonly outcome: "succeeded" | "unchanged";
  /** Absent where the unchanged short cut was taken: no engine ran. */
  readonly steps?: readonly ResourceStep[];
  /** What the stack held before. */
  readonly before?: readonly StackResource[];
  /** Resources that stand as they were, where the short cut was taken. */
  readonly sameCount: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly builds: readonly ImageBuildResult[];
  /** The project's, and those of what stands. */
  readonly warnings: readonly Warning[];
}

/**
 * Brings the project up: nothing where the last success was made of the same things, else the engine's `up`.
 *
 * @throws BerthError (build) where an image could not be built, (deployment) where a one-off task failed, else
 *   whatever the engine says
 */
export async function up(settings: Settings, deps: Deps): Promise<Deployment> {
  const prepared = await prepare(settings, deps);
  const unchanged = await standing(prepared, settings, deps);
  if (unchanged !== undefined) return unchanged;
  const records = await deps.records();
  const { deployment, stateVersion } = await held(prepared.identity, "up", deps, async (engine) => {
    const recreation = { ...prepared, names: recreatedServices(settings) };
    const { done, recreated } = await recreating(recreation, deps, () =>
      orWithoutCloudFront(prepared, engine, deps.progress.note, (given) =>
        run(given, settings, deps, engine, "up"),
      ),
    );
    const restricted = settings.targets.length > 0;
    await keepAfterRun(prepared, done.steps ?? [], restricted, deps);
    if (!restricted)
      await writeBases(records, prepared.identity, prepared.bases.before, prepared.bases.after);
    const deployment = recreated.length === 0 ? done : { ...done, outcome: "succeeded" as const };
    return { deployment, stateVersion: await deps.stateVersion(prepared.identity) };
  });
  // Only now: the run after one that is killed before its lease is free must not take the short cut.
  if (stateVersion !== undefined && settings.targets.length === 0 && !waitsForRecords(deployment)) {
    await writeRecord(records, prepared.identity, {
      fingerprint: prepared.fingerprint,
      stateVersion,
      resourceCount: deployment.sameCount,
      outputs: deployment.outputs,
      storeWarnings: [...deployment.prepared.storeWarnings],
    });
  }
  return deployment;
}

/** Certificates that wait for somebody's records: the next run has to look again, whatever has changed. */
function waitsForRecords({ outputs }: Deployment): boolean {
  const pending = outputs["pendingDomains"];
  return Array.isArray(pending) && pending.length > 0;
}

/** Shows what `up` would do. The short cut is not taken: a preview's answer is its list of resources. */
export async function preview(settings: Settings, deps: Deps): Promise<Deployment> {
  const prepared = await prepare(settings, deps);
  return run(prepared, settings, deps, await deps.engine(), "preview");
}

async function run(
  given: Prepared,
  settings: Settings,
  deps: Deps,
  engine: Engine,
  operation: "up" | "preview",
): Promise<Deployment> {
  const stood = await engine.resources(given.identity);
  refuseOtherRegion(given.identity, stood, given.region);
  const holders = await engine.dataHolders(given.identity);
  const before = await engine.outputs(given.identity);
  const prepared = settleEdge(
    await settleStores(given, holders, new Date(deps.clock.now())),
    settings.domain,
    before,
  );
  deps.learned.warnings = prepared.warnings;
  const since = await beforeRun(prepared.identity, prepared.project, operation, deps);
  const living = await timeToLive(settings, deps, before);
  const root = standingRoot(before);
  const planned = {
    ...(await programArgs(prepared, settings, deps, living)),
    ...definedOnly({ root, standingZones: standingZones(before) }),
    scaled: since.scaled,
    balancing: standingBalancing(stood),
  };
  const shared = {
    ...prepared.identity,
    signal: deps.signal,
    hasten: deps.ending.hasten,
    sourceOf: composeSources(prepared.project, prepared.locate, settings.domain !== undefined),
  };
  const found = await findTargets(settings.targets, prepared.project, async () => {
    const all = losingAll(holders);
    const program = await deps.program({ ...planned, ...all.args });
    const { refresh } = settings;
    return engine.preview({ ...shared, ...all.request, program, refresh, onEvent: () => undefined });
  });
  const targets = found.urns;
  const losses = settleLosses(prepared, settings, holders, targets);
  refuseDropped(found);
  for (const note of losses.notes) deps.progress.note(note);
  // What AWS no longer has, an engine could not update.
  const lost = operation === "up" && before !== undefined && !(await extend(prepared.identity, before, deps));
  const moved = onDemandServices(before);
  const outline = new RunOutline(stood, deps.progress.outline);
  if (operation === "up") outline.begin(prepared.project);
  const onDeclared = operation === "up" ? outline.declare.bind(outline) : undefined;
  const args = { ...planned, ...losses.args, ...definedOnly({ targets, onDeclared }), moved };
  const { clock, progress } = deps;
  const notices = new CertificateNotices({
    clock,
    certificates: () => deps.certificates(),
    note: progress.note,
  });
  const request: ProgramRequest = {
    ...shared,
    program: await deps.program(args),
    onEvent: (given) => {
      const event = outline.named(given);
      notices.take(event);
      if (repeatsFailure(event, args)) return;
      const planned = operation === "preview" && event.kind === "resource";
      deps.progress.engine(planned ? { ...event, planned } : event);
    },
    // What left Spot goes back by the state's difference from AWS, which only a refresh sees.
    refresh: settings.refresh || lost || moved.length > 0 || since.refresh,
    ...losses.request,
    ...definedOnly({ targets }),
  };
  const result = await withTasks(args, deps, () => engine[operation](request)).finally(() => {
    notices.close();
  });
  if (living !== undefined && operation === "up") tellTime(living, deps);
  const changed = result.steps.some((step) => step.op !== "same");
  return {
    prepared,
    outcome: changed ? "succeeded" : "unchanged",
    steps: result.steps,
    before: stood,
    sameCount: result.steps.filter((step) => step.op !== "delete").length,
    outputs: result.outputs,
    builds: args.builds.results(),
    warnings: warningsOf(prepared, result.outputs),
  };
}

type Tasks = Pick<ProjectProgramArgs, "builds" | "tasks" | "watch" | "wayOut">;

/** A build, a one-off task or a service that failed is what the run failed of, whatever became of its `apply` inside the engine. */
async function withTasks(
  started: Tasks,
  { signal, learned }: Deps,
  work: () => Promise<EngineRun>,
): Promise<EngineRun> {
  const { builds, tasks, watch } = started;
  let stopped: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    stopped = Promise.all([builds.stop(), tasks.stop(), watch.stop()]);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const result = await work();
    throwFailures(started);
    return result;
  } catch (error) {
    await Promise.all([tasks.finish(), watch.finish()]);
    if (!(error instanceof BerthError && error.kind === "cancelled")) throwFailures(started);
    throw error;
  } finally {
    learned.builds = builds.results();
    learned.services = watch.failures();
    signal.removeEventListener("abort", stop);
    await stopped;
  }
}

/** What failed inside an `apply` is told by whoever ran it; the engine's own word on it is about Pulumi's outputs. */
function repeatsFailure(event: EngineEvent, { builds, tasks, watch }: Tasks): boolean {
  if (event.kind !== "diagnostic") return false;
  const failures = [...builds.failures(), ...tasks.failures(), ...watch.failures()];
  return failures.some(({ message }) => event.message.includes(message));
}

function throwFailures({ builds, tasks, watch, wayOut }: Tasks): void {
  const unbuilt = builds.failures().map((failure) => ({
    path: `services.${failure.service}.build`,
    message: withLog(`${failure.message} (${failure.platform})`, failure.logTail),
    hint: `the whole log is in the log group ${failure.logGroupName}`,
  }));
  const failed = tasks.failures().map((failure) => ({
    path: `services.${failure.service}`,
    message: withLog(failure.message, failure.logTail),
    hint: `the whole log is in the log group ${failure.logGroupName}, under ${failure.service}/`,
  }));
  const fallen = watch.failures().map(problemOfFailure);
  const closed = closedWayOut(wayOut?.trouble() ?? []);
  if (unbuilt.length > 0) throw new BerthError("build", [...unbuilt, ...failed, ...fallen, ...closed]);
  if (failed.length + fallen.length > 0)
    throw new BerthError("deployment", [...failed, ...fallen, ...closed]);
}

/** What may have kept the others from their images. */
function closedWayOut([message, ...lines]: readonly string[]): readonly Problem[] {
  if (message === undefined) return [];
  const hint =
    "run again: its group starts another instance; with natStrategy: gateway under x-berth AWS keeps the way out up";
  return [{ path: "network", message: withLog(message, lines), hint }];
}

function withLog(message: string, lines: readonly string[]): string {
  return [message, ...lines.map((line) => `    ${line}`)].join("\n");
}
