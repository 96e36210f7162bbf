/** TLS of the managed stores: what each of them asks for, and what its clients are given for it. */
import { assertNever } from "../errors";
import { definedOnly } from "../defined";
import type {
  ContainerService,
  EnvironmentValue,
  DatabaseService,
  Project,
  StoreService,
  StoreTls,
} from "../model/project";
import type { StoreInputs } from "./descriptor";
import { isStore } from "./index";
import { refusingClients, rootsVariables, unverifiedClients, verifyingClient } from "./clients";
import { resolveRedis, type RedisTls } from "./redis/tls";
import type { ResolvedStore } from "./resolved";

/** The setting of `x-berth` for each kind, as the mode has it with the file's own over it. */
export interface TlsSettings {
  readonly postgresTls: StoreTls;
  readonly mysqlTls: StoreTls;
  readonly redisTls: RedisTls;
}

/** What decides the TLS of a project's stores. */
export interface TlsWishes {
  readonly settings: TlsSettings;
  /** The settings that the file itself gives. */
  readonly given: (setting: string) => boolean;
  /** What the resource of an existing store was made with. @default none exists */
  readonly deployed?: (service: StoreService) => StoreInputs | undefined;
  /** Amazon's roots of the region, where a service asks for them. */
  readonly roots?: string | undefined;
}

/** The tag of a database that does not force TLS: one without it does, as earlier releases made all of them. */
export const tlsTag = "berth:tls";

/** Whether the file itself says what it wants, so that nothing else is asked. */
export function saysTls(service: StoreService, { given }: Pick<TlsWishes, "given">): boolean {
  return service.tls !== undefined || given(`${service.kind}Tls`);
}

/**
 * Settles the TLS of each store: as its service says, else `x-berth`, else as the existing store has it, else as the
 * mode has it for a new one.
 *
 * @param chosen - the stores that are settled. @default all
 */
export function resolveTls(
  project: Project,
  wishes: TlsWishes,
  chosen: (service: StoreService) => boolean = () => true,
): ResolvedStore {
  const all = project.services.filter(isStore).filter(chosen);
  return all.reduce<ResolvedStore>(
    (before, { name }) => {
      const store = before.project.services.find((service) => service.name === name);
      if (store === undefined || !isStore(store)) return before;
      const after = resolveStore(before.project, store, wishes);
      return {
        project: after.project,
        warnings: [...before.warnings, ...after.warnings],
        problems: [...before.problems, ...after.problems],
      };
    },
    { project, warnings: [], problems: [] },
  );
}

function resolveStore(project: Project, store: StoreService, wishes: TlsWishes): ResolvedStore {
  const { settings } = wishes;
  const stood = saysTls(store, wishes) ? undefined : wishes.deployed?.(store);
  switch (store.kind) {
    case "postgres":
    case "mysql": {
      const tls = store.tls ?? (stood && databaseTls(stood)) ?? settings[`${store.kind}Tls`];
      return resolveDatabase(project, { ...store, tls }, wishes.roots);
    }
    case "redis": {
      const kept = stood && cacheTls(stood);
      const byMode = stood === undefined && !saysTls(store, wishes);
      return resolveRedis(project, store, store.tls ?? kept?.wanted ?? settings.redisTls, {
        ...definedOnly({ forced: kept?.forced }),
        byMode,
      });
    }
    default:
      return assertNever(store);
  }
}

/** What a database was made with. */
function databaseTls({ tags }: StoreInputs): StoreTls {
  const tag = typeof tags === "object" && tags !== null ? (tags as StoreInputs)[tlsTag] : undefined;
  return tag === "preferred" || tag === "off" ? tag : "required";
}

/** What a cache was made with. One with a token keeps it for as long as its clients can have it. */
function cacheTls(inputs: StoreInputs): { readonly wanted: RedisTls; readonly forced: boolean } {
  if (inputs["transitEncryptionEnabled"] !== true) return { wanted: "off", forced: false };
  if (inputs["authToken"] !== undefined) return { wanted: "auto", forced: false };
  return { wanted: "preferred", forced: inputs["transitEncryptionMode"] === undefined };
}

function resolveDatabase(project: Project, store: DatabaseService, roots: string | undefined): ResolvedStore {
  const clients = project.services.filter(
    (service) => service.kind === "container" && service.uses.includes(store.name),
  ) as readonly ContainerService[];
  const services = project.services.map((service) => {
    if (service.name === store.name) return store;
    return service.kind === "container" && clients.includes(service)
      ? withRoots(verifyingClient(service, store), store, roots)
      : service;
  });
  return {
    project: { ...project, services },
    warnings: unverifiedClients(clients, store),
    problems: store.tls === "required" ? refusingClients(clients, store) : [],
  };
}

/**
 * A client with Amazon's roots in a file, and the variables by which libraries find it: `PGSSLROOTCERT` (libpq and what
 * is built on it, pgx, lib/pq, Npgsql) and `NODE_EXTRA_CA_CERTS` (Node.js, beside its own roots).
 */
function withRoots(
  client: ContainerService,
  store: DatabaseService,
  roots: string | undefined,
): ContainerService {
  const { ca: path } = store;
  if (path === undefined || roots === undefined) return client;
  const content: EnvironmentValue = { kind: "plain", value: roots };
  const file = { path, mode: 0o444, uid: 0, gid: 0, content };
  const files = [...(client.files ?? []).filter((other) => other.path !== path), file];
  const found: EnvironmentValue = { kind: "plain", value: path };
  return {
    ...client,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    environment: {
      ...Object.fromEntries(rootsVariables(store).map((name) => [name, found] as const)),
      ...client.environment,
    },
  };
}
