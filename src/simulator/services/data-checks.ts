/** Whether RDS and ElastiCache take what they are asked for. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { cacheRules as c, databaseRules as d } from "../rules/data";
import { isReservedUser } from "../../stores/reserved";
import { supportOf } from "../../stores/support";
import { listOf, numberOf, textOf } from "../cloud/values";
import { zonesOf } from "./common";
import { isSnapshotName } from "./data-lifecycle";
import { checkClass } from "./data-classes";
import { checkReplica, replicaConflicts } from "./data-replicas";

/** GiB by storage type. */
const storageRanges: Readonly<Record<string, readonly [from: number, to: number]>> = {
  gp2: [20, 65_536],
  gp3: [20, 65_536],
  io1: [100, 65_536],
  io2: [100, 65_536],
  standard: [5, 3072],
};

const cacheGeneral = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];
const cacheIntel = ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"];
const cacheBurstable = ["micro", "small", "medium"];
/** Sizes by family, none for those in which no new cache is made. Of other families only the form is looked at. */
const cacheSizes: Readonly<Record<string, readonly string[]>> = {
  t1: [],
  m1: [],
  m2: [],
  m3: [],
  c1: [],
  r3: [],
  t2: cacheBurstable,
  t3: cacheBurstable,
  t4g: cacheBurstable,
  m4: ["large", "xlarge", "2xlarge", "4xlarge", "10xlarge"],
  m5: cacheIntel,
  m6g: cacheGeneral,
  m7g: cacheGeneral,
  r4: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
  r5: cacheIntel,
  r6g: cacheGeneral,
  r7g: cacheGeneral,
};

/** Versions that RDS makes, by engine. */
const versionForms: Readonly<Record<string, RegExp>> = {
  postgres: /^(1[1-8])(\.\d+)?$/,
  mysql: /^(5\.7|8\.0|8\.4|9\.7)(\.\d+)?$/,
  mariadb: /^(10\.(5|6|11)|11\.(4|8)|12\.3)(\.\d+)?$/,
};
/** The longest names of a master user, and the longest passwords, of MySQL and MariaDB. */
const mysqlLimits = { username: 16, password: 41 };

function majorOf(version: unknown): number {
  return Number.parseInt(textOf(version), 10);
}

function checkStorage(inputs: Properties): readonly Refusal[] {
  const [from, to] = storageRanges[textOf(inputs["storageType"]) || "gp2"] ?? [0, Infinity];
  const size = numberOf(inputs["allocatedStorage"]);
  const most = numberOf(inputs["maxAllocatedStorage"]) ?? 0;
  return [
    ...d.storageType.check(inputs, "storageType"),
    ...d.storage.unless(size === undefined || (size >= from && size <= to), "allocatedStorage", () => {
      return `${size} is outside of ${from} to ${to} (InvalidParameterValue)`;
    }),
    ...d.storageGrowth.unless(most === 0 || size === undefined || most > size, "maxAllocatedStorage", () => {
      return `${most} is no more than the ${size} that it begins with (InvalidParameterCombination)`;
    }),
  ];
}

export function checkDatabase(inputs: Properties): readonly Refusal[] {
  const { username, dbName, password, engine, engineVersion, finalSnapshotIdentifier } = inputs;
  const isMysql = engine === "mysql" || engine === "mariadb";
  const longest = isMysql ? mysqlLimits : { username: 63, password: 128 };
  const own =
    typeof username !== "string" ||
    (/^[a-z]\w*$/i.test(username) &&
      username.length <= longest.username &&
      !isReservedUser(isMysql ? "mysql" : "postgres", username));
  const safe =
    typeof password !== "string" || (/^[^/"@ ]{8,}$/.test(password) && password.length <= longest.password);
  return [
    ...checkStorage(inputs),
    ...checkClass(inputs),
    ...checkReplica(inputs),
    ...d.lifecycle.check(inputs, "engineLifecycleSupport"),
    ...d.backups.check(inputs, "backupRetentionPeriod"),
    ...d.port.check(inputs, "port"),
    ...d.username.unless(own, "username", () => {
      return `'${String(username)}' can't be used as master user name: it is reserved or not allowed`;
    }),
    ...d.databaseName.unless(typeof dbName !== "string" || /^[a-z_]\w{0,62}$/i.test(dbName), "dbName", () => {
      return `'${String(dbName)}' is not a letter followed by letters, digits and underscores`;
    }),
    ...d.password.unless(safe, "password", () => {
      return `it has to have 8 to ${longest.password} characters, none of them / " @ or a space`;
    }),
    ...d.version.unless(
      typeof engineVersion !== "string" || (versionForms[textOf(engine)]?.test(engineVersion) ?? true),
      "engineVersion",
      () => `RDS has no ${textOf(engine)} '${String(engineVersion)}' (InvalidParameterCombination)`,
    ),
    ...d.snapshotName.unless(
      typeof finalSnapshotIdentifier !== "string" || isSnapshotName(finalSnapshotIdentifier),
      "finalSnapshotIdentifier",
      () => `'${String(finalSnapshotIdentifier)}' is no name of a snapshot`,
    ),
  ];
}

const databaseParameters = "aws:rds/parameterGroup:ParameterGroup";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheParameters = "aws:elasticache/parameterGroup:ParameterGroup";
const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup";

export function databaseConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  return [
    ...familyConflicts(inputs, world),
    ...replicaConflicts(inputs, world, self),
    ...(self === undefined ? supportConflicts(inputs) : []),
  ];
}

/** What RDS makes no more unless it may bill for it; an instance that is there is upgraded by RDS instead. */
function supportConflicts(inputs: Properties): readonly Refusal[] {
  const [engine, version] = [textOf(inputs["engine"]), textOf(inputs["engineVersion"])];
  const disabled = textOf(inputs["engineLifecycleSupport"]).endsWith("-disabled");
  const { state, until = "" } = supportOf(engine, version, new Date());
  const over = state === "ended" || (state === "extended" && disabled);
  return d.support.unless(!over, "engineVersion", () => {
    return `standard support of ${engine} ${version} is over (${until}), and extended support is ${disabled ? "disabled" : "over too"} (InvalidParameterCombination)`;
  });
}

function familyConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const group = world.find(databaseParameters, inputs["parameterGroupName"]);
  const [engine, version] = [textOf(inputs["engine"]), textOf(inputs["engineVersion"])];
  if (group === undefined || versionForms[engine] === undefined || version === "") return [];
  const wanted = `${engine}${version
    .split(".")
    .slice(0, engine === "postgres" ? 1 : 2)
    .join(".")}`;
  const family = textOf(group.outputs["family"]);
  return d.parameterFamily.unless(family === wanted, "parameterGroupName", () => {
    return `the parameter group is of ${family}, the instance of ${wanted} (InvalidParameterCombination)`;
  });
}

