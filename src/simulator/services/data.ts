/** RDS and ElastiCache. Ranges and words: the API references of both, and "Constraints" of CreateDBInstance. */
import type { Properties } from "../cloud/cloud";
import { ref, type NameRule, type ResourceType } from "../cloud/resource-type";
import { listOf, numberOf, textOf } from "../cloud/values";
import { arnOf, groupReference, keyReference, subnetReference, tokens } from "./common";
import { cacheConflicts, checkCache, checkDatabase, databaseConflicts } from "./data-checks";
import { sourceOf } from "./data-replicas";
import { finalSnapshot, optimizing, refusesDatabaseUpdate, refusesSecurity } from "./data-lifecycle";
import { cacheGroupConflicts, databaseGroupConflicts } from "./data-subnets";
import { partitionOf } from "../../partitions";

const database = "aws:rds/instance:Instance";
const databaseSubnets = "aws:rds/subnetGroup:SubnetGroup";
const databaseParameters = "aws:rds/parameterGroup:ParameterGroup";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup";
const cacheParameters = "aws:elasticache/parameterGroup:ParameterGroup";

const letters = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/i;
const lettersSay = "letters, digits and single hyphens, a letter first, no hyphen last";

function identifier(property: string, maximum: number, source: string): NameRule {
  return { property, maximum, pattern: letters, says: lettersSay, source, lower: true };
}

function groupName(source: string): NameRule {
  return {
    property: "name",
    maximum: 255,
    pattern: /^[a-z0-9._ -]+$/,
    says: "lower-case letters, digits, spaces and ._-",
    source,
    lower: true,
  };
}

/** Names that are letters, digits and single hyphens. */
function plainGroupName(source: string): NameRule {
  return { ...groupName(source), pattern: letters, says: lettersSay };
}

function refusesDeletion({ outputs }: { readonly outputs: Properties }): string | undefined {
  if (outputs["deletionProtection"] === true) {
    return "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again";
  }
  return outputs["skipFinalSnapshot"] !== true && outputs["finalSnapshotIdentifier"] === undefined
    ? "final_snapshot_identifier is required when skip_final_snapshot is false"
    : undefined;
}

function subnetGroup(
  token: string,
  service: string,
  holder: string,
  name: NameRule,
  conflicts: NonNullable<ResourceType["conflicts"]>,
): ResourceType {
  return {
    token,
    name,
    replaces: [],
    references: [subnetReference("subnetIds[]")],
    id: (making) => making.text("name"),
    conflicts,
    usedBy: [holder],
    outputs: (making, id) => ({
      arn: arnOf(making, service, `${service === "rds" ? "subgrp" : "subnetgroup"}:${id}`),
      description: making.inputs["description"] ?? "Managed by Pulumi",
      vpcId: textOf(
        making.world.find(tokens.subnet, listOf(making.inputs["subnetIds"])[0])?.outputs["vpcId"],
      ),
      ...(service === "rds" ? { supportedNetworkTypes: ["IPV4"] } : {}),
    }),
  };
}

function parameterGroup(token: string, service: string, holder: string, source: string): ResourceType {
  return {
    token,
    name: plainGroupName(source),
    replaces: ["family", "description"],
    id: (making) => making.text("name"),
    usedBy: [holder],
    outputs: (making, id) => ({
      arn: arnOf(making, service, `${service === "rds" ? "pg" : "parametergroup"}:${id}`),
      description: making.inputs["description"] ?? "Managed by Pulumi",
    }),
  };
}

