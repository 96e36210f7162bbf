/**
 * One run's workspace of the Automation API: a temporary directory with `Pulumi.yaml`, and a `Stack` that starts the
 * CLI for the operation alone. Measured on `file://`, 3 resources: `stack select` 0.2 s, and after each operation one
 * `stack history` and two `stack output`, 0.3 s each; every operation names its stack and its events have the outputs,
 * so all four are left out. A new stack's file is ours (`new-stack.ts`): `stack init` is a sixth of a first `up` of 43.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type LocalWorkspaceOptions } from "@pulumi/pulumi/automation/localWorkspace";
import { Stack } from "@pulumi/pulumi/automation/stack";
import type { Workspace } from "@pulumi/pulumi/automation/workspace";
import type { Program, StackIdentity } from "../../ports";
import type { Checkpoint } from "./checkpoint";
import type { PulumiCli } from "./cli";

/** What the CLI is started with. */
export interface CliContext {
  readonly cli: PulumiCli;
  /** The CLI's whole environment, the backend's URL included. */
  readonly environment: Readonly<Record<string, string>>;
  /** `passphrase` or `awskms://…` */
  readonly secretsProvider: string;
}

/** Calls `work` with a temporary directory, which is gone afterwards. */
export async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "berth-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The name that the CLI knows the stack by on a self-managed backend. */
export function qualifiedName(stack: StackIdentity): string {
  return `organization/${stack.project}/${stack.stack}`;
}

/**
 * Opens a stack that is there for operations.
 *
 * @param checkpoint - its state as read before
 */
export async function openStack(
  context: CliContext,
  directory: string,
  identity: StackIdentity,
  checkpoint: Checkpoint,
  program?: Program,
): Promise<Stack> {
  const local = await LocalWorkspace.create({
    workDir: directory,
    pulumiCommand: context.cli,
    projectSettings: { name: identity.project, runtime: "nodejs" },
    envVars: { ...context.environment },
    secretsProvider: context.secretsProvider,
    ...stackSettings(context, identity, checkpoint),
    ...(program === undefined ? {} : { program }),
  });
  const workspace = withoutQueries(local);
  const stack = await Stack.select(qualifiedName(identity), workspace);
  stack.history = () => Promise.resolve([]);
  stack.outputs = () => Promise.resolve({});
  return stack;
}

/**
 * The stack's settings file, with what the checkpoint knows of the secrets provider: the salt, against which the CLI
 * checks the passphrase also where the state holds no secret yet, or the data key, as long as the provider is the same.
 */
function stackSettings(
  { secretsProvider }: CliContext,
  identity: StackIdentity,
  checkpoint: Checkpoint,
): Pick<LocalWorkspaceOptions, "stackSettings"> {
  const { type, state = {} } = checkpoint.secretsProvider ?? {};
  const settings =
    secretsProvider === "passphrase"
      ? text("encryptionSalt", type === "passphrase" ? state["salt"] : undefined)
      : {
          secretsProvider,
          ...text("encryptedKey", state["url"] === secretsProvider ? state["encryptedkey"] : undefined),
        };
  return { stackSettings: { [identity.stack]: settings } };
}

function text<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return typeof value === "string" ? ({ [key]: value } as { readonly [P in K]?: string }) : {};
}

/** The workspace with the version that the events' channel asks for, and without the `select` that nobody needs. */
function withoutQueries(local: LocalWorkspace): Workspace {
  const workspace: Workspace = Object.create(local, {
    pulumiVersion: { value: "3.206.0" },
    selectStack: { value: () => Promise.resolve() },
  }) as LocalWorkspace;
  return workspace;
}
