/** A creation that AWS denies, with what it has of another resource from then on. */
import type { Properties } from "./cloud";
import { CloudError } from "./error";
import type { DeniedBy } from "./resource-type";

/** @throws CloudError always, with AWS's words */
export async function deny(
  denied: NonNullable<ReturnType<DeniedBy>>,
  cloud: { change(type: string, id: string, outputs: Properties): Promise<void> },
): Promise<never> {
  if (typeof denied === "string") throw new CloudError(denied);
  const { words, changed } = denied;
  await cloud.change(changed.type, changed.id, changed.outputs);
  throw new CloudError(words);
}
