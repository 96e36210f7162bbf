/** TLS of a managed cache, and of the clients whose `redis://` URLs can be written again. */
import type { ContainerService, Project, RedisService, Service } from "../../model/project";
import { hostNames, withReader } from "../../model/readers";
import type { ResolvedStore, TlsProblem } from "../resolved";
import { addressMark, oneOf, rewritten, storeMark, textOf, withoutMarks } from "../texts";
import { hostsIn } from "../../model/uses";

/** `auto`: `required` where all that names the cache is a URL that can be written again, else `preferred`. */
export type RedisTls = "auto" | "required" | "preferred" | "off";

/** What else decides for a cache. */
export interface KnownOfCache {
  /** TLS of an existing one, of an engine without modes, which forces it without a token. @default false */
  readonly forced?: boolean;
  /** Whether nobody but the mode has said what is wanted: then a client that would fail is an error. @default false */
  readonly byMode?: boolean;
}

/**
 * Decides for a cache, and rewrites its clients' URLs. Where it is secured `redis://cache:6379/1` becomes
 * `rediss://:<token>@<endpoint>:6379/1`, of which token and endpoint are a part that represents the store; where it is
 * not, a `rediss://` URL gets the endpoint alone. It is the endpoint and not the service's name because clients compare
 * the host with the certificate's, which is of a public authority (ElastiCache User Guide, In-transit encryption).
 *
 */
export function resolveRedis(
  given: Project,
  store: RedisService,
  wanted: RedisTls,
  known: KnownOfCache = {},
): ResolvedStore {
  if (store.hasPassword !== true) return settleOpen(given, store, wanted, known);
  const { project } = left(given, store, [], (client) => withoutPassword(client, store));
  const settled = settleOpen(project, store, wanted, known);
  return { ...settled, problems: [...settled.problems, ...project.services.flatMap(passwordsOf(store))] };
}

/** The URLs of a client without the password of the image, which the cache doesn't ask for. */
function withoutPassword(service: ContainerService, store: RedisService): ContainerService {
  if (!service.uses.includes(store.name)) return service;
  const url = new RegExp(
    `\\b(rediss?://)[^\\s/@"']*@(?=(?:${oneOf(hostNames(store))})(?:[:/?#\\s"']|$))`,
    "gi",
  );
  const environment = Object.entries(service.environment).map(
    ([variable, value]) =>
      [variable, rewritten(textOf(value).replace(url, "$1"), value, store.name)] as const,
  );
  return { ...service, environment: Object.fromEntries(environment) };
}

/** Variables that hold the password alone: a cache that asks for none refuses a client that sends one. */
function passwordsOf(store: RedisService): (service: Service) => readonly TlsProblem[] {
  return (service) => {
    if (service.kind !== "container" || !service.uses.includes(store.name)) return [];
    const passwords = Object.keys(service.environment).filter((name) =>
      /(REDIS|VALKEY|CACHE)\w*PASS/i.test(name),
    );
    return passwords.map((variable) => ({
      path: `services.${service.name}.environment.${variable}`,
      message: `${store.name} asks for no password of the file's own, and refuses a client that sends one`,
      hint: `remove ${variable}, or name the store in a redis:// URL, which is rewritten`,
    }));
  };
}

function settleOpen(
  project: Project,
  store: RedisService,
  wanted: RedisTls,
  { forced = false, byMode = false }: KnownOfCache,
): ResolvedStore {
  const clients = project.services.filter(
    (service) => service.kind === "container" && service.uses.includes(store.name),
  ) as readonly ContainerService[];
  if (wanted === "off") return left(project, { ...store, tls: "off" }, clients.flatMap(asksForTls(store)));
  // What can't be preferred is required where that costs nobody anything.
  const able = knowsTlsModes(store) || forced || clients.length === 0;
  if (wanted === "preferred" && (able || clients.some((client) => obstacles(client, store).length > 0)))
    return prefer(project, store, clients, forced);
  const told = clients.flatMap((client) => obstacles(client, store));
  if (wanted === "auto" && clients.length === 0)
    told.push({ path: `services.${store.name}`, why: "no environment names it" });
  const secured = wanted !== "auto" || told.length === 0;
  const fails = byMode && secured ? told.filter(({ certain }) => certain === true) : [];
  const warnings = told
    .filter((obstacle) => !fails.includes(obstacle))
    .map(({ path, why }) => ({ path, message: advice(store.name, why, secured) }));
  if (!secured) {
    const settled = prefer(project, store, clients, forced);
    return { ...settled, warnings: [...settled.warnings, ...warnings] };
  }
  const own: RedisService = { ...store, tls: "required", secured };
  const problems = fails.map(({ path }) => ({
    path,
    message: `this names ${store.name} in no redis:// URL, and a new cache of this mode forces TLS and asks for a token, which Berth puts into such URLs alone`,
    hint: `write redis://${store.name}:6379 into a variable that the program reads, or x-redis: {tls: preferred} at ${store.name}`,
  }));
  return { ...left(project, own, problems, (client) => withStoreUrls(client, store)), warnings };
}

