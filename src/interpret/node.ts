/**
 * A value of the canonical form with its compose path: reading it reports what is wrong with it, so that nothing
 * downstream has to know paths, and no shape of input makes the interpretation throw.
 */
import { isRecord } from "../defined";
import { hasSecret, templateParts } from "../compose/secret-marker";
import { secondsOf } from "../model/duration";
import type { Report } from "./report";

/** Names of the variables in a text that are set nowhere, without duplicates. */
export function unsetVariables(text: string): readonly string[] {
  const names = templateParts(text).flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
  return [...new Set(names)];
}

export { isRecord };

export class Node {
  constructor(
    readonly value: unknown,
    /** `services.api.ports[0]`; empty for the project itself. */
    readonly path: string,
    readonly report: Report,
  ) {}

  /** Whether the file gives a value: neither absent nor null. */
  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The value of a key; absent where this is no map. */
  get(key: string): Node {
    const value = isRecord(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Node(value, this.path === "" ? key : `${this.path}.${key}`, this.report);
  }

  /** Follows keys: `at("deploy", "resources")`. */
  at(...keys: readonly string[]): Node {
    return keys.reduce<Node>((node, key) => node.get(key), this);
  }

  /** Whether a map has the key, also with a null value. */
  has(key: string): boolean {
    return isRecord(this.value) && Object.hasOwn(this.value, key);
  }

  /** The entries of a map; a value that is none is reported. */
  entries(): readonly (readonly [string, Node])[] {
    if (isRecord(this.value)) return Object.keys(this.value).map((key) => [key, this.get(key)] as const);
    this.wrongUnlessAbsent("a map");
    return [];
  }

  /** The items of a list; a value that is none is reported. */
  items(): readonly Node[] {
    if (Array.isArray(this.value)) {
      return this.value.map((item, index) => new Node(item, `${this.path}[${index}]`, this.report));
    }
    this.wrongUnlessAbsent("a list");
    return [];
  }

  /** A text as it is, numbers and booleans as their text; unset variables stay marked in it. */
  rawText(): string | undefined {
    if (typeof this.value === "string") return this.value;
    if (typeof this.value === "number" || typeof this.value === "boolean") return String(this.value);
    this.wrongUnlessAbsent("a text");
    return undefined;
  }

  /**
   * A text without unset variables: only the values of `environment` may hold secrets, and an empty text in place
   * of a variable would change the program behind the user's back.
   */
  text(ofSecrets?: string): string | undefined {
    const text = this.rawText();
    if (text === undefined || !hasSecret(text)) return text;
    this.unset(text, ofSecrets);
    return undefined;
  }

  /**
   * Reports the variables of a text that are set nowhere.
   *
   * @param ofSecrets - what to do where the variable is meant as a secret. @default nothing is said of it
   */
  unset(text: string, ofSecrets?: string): void {
    for (const name of unsetVariables(text)) {
      if (this.report.isSecret(name))
        this.problem(
          `${name} is a secret, for a service reads it by its name alone, and no secret can be used here`,
          ofSecrets ?? `write ${name}: \${${name}} in that service's environment, where .env may set it`,
        );
      else
        this.problem(
          `variable ${name} is not set`,
          `set ${name} in .env, or give a default: \${${name}:-value}${ofSecrets === undefined ? "" : `; ${ofSecrets}`}`,
        );
    }
  }

  /** The texts of a list. */
  texts(ofSecrets?: string): readonly string[] {
    return this.items().flatMap((item) => item.text(ofSecrets) ?? []);
  }

  /** A finite number, also written as text. */
  number(): number | undefined {
    if (typeof this.value === "number" && Number.isFinite(this.value)) return this.value;
    const text = typeof this.value === "string" ? this.text() : "";
    if (text === undefined) return undefined;
    const number = text.trim() === "" ? NaN : Number(text);
    if (Number.isFinite(number)) return number;
    this.wrongUnlessAbsent("a number");
    return undefined;
  }

  /** A whole number within bounds. */
  integer(min: number, max: number): number | undefined {
    const number = this.number();
    if (number === undefined) return undefined;
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    this.problem(`${number} is out of range: a whole number from ${min} to ${max}`);
    return undefined;
  }

  boolean(): boolean | undefined {
    if (typeof this.value === "boolean") return this.value;
    const text = this.text();
    if (text === "true" || text === "false") return text === "true";
    if (text !== undefined) this.wrongUnlessAbsent("true or false");
    return undefined;
  }

  /** A duration in seconds. */
  seconds(): number | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    const seconds = secondsOf(text);
    if (seconds === undefined) this.wrongUnlessAbsent("a duration like 1m30s");
    return seconds;
  }

  problem(message: string, hint?: string): void {
    this.report.problem(this.path, message, hint);
  }

  refuse(why: string, fix?: string): void {
    this.report.refuse(this.path, why, fix);
  }

  warn(why: string): void {
    this.report.warn(this.path, why);
  }

  private wrongUnlessAbsent(expected: string): void {
    if (this.present) this.problem(`${this.shown()} is not ${expected}`);
  }

  /** The value for a sentence; lists and maps are only named. */
  private shown(): string {
    if (Array.isArray(this.value)) return "a list";
    if (isRecord(this.value)) return "a map";
    return typeof this.value === "string" ? JSON.stringify(this.value) : String(this.value);
  }
}
