/** RDS and ElastiCache. Ranges and words: the API references of both, and "Constraints" of CreateDBInstance. */
import type { Properties, Refusal } from "../cloud";
import { ref, refusal, type NameRule, type ResourceType, type World } from "../resource-type";
import { listOf, numberOf, textOf } from "../values";
import {
  arnOf,
  groupReference,
  inRange,
  keyReference,
  oneOf,
  subnetReference,
  tokens,
  zonesOf,
} from "./common";

const database = "aws:rds/instance:Instance";
const databaseSubnets = "aws:rds/subnetGroup:SubnetGroup";
const databaseParameters = "aws:rds/parameterGroup:ParameterGroup";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup";
const cacheParameters = "aws:elasticache/parameterGroup:ParameterGroup";

const letters = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/i;
const lettersSay = "letters, digits and single hyphens, a letter first, no hyphen last";

function identifier(property: string, maximum: number): NameRule {
  return { property, maximum, pattern: letters, says: lettersSay, lower: true };
}

function groupName(maximum = 255): NameRule {
  return {
    property: "name",
    maximum,
    pattern: /^[a-z0-9._ -]+$/,
    says: "lower-case letters, digits and ._- ",
    lower: true,
  };
}

/** Words that RDS for PostgreSQL keeps to itself. */
const reservedUsers = ["rdsadmin", "admin", "rds_superuser", "rdsrepladmin"];