/** The project with the store as it is now, and its clients as `rewrite` leaves them. */
function left(
  project: Project,
  store: RedisService,
  problems: readonly TlsProblem[],
  rewrite: (client: ContainerService) => ContainerService = (client) => client,
): ResolvedStore {
  const services = project.services.map((service) => {
    if (service.name === store.name) return store;
    return service.kind === "container" ? rewrite(service) : service;
  });
  return { project: { ...project, services }, warnings: [], problems };
}

/** Engines without modes of TLS can only force it: for a program without TLS they are made without. */
function prefer(
  project: Project,
  store: RedisService,
  clients: readonly ContainerService[],
  forced: boolean,
): ResolvedStore {
  const toEndpoint = (client: ContainerService): ContainerService => withEndpoint(client, store);
  if (knowsTlsModes(store))
    return left(project, { ...store, tls: "preferred", secured: false }, [], toEndpoint);
  const asked = clients.flatMap(asksForTls(store)).length > 0;
  if (forced || asked) return left(project, { ...store, tls: "required", secured: false }, [], toEndpoint);
  const warning = {
    path: `services.${store.name}.image`,
    message: `${store.engine} ${store.version} can't offer TLS beside connections without (from Redis 7 on ElastiCache can): it is made without TLS`,
  };
  return { ...left(project, { ...store, tls: "off", secured: false }, []), warnings: [warning] };
}

/** Redis from 7.0.5 on, and every Valkey (ElastiCache User Guide, Enabling in-transit encryption). */
export function knowsTlsModes({ engine, version }: Pick<RedisService, "engine" | "version">): boolean {
  return engine === "valkey" || Number.parseInt(version, 10) >= 7;
}

/** The variables that name the cache in a `rediss://` URL. */
function asksForTls(store: RedisService): (client: ContainerService) => readonly TlsProblem[] {
  const url = new RegExp(`\\brediss://(?:[^\\s/@]*@)?(?:${oneOf(hostNames(store))})(?![\\w.-])`, "i");
  return ({ name, environment }) =>
    Object.entries(environment)
      .filter(([, value]) => url.test(textOf(value)))
      .map(([variable]) => ({
        path: `services.${name}.environment.${variable}`,
        message: `a rediss:// URL asks ${store.name} for TLS, and its tls is off`,
        hint: `write redis://${store.name}:6379, or x-redis: {tls: preferred}`,
      }));
}

/** `rediss://` URLs with the name that the certificate has; that of the replicas has another. */
function withEndpoint(service: ContainerService, store: RedisService): ContainerService {
  return withReader(store).reduce(withOneEndpoint, service);
}

function withOneEndpoint(service: ContainerService, store: RedisService): ContainerService {
  const names = oneOf([store.name, ...store.aliases]);
  const url = new RegExp(`\\b(rediss://(?:[^\\s/@]*@)?)(?:${names})(?=[:/?#\\s"']|$)`, "gi");
  const environment = Object.entries(service.environment).map(([variable, value]) => {
    const text = textOf(value).replace(url, (_, before: string) => `${before}${addressMark}`);
    return [variable, rewritten(text, value, store.name)] as const;
  });
  return { ...service, environment: Object.fromEntries(environment) };
}

interface Obstacle {
  readonly path: string;
  readonly why: string;
  /** Whether the client can't reach a cache with a token by it. @default it may mean something else */
  readonly certain?: boolean;
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
  const names = hostNames(store);
  const pattern = storeUrl(names);
  let urls = 0;
  const found: Obstacle[] = [];
  for (const [variable, value] of Object.entries(client.environment)) {
    const text = textOf(value);
    urls += [...text.matchAll(pattern)].length;
    // A secret is taken for digits: behind a host it is a port.
    const rest = withoutMarks(text.replace(pattern, "redis://_"), "0");
    const hosts = hostsIn(variable, { kind: "plain", value: rest });
    if (names.some((name) => hosts.has(name.toLowerCase())))
      found.push({
        path: `${at}.environment.${variable}`,
        why: "this is no redis:// URL of one host without a password",
        certain: true,
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

/** A whole URL up to its path. `default` is the user that has the token (ElastiCache User Guide, AUTH). */
function storeUrl(names: readonly string[]): RegExp {
  return new RegExp(`\\brediss?://(?:(?:default)?:?@)?(?:${oneOf(names)})(:\\d+)?(?=[/?#\\s"']|$)`, "gi");
}

/** A name as a word of its own, or behind `//` or `@`; what is meant otherwise costs the token and breaks nothing. */
function mention(names: readonly string[]): RegExp {
  return new RegExp(`(?:^|[^\\w./-]|//)(?:${oneOf(names)})(?![\\w-]|\\.\\w)`, "i");
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
  return withReader(store).reduce(withOneStoresUrls, service);
}

function withOneStoresUrls(service: ContainerService, store: RedisService): ContainerService {
  const pattern = storeUrl([store.name, ...store.aliases]);
  const environment = Object.entries(service.environment).map(([variable, value]) => {
    const text = textOf(value).replace(
      pattern,
      (_, port: string | undefined) => `rediss://${storeMark}${port ?? ""}`,
    );
    return [variable, rewritten(text, value, store.name)] as const;
  });
  return { ...service, environment: Object.fromEntries(environment) };
}
