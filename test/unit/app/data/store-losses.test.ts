/** What an `up` would lose of one store, and the way out that it names. */
import { storeProblems } from "../../../../src/app/data/store-losses";
import type { StoreService } from "../../../../src/model/project";
import type { DataHolder } from "../../../../src/ports";
import { mysqlOf, postgresOf, redisOf } from "../../../support/projects";

function held(type: string, inputs: Readonly<Record<string, unknown>>, replicas?: number): DataHolder {
  const own = replicas === undefined ? {} : { replicas };
  return {
    urn: "u",
    type,
    name: "db",
    inputs: { finalSnapshotIdentifier: "snap", ...inputs },
    retained: false,
    ...own,
  };
}

const postgres = (inputs: Readonly<Record<string, unknown>> = {}, replicas?: number): DataHolder =>
  held(
    "aws:rds/instance:Instance",
    { dbName: "todo", username: "todo", engine: "postgres", engineVersion: "16", ...inputs },
    replicas,
  );
const mysql = (inputs: Readonly<Record<string, unknown>> = {}): DataHolder =>
  held("aws:rds/instance:Instance", {
    ...{ dbName: "todo", username: "todo", engine: "mysql", engineVersion: "8.0", ...inputs },
  });
const cache = (inputs: Readonly<Record<string, unknown>>): DataHolder =>
  held("aws:elasticache/replicationGroup:ReplicationGroup", {
    engine: "redis",
    engineVersion: "7.1",
    ...inputs,
  });

function told(service: StoreService, resource: DataHolder): readonly string[] {
  return storeProblems(service, resource).map(
    ({ path, message, hint }) => `${path ?? ""}: ${message} (${hint ?? ""})`,
  );
}

test("a name that the database was made with is written back, and one that it never had is removed", () => {
  expect(told(postgresOf({ database: "ada" }), postgres())).toEqual([
    expect.stringMatching(/^services\.db\.environment\.POSTGRES_DB: .*\(write POSTGRES_DB: todo, or --allow/),
  ]);
  expect(told(postgresOf({ database: "ada" }), postgres({ dbName: "" }))).toEqual([
    expect.stringMatching(/^services\.db\.environment\.POSTGRES_DB: .*\(remove POSTGRES_DB, or --allow/),
  ]);
});

test.each([
  ["8.4", "8.0", true],
  ["8.0.40", "8.0.39", false],
  ["9.7", "8.4", true],
])("MySQL %s of %s asks first: %s", (version, engineVersion, asked) => {
  const wanted = mysqlOf({ version, database: "todo", username: "todo" });
  const lines = told(wanted, mysql({ engineVersion }));
  expect(lines).toEqual(asked ? [expect.stringContaining("is a major upgrade of mysql")] : []);
});

test("replicas stand in the way of an upgrade, however much downtime is allowed", () => {
  const wanted = postgresOf({ version: "17", allowDowntime: true });
  expect(told(wanted, postgres({}, 2))).toEqual([
    expect.stringMatching(/^services\.db\.image: db has 2 read replicas, which/),
  ]);
  expect(told(wanted, postgres({}, 1))).toEqual([
    expect.stringMatching(
      /^services\.db\.image: db has 1 read replica, which.*x-postgres: \{replicas: 0\} first/,
    ),
  ]);
  expect(told(wanted, postgres({}, 0))).toEqual([]);
  expect(told(wanted, postgres())).toEqual([]);
  expect(told(postgresOf(), postgres({}, 2))).toEqual([]);
});

const encrypted = { transitEncryptionEnabled: true };

test.each<[string, Parameters<typeof redisOf>[0], Readonly<Record<string, unknown>>, string | undefined]>([
  [
    "a token that stays",
    { secured: true, tls: "required" },
    { ...encrypted, authToken: "[secret]" },
    undefined,
  ],
  [
    "a token that goes, and TLS with it",
    { secured: false, tls: "off" },
    { ...encrypted, authToken: "[secret]" },
    "services.db: the store asks for a token",
  ],
  [
    "no wish for a token",
    { tls: "off" },
    { authToken: "[secret]" },
    "services.db: the store asks for a token",
  ],
  ["no wish for TLS", {}, encrypted, undefined],
  [
    "TLS for an engine of before",
    { tls: "required", version: "6.2" },
    { engineVersion: "6.2" },
    "redis 6.2 changes no TLS",
  ],
  [
    "TLS that goes, of an engine of before",
    { tls: "off", version: "6.2" },
    { ...encrypted, engineVersion: "6.2" },
    "(write tls: required, or",
  ],
  [
    "the step between, which an engine of before takes for the same",
    { tls: "preferred", version: "6.2" },
    { ...encrypted, engineVersion: "6.2" },
    undefined,
  ],
  [
    "from the step between",
    { tls: "required" },
    { ...encrypted, transitEncryptionMode: "preferred" },
    undefined,
  ],
  ["from it to none", { tls: "off" }, { ...encrypted, transitEncryptionMode: "preferred" }, undefined],
  ["back to it", { tls: "preferred" }, encrypted, undefined],
  ["to it", { tls: "preferred" }, {}, undefined],
  ["two steps at once", { tls: "off" }, encrypted, "does not change tls: required to tls: off in one step"],
])("TLS and tokens: %s", (_what, own, inputs, line) => {
  const lines = told(redisOf({ name: "db", ...own }), cache(inputs));
  expect(lines).toEqual(line === undefined ? [] : [expect.stringContaining(line)]);
});

test.each([
  ["16.4", "16.10", []],
  ["16.10", "16.4", ["version 16.4 is older than 16.10"]],
  ["16", "16.4", []],
  ["16.4", "16", []],
])("what runs is %s, wanted is %s", (engineVersion, version, lines) => {
  expect(told(postgresOf({ version }), postgres({ engineVersion }))).toEqual(
    lines.map((line) => expect.stringContaining(line) as string),
  );
});
