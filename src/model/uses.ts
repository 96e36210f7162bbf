/** Which managed services a container connects to, by its environment. */
import type { EnvironmentValue } from "./project";

/** Variables whose bare word is a name, a user or a kind, and no host. */
const noHost =
  /(USER|USERNAME|PASS|PASSWORD|SECRET|TOKEN|DATABASE|DB|DBNAME|NAME|SCHEMA|TYPE|ENGINE|CLIENT|DRIVER|DIALECT|ENV|MODE)$/i;

/** `scheme://authority`, also inside `jdbc:…`. Looked for by its `://`: from each letter of a long word it would take minutes. */
const authority = /(?<=[a-z][a-z0-9+.-]*):\/\/([^/?#\s"']*)/gi;
/** `host=db`, `Server=tcp:db,1433`, `"host": "db"`. */
const keyword =
  /\b(?:host|hostname|hostaddr|server|addr|address|data source)["']?\s*[=:]\s*["']?(?:tcp:)?([\w.-]+)/gi;
/** `user:password@tcp(db:3306)/name`. */
const wrapped = /@(?:\w+\()?([\w.-]+)(?::\d+)?[)/]/g;

/** Stands for a secret's value: a part of a word, and no service's name. */
const unknownText = "_";

/**
 * Every host that a variable's value can mean, in lower case. Secrets inside a text are unknown parts.
 */
export function hostsIn(name: string, value: EnvironmentValue): ReadonlySet<string> {
  if (value.kind === "secret") return new Set();
  const parts = value.kind === "plain" ? [value.value] : value.parts;
  const text = parts.map((part) => (typeof part === "string" ? part : unknownText)).join("");
  const hosts = [...text.matchAll(authority)].flatMap(([, found = ""]) =>
    (found.split("@").at(-1) ?? "").split(","),
  );
  for (const pattern of [keyword, wrapped])
    hosts.push(...[...text.matchAll(pattern)].map(([, host = ""]) => host));
  if (!text.includes("://")) {
    const words = text.split(",").map((word) => word.trim());
    hosts.push(...words.filter((word) => /^[\w.-]+:\d+$/.test(word) || !noHost.test(name)));
  }
  return new Set(hosts.map((host) => host.replace(/:\d+$/, "").toLowerCase()).filter((host) => host !== ""));
}

/**
 * The managed services, by name, that a container depends on or names as a host.
 *
 * @param managed - the names under which each managed service resolves
 */
export function usedServices(
  managed: ReadonlyMap<string, readonly string[]>,
  dependencies: readonly string[],
  environment: Readonly<Record<string, EnvironmentValue>>,
): readonly string[] {
  const hosts = new Set(Object.entries(environment).flatMap(([name, value]) => [...hostsIn(name, value)]));
  return [...managed]
    .filter(([service, names]) => dependencies.includes(service) || names.some((name) => hosts.has(name)))
    .map(([service]) => service);
}