export const data: readonly ResourceType[] = [
  {
    token: database,
    name: { ...identifier("identifier", 63, "RDS API: CreateDBInstance"), changes: true },
    replaces: [
      "engine",
      "username",
      "dbName",
      "storageEncrypted",
      "kmsKeyId",
      "availabilityZone",
      "snapshotIdentifier",
      "characterSetName",
      "timezone",
    ],
    references: [
      ref("dbSubnetGroupName", databaseSubnets),
      ref("parameterGroupName", databaseParameters, /^default\./),
      groupReference("vpcSecurityGroupIds[]"),
      keyReference("kmsKeyId"),
    ],
    id: (making) => `db-${making.hex(26).toUpperCase()}`,
    check: checkDatabase,
    conflicts: databaseConflicts,
    leaves: finalSnapshot,
    refusesUpdate: refusesDatabaseUpdate,
    updated: optimizing,
    refusesDelete: refusesDeletion,
    latency: { create: 360, update: 60, delete: 300 },
    outputs: (making, id) => {
      const address = `${making.text("identifier")}.${making.hex(12, "host")}.${making.world.region}.rds.${partitionOf(making.world.region).dnsSuffix}`;
      const source = sourceOf(making.inputs, making.world)?.outputs;
      const engine = textOf(source?.["engine"] ?? making.inputs["engine"]);
      const port =
        numberOf(source?.["port"] ?? making.inputs["port"]) ?? (engine.startsWith("postgres") ? 5432 : 3306);
      return {
        arn: arnOf(making, "rds", `db:${making.text("identifier")}`),
        address,
        endpoint: `${address}:${port}`,
        port,
        resourceId: id,
        hostedZoneId: "Z2R2ITUGPM61AM",
        status: "available",
        ...(source === undefined ? {} : { engine, engineVersion: source["engineVersion"] }),
        engineVersionActual: textOf(source?.["engineVersion"] ?? making.inputs["engineVersion"]),
        caCertIdentifier: making.inputs["caCertIdentifier"] ?? "rds-ca-rsa2048-g1",
        availabilityZone: making.inputs["availabilityZone"] ?? `${making.world.region}a`,
        storageType: making.inputs["storageType"] ?? "gp2",
        licenseModel: engine === "postgres" ? "postgresql-license" : "general-public-license",
        masterUserSecrets:
          making.inputs["manageMasterUserPassword"] === true
            ? [
                {
                  kmsKeyId: "",
                  secretArn: arnOf(making, "secretsmanager", `secret:rds!${id}-${making.hex(6, "secret")}`),
                  secretStatus: "active",
                },
              ]
            : [],
      };
    },
  },
  subnetGroup(
    databaseSubnets,
    "rds",
    database,
    groupName("RDS API: CreateDBSubnetGroup"),
    databaseGroupConflicts,
  ),
  parameterGroup(databaseParameters, "rds", database, "RDS API: CreateDBParameterGroup"),
  {
    token: cache,
    name: identifier("replicationGroupId", 40, "ElastiCache API: CreateReplicationGroup"),
    replaces: [
      "subnetGroupName",
      "atRestEncryptionEnabled",
      "port",
      "snapshotName",
      "snapshotArns",
      "kmsKeyId",
      "dataTieringEnabled",
      "securityGroupNames",
      "networkType",
      "ipDiscovery",
    ],
    references: [
      ref("subnetGroupName", cacheSubnets),
      ref("parameterGroupName", cacheParameters, /^default\./),
      groupReference("securityGroupIds[]"),
      keyReference("kmsKeyId"),
    ],
    id: (making) => making.text("replicationGroupId"),
    check: checkCache,
    conflicts: cacheConflicts,
    leaves: finalSnapshot,
    refusesUpdate: refusesSecurity,
    latency: { create: 300, update: 120, delete: 180 },
    outputs: (making, id) => {
      const host = `${making.hex(6, "host")}.${making.world.region}.cache.${partitionOf(making.world.region).dnsSuffix}`;
      const tls = making.inputs["transitEncryptionEnabled"] === true;
      const count = numberOf(making.inputs["numCacheClusters"]) ?? 1;
      return {
        arn: arnOf(making, "elasticache", `replicationgroup:${id}`),
        primaryEndpointAddress: `${tls ? "master" : "primary"}.${id}.${host}`,
        readerEndpointAddress: `replica.${id}.${host}`,
        memberClusters: Array.from({ length: count }, (_, n) => `${id}-00${n + 1}`),
        numCacheClusters: count,
        port: making.inputs["port"] ?? 6379,
        engine: making.inputs["engine"] ?? "redis",
        engineVersionActual: making.text("engineVersion"),
      };
    },
  },
  subnetGroup(
    cacheSubnets,
    "elasticache",
    cache,
    plainGroupName("ElastiCache API: CreateCacheSubnetGroup"),
    cacheGroupConflicts,
  ),
  parameterGroup(cacheParameters, "elasticache", cache, "ElastiCache API: CreateCacheParameterGroup"),
];
