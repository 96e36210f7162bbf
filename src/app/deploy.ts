/** The use-cases `up` and `preview`. */
import { deployedRoot, deployedZones } from "../model/deployed";
import { deployedBalancing } from "../model/deployed-balancing";
import { deployedCertificates } from "../model/deployed-certificates";
import { deployedNames } from "../model/deployed-names";
import type {
  DataHolder,
  Engine,
  EngineEvent,
  ImageBuildResult,
  ProgramRequest,
  ProjectProgramArgs,
  ResourceStep,
  StackResource,
  TimeToLive,
} from "../ports";
import { definedOnly } from "../defined";
import type { Warning } from "../model/project";
import type { Settings } from "../settings/settings";
import { lookAtAlerts } from "./alerts";
import { lookAtAnswers } from "./answers";
import { composeSources } from "./compose-source";
import { CertificateNotices } from "./certificate-notices";
import type { Deps } from "./deps";
import { failedCertificates } from "./failed-certificates";
import { RunOutline } from "./outline";
import { withLease } from "./stack/with-lease";
import { refuseOtherRegion } from "./stack/same-region";
import { losingAll, resolveLosses, type Losses } from "./data/losses";
import { prepare, programArgs } from "./prepare";
import type { Prepared } from "./prepared";
import { beforeRun, keepAfterRun } from "./running/around-run";
import type { SinceLastRun } from "./running/next-run";
import { recreatedServices, recreating } from "./running/recreate";
import { writeRecord } from "./stack/run-records";
import { keepTimes, readTimes } from "./stack/run-times";
import { orWithoutCloudFront, resolveEdge } from "./resolve-edge";
import { writeBases } from "./base-images";
import { judgeQuotas } from "./quotas";
import { refuseSame } from "./restore";
import { resolveImages } from "./resolve-images";
import { resolveRollout } from "./resolve-rollout";
import { resolveStores } from "./resolve-stores";
import { repeatsFailure, withTasks, type Tasks } from "./task-failures";
import { findTargets, refuseDropped } from "./targets";
import { extend, tellTime, timeToLive } from "./stack/time-to-live";
import { onDemandServices, unchangedDeployment, warningsOf } from "./unchanged";

