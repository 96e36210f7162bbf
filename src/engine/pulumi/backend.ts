/**
 * Where Pulumi keeps its state: the backend's URL as the CLI wants it, and its objects as they lie there.
 * Nothing here loads Pulumi: an unchanged project is known before an engine is.
 */
import { mkdir, stat } from "node:fs/promises";
import { BerthError, messageOf } from "../../errors";
import type { StackIdentity, TextStore } from "../../ports";

/**
 * The URL to hand to the CLI. An `s3://` URL without a query gets the emulator's endpoint where the environment
 * names one (Pulumi's S3 backend doesn't read `AWS_ENDPOINT_URL`); a query that somebody wrote stays as it is.
 */
export function backendUrlFor(url: string, environment: Readonly<Record<string, string>>): string {
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"] ?? "";
  if (!url.startsWith("s3://") || url.includes("?") || endpoint === "") return url;
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const query = new URLSearchParams({ endpoint, s3ForcePathStyle: "true", region, awssdk: "v2" });
  return `${url}?${query.toString()}`;
}

/** The backend's root without a query: what its objects' URLs begin with. */
export function backendRoot(backendUrl: string): string {
  return (backendUrl.split("?")[0] ?? backendUrl).replace(/\/+$/, "");
}

/** Whether the directory of a `file://` backend is there; true for every other backend, which says so itself. */
export async function backendExists(backendUrl: string): Promise<boolean> {
  if (!backendUrl.startsWith("file://")) return true;
  return (await stat(pathOf(backendRoot(backendUrl))).catch(() => undefined))?.isDirectory() === true;
}

/**
 * Makes the directory of a `file://` backend, which the CLI doesn't: the default one is missing on a first run.
 *
 * @throws BerthError (usage) where it can't be made
 */
export async function makeBackend(backendUrl: string): Promise<void> {
  if (!backendUrl.startsWith("file://")) return;
  try {
    await mkdir(pathOf(backendRoot(backendUrl)), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new BerthError(
      "usage",
      {
        path: "PULUMI_BACKEND_URL",
        message: `the directory of ${backendUrl} can't be made: ${messageOf(error)}`,
        hint: "name a directory that this user may write",
      },
      { cause: error },
    );
  }
}

/** The stack's checkpoint below the root, in the layout of Pulumi's self-managed backends (version 1 of `meta.yaml`). */
export function checkpointKey({ project, stack }: StackIdentity): string {
  return `.pulumi/stacks/${project}/${stack}.json`;
}

/** The version of each stack's checkpoint, by `project/stack`; the CLI leaves copies beside them, which are none. */
export async function checkpointVersions(state: TextStore): Promise<ReadonlyMap<string, string>> {
  const found = [...(await state.versions(".pulumi/stacks"))];
  return new Map(
    found.flatMap(([key, version]) => {
      const [, stack] = /^\.pulumi\/stacks\/([^/]+\/[^/]+)\.json$/.exec(key) ?? [];
      return stack === undefined ? [] : [[stack, version]];
    }),
  );
}

/** Where the stack's locks lie below the root. */
export function locksFolder({ project, stack }: StackIdentity): string {
  return `.pulumi/locks/organization/${project}/${stack}`;
}

function pathOf(url: string): string {
  return url.slice("file://".length);
}
