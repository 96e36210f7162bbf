/** Names of resources: made from the logical name as Pulumi does, and checked against what AWS takes. */
import { createHash } from "node:crypto";
import type { Properties, Refusal } from "./cloud";
import { refusal, type NameRule, type ResourceType, type World } from "./resource-type";

/** Pulumi's note in the inputs of which properties it filled in. */
export const defaultsKey = "__defaults";

const suffixLength = 7;
const attempts = 100;

/** Hexadecimal digits that are the same for the same parts. */
export function hexOf(length: number, ...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, length);
}

/** Whether a resource of the type bears the name in the scope of these inputs already. */
export function nameHolder(
  type: ResourceType,
  rule: NameRule,
  name: string,
  inputs: Properties,
  world: World,
) {
  if (rule.unique === false) return undefined;
  const scope = typeof rule.unique === "function" ? rule.unique : () => "";
  const wanted = scope(inputs);
  return world
    .all(type.token)
    .find((resource) => resource.outputs[rule.property] === name && scope(resource.outputs) === wanted);
}

/** A name of the logical name and seven hexadecimal digits, kept from the old inputs where it was made before. */
export function fillName(
  type: ResourceType,
  urn: string,
  inputs: Properties,
  old: Properties | undefined,
  world: World,
): Properties {
  const rule = type.name;
  if (rule === undefined || rule.auto === false) return inputs;
  const { property } = rule;
  if (inputs[property] !== undefined || inputs[`${property}Prefix`] !== undefined) return inputs;
  const marked = { ...inputs, [defaultsKey]: [property] };
  if (old !== undefined && isAutoNamed(old, property)) return { ...marked, [property]: old[property] };
  const logical = urn.split("::").pop() ?? "";
  const stem = rule.lower === true ? logical.toLowerCase() : logical;
  let name = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    name = `${stem}-${hexOf(suffixLength, urn, attempt)}`;
    if (nameHolder(type, rule, name, inputs, world) === undefined) break;
  }
  return { ...marked, [property]: name };
}

/** Whether the name in these inputs was made by {@link fillName}. */
export function isAutoNamed(inputs: Properties, property: string): boolean {
  const marks = inputs[defaultsKey];
  return Array.isArray(marks) && marks.includes(property);
}

/** What AWS refuses of the name by itself: its length and its characters. */
export function checkName(rule: NameRule, inputs: Properties): readonly Refusal[] {
  const name = inputs[rule.property];
  if (typeof name !== "string") return [];
  const { property, maximum, minimum = 1 } = rule;
  const problems: Refusal[] = [];
  if (name.length > maximum || name.length < minimum) {
    problems.push(
      refusal(property, `'${name}' has ${name.length} characters; ${minimum} to ${maximum} are allowed`),
    );
  }
  if (!rule.pattern.test(name)) problems.push(refusal(property, `'${name}' is not allowed: ${rule.says}`));
  return problems;
}

/** Inputs as a plan shows them: without Pulumi's own notes. */
export function withoutNotes(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== defaultsKey));
}
