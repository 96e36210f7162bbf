import { allowedLosses, dataProblems, keptData } from "../../../../src/app/data/data-loss";
import type { DataHolder } from "../../../../src/ports";
import type { PostgresService, RedisService, Service } from "../../../../src/model/project";
import { containerOf, postgresOf, projectOf, redisOf } from "../../../support/projects";

function holder(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  retained = false,
): DataHolder {
  return { urn: `urn:pulumi:dev::todo::${type}::${name}`, type, name, inputs, retained };
}

const db = (own: Readonly<Record<string, unknown>> = {}): DataHolder =>
  holder("aws:rds/instance:Instance", "db", {
    dbName: "todo",
    username: "todo",
    engine: "postgres",
    engineVersion: "16",
    finalSnapshotIdentifier: "snap-db",
    ...own,
  });
const cache = (own: Readonly<Record<string, unknown>> = {}): DataHolder =>
  holder("aws:elasticache/replicationGroup:ReplicationGroup", "cache", {
    engine: "redis",
    engineVersion: "7.1",
    finalSnapshotIdentifier: "snap-cache",
    ...own,
  });
const files = holder("aws:efs/fileSystem:FileSystem", "volumes", {}, true);
const logs = holder("aws:s3/bucket:Bucket", "todo-access-logs", {});

const web = containerOf({
  volumes: [{ volume: "data", folder: "/data", path: "/srv", readOnly: false }],
});

function problems(
  services: readonly Service[],
  held: readonly DataHolder[],
  albAccessLogs = true,
): readonly string[] {
  return dataProblems({ project: projectOf(services), mode: { albAccessLogs } }, held).map(
    ({ path, message, hint }) => `${path ?? ""}: ${message} (${hint ?? ""})`,
  );
}

test("a project that keeps its data loses nothing", () => {
  expect(problems([postgresOf(), redisOf(), web], [db(), cache(), files, logs])).toEqual([]);
});

test.each([
  [30, '30 GiB are less than the 40 GiB that the Postgres database "todo" has: RDS does not shrink storage'],
  [undefined, "20 GiB are less than the 40 GiB"],
  [43, "from 40 to 43 GiB is less than a tenth more"],
])("storage of 40 GiB can't become %s", (storage, message) => {
  const wanted = postgresOf(storage === undefined ? {} : { storage });
  expect(problems([wanted], [db({ allocatedStorage: 40 })])).toEqual([
    expect.stringContaining(`services.db.x-postgres.storage: ${message}`),
  ]);
});

test("storage of 40 GiB can stay, and become 44", () => {
  for (const storage of [40, 44])
    expect(problems([postgresOf({ storage })], [db({ allocatedStorage: 40 })])).toEqual([]);
});

test.each([
  ["off", "required", true, "does not change tls: off to tls: required in one step"],
  ["required", "off", true, "does not change tls: required to tls: off in one step"],
  ["off", "preferred", true, undefined],
  ["preferred", "required", true, undefined],
  ["required", "off", false, "redis 6.2 changes no TLS"],
] as const)("TLS of a cache from %s to %s, with modes %s", (before, tls, modes, message) => {
  const held = cache({
    engineVersion: modes ? "7.1" : "6.2",
    transitEncryptionEnabled: before !== "off",
    ...(before === "off" || !modes ? {} : { transitEncryptionMode: before }),
  });
  const wanted = redisOf({ tls, version: modes ? "7.1" : "6.2" });
  expect(problems([wanted], [held])).toEqual(message === undefined ? [] : [expect.stringContaining(message)]);
});

test("what holds data of no store is no loss of one", () => {
  expect(problems([web], [holder("aws:dynamodb/table:Table", "orders", {})])).toEqual([]);
});

test("everything that would go is told at once", () => {
  const told = problems([containerOf({ ports: [] })], [db(), cache(), files, logs]);
  expect(told).toEqual([
    expect.stringContaining("services.db: service db is gone"),
    expect.stringContaining("services.cache: service cache is gone"),
    expect.stringContaining("volumes: no service mounts"),
    expect.stringContaining("x-berth.albAccessLogs: the load balancer's access logs"),
  ]);
  expect(told.every((line) => line.includes("--allow-data-loss"))).toBe(true);
});

type Change<T> = readonly [
  what: string,
  now: Partial<T>,
  before: Readonly<Record<string, unknown>>,
  told: string,
];

test.each<Change<PostgresService>>([
  ["another user", { username: "ada" }, {}, 'services.db.environment.POSTGRES_USER: "ada" is not'],
  ["another database", { database: "ada" }, {}, 'services.db.environment.POSTGRES_DB: "ada" is not'],
  ["a snapshot for one that stands", { fromSnapshot: "s" }, {}, "services.db.x-postgres.from-snapshot"],
  [
    "another snapshot",
    { fromSnapshot: "s" },
    { snapshotIdentifier: "r" },
    "services.db.x-postgres.from-snapshot",
  ],
  [
    "a major version",
    { version: "17" },
    {},
    "services.db.image: postgres 17 is a major upgrade of postgres 16",
  ],
  [
    "an older version",
    { version: "15", allowDowntime: true },
    {},
    "services.db.image: version 15 is older than 16",
  ],
])("Postgres: %s is refused", (_, now, before, told) => {
  expect(problems([postgresOf(now)], [db(before)])).toEqual([expect.stringContaining(told)]);
});

