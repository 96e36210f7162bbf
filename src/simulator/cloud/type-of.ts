/** The types of the simulated AWS by their tokens. */
import type { Properties, Refusal } from "./cloud";
import { CloudError } from "./error";
import { checkName } from "./naming";
import type { ResourceType } from "./resource-type";
import { namesByType, resourceTypes } from "../services";

/** The description of a type. @throws CloudError on a token that the simulated AWS has not */
export function typeOf(token: string): ResourceType {
  const type = resourceTypes.get(token);
  if (type === undefined) throw new CloudError(`the simulated AWS has no ${token}`);
  return type;
}

/** What is wrong with the name that the inputs give. */
export function nameProblems(type: ResourceType, inputs: Properties): readonly Refusal[] {
  const rules = namesByType.get(type.token);
  return type.name === undefined || rules === undefined ? [] : checkName(type.name, rules, inputs);
}
