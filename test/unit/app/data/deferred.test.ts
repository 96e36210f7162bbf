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
