/** What an `up` would lose of a managed store, or what AWS would refuse of it, by what it was made with. */
import { assertNever, type Problem } from "../../errors";
import type { DatabaseService, RedisService, StoreService } from "../../model/project";
import type { DataHolder } from "../../ports";
import { engineOf, stores } from "../../stores";
import { knowsTlsModes } from "../../stores/redis/tls";
import { leastStorage } from "../../stores/limits";
import { lettingGo, text, wordsOf } from "./data-words";

/** @param resource - the store's own, as deployed */
export function storeProblems(service: StoreService, resource: DataHolder): readonly Problem[] {
  switch (service.kind) {
    case "postgres":
    case "mysql":
      return databaseProblems(service, resource);
    case "redis":
      return redisProblems(service, resource);
    default:
      return assertNever(service);
  }
}

function databaseProblems(service: DatabaseService, resource: DataHolder): readonly Problem[] {
  const at = `services.${service.name}`;
  const names = [
    ["username", service.username, text(resource, "username")],
    ["dbName", service.database ?? "", text(resource, "dbName")],
  ] as const;
  const renamed = names
    .filter(([, now, before]) => now !== before)
    .map(([input, now, before]) => {
      const key = stores[service.kind].sources.find(({ inputs }) => inputs.test(input))?.key ?? "";
      const variable = key.replace("environment.", "");
      const write = before === "" ? `remove ${variable}` : `write ${variable}: ${before}`;
      return {
        path: `${at}.${key}`,
        message: `${JSON.stringify(now)} is not what the database was made with, ${JSON.stringify(before)}: RDS can't change it, so the ${wordsOf(resource)} would be replaced by an empty one`,
        hint: `${write}, or ${lettingGo(resource)}`,
      };
    });
  return [
    ...renamed,
    ...snapshotProblems(service, resource),
    ...versionProblems(service, resource),
    ...storageProblems(service, resource),
  ];
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
  return [
    ...restored,
    ...versionProblems(service, resource),
    ...tokenProblems(service, resource),
    ...tlsProblems(service, resource),
  ];
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
      message: `the store asks for a token, which ElastiCache does not remove again, and the file asks for none now, or has a client of ${name} that can't use one`,
      hint: `name it as redis://${name}:6379 in its clients' variables, and nowhere else; x-berth: {redisTls: required} keeps the token whatever they say; or ${lettingGo(resource)}, and a new one is made without a token`,
    },
  ];
}

/**
 * TLS comes and goes in steps: none, `preferred`, `required` (ElastiCache API: ModifyReplicationGroup,
 * TransitEncryptionMode); engines before 7 are replaced for it (User Guide, Enabling in-transit encryption).
 */
function tlsProblems(service: RedisService, resource: DataHolder): readonly Problem[] {
  const [before, now] = [tlsOf(resource), service.tls];
  if (now === undefined || before === now || resource.inputs["authToken"] !== undefined) return [];
  const path = `services.${service.name}.x-redis.tls`;
  if (!knowsTlsModes({ engine: service.engine, version: text(resource, "engineVersion") })) {
    const throughOff = before === "off" || now === "off";
    if (!throughOff) return [];
    return [
      {
        path,
        message: `${service.engine} ${text(resource, "engineVersion")} changes no TLS: the ${wordsOf(resource)} would be replaced by an empty one`,
        hint: `write tls: ${before}, or ${lettingGo(resource)}`,
      },
    ];
  }
  if (before === "preferred" || now === "preferred") return [];
  return [
    {
      path,
      message: `ElastiCache does not change tls: ${before} to tls: ${now} in one step`,
      hint: "deploy with tls: preferred first, then with this",
    },
  ];
}

function tlsOf({ inputs }: DataHolder): "required" | "preferred" | "off" {
  if (inputs["transitEncryptionEnabled"] !== true) return "off";
  return inputs["transitEncryptionMode"] === "preferred" ? "preferred" : "required";
}

/**
 * Storage grows by a tenth at least, and never shrinks (RDS API: ModifyDBInstance, AllocatedStorage). What RDS has let grow
 * by itself is more than was asked for, and stays.
 */
function storageProblems(service: DatabaseService, resource: DataHolder): readonly Problem[] {
  const before = resource.inputs["allocatedStorage"];
  const now = service.storage ?? leastStorage;
  if (typeof before !== "number" || now === before) return [];
  const [key] = stores[service.kind].keys;
  const path = `services.${service.name}.${key}.storage`;
  const least = Math.ceil(before * 1.1);
  if (now < before) {
    return [
      {
        path,
        message: `${now} GiB are less than the ${before} GiB that the ${wordsOf(resource)} has: RDS does not shrink storage`,
        hint: `write storage: ${before}; to get less, restore a dump into a service of another name`,
      },
    ];
  }
  if (now >= least) return [];
  return [
    {
      path,
      message: `from ${before} to ${now} GiB is less than a tenth more, the least by which RDS lets storage grow`,
      hint: `write storage: ${least} or more, or ${before}`,
    },
  ];
}

/** A snapshot fills a new store; an existing one would have to be replaced. */
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
      message: `${JSON.stringify(fromSnapshot)} fills a store when it is made, and this one exists: its ${wordsOf(resource)} would be replaced`,
      hint: `remove the key, or ${lettingGo(resource)} and fills the new one`,
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
  const major = majorOf(service, now) !== majorOf(service, before) || engines[0] !== engines[1];
  if (major && (resource.replicas ?? 0) > 0) return [replicasFirst(service, resource, path)];
  if (!major || service.allowDowntime === true) return [];
  return [
    {
      path,
      message: `${engines[1] ?? ""} ${now} is a major upgrade of ${engines[0] ?? ""} ${before}, with a downtime of some minutes and no way back`,
      hint: `${key}: {allow-downtime: true} asks for it; else name version ${before}`,
    },
  ];
}

/**
 * Replicas prevent what their source can't do beside them: RDS upgrades a MySQL or MariaDB after its replicas
 * alone (RDS User Guide, Upgrading the DB engine), and makes databases of their own of the replicas of one that is deleted.
 */
export function replicasFirst(
  { name, kind }: StoreService,
  { replicas = 0 }: DataHolder,
  path = `services.${name}`,
): Problem {
  const [key] = stores[kind].keys;
  return {
    path,
    message: `${name} has ${replicas} read replica${replicas === 1 ? "" : "s"}, which this can't take along`,
    hint: `deploy with ${key}: {replicas: 0} first, then with this, then with replicas again: they hold nothing of their own`,
  };
}

function majorOf({ kind }: StoreService, version: string): string {
  return version.split(".").slice(0, stores[kind].majorNumbers).join(".");
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
