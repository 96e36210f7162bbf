import { deferredChanges } from "../../../../src/app/data/deferred";
import type { DataHolder } from "../../../../src/ports";
import { modes, type ModeName } from "../../../../src/modes/modes";
import type { PostgresService } from "../../../../src/model/project";
import { postgresOf, projectOf, redisOf } from "../../../support/projects";

const held = (mode: ModeName): readonly DataHolder[] =>
  ["aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"].map((type, index) => ({
    ...{ urn: type, type, name: index === 0 ? "db" : "cache", retained: false },
    inputs: { instanceClass: modes[mode].postgresInstanceClass, multiAz: modes[mode].postgresMultiAz },
  }));

const told = (from: ModeName, to: ModeName, own: Partial<PostgresService> = {}): readonly string[] =>
  deferredChanges({ project: projectOf([postgresOf(own), redisOf()]), mode: modes[to] }, held(from));

test.each([
  ["affordable", "balanced", "Database db: db.t4g.micro becomes db.m7g.large in"],
  ["balanced", "high-availability", "Database db: it gets a standby in"],
  [
    "high-availability",
    "affordable",
    "Database db: db.m7g.large becomes db.t4g.micro, and its standby goes in",
  ],
] as const)("from %s to %s", (from, to, line) => {
  expect(told(from, to)).toEqual([expect.stringContaining(line)]);
  expect(told(from, to)[0]).toContain("allow-downtime: true");
});

test.each([
  ["the same mode", told("balanced", "balanced")],
  ["downtime that is allowed", told("affordable", "high-availability", { allowDowntime: true })],
  ["a class of the file's own", told("affordable", "balanced", { instanceClass: "db.t4g.micro" })],
  [
    "a database that goes",
    deferredChanges({ project: projectOf([]), mode: modes.balanced }, held("affordable")),
  ],
])("nothing waits with %s", (_, lines) => {
  expect(lines).toEqual([]);
});

const deployed = (inputs: Readonly<Record<string, unknown>>): readonly DataHolder[] => [
  {
    ...{ urn: "u", type: "aws:rds/instance:Instance", name: "db", retained: false },
    inputs: { instanceClass: modes.affordable.postgresInstanceClass, ...inputs },
  },
];

test.each<[string, Readonly<Record<string, unknown>>, Partial<PostgresService>, string | undefined]>([
  ["more storage", { allocatedStorage: 20 }, { storage: 50 }, "20 become 50 GiB of storage"],
  ["the least, where the file names none", { allocatedStorage: 10 }, {}, "10 become 20 GiB of storage"],
  ["operations", { iops: 3000 }, { iops: 4000 }, "3000 become 4000 operations a second"],
  ["throughput", { storageThroughput: 125 }, { throughput: 500 }, "125 become 500 MiB a second"],
  ["the same storage", { allocatedStorage: 20 }, { storage: 20 }, undefined],
  ["speed that the file does not name", { iops: 3000, storageThroughput: 125 }, {}, undefined],
  ["what the state does not know", {}, { storage: 50, iops: 4000, throughput: 500 }, undefined],
  ["what it does not know yet", { allocatedStorage: "[unknown]" }, { storage: 50 }, undefined],
  ["a database of one zone, whose input nobody wrote", {}, {}, undefined],
])("%s", (_what, inputs, own, line) => {
  const wanted = { project: projectOf([postgresOf(own)]), mode: modes.affordable };
  expect(deferredChanges(wanted, deployed(inputs))).toEqual(
    line === undefined ? [] : [expect.stringContaining(`Database db: ${line} in RDS's next`)],
  );
});
