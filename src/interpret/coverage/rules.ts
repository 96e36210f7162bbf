/**
 * The words of the coverage table: what Berth does with a key, and where the table goes on below it.
 *
 * - honoured: the program runs as the key says. `note` says where its values draw a line.
 * - warned: the key has no meaning on Fargate; the sentence says what happens instead.
 * - refused: to drop the key would change what the program does; the fix says what to write instead.
 */
export interface Rule {
  readonly verdict: "honoured" | "warned" | "refused";
  /** The sentence the user reads; required of a key that is not honoured. */
  readonly why?: string;
  /** What to write instead of a refused key. */
  readonly fix?: string;
  /** Rules of the keys below, for a map with fixed keys. */
  readonly keys?: Rules;
  /** The rule of each item of a list. */
  readonly items?: Rule;
  /** The rule of each value of a map with free keys. */
  readonly values?: Rule;
}

export type Rules = Readonly<Record<string, Rule>>;

export function honoured(note?: string): Rule {
  return note === undefined ? { verdict: "honoured" } : { verdict: "honoured", why: note };
}

export function warned(why: string): Rule {
  return { verdict: "warned", why };
}

export function refused(why: string, fix: string): Rule {
  return { verdict: "refused", why, fix };
}

/** A map with fixed keys. */
export function section(keys: Rules, note?: string): Rule {
  return { ...honoured(note), keys };
}

/** A list. */
export function list(rule: Rule, note?: string): Rule {
  return { ...honoured(note), items: rule };
}

/** A map with free keys. */
export function map(rule: Rule, note?: string): Rule {
  return { ...honoured(note), values: rule };
}

/** The same rule for several keys. */
export function all(names: readonly string[], rule: Rule): Rules {
  return Object.fromEntries(names.map((name) => [name, rule]));
}