test.each<Change<RedisService>>([
  ["a snapshot for one that stands", { fromSnapshot: "s" }, {}, "services.cache.x-redis.from-snapshot"],
  [
    "a major version",
    { version: "7.1" },
    { engineVersion: "6.2" },
    "services.cache.image: redis 7.1 is a major",
  ],
  ["an older minor version", { version: "7.0" }, {}, "services.cache.image: version 7.0 is older than 7.1"],
  [
    "Valkey for Redis",
    { engine: "valkey", version: "7.2" },
    {},
    "services.cache.image: valkey 7.2 is a major",
  ],
  [
    "a client that can't use the token",
    { secured: false },
    { authToken: "[secret]" },
    "services.cache: the store asks for a token, which ElastiCache does not remove again",
  ],
  [
    "Redis for Valkey",
    { engine: "redis", version: "7.1" },
    { engine: "valkey", engineVersion: "7.2" },
    "services.cache.image: ElastiCache makes no Redis of a Valkey store",
  ],
])("Redis: %s is refused", (_, now, before, told) => {
  expect(problems([redisOf(now)], [cache(before)])).toEqual([expect.stringContaining(told)]);
});

test.each<[string, Service, DataHolder]>([
  ["a major upgrade that is asked for", postgresOf({ version: "17", allowDowntime: true }), db()],
  ["a minor version that RDS has chosen", postgresOf({ version: "16" }), db({ engineVersion: "16.4" })],
  ["the snapshot that it came from", postgresOf({ fromSnapshot: "s" }), db({ snapshotIdentifier: "s" })],
  ["a snapshot that left the file", postgresOf(), db({ snapshotIdentifier: "s" })],
  ["the token that it has", redisOf({ secured: true }), cache({ authToken: "[secret]" })],
  ["a token for a store without one", redisOf({ secured: true }), cache()],
  ["a minor upgrade", redisOf({ version: "7.1" }), cache({ engineVersion: "7.0" })],
  ["Valkey that is asked for", redisOf({ engine: "valkey", version: "8.0", allowDowntime: true }), cache()],
])("%s is none of it", (_, service, held) => {
  expect(problems([service], [held])).toEqual([]);
});

test("a store of the same kind under a new name is taken for the old one's", () => {
  expect(problems([postgresOf({ name: "database" })], [db()])).toEqual([
    expect.stringMatching(/did you rename it to database\?.*aliases.*--allow-data-loss db.*snap-db/),
  ]);
  expect(problems([redisOf({ name: "database" })], [db()])[0]).not.toContain("rename");
  const both = [postgresOf({ name: "other" })];
  const other = { ...db(), name: "other", urn: "other" };
  expect(problems(both, [db(), other])[0]).not.toContain("rename");
});

test("a store that becomes a container is no longer managed", () => {
  expect(problems([containerOf({ name: "db" })], [db()])).toEqual([
    expect.stringContaining("services.db: the service is no longer a managed store"),
  ]);
});

test("a run of some targets loses what is among them, in view of everything", () => {
  const held = [db(), { ...db(), name: "other", urn: "other" }, cache(), files];
  const wanted = { project: projectOf([postgresOf({ name: "other" })]), mode: { albAccessLogs: true } };
  const paths = (targets: readonly string[]): readonly unknown[] =>
    dataProblems(wanted, held, targets).map(({ path }) => path);
  expect(paths([])).toEqual([]);
  expect(paths([db().urn])).toEqual(["services.db"]);
  expect(paths([files.urn, cache().urn])).toEqual(["services.cache", "volumes"]);
  // The other one has a name in the file, and is no new home of this one's data.
  expect(dataProblems(wanted, held, [db().urn])[0]?.message).not.toContain("rename");
});

test("names and URNs let go, and nothing else", () => {
  const all = [db(), cache(), files, logs];
  const named = allowedLosses(all, ["db", "access-logs", files.urn, "nobody"]);
  expect(named.map(({ name }) => name)).toEqual(["db", "volumes", "todo-access-logs"]);
  expect(allowedLosses(all, [])).toEqual([]);
});

test("what a deletion leaves is named with what brings it back", () => {
  const outputs = { fileSystem: "fs-1" };
  const kept = keptData([db(), cache(), files, logs], [], outputs);
  expect(kept.map(({ name, kind, id }) => [name, kind, id])).toEqual([
    ["cache", "snapshot", "snap-cache"],
    ["db", "snapshot", "snap-db"],
    ["volumes", "file system", "fs-1"],
  ]);
  expect(kept[1]?.use).toContain("x-postgres: {from-snapshot: snap-db}");
  expect(keptData([files], [files], outputs)).toEqual([]);
});