function checkDatabase(inputs: Properties): readonly Refusal[] {
  const problems = [
    ...inRange(inputs, "allocatedStorage", 20, 65_536),
    ...inRange(inputs, "backupRetentionPeriod", 0, 35),
    ...inRange(inputs, "port", 1150, 65_535),
    ...oneOf(inputs, "storageType", ["gp2", "gp3", "io1", "io2", "standard"]),
  ];
  const size = inputs["instanceClass"];
  if (
    typeof size === "string" &&
    !/^db\.[a-z]\d+[a-z]*\.(micro|small|medium|large|\d*xlarge)(\.tpc\d\.mem\dx)?$/.test(size)
  ) {
    problems.push(refusal("instanceClass", `'${size}' is no DB instance class (InvalidParameterValue)`));
  }
  const user = inputs["username"];
  if (typeof user === "string" && (!/^[a-z]\w{0,62}$/i.test(user) || reservedUsers.includes(user))) {
    problems.push(
      refusal("username", `'${user}' can't be used as master user name: it is reserved or not allowed`),
    );
  }
  const name = inputs["dbName"];
  if (typeof name === "string" && !/^[a-z_]\w{0,62}$/i.test(name)) {
    problems.push(refusal("dbName", `'${name}' is not a letter followed by letters, digits and underscores`));
  }
  const password = inputs["password"];
  if (
    typeof password === "string" &&
    (password.length < 8 || password.length > 128 || /[/"@ ]/.test(password))
  ) {
    problems.push(refusal("password", 'it has to have 8 to 128 characters, none of them / " @ or a space'));
  }
  const version = inputs["engineVersion"];
  if (inputs["engine"] === "postgres" && typeof version === "string" && !/^(1[1-8])(\.\d+)?$/.test(version)) {
    problems.push(
      refusal("engineVersion", `RDS has no PostgreSQL '${version}' (InvalidParameterCombination)`),
    );
  }
  return problems;
}

function refusesDeletion({ outputs }: { readonly outputs: Properties }): string | undefined {
  if (outputs["deletionProtection"] === true) {
    return "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again";
  }
  return outputs["skipFinalSnapshot"] !== true && outputs["finalSnapshotIdentifier"] === undefined
    ? "final_snapshot_identifier is required when skip_final_snapshot is false"
    : undefined;
}

/** RDS wants two zones; ElastiCache takes what there is. */
function twoZones(inputs: Properties, world: World): readonly Refusal[] {
  const subnets = listOf(inputs["subnetIds"]);
  if (zonesOf({ world }, subnets).size >= 2) return [];
  return [
    refusal("subnetIds", "the DB subnet group doesn't cover two zones (DBSubnetGroupDoesNotCoverEnoughAZs)"),
  ];
}

function checkCache(inputs: Properties): readonly Refusal[] {
  const nodes = numberOf(inputs["numCacheClusters"]) ?? 1;
  const problems = [
    ...inRange(inputs, "numCacheClusters", 1, 6),
    ...inRange(inputs, "snapshotRetentionLimit", 0, 35),
    ...inRange(inputs, "port", 1, 65_535),
    ...oneOf(inputs, "engine", ["redis", "valkey"]),
  ];
  const size = inputs["nodeType"];
  if (
    typeof size === "string" &&
    !/^cache\.[a-z]\d[a-z]*\.(micro|small|medium|large|\d*xlarge)$/.test(size)
  ) {
    problems.push(refusal("nodeType", `'${size}' is no cache node type (InvalidParameterValue)`));
  }
  if (inputs["automaticFailoverEnabled"] === true && nodes < 2 && inputs["numNodeGroups"] === undefined) {
    problems.push(
      refusal("automaticFailoverEnabled", "it needs at least two nodes (InvalidParameterCombination)"),
    );
  }
  if (inputs["multiAzEnabled"] === true && inputs["automaticFailoverEnabled"] !== true) {
    problems.push(
      refusal("multiAzEnabled", "it needs automaticFailoverEnabled (InvalidParameterCombination)"),
    );
  }
  const token = inputs["authToken"];
  if (typeof token === "string" && (token.length < 16 || token.length > 128)) {
    problems.push(refusal("authToken", "it has to have 16 to 128 characters"));
  }
  if (inputs["authToken"] !== undefined && inputs["transitEncryptionEnabled"] === false) {
    problems.push(refusal("authToken", "it needs transitEncryptionEnabled (InvalidParameterCombination)"));
  }
  return problems;
}

function subnetGroup(
  token: string,
  service: string,
  holder: string,
  name: NameRule,
  conflicts: ResourceType["conflicts"],
): ResourceType {
  return {
    token,
    name,
    replaces: [],
    references: [subnetReference("subnetIds[]")],
    id: (making) => making.text("name"),
    ...(conflicts === undefined ? {} : { conflicts }),
    heldBy: [holder],
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

function parameterGroup(token: string, service: string, holder: string): ResourceType {
  return {
    token,
    name: { ...groupName(), pattern: letters, says: lettersSay },
    replaces: ["family", "description"],
    id: (making) => making.text("name"),
    heldBy: [holder],
    outputs: (making, id) => ({
      arn: arnOf(making, service, `${service === "rds" ? "pg" : "parametergroup"}:${id}`),
      description: making.inputs["description"] ?? "Managed by Pulumi",
    }),
  };
}

export const data: readonly ResourceType[] = [
  {
    token: database,
    name: { ...identifier("identifier", 63), changes: true },
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
    refusesDelete: refusesDeletion,
    latency: { create: 360, update: 60, delete: 300 },
    outputs: (making, id) => {
      const address = `${making.text("identifier")}.${making.hex(12, "host")}.${making.world.region}.rds.amazonaws.com`;
      const port =
        numberOf(making.inputs["port"]) ?? (making.text("engine").startsWith("postgres") ? 5432 : 3306);
      return {
        arn: arnOf(making, "rds", `db:${making.text("identifier")}`),
        address,
        endpoint: `${address}:${port}`,
        port,
        resourceId: id,
        hostedZoneId: "Z2R2ITUGPM61AM",
        status: "available",
        engineVersionActual: making.text("engineVersion"),
        caCertIdentifier: making.inputs["caCertIdentifier"] ?? "rds-ca-rsa2048-g1",
        availabilityZone: making.inputs["availabilityZone"] ?? `${making.world.region}a`,
        storageType: making.inputs["storageType"] ?? "gp2",
        licenseModel: "postgresql-license",
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
  subnetGroup(databaseSubnets, "rds", database, groupName(), twoZones),
  parameterGroup(databaseParameters, "rds", database),
  {
    token: cache,
    name: identifier("replicationGroupId", 40),
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
    latency: { create: 300, update: 120, delete: 180 },
    outputs: (making, id) => {
      const host = `${making.hex(6, "host")}.${making.world.region}.cache.amazonaws.com`;
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
    { ...groupName(), pattern: letters, says: lettersSay },
    undefined,
  ),
  parameterGroup(cacheParameters, "elasticache", cache),
];
