/** `berth bootstrap --down`: the account's stack taken away; its bucket only where it is named. */
import { BerthError } from "../../errors";
import type { CloudStacks } from "../../ports";
import type { Launcher } from "../core/launcher";
import { eventsSoFar, followStack } from "./follow";
import { bucketName } from "./make";
import { bootstrapStack } from "./template";

export interface TakeDownRequest {
  readonly stacks: CloudStacks;
  /** The bucket that is to go with its states. */
  readonly bucket: string | undefined;
  readonly yes: boolean;
}

/** Where Pulumi keeps the checkpoints of a backend (DIY backends, project-scoped stacks). */
const statePrefix = ".pulumi/stacks/";

/**
 * Deletes the stack, and the bucket where it is named.
 *
 * @throws BerthError (usage) where another bucket is named, or stacks of projects are still in it
 */
export async function takeAccountDown(launcher: Launcher, request: TakeDownRequest): Promise<void> {
  const { terminal, aws } = launcher;
  const { stacks, bucket, yes } = request;
  const own = await aws.use(async (sdk, clients) =>
    bucketName(await sdk.accountId(clients), await clients.region()),
  );
  if (bucket !== undefined) await refuseBucket(launcher, bucket, own);
  const stack = await stacks.describe(bootstrapStack);
  if (!yes) await ask(launcher, stack !== undefined, bucket);
  if (stack === undefined) {
    terminal.err(`There is no stack ${bootstrapStack}: nothing to remove\n`);
  } else {
    const seen = await eventsSoFar(stacks, stack.id);
    await stacks.delete(bootstrapStack);
    await followStack(stack.id, { ...launcher, stacks, seen });
  }
  if (bucket === undefined) {
    const kept = await aws.use((sdk, clients) => sdk.keptBucket(clients, own));
    if (kept !== undefined)
      terminal.err(`The bucket ${own} and its key stay: berth bootstrap finds them again\n`);
    return;
  }
  await aws.use((sdk, clients) => sdk.deleteBucket(clients, bucket));
  terminal.err(`The bucket ${bucket} is deleted\n`);
}

async function refuseBucket({ aws }: Launcher, bucket: string, own: string): Promise<void> {
  if (bucket !== own) {
    throw new BerthError("usage", {
      path: "--bucket",
      message: `"${bucket}" is not the bucket of this account and region`,
      hint: `its name is ${own}`,
    });
  }
  const kept = await aws.use((sdk, clients) => sdk.keptBucket(clients, bucket));
  if (kept === undefined) {
    throw new BerthError("usage", {
      path: "--bucket",
      message: `there is no bucket ${bucket}`,
      hint: "leave --bucket out",
    });
  }
  const states = await aws.use((sdk, clients) => sdk.keysBelow(clients, bucket, statePrefix));
  const existing = states.filter((key) => key.endsWith(".json"));
  if (existing.length === 0) return;
  throw new BerthError(
    "usage",
    existing.map((key) => ({
      path: key.slice(statePrefix.length, -".json".length),
      message: "the stack still exists, and its state is in the bucket",
      hint: "berth down removes it; without its state nothing knows what it made",
    })),
  );
}

async function ask({ terminal }: Launcher, stands: boolean, bucket: string | undefined): Promise<void> {
  const what = [
    ...(stands ? [`the stack ${bootstrapStack}`] : []),
    ...(bucket === undefined ? [] : [`the bucket ${bucket} with every state and archive in it`]),
  ];
  if (what.length === 0) return;
  if (!(await terminal.confirm(`Delete ${what.join(" and ")}?`)))
    throw new BerthError("cancelled", "Nothing was deleted");
}
