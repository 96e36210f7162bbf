/**
 * What an `up` would lose: told before anything is touched, in the words of the compose file. The engines' own
 * protection stands behind it, for what only they can see.
 */
import type { DataHolder } from "../../ports";
import { assertNever, type Problem } from "../../errors";
import { dataTypes } from "../../stores/data-types";
import type { PostgresService, Project, RedisService, Service, StoreService } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import { volumesOf } from "../../model/volumes";
import { engineOf, isStore, storeOfResource, stores, type StoreDescriptor } from "../../stores";

/** The option by which the user names what may go. */
export const lossOption = "--allow-data-loss";

const types = { ...dataTypes, bucket: "aws:s3/bucket:Bucket" } as const;

/** What a project wants of its data. */
export interface Wanted {
  readonly project: Project;
  readonly mode: Pick<ModeSettings, "albAccessLogs">;
}

/** The name by which the user speaks of a resource that holds data. */
export function nameOfHeld({ type, name }: Pick<DataHolder, "type" | "name">): string {
  return type === types.bucket ? "access-logs" : name;
}

/** The resources that the user has named, by their names or their URNs. */
export function allowedLosses(
  held: readonly DataHolder[],
  allowed: readonly string[],
): readonly DataHolder[] {
  return held.filter((resource) => allowed.includes(nameOfHeld(resource)) || allowed.includes(resource.urn));
}

/**
 * Everything that the project would have replaced or deleted, and each upgrade that nobody has asked for.
 *
 * @param held - what the stack holds, without what the user allows to go
 * @param targets - URNs of what the run is restricted to: the rest stays as it is. @default all
 */
export function dataProblems(
  wanted: Wanted,
  held: readonly DataHolder[],
  targets?: readonly string[],
): readonly Problem[] {
  return held.flatMap((resource) => {
    if (targets?.includes(resource.urn) === false) return [];
    if (resource.type === types.files) return filesProblems(wanted, resource);
    if (resource.type === types.bucket) return logsProblems(wanted, resource);
    const store = storeOfResource(resource.type, resource.inputs);
    if (store === undefined) return [];
    const service = wanted.project.services.find(({ name }) => name === resource.name);
    return service !== undefined && isStore(service) && service.kind === store.kind
      ? storeProblems(service, resource)
      : [goneProblem(wanted.project, { resource, store }, held, service)];
  });
}

function storeProblems(service: StoreService, resource: DataHolder): readonly Problem[] {
  switch (service.kind) {
    case "postgres":
      return postgresProblems(service, resource);
    case "redis":
      return redisProblems(service, resource);
    default:
      return assertNever(service);
  }
}

/** Data that has outlived its resource. */
export interface KeptData {
  /** By which the user speaks of it. */
  readonly name: string;
  readonly kind: "snapshot" | "file system";
  /** By which AWS knows it. */
  readonly id: string;
  /** What brings it back, or deletes it. */
  readonly use: string;
}

/**
 * What deleted resources have left in the account.
 *
 * @param lost - those of them whose data the user has let go
 * @param outputs - the stack's, from before
 */
export function keptData(
  gone: readonly DataHolder[],
  lost: readonly DataHolder[],
  outputs: Readonly<Record<string, unknown>>,
): readonly KeptData[] {
  return gone.flatMap((resource): KeptData[] => {
    const name = nameOfHeld(resource);
    const snapshot = text(resource, "finalSnapshotIdentifier");
    if (snapshot !== "") {
      const key = storeOfResource(resource.type, resource.inputs)?.keys[0] ?? "";
      return [
        { name, kind: "snapshot", id: snapshot, use: `${key}: {from-snapshot: ${snapshot}} restores it` },
      ];
    }
    const id = outputs["fileSystem"];
    if (resource.type !== types.files || typeof id !== "string" || lost.includes(resource)) return [];
    const use = `external: true with name: ${id}/VOLUME mounts it; aws efs delete-file-system --file-system-id ${id} deletes it`;
    return [{ name, kind: "file system", id, use }];
  });
}

function text(resource: DataHolder, input: string): string {
  const value = resource.inputs[input];
  return typeof value === "string" ? value : "";
}

/** `Postgres database "todo"`, `Redis store`. */
function wordsOf({ type, inputs }: DataHolder): string {
  return storeOfResource(type, inputs)?.wordsOf(inputs) ?? "";
}

/** How to let it go, and what stays then. */
function lettingGo(resource: DataHolder): string {
  const snapshot = text(resource, "finalSnapshotIdentifier");
  return `${lossOption} ${nameOfHeld(resource)} deletes it and leaves the snapshot ${snapshot}`;
}

function goneProblem(
  project: Project,
  { resource, store }: { readonly resource: DataHolder; readonly store: StoreDescriptor },
  held: readonly DataHolder[],
  now: Service | undefined,
): Problem {
  const { name } = resource;
  const what = `its ${wordsOf(resource)} would be deleted`;
  const path = `services.${name}`;
  const [key] = store.keys;
  if (now !== undefined) {
    return {
      path,
      message: `the service is no longer a managed store, and ${what}`,
      hint: `write ${key}: true again, or ${lettingGo(resource)}`,
    };
  }
  const [renamed] = project.services.filter(
    (service) => service.kind === store.kind && !held.some((other) => other.name === service.name),
  );
  if (renamed === undefined) {
    return {
      path,
      message: `service ${name} is gone and ${what}`,
      hint: `put the service back, or ${lettingGo(resource)}`,
    };
  }
  return {
    path,
    message: `service ${name} is gone and ${what}; did you rename it to ${renamed.name}?`,
    hint: `a managed store is bound to its service's name: keep ${name}, with ${renamed.name} among networks.default.aliases; or ${lettingGo(resource)}, with which ${key}: {from-snapshot: …} fills ${renamed.name}`,
  };
}

