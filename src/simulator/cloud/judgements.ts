/** What AWS refuses of a resource's inputs by themselves, whatever else there is. */
import type { Properties, Refusal } from "./cloud";
import { checkName } from "./naming";
import type { ResourceType } from "./resource-type";
import { namesByType } from "../services";
import { readableProperties } from "./values";

interface Judgement {
  /** The inputs as far as rules can read them. */
  readonly seen: Properties;
  readonly refusals: readonly Refusal[];
}

/** A resource is checked, and then made of the same inputs: they are judged once. */
export class Judgements {
  private readonly known = new WeakMap<Properties, Judgement>();

  of(type: ResourceType, inputs: Properties): Judgement {
    const known = this.known.get(inputs);
    if (known !== undefined) return known;
    const seen = readableProperties(inputs);
    const judgement = { seen, refusals: [...nameProblems(type, seen), ...(type.check?.(seen) ?? [])] };
    this.known.set(inputs, judgement);
    return judgement;
  }
}

/** What is wrong with the name that the inputs give. */
function nameProblems(type: ResourceType, inputs: Properties): readonly Refusal[] {
  const rules = namesByType.get(type.token);
  return type.name === undefined || rules === undefined ? [] : checkName(type.name, rules, inputs);
}
