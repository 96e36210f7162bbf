/** Names of resources: made from the logical name as Pulumi does, and checked against what AWS takes. */
import { createHash } from "node:crypto";
import type { Properties, Refusal } from "./cloud";
import type { NameRule, ResourceType, World } from "./resource-type";
import { Rule } from "../rules/rule";

/** Pulumi's note in the inputs of which properties it filled in. */
export const defaultsKey = "__defaults";

const suffixLength = 7;
const attempts = 100;

/** Hexadecimal digits that are the same for the same parts. */
export function hexOf(length: number, ...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, length);
}

/**
 * Whether a resource of the type has the name in the scope of these inputs already; of IAM, which is one service for
 * all regions of an account (IAM user guide, "What is IAM?"), in another region too.
 */
export function nameHolder(
  type: ResourceType,
  rule: NameRule,
  name: string,
  inputs: Properties,
  world: World,
  otherRegions: readonly World[] = [],
) {
  if (rule.unique === false) return undefined;
  const scope = typeof rule.unique === "function" ? rule.unique : () => "";
  const wanted = scope(inputs);
  const worlds = type.token.startsWith("aws:iam/") ? [world, ...otherRegions] : [world];
  return worlds
    .flatMap((each) => each.all(type.token))
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

/** The two rules that a name has: of its length, and of its characters. */
export interface NameRules {
  readonly length: Rule;
  readonly characters: Rule;
}

/** @param words - the type as a person says it: `ec2 SecurityGroup` */
export function nameRules({ minimum = 1, maximum, says, source }: NameRule, words: string): NameRules {
  const length = `${minimum} to ${maximum}`;
  return {
    length: new Rule({
      what: `length of a name of ${words}`,
      limit: length,
      source,
      fix: `use a name of ${length} characters`,
    }),
    characters: new Rule({
      what: `characters of a name of ${words}`,
      limit: says,
      source,
      fix: `use ${says}`,
    }),
  };
}

/** What AWS refuses of the name by itself: its length and its characters. */
export function checkName(rule: NameRule, rules: NameRules, inputs: Properties): readonly Refusal[] {
  const { property, maximum, minimum = 1, says } = rule;
  const name = inputs[property];
  if (typeof name !== "string") return [];
  return [
    ...rules.length.unless(name.length <= maximum && name.length >= minimum, property, () => {
      return `'${name}' has ${name.length} characters; ${minimum} to ${maximum} are allowed`;
    }),
    ...rules.characters.unless(rule.pattern.test(name), property, () => `'${name}' is not allowed: ${says}`),
  ];
}
