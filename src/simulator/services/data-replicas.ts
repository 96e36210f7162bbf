/** Read replicas of RDS: what they are made of, and what they prevent at their source. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import type { StoredResource } from "../cloud/store";
import { databaseRules as d } from "../rules/data";
import { mostReplicas } from "../../stores/limits";
import { numberOf, textOf } from "../cloud/values";
import { majorOf } from "./data-lifecycle";

const database = "aws:rds/instance:Instance";

/** The instance that another one is a replica of, by the name that it was asked for under. */
export function sourceOf(inputs: Properties, world: World): StoredResource | undefined {
  const name = inputs["replicateSourceDb"];
  return typeof name === "string"
    ? world.all(database).find(({ outputs }) => outputs["identifier"] === name)
    : undefined;
}

export function checkReplica(inputs: Properties): readonly Refusal[] {
  const leaves = inputs["replicateSourceDb"] !== undefined && inputs["skipFinalSnapshot"] === false;
  return d.replicaSnapshot.unless(!leaves, "skipFinalSnapshot", () => {
    return "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance (InvalidParameterCombination)";
  });
}

export function replicaConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  return [...asReplica(inputs, world, self), ...asSource(inputs, world, self)];
}

function asReplica(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const source = sourceOf(inputs, world);
  if (source === undefined) return [];
  const others = replicasOf(source, world).filter(({ id }) => id !== self).length;
  const kept = numberOf(source.outputs["backupRetentionPeriod"]) ?? 0;
  return [
    ...d.replicas.unless(others < mostReplicas.postgres, "replicateSourceDb", () => {
      return `${textOf(inputs["replicateSourceDb"])} has ${others} of them (InstanceQuotaExceeded)`;
    }),
    ...d.replicaSource.unless(kept > 0, "replicateSourceDb", () => {
      return "automated backups are not enabled for this database instance (InvalidDBInstanceState)";
    }),
  ];
}

function asSource(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const existing = self === undefined ? undefined : world.find(database, self);
  if (existing === undefined || replicasOf(existing, world).length === 0) return [];
  const engine = textOf(inputs["engine"]);
  const [before, now] = [existing.outputs, inputs].map(({ engineVersion }) =>
    majorOf(engine, textOf(engineVersion)),
  );
  return [
    ...d.sourceBackups.unless(
      numberOf(inputs["backupRetentionPeriod"]) !== 0,
      "backupRetentionPeriod",
      () => {
        return "it has read replicas (InvalidParameterCombination)";
      },
    ),
    ...d.sourceUpgrade.unless(engine === "postgres" || before === now, "engineVersion", () => {
      return "one or more of the DB instance's read replicas need to be upgraded first (InvalidParameterCombination)";
    }),
  ];
}

function replicasOf({ outputs }: StoredResource, world: World): readonly StoredResource[] {
  return world.all(database).filter((other) => other.outputs["replicateSourceDb"] === outputs["identifier"]);
}