function checkNodeType(size: unknown): readonly Refusal[] {
  if (typeof size !== "string") return [];
  const [, family = "", step = ""] =
    /^cache\.([a-z]\d+[a-z]*)\.(micro|small|medium|large|\d*xlarge)$/.exec(size) ?? [];
  const offered = family !== "" && (cacheSizes[family] ?? [step]).includes(step);
  return c.nodeType.unless(
    offered,
    "nodeType",
    () => `'${size}' is no cache node type (InvalidParameterValue)`,
  );
}

function checkCacheVersion(inputs: Properties): readonly Refusal[] {
  const version = inputs["engineVersion"];
  if (typeof version !== "string") return [];
  const form =
    inputs["engine"] === "valkey"
      ? /^(7\.2|[89](\.\d+)?|\d\d(\.\d+)?)$/
      : /^([45](\.\d+){1,2}|6\.[0-9x]|7\.[01])$/;
  return c.version.unless(form.test(version), "engineVersion", () => {
    return `ElastiCache has no ${textOf(inputs["engine"]) || "redis"} '${version}' (InvalidParameterCombination)`;
  });
}

export function checkCache(inputs: Properties): readonly Refusal[] {
  const nodes = numberOf(inputs["numCacheClusters"]) ?? 1;
  const { automaticFailoverEnabled, multiAzEnabled, authToken, transitEncryptionEnabled } = inputs;
  const alone = automaticFailoverEnabled === true && nodes < 2 && inputs["numNodeGroups"] === undefined;
  return [
    ...c.nodes.check(inputs, "numCacheClusters"),
    ...c.snapshots.check(inputs, "snapshotRetentionLimit"),
    ...c.port.check(inputs, "port"),
    ...c.engine.check(inputs, "engine"),
    ...checkCacheVersion(inputs),
    ...checkNodeType(inputs["nodeType"]),
    ...c.failover.unless(!alone, "automaticFailoverEnabled", () => {
      return "it needs at least two nodes (InvalidParameterCombination)";
    }),
    ...c.severalZones.unless(
      multiAzEnabled !== true || automaticFailoverEnabled === true,
      "multiAzEnabled",
      () => {
        return "it needs automaticFailoverEnabled (InvalidParameterCombination)";
      },
    ),
    ...c.token.unless(
      typeof authToken !== "string" || /^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(authToken),
      "authToken",
      () => "it has to have 16 to 128 letters, digits and !&#$^<>-",
    ),
    ...c.tokenEncryption.unless(
      authToken === undefined || transitEncryptionEnabled !== false,
      "authToken",
      () => {
        return "it needs transitEncryptionEnabled (InvalidParameterCombination)";
      },
    ),
  ];
}

export function cacheConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const before = world.find(cache, self)?.outputs;
  const nodes = numberOf(inputs["numCacheClusters"]) ?? 1;
  const tooLate = before?.["automaticFailoverEnabled"] === true && inputs["applyImmediately"] !== true;
  const subnets = world.find(cacheSubnets, inputs["subnetGroupName"]);
  const zones = zonesOf({ world }, listOf(subnets?.outputs["subnetIds"])).size;
  const family = textOf(world.find(cacheParameters, inputs["parameterGroupName"])?.outputs["family"]);
  const engine = textOf(inputs["engine"]) || "redis";
  const major = majorOf(inputs["engineVersion"]);
  const wanted = `${engine}${major}`;
  const open = inputs["transitEncryptionEnabled"] === true && inputs["subnetGroupName"] === undefined;
  return [
    ...c.severalZones.unless(
      inputs["multiAzEnabled"] !== true || subnets === undefined || zones >= 2,
      "multiAzEnabled",
      () => "its subnet group is in one zone (InvalidParameterCombination)",
    ),
    ...c.parameterFamily.unless(
      family === "" || Number.isNaN(major) || family.startsWith(wanted),
      "parameterGroupName",
      () => `the parameter group is of ${family}, the cache of ${wanted} (InvalidParameterCombination)`,
    ),
    ...c.lastReplica.unless(nodes > 1 || !tooLate, "numCacheClusters", () => {
      return "it has to have at least 1 replica while automatic failover is on (InvalidParameterValue)";
    }),
    ...c.encryptionSubnets.unless(!open, "subnetGroupName", () => {
      return "encryption in transit needs a cache subnet group (InvalidParameterCombination)";
    }),
  ];
}