function postgresProblems(service: PostgresService, resource: DataHolder): readonly Problem[] {
  const at = `services.${service.name}`;
  const names = [
    ["POSTGRES_USER", service.username, text(resource, "username")],
    ["POSTGRES_DB", service.database, text(resource, "dbName")],
  ] as const;
  const renamed = names
    .filter(([, now, before]) => now !== before)
    .map(([variable, now, before]) => ({
      path: `${at}.environment.${variable}`,
      message: `${JSON.stringify(now)} is not what the database was made with, ${JSON.stringify(before)}: RDS can't change it, so the ${wordsOf(resource)} would be replaced by an empty one`,
      hint: `write ${variable}: ${before}, or ${lettingGo(resource)}`,
    }));
  return [...renamed, ...snapshotProblems(service, resource), ...versionProblems(service, resource)];
}

function redisProblems(service: RedisService, resource: DataHolder): readonly Problem[] {
  const restored = snapshotProblems(service, resource);
  const before = text(resource, "engine");
  if (before === "valkey" && service.engine === "redis") {
    return [
      ...restored,
      {
        path: `services.${service.name}.image`,
        message: "ElastiCache makes no Redis of a Valkey store: it would be replaced by an empty one",
        hint: `name a valkey image, or ${lettingGo(resource)}`,
      },
    ];
  }
  return [...restored, ...versionProblems(service, resource), ...tokenProblems(service, resource)];
}

/**
 * A token comes in place, and has no way back: ElastiCache deletes one only "when transitioning to RBAC" (ElastiCache
 * API: ModifyReplicationGroup, AuthTokenUpdateStrategy), and changes no TLS of a store that has one.
 */
function tokenProblems({ name, secured = false }: RedisService, resource: DataHolder): readonly Problem[] {
  if (secured || resource.inputs["authToken"] === undefined) return [];
  return [
    {
      path: `services.${name}`,
      message: `the store asks for a token, which ElastiCache does not take off again, and the file asks for none now, or has a client of ${name} that can't use one`,
      hint: `name it as redis://${name}:6379 in its clients' variables, and nowhere else; x-berth: {redisTls: required} keeps the token whatever they say; or ${lettingGo(resource)}, and a new one is made without a token`,
    },
  ];
}

/** A snapshot fills a store when it is made; on one that stands it would have to replace it. */
function snapshotProblems(
  { name, fromSnapshot, kind }: StoreService,
  resource: DataHolder,
): readonly Problem[] {
  const { keys, snapshotInput } = stores[kind];
  const [key] = keys;
  if (fromSnapshot === undefined || fromSnapshot === text(resource, snapshotInput)) return [];
  return [
    {
      path: `services.${name}.${key}.from-snapshot`,
      message: `${JSON.stringify(fromSnapshot)} fills a store when it is made, and this one stands: its ${wordsOf(resource)} would be replaced`,
      hint: `take the key out, or ${lettingGo(resource)} and fills the new one`,
    },
  ];
}

/** Minor upgrades come by themselves; a major one has to be asked for, and there is no way back. */
function versionProblems(service: StoreService, resource: DataHolder): readonly Problem[] {
  const [key] = stores[service.kind].keys;
  const [before, now] = [text(resource, "engineVersion"), service.version];
  const path = `services.${service.name}.image`;
  const order = compareVersions(now, before);
  const engines = [text(resource, "engine"), engineOf(service)];
  if (order < 0) {
    return [
      {
        path,
        message: `version ${now} is older than ${before}, which the store runs: AWS has no way back`,
        hint: `name version ${before}, or ${lettingGo(resource)}`,
      },
    ];
  }
  const major = majorOf(now) !== majorOf(before) || engines[0] !== engines[1];
  if (!major || service.allowDowntime === true) return [];
  return [
    {
      path,
      message: `${engines[1] ?? ""} ${now} is a major upgrade of ${engines[0] ?? ""} ${before}, with a downtime of some minutes and no way back`,
      hint: `${key}: {allow-downtime: true} asks for it; else name version ${before}`,
    },
  ];
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? "";
}

/** Negative where `a` is the older one; what only one of them names counts for nothing. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other !== undefined && other !== part) return part - other;
  }
  return 0;
}

function filesProblems({ project }: Wanted, resource: DataHolder): readonly Problem[] {
  const stays = volumesOf(project.services).some(({ fileSystem }) => fileSystem === undefined);
  if (stays) return [];
  return [
    {
      path: "volumes",
      message:
        "no service mounts a named volume any more, and the file system with what they hold would be deleted",
      hint: `keep a service that mounts one, or ${lossOption} ${nameOfHeld(resource)} deletes it with everything in it`,
    },
  ];
}

function logsProblems({ mode, project }: Wanted, resource: DataHolder): readonly Problem[] {
  const published = project.services.some(
    (service) => service.kind === "container" && service.ports.some((port) => port.mode === "ingress"),
  );
  if (mode.albAccessLogs && published) return [];
  return [
    {
      path: "x-berth.albAccessLogs",
      message: "the load balancer's access logs would be deleted with their bucket",
      hint: `x-berth: {albAccessLogs: true} keeps them, or ${lossOption} ${nameOfHeld(resource)} deletes them`,
    },
  ];
}
