/** The types of the simulated AWS by their tokens. */
import { CloudError } from "./error";
import type { ResourceType } from "./resource-type";
import { resourceTypes } from "../services";

/** The description of a type. @throws CloudError on a token that the simulated AWS has not */
export function typeOf(token: string): ResourceType {
  const type = resourceTypes.get(token);
  if (type === undefined) throw new CloudError(`the simulated AWS has no ${token}`);
  return type;
}
