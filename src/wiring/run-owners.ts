/** The owners of leases: ECS tasks, which ECS is asked about, and processes of this machine. */
import { z } from "zod";
import { LocalOwners } from "../engine/lease/local-owners";
import type { LazyAws } from "./lazy-aws";
import type { RunOwner, RunOwners } from "../ports";

/** Milliseconds for the task's own metadata endpoint, which answers from the same machine. */
const metadataTimeout = 2_000;

/**
 * @param metadataUri - the task metadata endpoint that ECS gives a container (version 4), where this process is in one
 */
export function runOwners(metadataUri: string | undefined, aws: LazyAws): RunOwners {
  const local = new LocalOwners();
  return {
    self: async () => ({ ...(await local.self()), ...(await ownTask(metadataUri)) }),
    liveness: ({ taskArn, ...owner }) =>
      taskArn === undefined
        ? local.liveness(owner)
        : aws.use((sdk, clients) => new sdk.EcsTaskOwners(clients).liveness(taskArn)),
    end: ({ taskArn, ...owner }) =>
      taskArn === undefined
        ? local.end(owner)
        : aws.use((sdk, clients) => new sdk.EcsTaskOwners(clients).end(taskArn)),
  };
}

/** The task that this process is, by `${ECS_CONTAINER_METADATA_URI_V4}/task`; none where that doesn't answer. */
export async function ownTask(metadataUri: string | undefined): Promise<Pick<RunOwner, "taskArn">> {
  if (metadataUri === undefined) return {};
  try {
    const answer = await fetch(`${metadataUri}/task`, { signal: AbortSignal.timeout(metadataTimeout) });
    return { taskArn: z.object({ TaskARN: z.string() }).parse(await answer.json()).TaskARN };
  } catch {
    return {};
  }
}
