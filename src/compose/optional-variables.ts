/**
 * Variables that are set nowhere, have no default, and are the whole value of what a container or a build gets (`NAME: ${NAME}`).
 * Compose gives an empty text. A deployment does the same where nothing says that a secret is meant: neither its own name nor
 * that of what gets it, nor that Parameter Store has it, and no other value needs it.
 */
import type { CanonicalProject } from "./canonical";
import { namesDatabase, namesSecret } from "./pass-through";
import { hasSecret, templateParts } from "./secret-marker";

/** Where an empty text means what it means to Compose. */
const place = /^services\/[^/]+\/(environment|build\/args)\/[^/]+$/;

/**
 * @param canonical - read with the marks of what is set nowhere
 * @param kept - names that are secrets, or passed through by their name alone
 */
export function optionalVariables(
  canonical: CanonicalProject,
  kept: ReadonlySet<string>,
): ReadonlySet<string> {
  const optional = new Set<string>();
  const needed = new Set(kept);
  for (const { environment } of Object.values(canonical.secrets ?? {}))
    if (environment !== undefined) needed.add(environment);
  // What anchors are written in (`x-common: &common`) is read by nobody: what it gives is where it is used.
  const read = Object.entries(canonical).filter(([key]) => !key.startsWith("x-") || key === "x-berth");
  for (const [path, text] of textsOf(Object.fromEntries(read), "")) {
    if (!hasSecret(text)) continue;
    const parts = templateParts(text);
    const names = parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
    const [name] = names;
    const getter = path.slice(path.lastIndexOf("/") + 1);
    const plain = parts.length === 1 && place.test(path) && !namesSecret(getter) && !namesDatabase(getter);
    if (plain && name !== undefined && !namesSecret(name) && !namesDatabase(name)) optional.add(name);
    else for (const each of names) needed.add(each);
  }
  return new Set([...optional].filter((name) => !needed.has(name)));
}

/** The texts of a value and the names of what is in it, each with its path. */
function* textsOf(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (hasSecret(key)) yield [path, key];
    yield* textsOf(inner, path === "" ? key : `${path}/${key}`);
  }
}
