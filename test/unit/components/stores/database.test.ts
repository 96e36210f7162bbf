import { projectProgram } from "../../../../stacks/project";
import type { MysqlService, PostgresService, RedisService } from "../../../../src/model/project";
import { modeSettings, type ModeName } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, mysqlOf, postgresOf, programArgs, projectOf, redisOf } from "../../../support/projects";

async function postgres(
  own: Partial<PostgresService> = {},
  mode: ModeName = "affordable",
): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([postgresOf(own)]), { mode: modeSettings(mode) })));
}

async function redis(own: Partial<RedisService> = {}, mode: ModeName = "affordable"): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([redisOf(own)]), { mode: modeSettings(mode) })));
}

describe("Postgres", () => {
  const instance = (recording: Recording): Readonly<Record<string, unknown>> =>
    recording.find("aws:rds/instance:Instance", "db").inputs;

  test.each([
    [
      "affordable",
      { instanceClass: "db.t4g.micro", multiAz: false, backupRetentionPeriod: 1, deletionProtection: false },
    ],
    [
      "balanced",
      { instanceClass: "db.m7g.large", multiAz: false, backupRetentionPeriod: 7, deletionProtection: false },
    ],
    ["high-availability", { multiAz: true, backupRetentionPeriod: 30, deletionProtection: true }],
  ] as const)("in mode %s", async (mode, expected) => {
    expect(instance(await postgres({}, mode))).toMatchObject(expected);
  });

  test("has what the file says", async () => {
    const inputs = instance(await postgres({ version: "17", storage: 100, instanceClass: "db.r8g.large" }));
    expect(inputs).toMatchObject({
      engine: "postgres",
      engineVersion: "17",
      allocatedStorage: 100,
      instanceClass: "db.r8g.large",
      dbName: "todo",
      username: "todo",
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
    });
    expect(instance(await postgres({ allowDowntime: true }))).toMatchObject({
      allowMajorVersionUpgrade: true,
      applyImmediately: true,
    });
  });

  test("forces TLS, by the group of its major version", async () => {
    const group = (await postgres({ version: "15.8" })).find("aws:rds/parameterGroup:ParameterGroup", "db");
    expect(group.inputs).toMatchObject({
      family: "postgres15",
      parameters: [{ name: "rds.force_ssl", value: "1" }],
    });
  });

  test.each([
    [{ kind: "plain", value: "p" }, "p"],
    [{ kind: "secret", name: "PW" }, "value-of-/berth/todo/dev/PW"],
    [{ kind: "template", parts: ["a-", { secret: "PW" }] }, "a-value-of-/berth/todo/dev/PW"],
  ] as const)("takes its password from %j, and keeps it secret", async (password, expected) => {
    const { inputs, secretInputs } = (await postgres({ password })).find("aws:rds/instance:Instance", "db");
    expect(inputs["password"]).toBe(expected);
    expect(secretInputs).toContain("password");
  });

  test("is protected and leaves a snapshot of a name that is free next time", async () => {
    const { inputs, protect, dependsOn } = (await postgres()).find("aws:rds/instance:Instance", "db");
    expect(protect).toBe(true);
    expect(inputs).toMatchObject({ skipFinalSnapshot: false });
    expect(inputs["finalSnapshotIdentifier"]).toBe("todo-dev-db-0");
    expect(dependsOn).toContainEqual(expect.stringContaining("SecurityGroup::db-server"));
  });

  test("its snapshots say whose they are: they have the tags of the instance", async () => {
    expect(instance(await postgres())).toMatchObject({
      copyTagsToSnapshot: true,
      tags: { "berth:project": "todo", "berth:stack": "dev", "berth:service": "db" },
    });
  });

  test("a restored one is the same instance", async () => {
    const [fresh, restored] = [
      instance(await postgres()),
      instance(await postgres({ fromSnapshot: "snap-1" })),
    ];
    expect(restored["snapshotIdentifier"]).toBe("snap-1");
    const { identifier, dbName, username } = fresh;
    expect(restored).toMatchObject({ identifier, dbName, username });
  });

  test("has the service's name and its aliases", async () => {
    const recording = await postgres({ aliases: ["database"] });
    for (const name of ["db", "database"]) {
      expect(recording.find("aws:servicediscovery/instance:Instance", name).inputs["attributes"]).toEqual({
        AWS_INSTANCE_CNAME: "db.rds.amazonaws.com",
      });
    }
    expect(recording.outputs["services"]).toEqual({
      db: { kind: "postgres", host: "db.todo.internal", endpoint: "db.rds.amazonaws.com:5432" },
    });
  });
});

