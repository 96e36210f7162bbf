/** How a stack's resources are deleted: everything that can be, and a list of what can't. */
import { BerthError, messageOf } from "../../errors";
import type { Engine, EngineRequest, EngineRun, Leftovers } from "../../ports";
import type { Deps } from "../deps";

/**
 * Deletes the stack's resources. One that AWS refuses to delete keeps what it depends on, and nothing else; where
 * something that stopped tasks have left was in the way, that goes, and the engine tries once more.
 *
 * @param found - the stack's outputs
 * @throws BerthError (deployment) with a problem for each resource that AWS refused to delete, and the number of all that are left
 */
export async function tearDown(
  engine: Engine,
  request: EngineRequest,
  found: Readonly<Record<string, unknown>>,
  deps: Deps,
): Promise<EngineRun> {
  const leftovers = await deps.leftovers();
  const gone = await destroyed(engine, request, found, leftovers, deps);
  if (request.targets === undefined) await attempt(() => leftovers.deregister(request), deps);
  return gone;
}

async function destroyed(
  engine: Engine,
  request: EngineRequest,
  { cluster }: Readonly<Record<string, unknown>>,
  leftovers: Leftovers,
  deps: Deps,
): Promise<EngineRun> {
  const stopsTasks = async (): Promise<boolean> => {
    if (typeof cluster !== "string" || request.targets !== undefined) return false;
    const stopped = (await attempt(() => leftovers.stopTasks(cluster), deps)) ?? 0;
    if (stopped > 0) deps.progress.note(`${stopped} running tasks are asked to stop`);
    return stopped > 0;
  };
  await stopsTasks();
  try {
    return await engine.destroy(request);
  } catch (error) {
    if (!isRefused(error)) throw error;
    // A schedule may have started one meanwhile.
    const stopped = await stopsTasks();
    const freed = await attempt(() => freeInterfaces(leftovers, request, deps), deps);
    if (freed !== true && !stopped) throw await withRest(error, engine, request);
  }
  try {
    return await engine.destroy(request);
  } catch (error) {
    throw isRefused(error) ? await withRest(error, engine, request) : error;
  }
}

function isRefused(error: unknown): error is BerthError {
  return error instanceof BerthError && error.kind === "deployment";
}

/** @returns whether there were any */
async function freeInterfaces(leftovers: Leftovers, request: EngineRequest, deps: Deps): Promise<boolean> {
  const gone = await leftovers.deleteInterfaces(request);
  if (gone.length === 0) return false;
  deps.progress.note(
    `Network interfaces that stopped tasks had left are deleted: ${gone.join(", ")}; once more`,
  );
  return true;
}

/** What helps to delete must not keep from deleting. */
async function attempt<T>(work: () => Promise<T>, deps: Deps): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    deps.progress.note(`warning: ${messageOf(error)}`);
    return undefined;
  }
}

/** The error, and how many resources are left besides those that it names. */
async function withRest(error: BerthError, engine: Engine, request: EngineRequest): Promise<BerthError> {
  const stacks = await engine.list();
  const stack = stacks.find(
    ({ project, stack: name }) => project === request.project && name === request.stack,
  );
  const left = stack?.resourceCount;
  if (left === undefined) return error;
  const rest = {
    path: `${request.project}/${request.stack}`,
    message: `${left} resources are left, those that others need among them; everything else is deleted`,
    hint: "put right what AWS says, and run the same command again: it goes on from there",
  };
  return new BerthError("deployment", [...error.problems, rest], { cause: error });
}
