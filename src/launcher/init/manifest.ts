/** A manifest of Copilot, from which values are taken: what nobody has taken in the end could not be carried over. */

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export class Manifest {
  readonly #tree: Tree;

  /** @param value - as it was parsed */
  constructor(value: unknown) {
    this.#tree = isTree(value) ? structuredClone(value) : {};
  }

  /** The value at a path (`image.port`), which is then taken; `undefined` where there is none. */
  take(path: string): unknown {
    const [tree, key] = this.#place(path);
    const value = tree?.[key];
    if (tree !== undefined) Reflect.deleteProperty(tree, key);
    return value;
  }

  /** A text or a number as text; anything else stays for others. */
  text(path: string): string | undefined {
    const value = this.#takeIf(path, (each) => typeof each === "string" || typeof each === "number");
    return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
  }

  /** A number, also written as text; anything else stays for others. */
  number(path: string): number | undefined {
    const value = this.#takeIf(
      path,
      (each) => typeof each === "number" || (typeof each === "string" && /^\d+(\.\d+)?$/.test(each)),
    );
    return value === undefined ? undefined : Number(value);
  }

  flag(path: string): boolean {
    return this.#takeIf(path, (each) => typeof each === "boolean") === true;
  }

  /** The entries of a map, taken. */
  entries(path: string): readonly (readonly [string, unknown])[] {
    const value = this.take(path);
    return isTree(value) ? Object.entries(value) : [];
  }

  /** One text, or a list of them. */
  texts(path: string): readonly string[] {
    const value = this.take(path);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.filter((each): each is string => typeof each === "string");
  }

  #takeIf(path: string, isWanted: (value: unknown) => boolean): unknown {
    const [tree, key] = this.#place(path);
    return tree !== undefined && isWanted(tree[key]) ? this.take(path) : undefined;
  }

  /** The map that has a path's last key, where there is one. */
  #place(path: string): readonly [tree: Tree | undefined, key: string] {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let at: Tree | undefined = this.#tree;
    for (const key of keys) at = at !== undefined && isTree(at[key]) ? at[key] : undefined;
    return [at, last];
  }

  /** The paths of what is left, each as far as it is a map. */
  left(): readonly string[] {
    const paths = (tree: Tree, before: string): readonly string[] =>
      Object.entries(tree).flatMap(([key, value]) => {
        if (isTree(value)) return paths(value, `${before}${key}.`);
        return value === undefined || value === null ? [] : [`${before}${key}`];
      });
    return paths(this.#tree, "");
  }
}