test("the file's own parameters stand over those that Berth sets, each as it can be applied", async () => {
  const parameters = { "rds.force_ssl": "0", max_connections: "200", work_mem: "8192", "my.own": "1" };
  const group = (await postgres({ parameters })).find("aws:rds/parameterGroup:ParameterGroup", "db");
  expect(group.inputs["parameters"]).toEqual([
    { name: "rds.force_ssl", value: "0", applyMethod: "pending-reboot" },
    { name: "max_connections", value: "200", applyMethod: "pending-reboot" },
    { name: "work_mem", value: "8192", applyMethod: "immediate" },
    { name: "my.own", value: "1", applyMethod: "pending-reboot" },
  ]);
});

test("storage grows, and is as fast, as the file says", async () => {
  const own = { storage: 500, maxStorage: 1000, iops: 12_000, throughput: 500 };
  const { inputs } = (await postgres(own)).find("aws:rds/instance:Instance", "db");
  expect(inputs).toMatchObject({
    ...{ allocatedStorage: 500, maxAllocatedStorage: 1000, iops: 12_000, storageThroughput: 500 },
  });
});

describe("MySQL and MariaDB", () => {
  const mysql = async (own: Partial<MysqlService> = {}, mode: ModeName = "affordable"): Promise<Recording> =>
    record(projectProgram(programArgs(projectOf([mysqlOf(own)]), { mode: modeSettings(mode) })));

  test.each([
    ["affordable", { instanceClass: "db.t4g.micro", multiAz: false, deletionProtection: false }],
    ["high-availability", { instanceClass: "db.m7g.large", multiAz: true, deletionProtection: true }],
  ] as const)("are instances of RDS, in mode %s", async (mode, expected) => {
    expect((await mysql({}, mode)).find("aws:rds/instance:Instance", "db").inputs).toMatchObject({
      ...{ engine: "mysql", engineVersion: "8.4", port: 3306, dbName: "todo", username: "todo" },
      ...{ storageEncrypted: true, publiclyAccessible: false, skipFinalSnapshot: false },
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      ...expected,
    });
  });

  test.each([
    [{}, "mysql8.4", "1"],
    [{ tls: "preferred", version: "8.0" }, "mysql8.0", "0"],
    [{ engine: "mariadb", version: "10.11" }, "mariadb10.11", "1"],
  ] as const)("%j have a group of their family", async (own, family, forced) => {
    const { inputs } = (await mysql(own)).find("aws:rds/parameterGroup:ParameterGroup", "db");
    expect(inputs).toMatchObject({ family });
    expect(inputs["parameters"]).toEqual(
      expect.arrayContaining([
        { name: "require_secure_transport", value: forced, applyMethod: "immediate" },
        { name: "log_bin_trust_function_creators", value: "1", applyMethod: "immediate" },
      ]),
    );
  });

  test("MariaDB has no extended support to switch off", async () => {
    const { inputs } = (await mysql({ engine: "mariadb", version: "11.4" })).find(
      "aws:rds/instance:Instance",
      "db",
    );
    expect(inputs).not.toHaveProperty("engineLifecycleSupport");
  });

  test("a server without a database begins with none", async () => {
    const recording = await record(
      projectProgram(
        programArgs(projectOf([withoutDatabase(mysqlOf())]), { mode: modeSettings("affordable") }),
      ),
    );
    expect(recording.find("aws:rds/instance:Instance", "db").inputs).not.toHaveProperty("dbName");
  });
});

function withoutDatabase({ database: _, ...rest }: MysqlService): MysqlService {
  return rest;
}

