/**
 * Shapes of the JSON that Berth leaves for itself: records beside the state. A reader of one says whether it is what it was
 * written as, and no more; what people write is checked by zod, which tells them what is wrong. It takes twenty times as
 * long to load, and the commands that only read such records are short.
 */

/** Gives what a value holds, without keys that nobody knows. Throws a TypeError where it has another shape. */
export type Shape<T> = (value: unknown) => T;

/** Of a key that may be missing. */
type OptionalShape<T> = Shape<T> & { readonly isOptional: true };

/** What a shape gives. */
export type Shaped<S extends Shape<unknown>> = ReturnType<S>;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalKey<F extends Fields> = {
  [Key in keyof F]: F[Key] extends OptionalShape<unknown> ? Key : never;
}[keyof F];
type Fielded<F extends Fields> = { [Key in Exclude<keyof F, OptionalKey<F>>]: ReturnType<F[Key]> } & {
  [Key in OptionalKey<F>]?: ReturnType<F[Key]> | undefined;
};

function unfit(value: unknown): never {
  throw new TypeError(`${value === null ? "null" : typeof value} where another shape was expected`);
}

export const anything: Shape<unknown> = (value) => value;

export const text: Shape<string> = (value) => (typeof value === "string" ? value : unfit(value));

export const flag: Shape<boolean> = (value) => (typeof value === "boolean" ? value : unfit(value));

export const number: Shape<number> = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : unfit(value);

/** A number that is not below zero. */
export const amount: Shape<number> = (value) => {
  const found = number(value);
  return found < 0 ? unfit(value) : found;
};

/** A whole number that is distinguished from the next. */
export const whole: Shape<number> = (value) => (Number.isSafeInteger(value) ? Number(value) : unfit(value));

export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value) => values.find((one) => one === value) ?? unfit(value);
}

export function listOf<T>(of: Shape<T>): Shape<T[]> {
  return (value) => (Array.isArray(value) ? value.map((one: unknown) => of(one)) : unfit(value));
}

/** Any keys, each with a value of that shape. */
export function mapOf<T>(of: Shape<T>): Shape<Record<string, T>> {
  return (value) => Object.fromEntries(Object.entries(keyed(value)).map(([key, one]) => [key, of(one)]));
}

/** These keys. */
export function record<const F extends Fields>(fields: F): Shape<Fielded<F>> {
  return (value) => {
    const given = keyed(value);
    const read: [string, unknown][] = [];
    for (const [key, of] of Object.entries(fields)) {
      const one = Object.hasOwn(given, key) ? given[key] : undefined;
      if (one !== undefined || !("isOptional" in of)) read.push([key, of(one)]);
    }
    return Object.fromEntries(read) as Fielded<F>;
  };
}

/** Of a key of a {@link record} that may be missing. */
export function optional<T>(of: Shape<T>): OptionalShape<T> {
  return Object.assign((value: unknown) => of(value), { isOptional: true } as const);
}

/** @param missing - what holds where there is no value */
export function orElse<T>(of: Shape<T>, missing: () => NoInfer<T>): Shape<T> {
  return (value) => (value === undefined ? missing() : of(value));
}

function keyed(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unfit(value);
  return value as Readonly<Record<string, unknown>>;
}
