/** `berth ps`: shows what runs. */
import { BerthError } from "../../errors";
import type { StackIdentity, StoreView } from "../../ports";
import { definedOnly } from "../../defined";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { stackStatus } from "../status/status";
import { statusText } from "../status/text";

async function showStatus(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, clock, aws } = launcher;
  const stack = await stackOf(launcher);
  const now = clock.now();
  // Both at once; what fails of the services is told alone.
  const looked = storesOf(launcher, stack);
  const services = await aws.use((sdk, clients) =>
    stackStatus(
      stack,
      { cluster: new sdk.EcsClusterReader(clients), logs: new sdk.CloudWatchLogReader(clients), now },
      given.words,
      async () => ((await looked).stores ?? []).map(({ service }) => service),
    ),
  );
  const { stores: all, problem } = await looked;
  if (problem !== undefined) terminal.err(`note: databases and caches are not shown: ${problem}\n`);
  const stores = all?.filter(({ service }) => given.words.length === 0 || given.words.includes(service));
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ ...stack, services, ...definedOnly({ stores }) })}\n`
      : statusText(services, { ...terminal, now }, stores),
  );
  return 0;
}

interface Looked {
  readonly stores?: readonly StoreView[];
  /** Why they can't be looked at. */
  readonly problem?: string;
}

/** The managed stores; the services can be shown without them, to somebody whose policy is of an earlier version. */
async function storesOf({ aws }: Launcher, stack: StackIdentity): Promise<Looked> {
  try {
    return { stores: await aws.use((sdk, clients) => new sdk.AwsStoreReader(clients).stores(stack)) };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { problem: error.message };
  }
}

export const ps: CommandDefinition = {
  name: "ps",
  summary: "Show the services, databases and caches: health, revision, last event, and why a task stopped",
  examples: ["berth ps", "berth ps web --stack prod"],
  takes: ["project", "stack", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services, databases and caches" }],
  run: showStatus,
};
