/** What AWS refuses, as things with names: each is reported with its fix, is in docs/preflight.md, and is tried by a test. */
import type { Properties, Refusal } from "../cloud/cloud";
import { numberOf } from "../cloud/values";

export interface RuleText {
  /** What it is about, as the page lists it; no other rule says the same. */
  readonly what: string;
  /** What AWS takes. */
  readonly limit: string;
  /** The page of AWS that says so. */
  readonly source: string;
  /** What to write or do instead. */
  readonly fix: string;
}

export class Rule {
  constructor(readonly text: RuleText) {}

  /**
   * @param property - the path of the input at fault, inside the resource
   * @param message - what is wrong, with the value in it
   */
  refuse(property: string, message: string): Refusal {
    return { property, message, rule: this.text.what, hint: this.text.fix };
  }

  /** A refusal where something is not as it has to be. */
  unless(holds: boolean, property: string, message: () => string): readonly Refusal[] {
    return holds ? [] : [this.refuse(property, message())];
  }
}

/** A number has a least and a greatest value. What is absent is not refused. */
export class RangeRule extends Rule {
  constructor(
    what: string,
    readonly minimum: number,
    readonly maximum: number,
    source: string,
    more: Partial<Pick<RuleText, "limit" | "fix">> = {},
  ) {
    const limit = `${minimum} to ${maximum}`;
    super({ what, limit, source, fix: `use ${limit}`, ...more });
  }

  check(inputs: Properties, property: string, at = property): readonly Refusal[] {
    const value = numberOf(inputs[property]);
    const holds = value === undefined || (value >= this.minimum && value <= this.maximum);
    return this.unless(holds, at, () => `${value} is outside of ${this.minimum} to ${this.maximum}`);
  }
}

/** A value is one of a list. What is absent is not refused. */
export class ChoiceRule extends Rule {
  constructor(
    what: string,
    readonly values: readonly (string | number)[],
    source: string,
    more: Partial<Pick<RuleText, "limit" | "fix">> = {},
  ) {
    super({ what, limit: values.join(", "), source, fix: `use one of ${values.join(", ")}`, ...more });
  }

  check(inputs: Properties, property: string, at = property): readonly Refusal[] {
    const value = inputs[property];
    const holds = value === undefined || this.values.some((allowed) => allowed === value);
    return this.unless(holds, at, () => `${JSON.stringify(value)} is none of ${this.values.join(", ")}`);
  }
}

/** A policy or another document is a JSON object of a greatest length. */
export class DocumentRule extends Rule {
  /** @param maximum - characters, spaces not counted */
  constructor(
    what: string,
    readonly maximum: number,
    source: string,
  ) {
    const limit = `a JSON object of at most ${maximum} characters`;
    super({ what, limit, source, fix: `write ${limit}, or grant less in one document` });
  }

  check(inputs: Properties, property: string): readonly Refusal[] {
    const text = inputs[property];
    if (typeof text !== "string") return [];
    const length = text.replace(/\s/g, "").length;
    return [
      ...this.unless(length <= this.maximum, property, () => {
        return `the document has ${length} characters, more than ${this.maximum} (LimitExceeded)`;
      }),
      ...this.unless(
        isObject(text),
        property,
        () => "the document is not valid JSON (MalformedPolicyDocument)",
      ),
    ];
  }
}

function isObject(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null;
  } catch {
    return false;
  }
}