describe("Redis", () => {
  const group = (recording: Recording): Readonly<Record<string, unknown>> =>
    recording.find("aws:elasticache/replicationGroup:ReplicationGroup", "cache").inputs;

  test("has a group of its family where it has parameters, and an alarm where it evicts nothing", async () => {
    const own = { version: "6.2", parameters: { "maxmemory-policy": "noeviction", databases: "32" } };
    const recording = await redis(own);
    expect(recording.find("aws:elasticache/parameterGroup:ParameterGroup", "cache").inputs).toMatchObject({
      family: "redis6.x",
      parameters: [
        { name: "maxmemory-policy", value: "noeviction" },
        { name: "databases", value: "32" },
      ],
    });
    const group = recording.find("aws:elasticache/replicationGroup:ReplicationGroup", "cache").inputs;
    expect(group["parameterGroupName"]).toMatch(/^todo-dev-cache-redis6-x-/);
    expect(recording.find("aws:cloudwatch/metricAlarm:MetricAlarm", "cache-memory").inputs).toMatchObject({
      metricName: "DatabaseMemoryUsagePercentage",
      dimensions: { CacheClusterId: "todo-dev-cache-001" },
      threshold: 90,
    });
  });

  test.each([
    ["affordable", { numCacheClusters: 1, automaticFailoverEnabled: false, snapshotRetentionLimit: 0 }],
    ["balanced", { numCacheClusters: 1, automaticFailoverEnabled: false, snapshotRetentionLimit: 7 }],
    ["high-availability", { numCacheClusters: 2, automaticFailoverEnabled: true, multiAzEnabled: true }],
  ] as const)("in mode %s", async (mode, expected) => {
    expect(group(await redis({}, mode))).toMatchObject(expected);
  });

  test.each([
    [{ engine: "redis", version: "7.1" }, "preferred"],
    [{ engine: "valkey", version: "8.0" }, "preferred"],
    [{ engine: "redis", version: "6.2" }, undefined],
  ] as const)("%j offers TLS; it is forced where the engine knows no %s", async (own, mode) => {
    const inputs = group(await redis(own));
    expect(inputs["transitEncryptionEnabled"]).toBe(true);
    expect(inputs["transitEncryptionMode"]).toBe(mode);
    expect(inputs).not.toHaveProperty("authToken");
  });

  test.each([
    [{ engine: "redis", version: "7.1" }, "required"],
    [{ engine: "valkey", version: "8.0" }, "required"],
    [{ engine: "redis", version: "6.2" }, undefined],
  ] as const)("%j secured has a token of AWS's making, and forces TLS", async (own, mode) => {
    const recording = await redis({ ...own, secured: true });
    const cache = recording.find("aws:elasticache/replicationGroup:ReplicationGroup", "cache");
    expect(cache.inputs).toMatchObject({ authToken: "r".repeat(64), authTokenUpdateStrategy: "SET" });
    expect(cache.inputs["transitEncryptionMode"]).toBe(mode);
    expect(cache.secretInputs).toContain("authToken");
    const token = recording.find("aws:ssm/parameter:Parameter", "cache/auth-token");
    expect(token.inputs).toMatchObject({ name: "/berth/todo/dev/cache/auth-token", type: "SecureString" });
    expect(token.secretInputs).toContain("value");
    expect(token.ignoreChanges).toEqual(["value"]);
  });

  test("secured, its clients have its endpoint and token in their URLs, as a secret", async () => {
    const web = containerOf({
      uses: ["cache"],
      environment: { URL: { kind: "template", parts: ["rediss://", { store: "cache" }, ":6379/1"] } },
    });
    const project = projectOf([redisOf({ secured: true }), web]);
    const recording = await record(projectProgram(programArgs(project)));
    const url = recording.find("aws:ssm/parameter:Parameter", "web/URL");
    expect(url.inputs["value"]).toBe(`rediss://:${"r".repeat(64)}@cache.amazonaws.com:6379/1`);
    expect(url.secretInputs).toContain("value");
    const [task] = recording.ofType("aws:ecs/taskDefinition:TaskDefinition");
    expect(JSON.stringify(task)).not.toContain("rrrr");
  });

  test("is protected and leaves a snapshot", async () => {
    const recording = await redis();
    expect(recording.find("aws:elasticache/replicationGroup:ReplicationGroup", "cache").protect).toBe(true);
    expect(group(recording)["finalSnapshotIdentifier"]).toBe("todo-dev-cache-0");
  });

  test("restores from a snapshot, of a node type and engine of the file's", async () => {
    expect(
      group(
        await redis({ fromSnapshot: "s", nodeType: "cache.r7g.large", engine: "valkey", version: "8.1" }),
      ),
    ).toMatchObject({
      snapshotName: "s",
      nodeType: "cache.r7g.large",
      engine: "valkey",
      engineVersion: "8.1",
    });
  });

  test("has the service's name", async () => {
    const recording = await redis();
    expect(recording.find("aws:servicediscovery/instance:Instance", "cache").inputs["attributes"]).toEqual({
      AWS_INSTANCE_CNAME: "cache.amazonaws.com",
    });
  });
});
