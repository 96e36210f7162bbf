/** Hosts in full where no search domain completes them: `http://api:8080` becomes `http://api.todo.internal:8080`. */
import { hostNames } from "./readers";
import type { ContainerService, EnvironmentValue, Project, Service } from "./project";

/** A project whose environments name other services in full, and where they do. */
export interface FullyNamed {
  readonly project: Project;
  /** `web.API_URL`: service and variable, in the file's order. */
  readonly changed: readonly string[];
}

/** What glibc's resolver completes names with, in place of what the network says (resolv.conf(5)); others read no such thing. */
const searchVariable = "LOCALDOMAIN";

/** `://authority` of a scheme, also inside `jdbc:…`. */
const authority = /(?<=[a-z][a-z0-9+.-]*)(:\/\/)([^/?#\s"']*)/gi;
/** `host=db`, `Server=tcp:db,1433`. */
const keyword =
  /(\b(?:host|hostname|hostaddr|server|addr|address|data source)["']?\s*[=:]\s*["']?(?:tcp:)?)([\w.-]+)/gi;
/** `user:password@tcp(db:3306)/name`. */
const wrapped = /(@\w+\()([\w.-]+)/g;
/** Variables whose value is a host, or a list of them, and nothing else. */
const hostVariable =
  /(^|_)(HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|ENDPOINTS|BROKERS|NODES)$/i;

/**
 * Writes the names of services in full wherever a variable's value can mean a host.
 *
 * @param domain - the private domain: `todo.internal`
 */
export function withFullNames(project: Project, domain: string): FullyNamed {
  const names = new Set(project.services.flatMap(namesOf).filter(isShort));
  const changed: string[] = [];
  const services = project.services.map((service): Service => {
    if (service.kind !== "container") return service;
    const environment = fullEnvironment(service, names, domain, changed);
    return {
      ...service,
      environment: { [searchVariable]: { kind: "plain", value: domain }, ...environment },
    };
  });
  return { project: { ...project, services }, changed };
}

function namesOf(service: Service): readonly string[] {
  return service.kind === "container" ? [service.name, ...service.aliases] : hostNames(service);
}

function isShort(name: string): boolean {
  return !name.includes(".");
}

function fullEnvironment(
  service: ContainerService,
  names: ReadonlySet<string>,
  domain: string,
  changed: string[],
): ContainerService["environment"] {
  const full = (host: string): string => (names.has(host.toLowerCase()) ? `${host}.${domain}` : host);
  return Object.fromEntries(
    Object.entries(service.environment).map(([variable, value]) => {
      const text = textOf(value);
      const written = text === undefined ? undefined : fullText(variable, text, full);
      if (written === undefined || written === text) return [variable, value];
      changed.push(`${service.name}.${variable}`);
      return [variable, valueOf(written, value)];
    }),
  );
}

function fullText(variable: string, text: string, full: (host: string) => string): string {
  const hostAndPort = (word: string): string => word.replace(/^[\w.-]+(?=(:\d+)?$)/, full);
  const list = (words: string): string => words.split(",").map(hostAndPort).join(",");
  const urls = text.replace(authority, (_, scheme: string, rest: string) => {
    const at = rest.lastIndexOf("@") + 1;
    return scheme + rest.slice(0, at) + list(rest.slice(at));
  });
  if (urls !== text || text.includes("://")) return urls;
  const words = text
    .replace(keyword, (_, key: string, host: string) => key + full(host))
    .replace(wrapped, (_, opening: string, host: string) => opening + full(host));
  if (words !== text) return words;
  // A bare word is a host only where the variable's name, or a port behind it, says so.
  const bare = hostVariable.test(variable) || /^[\w.-]+:\d+(,[\w.-]+:\d+)*$/.test(text);
  return bare ? list(text) : text;
}

// Secrets inside a text are one character of Unicode's private use each, which no host name holds.
const firstMark = 0xe000;

function textOf(value: EnvironmentValue): string | undefined {
  if (value.kind === "secret") return undefined;
  if (value.kind === "plain") return value.value;
  return value.parts
    .map((part, index) => (typeof part === "string" ? part : String.fromCharCode(firstMark + index)))
    .join("");
}

function valueOf(text: string, before: EnvironmentValue): EnvironmentValue {
  if (before.kind !== "template") return { kind: "plain", value: text };
  const pieces = text.split(/([\ue000-\uf8ff])/).filter((piece) => piece !== "");
  return {
    kind: "template",
    parts: pieces.map((piece) => {
      const part = before.parts[piece.charCodeAt(0) - firstMark];
      return part === undefined || typeof part === "string" ? piece : part;
    }),
  };
}
