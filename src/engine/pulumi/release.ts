/** Takes off, in Pulumi's state, what keeps data: the protection, and for data that is to go the retention too. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EngineRequest } from "../../ports";
import { checkpointKey } from "./backend";
import { emptyCheckpoint } from "./new-stack";
import type { CliContext } from "./workspace";

interface StoredResource {
  readonly urn: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

interface StoredState {
  readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StoredResource[] } | null };
}

/**
 * The state with some resources neither protected nor retained, and others not protected; as it was where there are
 * none of them. Secrets stay encrypted as they are.
 *
 * @param state - a checkpoint
 */
export function releasedState(
  state: string,
  release: readonly string[],
  unprotect: readonly string[] = [],
): string {
  const stored = JSON.parse(state) as StoredState;
  const latest = stored.checkpoint?.latest ?? undefined;
  const resources = (latest?.resources ?? []).map((resource): StoredResource => {
    const { protect: _protect, retainOnDelete, ...rest } = resource;
    if (release.includes(resource.urn)) return rest;
    if (!unprotect.includes(resource.urn)) return resource;
    return retainOnDelete === undefined ? rest : { ...rest, retainOnDelete };
  });
  const before = latest?.resources ?? [];
  if (resources.every((resource, index) => same(resource, before[index]))) return state;
  return JSON.stringify({
    ...stored,
    checkpoint: { ...stored.checkpoint, latest: { ...latest, resources } },
  });
}

function same(one: StoredResource, other: StoredResource | undefined): boolean {
  return one.protect === other?.protect && one.retainOnDelete === other?.retainOnDelete;
}

/**
 * Where a preview runs: the backend itself, or one in the run's directory, which goes with it, for a stack that doesn't
 * exist and for one in which data may go: there is a copy of the state in which what the request releases can.
 *
 * @param state - of the stack; `undefined` where there is none
 */
export async function previewContext(
  context: CliContext,
  request: EngineRequest,
  directory: string,
  state: string | undefined,
): Promise<CliContext> {
  const aside = { ...context.environment, PULUMI_BACKEND_URL: `file://${directory}` };
  if (state !== undefined && request.release === undefined) return context;
  const file = join(directory, checkpointKey(request));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(join(directory, ".pulumi", "meta.yaml"), "version: 1\n");
  const copy = state === undefined ? emptyCheckpoint(request) : releasedState(state, request.release ?? []);
  await writeFile(file, copy, { mode: 0o600 });
  if (state !== undefined) return { ...context, environment: aside };
  const environment = { ...aside, PULUMI_CONFIG_PASSPHRASE: "preview" };
  return { ...context, environment, secretsProvider: "passphrase" };
}
