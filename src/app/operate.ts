/** The use-cases on an existing stack: refresh, destroy, down, cancel, outputs, list. None runs the program. */
import { BerthError } from "../errors";
import type {
  Engine,
  EngineEvent,
  EngineRequest,
  EngineRun,
  ResourceStep,
  StackIdentity,
  StackSummary,
} from "../ports";
import type { Settings } from "../settings/settings";
import { allowedLosses, keptData, type KeptData } from "./data/data-loss";
import type { Deps } from "./deps";
import { RunOutline } from "./outline";
import { removeAskedTags } from "./asked-tags";
import { removeBases } from "./base-images";
import { removeJournal } from "./running/journal";
import { wakeForRun } from "./running/wake";
import { withLease } from "./stack/with-lease";
import { refuseOtherRegion } from "./stack/same-region";
import { identify } from "./identify";
import { seeStack, seeStacks } from "./stack/views";
import { tearDown } from "./stack/tear-down";

export interface Operated {
  readonly identity: StackIdentity;
  readonly steps: readonly ResourceStep[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Where the data is that a deletion has left in the account. @default none was deleted */
  readonly kept?: readonly KeptData[];
}

/** Compares the state with the cloud and corrects the state. */
export async function refresh(settings: Settings, deps: Deps): Promise<Operated> {
  return operate(settings, deps, "refresh", (engine, request) => engine.refresh(request));
}

/**
 * Deletes the stack's resources; the stack's record stays. Databases leave a snapshot each, and the file system of
 * named volumes stays itself, unless the user has named it.
 */
export async function destroy(settings: Settings, deps: Deps): Promise<Operated> {
  return operate(settings, deps, "destroy", (engine, request, found) =>
    destroyAll(engine, request, found, settings, deps),
  );
}

async function destroyAll(
  engine: Engine,
  request: EngineRequest,
  outputs: Readonly<Record<string, unknown>>,
  { allowDataLoss }: Settings,
  deps: Deps,
): Promise<EngineRun & Pick<Operated, "kept">> {
  refuseProtected(outputs);
  const holders = await engine.dataHolders(request);
  const lost = allowedLosses(holders, allowDataLoss);
  // A snapshot is taken of a database that is available.
  await wakeForRun(request, deps);
  const run = await tearDown(engine, { ...request, release: lost.map(({ urn }) => urn) }, outputs, deps);
  const left = new Set((await engine.dataHolders(request)).map(({ urn }) => urn));
  const gone = holders.filter(({ urn }) => !left.has(urn));
  return { ...run, kept: keptData(gone, lost, outputs) };
}

/** Refreshes, destroys, and removes the stack. A stack that isn't there is down already. */
export async function down(settings: Settings, deps: Deps): Promise<Operated> {
  const identity = await identify(settings, deps);
  if ((await deps.stateVersion(identity)) === undefined) {
    deps.progress.note(`There is no stack ${identity.stack} of ${identity.project}: nothing to remove`);
    return { identity, steps: [], outputs: {} };
  }
  const known = { ...settings, project: identity.project };
  return operate(known, deps, "down", async (engine, request, outputs) => {
    refuseProtected(outputs);
    await engine.refresh(request);
    const run = await destroyAll(engine, request, outputs, settings, deps);
    if (settings.targets.length === 0) {
      await engine.remove(identity);
      await removeJournal(await deps.records(), identity);
      await removeBases(await deps.records(), identity);
      await removeAskedTags(await deps.records(), identity);
    }
    return run;
  });
}

/**
 * AWS's own deletion protection applies to a destroy too: reported before anything goes, since half a stack is no use.
 *
 * @throws BerthError (usage) with each setting that protects something
 */
function refuseProtected(found: Readonly<Record<string, unknown>>): void {
  const told = found["deletionProtection"];
  const settings = Array.isArray(told) && told.every((one) => typeof one === "string") ? told : [];
  if (settings.length === 0) return;
  throw new BerthError(
    "usage",
    settings.map((setting) => ({
      path: `x-berth.${setting}`,
      message: "the stack is protected from deletion",
      hint: `write x-berth: {${setting}: false}, and run up once more before`,
    })),
  );
}

/** Asks the run with the stack's lease to end, and waits for it; breaks the locks of a run that is gone, or with `--force`. */
export async function cancel(settings: Settings, deps: Deps): Promise<Operated> {
  const identity = await identify(settings, deps);
  const { force } = settings;
  const { note } = deps.progress;
  const lease = await (await deps.leases()).cancel(identity, force, note);
  const broken = (await deps.locked(identity)) && (await (await deps.engine()).cancel(identity));
  if (lease === "ended") note("The run has ended");
  else if (lease === "broken" || broken) note("The lock is broken");
  else note("No run has locked the stack");
  return { identity, steps: [], outputs: { cancelled: lease !== "nothing to cancel" || broken } };
}

/** The outputs of the last deployment. */
export async function outputs(settings: Settings, deps: Deps): Promise<Operated> {
  const identity = await identify(settings, deps);
  const seen = await seeStack(identity, deps);
  if (seen.kind === "no stack") throw noStack(identity);
  const found = seen.kind === "seen" ? seen.outputs : await (await deps.engine()).outputs(identity);
  if (found === undefined) throw noStack(identity);
  return { identity, steps: [], outputs: found };
}

/** The stacks of the backend, by project and name. */
export async function list(deps: Deps): Promise<readonly StackSummary[]> {
  const seen = await seeStacks(deps);
  const stacks = typeof seen === "string" ? await (await deps.engine()).list() : seen;
  return [...stacks].sort((a, b) => `${a.project}/${a.stack}`.localeCompare(`${b.project}/${b.stack}`));
}

async function operate(
  settings: Settings,
  deps: Deps,
  command: string,
  /** Is given the stack's outputs, which were read to see that it is there. */
  work: (
    engine: Engine,
    request: EngineRequest,
    found: Readonly<Record<string, unknown>>,
  ) => Promise<EngineRun & Pick<Operated, "kept">>,
): Promise<Operated> {
  const identity = await identify(settings, deps);
  const targets = settings.targets.filter((target) => target.startsWith("urn:"));
  const unknown = settings.targets.filter((target) => !target.startsWith("urn:"));
  if (unknown.length > 0) {
    throw new BerthError(
      "usage",
      unknown.map((target) => ({
        path: "--target",
        message: `${JSON.stringify(target)} is not a URN`,
        hint: "only up and preview know the project's services; the plan lists the URNs",
      })),
    );
  }
  if ((await deps.stateVersion(identity)) === undefined) throw noStack(identity);
  const request = {
    ...identity,
    onEvent: deps.progress.engine,
    signal: deps.signal,
    hasten: deps.ending.hasten,
    ...(targets.length === 0 ? {} : { targets }),
  };
  return withLease(identity, command, deps, async (engine) => {
    const found = await engine.outputs(identity);
    if (found === undefined) throw noStack(identity);
    const before = await engine.resources(identity);
    refuseOtherRegion(identity, before, await deps.region());
    const outline = new RunOutline(before, deps.progress.outline);
    if (command !== "refresh" && targets.length === 0) outline.deleting(before);
    const onEvent = (event: EngineEvent): void => {
      deps.progress.engine(outline.named(event));
    };
    return { identity, ...(await work(engine, { ...request, onEvent }, found)) };
  });
}

function noStack(identity: StackIdentity): BerthError {
  return new BerthError("usage", {
    path: "BERTH_STACK",
    message: `there is no stack "${identity.stack}" of project "${identity.project}"`,
    hint: "berth-cd list shows the stacks that exist",
  });
}