/** What a deployment, or its preview, came to. */
export interface Deployment {
  readonly prepared: Prepared;
  readonly outcome: "succeeded" | "unchanged";
  /** Absent where the unchanged short cut was taken: no engine ran. */
  readonly steps?: readonly ResourceStep[];
  /** What the stack had before. */
  readonly before?: readonly StackResource[];
  /** Resources that are as they were, where the short cut was taken. */
  readonly sameCount: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly builds: readonly ImageBuildResult[];
  /** The project's, and those of what is deployed. */
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
  const unchanged = await unchangedDeployment(prepared, settings, deps);
  if (unchanged !== undefined) return withAlerts(unchanged, deps);
  const records = await deps.records();
  const { deployment, stateVersion } = await withLease(prepared.identity, "up", deps, async (engine) => {
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
    await keepTimes(records, prepared.identity, deps.progress.times());
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
  return withAlerts(await withAnswers(deployment, deps), deps);
}

/** Where nothing has changed, the run before has asked. */
async function withAnswers(deployment: Deployment, deps: Deps): Promise<Deployment> {
  if (deployment.outcome === "unchanged") return deployment;
  const found = await lookAtAnswers(deployment.outputs["endpoints"], deps);
  return found.length === 0 ? deployment : { ...deployment, warnings: [...deployment.warnings, ...found] };
}

async function withAlerts(deployment: Deployment, deps: Deps): Promise<Deployment> {
  const found = await lookAtAlerts(deployment.prepared.identity, deployment.outputs, deps);
  return found.length === 0 ? deployment : { ...deployment, warnings: [...deployment.warnings, ...found] };
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

/** What there is before a run, and what the program is given because of it. */
interface Before {
  readonly prepared: Prepared;
  readonly stood: readonly StackResource[];
  readonly holders: readonly DataHolder[];
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
  readonly since: SinceLastRun;
  readonly living: TimeToLive | undefined;
  readonly planned: ProjectProgramArgs;
}

async function lookBefore(
  given: Prepared,
  settings: Settings,
  deps: Deps,
  engine: Engine,
  operation: "up" | "preview",
): Promise<Before> {
  const stood = await engine.resources(given.identity);
  refuseOtherRegion(given.identity, stood, given.region);
  const holders = await engine.dataHolders(given.identity);
  refuseSame(settings.restore, holders);
  const outputs = await engine.outputs(given.identity);
  const told = stood.length > 0 ? [] : await judgeQuotas(given, operation, deps);
  const counted = { ...given, warnings: [...given.warnings, ...told] };
  const settled = await resolveStores(counted, holders, new Date(deps.clock.now()));
  const pulled = resolveImages(settled, settings, outputs);
  const prepared = resolveRollout(resolveEdge(pulled, settings.domain, outputs), outputs);
  deps.learned.warnings = prepared.warnings;
  const since = await beforeRun(prepared.identity, prepared.project, operation, deps);
  const living = await timeToLive(settings, deps, outputs);
  const planned = {
    ...(await programArgs(prepared, settings, deps, living)),
    ...definedOnly({ root: deployedRoot(outputs), deployedZones: deployedZones(outputs) }),
    scaled: since.scaled,
    balancing: deployedBalancing(stood),
    certificates: deployedCertificates(stood),
    names: deployedNames(stood),
  };
  return { prepared, stood, holders, outputs, since, living, planned };
}

type Shared = Pick<ProgramRequest, "project" | "stack" | "signal" | "hasten" | "sourceOf">;

/** What of the stack the run is about, and which data it may delete. */
async function scopeOf(
  { prepared, holders, planned }: Before,
  shared: Shared,
  settings: Settings,
  deps: Deps,
  engine: Engine,
): Promise<{ readonly targets: readonly string[] | undefined; readonly losses: Losses }> {
  const found = await findTargets(settings.targets, prepared.project, async () => {
    const all = losingAll(holders);
    const program = await deps.program({ ...planned, ...all.args });
    const { refresh } = settings;
    return engine.preview({ ...shared, ...all.request, program, refresh, onEvent: () => undefined });
  });
  const targets = found.urns;
  const losses = resolveLosses(prepared, settings, holders, targets);
  refuseDropped(found);
  for (const note of losses.notes) deps.progress.note(note);
  return { targets, losses };
}

async function run(
  given: Prepared,
  settings: Settings,
  deps: Deps,
  engine: Engine,
  operation: "up" | "preview",
): Promise<Deployment> {
  const before = await lookBefore(given, settings, deps, engine, operation);
  const { prepared, stood, outputs, living } = before;
  const { identity, project, locate } = prepared;
  const sourceOf = composeSources(project, locate, settings.domain !== undefined);
  const shared: Shared = { ...identity, signal: deps.signal, hasten: deps.ending.hasten, sourceOf };
  const { targets, losses } = await scopeOf(before, shared, settings, deps, engine);
  // What AWS no longer has, an engine could not update.
  const lost = operation === "up" && outputs !== undefined && !(await extend(identity, outputs, deps));
  const moved = onDemandServices(outputs);
  // A run of a part leaves the certificates to the next whole one.
  const replace = targets === undefined ? await failedCertificates(identity, stood, deps) : [];
  const outline = new RunOutline(stood, deps.progress.outline);
  if (operation === "up") outline.begin(project, await readTimes(await deps.records(), identity));
  const onDeclared = operation === "up" ? outline.declare.bind(outline) : undefined;
  const args = { ...before.planned, ...losses.args, ...definedOnly({ targets, onDeclared }), moved };
  const events = eventsOf(operation, args, outline, deps);
  const request: ProgramRequest = {
    ...shared,
    program: await deps.program(args),
    onEvent: events.take,
    // What left Spot goes back by the state's difference from AWS, which only a refresh sees.
    refresh: settings.refresh || lost || moved.length > 0 || before.since.refresh,
    ...losses.request,
    replace,
    ...definedOnly({ targets }),
  };
  const result = await withTasks(args, deps, () => engine[operation](request)).finally(events.close);
  if (living !== undefined && operation === "up") tellTime(living, deps);
  return {
    prepared,
    outcome: result.steps.some((step) => step.op !== "same") ? "succeeded" : "unchanged",
    steps: result.steps,
    before: stood,
    sameCount: result.steps.filter((step) => step.op !== "delete").length,
    outputs: result.outputs,
    builds: args.builds.results(),
    warnings: warningsOf(prepared, result.outputs),
  };
}

/** The engine's events on their way to the progress, and what else follows them. */
function eventsOf(
  operation: "up" | "preview",
  started: Tasks,
  outline: RunOutline,
  deps: Deps,
): { readonly take: (event: EngineEvent) => void; readonly close: () => void } {
  const { clock, progress } = deps;
  const certificates = () => deps.certificates();
  const notices = new CertificateNotices({ clock, certificates, note: progress.note });
  return {
    take: (given) => {
      const event = outline.named(given);
      notices.take(event);
      if (repeatsFailure(event, started)) return;
      const planned = operation === "preview" && event.kind === "resource";
      progress.engine(planned ? { ...event, planned } : event);
    },
    close: () => {
      notices.close();
    },
  };
}
