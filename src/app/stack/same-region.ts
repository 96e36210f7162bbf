/** A stack stays in its region: nothing of it exists in another one, whatever the state says. */
import { BerthError } from "../../errors";
import type { StackIdentity, StackResource } from "../../ports";

/** Pulumi's token of the provider that a stack's resources are made with. */
const provider = "pulumi:providers:aws";

/**
 * Refuses a run that was asked for another region than the one that the stack is in: an `up` would make all of it again
 * and lose its data, and a `down` would find nothing, forget it, and leave it running.
 *
 * @param resources - of the stack's state
 * @throws BerthError (usage)
 */
export function refuseOtherRegion(
  { project, stack }: StackIdentity,
  resources: readonly StackResource[],
  region: string,
): void {
  const regions = resources.flatMap(({ type, inputs }) =>
    type === provider && typeof inputs["region"] === "string" ? [inputs["region"]] : [],
  );
  const [own] = regions;
  if (own === undefined || regions.includes(region)) return;
  throw new BerthError("usage", {
    path: "AWS_REGION",
    message: `the stack ${stack} of ${project} is in ${own}, and this run is for ${region}`,
    hint: `set AWS_REGION=${own}; for ${region} too, name another stack (BERTH_STACK); to move it, run down in ${own} before`,
  });
}
