/** Rules by the path of a value: `services.*.build.args`, where `*` is any key, and any item of a list. */

/** One step of the table: the rule that stands here, and the steps from here. */
export interface Step<T> {
  readonly rule: T | undefined;
  next(key: string): Step<T> | undefined;
}

class Branch<T> implements Step<T> {
  rule: T | undefined = undefined;
  readonly #named = new Map<string, Branch<T>>();
  #any: Branch<T> | undefined;

  next(key: string): Branch<T> | undefined {
    return this.#named.get(key) ?? this.#any;
  }

  grow(key: string): Branch<T> {
    if (key === "*") return (this.#any ??= new Branch());
    const branch = this.#named.get(key) ?? new Branch<T>();
    this.#named.set(key, branch);
    return branch;
  }
}

/** A table of rules; a path is looked up one key at a time, beginning with the step given back. */
export function pathTable<T>(rules: Readonly<Record<string, T>>): Step<T> {
  const root = new Branch<T>();
  for (const [path, rule] of Object.entries(rules)) {
    let branch = root;
    for (const key of path.split(".")) branch = branch.grow(key);
    branch.rule = rule;
  }
  return root;
}

/** The same rules under several paths: `{services, jobs}` for `["services", "jobs"]`. */
export function under<T>(
  prefixes: readonly string[],
  rules: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    prefixes.flatMap((prefix) =>
      Object.entries(rules).map(([path, rule]) => [`${prefix}.${path}`, rule] as const),
    ),
  );
}

/** The step for items of a list. */
export const itemKey = "[]";
