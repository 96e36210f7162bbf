/** Which managed caches force TLS and ask for a token: those whose clients get both through their `redis://` URLs. */
import { hostsIn } from "../model/uses";
import type {
  ContainerService,
  EnvironmentValue,
  Project,
  RedisService,
  TemplatePart,
  Warning,
} from "../model/project";

/** `required`: every cache; `preferred`: none; `auto`: where all that names it is a URL that can be rewritten. */
export type RedisTls = "auto" | "required" | "preferred";

/** A project whose caches are decided, and what the user is told of those that get no token, or clients without it. */
export interface SecuredProject {
  readonly project: Project;
  readonly warnings: readonly Warning[];
}

// Inside a text, secrets stand as one character of Unicode's private use each, and so does the store.
const firstMark = 0xe000;
const storeMark = "\uf8ff";
const marks = /([\ue000-\uf8ff])/;

/**
 * Decides for each cache, and rewrites the URLs of those that are secured: `redis://cache:6379/1` becomes
 * `rediss://:<token>@<endpoint>:6379/1`, of which token and endpoint are a part that stands for the store. It is the
 * endpoint and not the service's name because clients compare the host with the certificate's.
 */
export function withRedisTls(project: Project, setting: RedisTls): SecuredProject {
  if (setting === "preferred") return { project, warnings: [] };
  return project.services.reduce<SecuredProject>(
    (before, store) => (store.kind === "redis" ? secure(before, store, setting) : before),
    { project, warnings: [] },
  );
}

function secure(
  { project, warnings }: SecuredProject,
  store: RedisService,
  setting: RedisTls,
): SecuredProject {
  const containers = project.services.filter((service) => service.kind === "container");
  const clients = containers.filter(({ uses }) => uses.includes(store.name));
  const told = clients.flatMap((client) => obstacles(client, store));
  if (setting === "auto" && clients.length === 0)
    told.push({ path: `services.${store.name}`, why: "no environment names it" });
  const secured = setting === "required" || told.length === 0;
  const services = project.services.map((service) => {
    if (service === store) return { ...store, secured };
    return secured && service.kind === "container" ? withStoreUrls(service, store) : service;
  });
  const more = told.map(({ path, why }) => ({ path, message: advice(store.name, why, secured) }));
  return {
    project: { ...project, services: secured ? services : project.services },
    warnings: [...warnings, ...more],
  };
}

interface Obstacle {
  readonly path: string;
  readonly why: string;
}

function advice(store: string, why: string, secured: boolean): string {
  const write = `write redis://${store}:6379 into a variable`;
  return secured
    ? `${why}: ${store} forces TLS and asks for a token, which this can't know; ${write}, and Berth puts them in`
    : `${why}: ${store} asks for no token; ${write} to get one and forced TLS, or set x-berth.redisTls to preferred to leave it so`;
}

/** What keeps a client from getting the token: whatever names the store and is no URL that can be rewritten. */
function obstacles(client: ContainerService, store: RedisService): readonly Obstacle[] {
  const at = `services.${client.name}`;
  const names = namesOf(store);
  const pattern = storeUrl(names);
  let urls = 0;
  const found: Obstacle[] = [];
  for (const [variable, value] of Object.entries(client.environment)) {
    const text = textOf(value);
    urls += [...text.matchAll(pattern)].length;
    // A secret stands for digits: behind a host it is a port.
    const rest = text.replace(pattern, "redis://_").replaceAll(new RegExp(marks, "g"), "0");
    const hosts = hostsIn(variable, { kind: "plain", value: rest });
    if (names.some((name) => hosts.has(name.toLowerCase())))
      found.push({
        path: `${at}.environment.${variable}`,
        why: "this is no redis:// URL of one host without a password",
      });
  }
  if (textsBeside(client).some((text) => mention(names).test(text)))
    found.push({ path: at, why: `a command, check, build argument or file names ${store.name}` });
  if (urls === 0 && found.length === 0)
    found.push({
      path: at,
      why: `it depends on ${store.name}, and no variable names that in a redis:// URL`,
    });
  return found;
}

function namesOf({ name, aliases }: RedisService): readonly string[] {
  return [name, ...aliases];
}

/** A whole URL up to its path. `default` is the user that has the token (ElastiCache User Guide, AUTH). */
function storeUrl(names: readonly string[]): RegExp {
  return new RegExp(`\\brediss?://(?:(?:default)?:?@)?(?:${oneOf(names)})(:\\d+)?(?=[/?#\\s"']|$)`, "gi");
}

/** A name as a word of its own, or behind `//` or `@`; what is meant otherwise costs the token and breaks nothing. */
function mention(names: readonly string[]): RegExp {
  return new RegExp(`(?:^|[^\\w./-]|//)(?:${oneOf(names)})(?![\\w-]|\\.\\w)`, "i");
}

function oneOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(".", "\\.")).join("|");
}

/** Where a program can have a host from, the environment apart. */
function textsBeside({
  command,
  entrypoint,
  healthcheck,
  image,
  files,
}: ContainerService): readonly string[] {
  const args = image.kind === "build" ? Object.values(image.build.args) : [];
  return [
    ...(command ?? []),
    ...(entrypoint ?? []),
    ...(healthcheck?.command ?? []),
    ...args,
    ...(files ?? []).map(({ content }) => textOf(content)),
  ];
}

function withStoreUrls(service: ContainerService, store: RedisService): ContainerService {
  const pattern = storeUrl(namesOf(store));
  const environment = Object.entries(service.environment).map(([variable, value]) => {
    const text = textOf(value);
    const written = text.replace(
      pattern,
      (_, port: string | undefined) => `rediss://${storeMark}${port ?? ""}`,
    );
    return [variable, written === text ? value : composed(written, value, store.name)] as const;
  });
  return { ...service, environment: Object.fromEntries(environment) };
}

function textOf(value: EnvironmentValue): string {
  if (value.kind === "secret") return "";
  if (value.kind === "plain") return value.value;
  return value.parts
    .map((part, index) => (typeof part === "string" ? part : String.fromCharCode(firstMark + index)))
    .join("");
}

function composed(text: string, before: EnvironmentValue, store: string): EnvironmentValue {
  const known = before.kind === "template" ? before.parts : [];
  const parts = text
    .split(marks)
    .filter((piece) => piece !== "")
    .map((piece): TemplatePart => {
      if (piece === storeMark) return { store };
      const part = known[piece.charCodeAt(0) - firstMark];
      return part === undefined || typeof part === "string" ? piece : part;
    });
  return { kind: "template", parts };
}
