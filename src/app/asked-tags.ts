/**
 * What registries said of the tags that `pull_policy: daily`, `weekly` and `every_…` ask for, and when: so each is asked once an
 * interval, whether the run that asked changed anything, failed or found nothing to do. It is beside the state as
 * `operations/<project>/<stack>/tags.json`, where whoever deploys may write (stacks/bootstrap.yaml, LauncherPolicy).
 */
import type { PullPolicy } from "../model/pull-policy";
import type { StackIdentity, TextStore } from "../ports";
import { mapOf, record, text, type Shaped } from "../ports/shape";
import { parsedBy } from "./stack/parsed";

const askedShape = mapOf(record({ digest: text, at: text }));

/** By reference as the file has it: the answer, and when it came (ISO 8601). */
export type AskedTags = Readonly<Shaped<typeof askedShape>>;

function keyOf({ project, stack }: StackIdentity): string {
  return `operations/${project}/${stack}/tags.json`;
}

/** What is remembered; nothing, where it can't be read: the registries are asked then. */
export async function readAskedTags(store: TextStore, stack: StackIdentity): Promise<AskedTags> {
  return parsedBy(askedShape, await store.read(keyOf(stack)).catch(() => undefined)) ?? {};
}

/** Where it can't be written, the next run asks again. */
export async function writeAskedTags(
  store: TextStore,
  stack: StackIdentity,
  asked: AskedTags,
): Promise<void> {
  try {
    await store.write(keyOf(stack), `${JSON.stringify(asked)}\n`);
  } catch {
    // A run is not worse for it.
  }
}

export async function removeAskedTags(store: TextStore, stack: StackIdentity): Promise<void> {
  await store.remove(keyOf(stack));
}

/** The last answer, as long as the policy's interval is not over. @param now - milliseconds since the epoch */
export function answerWithin(
  policy: PullPolicy,
  asked: AskedTags[string] | undefined,
  now: number,
): string | undefined {
  if (policy.kind !== "asked" || asked === undefined) return undefined;
  return now - Date.parse(asked.at) < policy.everySeconds * 1_000 ? asked.digest : undefined;
}
