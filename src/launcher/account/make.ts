/** `berth bootstrap`: the account's stack created or updated, by a change set. */
import { BerthError } from "../../errors";
import type { CloudStacks, ProposedChange } from "../../ports";
import { prices } from "../../report/cost/prices";
import { dollars } from "../../report/summary/text";
import { table } from "../../report/terminal/tables";
import { imageRepository, version } from "../../version";
import type { Launcher } from "../core/launcher";
import { look } from "../doctor/findings";
import { cdImageFinding } from "../doctor/images";
import { earlierParameters } from "./earlier";
import { eventsSoFar, followStack } from "./follow";
import { bootstrapStack } from "./template";
import { templateBody } from "./template-json";
import { trustParameters, type CiTrust } from "./trust";

export interface MakeRequest {
  readonly stacks: CloudStacks;
  readonly parameters: Readonly<Record<string, string>>;
  /** Which runs of CI may deploy. @default as it is; of a repository that is new, those of the branch main */
  readonly trust?: CiTrust | undefined;
  /** Whether an update is made without a question. */
  readonly yes: boolean;
}

/**
 * Creates the stack where it is missing, changes it where it differs.
 *
 * @returns the stack's outputs
 * @throws BerthError (deployment) with each resource that failed, (cancelled) where the change is not wanted
 */
export async function makeAccount(
  launcher: Launcher,
  { stacks, parameters: given, trust, yes }: MakeRequest,
): Promise<Readonly<Record<string, string>>> {
  const { terminal } = launcher;
  const before = await settled(stacks);
  const creating = before === undefined;
  const parameters = { ...given, ...trustParameters(trust, given, before?.parameters ?? {}) };
  const earlier = creating ? undefined : earlierParameters(before.parameters, parameters);
  const image = parameters["Image"] ?? (creating ? `${imageRepository}:${version}` : undefined);
  if (image !== undefined && launcher.settings.endpointUrl === undefined) await checkImage(launcher, image);
  await makeLinkedRoles(launcher);
  const change = await stacks.propose({
    name: bootstrapStack,
    template: templateBody(),
    parameters: {
      BerthVersion: version,
      ...(creating ? { Image: `${imageRepository}:${version}`, ...(await leftBehind(launcher)) } : {}),
      ...earlier?.parameters,
      ...parameters,
    },
  });
  for (const notice of earlier?.notices ?? []) terminal.err(`note: ${notice}\n`);
  if (change === undefined) {
    terminal.err("Nothing to change\n");
    return before?.outputs ?? {};
  }
  if (!creating) await confirm(launcher, stacks, change, yes);
  else if (!yes && terminal.interactive) await confirmCost(launcher, stacks, change);
  const seen = await eventsSoFar(stacks, change.stackId);
  terminal.err(creating ? `Creating ${change.changes.length} resources\n` : "Updating the stack\n");
  await stacks.execute(change);
  const stack = await followStack(change.stackId, { ...launcher, stacks, seen });
  return stack?.outputs ?? {};
}

/**
 * Before anything is made: an image that isn't there would show when the first task starts.
 *
 * @throws BerthError (usage)
 */
async function checkImage({ aws, fetcher, terminal }: Launcher, image: string): Promise<void> {
  const inspector = await aws.use((sdk, clients) => new sdk.AwsAccountInspector(clients));
  for (const { status, message, fix } of await look("images", async () => [
    await cdImageFinding(image, { inspector, fetcher }),
  ])) {
    if (status === "fail")
      throw new BerthError("usage", {
        path: "--image",
        message,
        ...(fix === undefined ? {} : { hint: fix }),
      });
    if (status === "warn") terminal.err(`note: ${message}\n`);
  }
}

/** Milliseconds until a new role can be taken: IAM's changes "can take time" to be seen everywhere, seconds as a rule. */
const roleDelay = 10_000;

/** Before the stack: its first resource is a cluster of ECS, whose service can't take a role that comes with it. */
async function makeLinkedRoles({ aws, clock, terminal, signal }: Launcher): Promise<void> {
  const made = await aws.use((sdk, clients) => sdk.makeServiceLinkedRoles(clients));
  if (made.length === 0) return;
  terminal.err(`Made the service-linked roles that this account lacked: ${made.join(", ")}\n`);
  await clock.sleep(roleDelay, signal);
}

/** The stack at rest; one whose creation failed is deleted first, for CloudFormation changes it no more. */
async function settled(stacks: CloudStacks) {
  const stack = await stacks.describe(bootstrapStack);
  if (stack === undefined || stack.status === "REVIEW_IN_PROGRESS") return undefined;
  if (stack.status.endsWith("_IN_PROGRESS")) {
    throw new BerthError("locked", {
      path: bootstrapStack,
      message: `CloudFormation is at work on the stack: ${stack.status}`,
      hint: "wait for it to end, and run again",
    });
  }
  if (stack.status === "ROLLBACK_COMPLETE" || stack.status === "ROLLBACK_FAILED") {
    throw new BerthError("deployment", {
      path: bootstrapStack,
      message: `an earlier creation of the stack failed (${stack.status}), and CloudFormation changes it no more`,
      hint: "berth bootstrap --down removes what is left of it; then run again",
    });
  }
  return stack;
}

/** The bucket of an earlier stack, and its key: the states in it are found again. */
async function leftBehind({ aws }: Launcher): Promise<Readonly<Record<string, string>>> {
  const kept = await aws.use(async (sdk, clients) =>
    sdk.keptBucket(clients, bucketName(await sdk.accountId(clients), await clients.region())),
  );
  return kept === undefined ? {} : { BucketExists: "true", KeyArn: kept.keyArn };
}

/** As the template spells it. */
export function bucketName(account: string, region: string): string {
  return `berth-cd-bucket-${account}-${region}`;
}

/** A month of what costs while nobody deploys; tasks, logs and requests cost as they are used. */
function monthlyOf({ changes }: ProposedChange): number {
  const each: Readonly<Record<string, number>> = {
    "AWS::KMS::Key": prices.key,
    "AWS::SecretsManager::Secret": prices.secret,
  };
  return changes.reduce((sum, { type, action }) => sum + (action === "Add" ? (each[type] ?? 0) : 0), 0);
}

/** Before the first resource of an account, since something of it costs. */
async function confirmCost(
  { terminal }: Launcher,
  stacks: CloudStacks,
  change: ProposedChange,
): Promise<void> {
  const price = `about ${dollars(monthlyOf(change))} a month for its key, and what runs cost while they run`;
  let wanted = false;
  try {
    wanted = await terminal.confirm(`Set up this account? ${change.changes.length} resources: ${price}`);
  } finally {
    if (!wanted) await stacks.discard(change);
  }
  if (!wanted) throw new BerthError("cancelled", "Nothing was made");
}

async function confirm(
  { terminal }: Launcher,
  stacks: CloudStacks,
  change: ProposedChange,
  yes: boolean,
): Promise<void> {
  const rows = change.changes.map(({ action, logicalId, type, replacement }) => [
    action.toLowerCase(),
    logicalId,
    type,
    replacement === "True" ? "made again" : replacement === "Conditional" ? "perhaps replaced" : "",
  ]);
  terminal.err(`${table(["CHANGE", "RESOURCE", "TYPE", ""], rows)}\n`);
  if (yes) return;
  try {
    if (await terminal.confirm("Make these changes?")) return;
  } catch (error) {
    await stacks.discard(change);
    throw error;
  }
  await stacks.discard(change);
  throw new BerthError("cancelled", "Nothing was changed");
}
