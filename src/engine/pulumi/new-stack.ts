/** A stack that is new: an empty checkpoint, for which `pulumi stack init` takes a process of its own. */
import { BerthError, messageOf } from "../../errors";
import type { StackIdentity, TextStore } from "../../ports";
import { checkpointKey } from "./backend";
import { refusedState } from "./errors";
import { answers } from "./s3-answers";
import { qualifiedName } from "./workspace";

/** What `pulumi stack init` writes of a stack, but for the secrets provider, which the first operation chooses (Pulumi's source, `diyBackend.CreateStack`). */
export function emptyCheckpoint(stack: StackIdentity): string {
  return JSON.stringify({ version: 3, checkpoint: { stack: qualifiedName(stack) } });
}

/**
 * Makes a stack, for as long as the work does not fail before the CLI has written anything: then there is none, as before.
 * The run has the lease, so that nobody else makes it.
 *
 * @throws BerthError (usage) where nobody lets us write the state
 */
export async function onNewStack<T>(
  stack: StackIdentity,
  { state, backendUrl }: { readonly state: TextStore; readonly backendUrl: string },
  work: () => Promise<T>,
): Promise<T> {
  const key = checkpointKey(stack);
  const empty = emptyCheckpoint(stack);
  try {
    await state.write(key, empty);
  } catch (error) {
    if (backendUrl.startsWith("s3://") && answers.failed(error).status >= 500) throw error;
    throw new BerthError("usage", refusedState(backendUrl, messageOf(error)), { cause: error });
  }
  try {
    return await work();
  } catch (error) {
    // Where that fails too, the next run finds a stack that holds nothing.
    const left = await state.read(key).catch(() => undefined);
    if (left === empty) await state.remove(key).catch(() => undefined);
    throw error;
  }
}
