import { resolveTls } from "../../../src/stores/tls";
import { dataProblems, replicaProblems } from "../../../src/app/data/data-loss";
import { modeSettings } from "../../../src/modes/modes";
import type { DataHolder } from "../../../src/ports";
import { monthlyCost } from "../../../src/report/cost/cost";
import { projectProgram } from "../../../stacks/project";
import { interpret, problemsOf, projectOf, type Raw } from "../../support/interpret";
import { record, type Recording } from "../../support/mocks";
import { programArgs, projectOf as modelOf, mysqlOf, postgresOf, redisOf } from "../../support/projects";

const database = "aws:rds/instance:Instance";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const name = "aws:servicediscovery/instance:Instance";

const services = (options: Raw, environment: Raw = {}): Raw => ({
  db: { image: "postgres:17", "x-postgres": options, environment: { POSTGRES_PASSWORD: null } },
  web: { image: "nginx", environment },
});

async function declared(...stores: Parameters<typeof modelOf>[0]): Promise<Recording> {
  return record(projectProgram(programArgs(modelOf(stores))));
}

describe("in the file", () => {
  test.each([
    ["postgres", 15],
    ["mysql", 15],
    ["redis", 5],
  ])("%s has at most %i", (kind, most) => {
    const image = { postgres: "postgres:17", mysql: "mysql:8.4", redis: "redis:7" }[kind];
    const environment = { POSTGRES_PASSWORD: null, MYSQL_ROOT_PASSWORD: null };
    const store = (replicas: number): Raw => ({
      db: { image, [`x-${kind}`]: { replicas }, ...(kind === "redis" ? {} : { environment }) },
    });
    expect(problemsOf(store(most))).toEqual([]);
    expect(problemsOf(store(most + 1))).toEqual([
      `services.db.x-${kind}.replicas: ${most + 1} is out of range: a whole number from 0 to ${most}`,
    ]);
  });

  test("their name is nobody else's", () => {
    const taken = { ...services({ replicas: 1 }), "db-replica": { image: "nginx" } };
    expect(problemsOf(taken)).toEqual([
      "services.db.x-postgres: db-replica is the name of its replicas, and db-replica is one of the project's already (rename db-replica, or remove replicas)",
    ]);
    const other = { ...services({}), "db-replica": { image: "nginx" } };
    expect(problemsOf(other)).toEqual([]);
  });

  test("a client that names them alone uses the store", () => {
    const url = { URL: "postgres://app:pw@db-replica/app" };
    const uses = (options: Raw): unknown =>
      projectOf(services(options, url)).services.find((service) => service.name === "web");
    expect(uses({ replicas: 1 })).toMatchObject({ uses: ["db"] });
    expect(uses({})).toMatchObject({ uses: [] });
  });
});

describe("TLS", () => {
  const settled = (stores: Raw, settings: Raw): Raw => {
    const result = interpret(stores);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { project } = resolveTls(result.project, { settings: settings as never, given: () => false });
    const web = project.services.find((service) => service.name === "web");
    return web?.kind === "container" ? web.environment : {};
  };

  test("a cache's replicas have the token, and their own endpoint", () => {
    const environment = { URL: "redis://cache:6379/1", READER: "redis://cache-replica:6379" };
    const stores = {
      cache: { image: "redis:7", "x-redis": { replicas: 1, tls: "required" } },
      web: { image: "nginx", environment },
    };
    expect(settled(stores, { redisTls: "required" })).toEqual({
      URL: { kind: "template", parts: ["rediss://", { store: "cache" }, ":6379/1"] },
      READER: { kind: "template", parts: ["rediss://", { store: "cache-replica" }, ":6379"] },
    });
  });

  test("a client that verifies names the endpoint of a replica", () => {
    const environment = { READER: "postgres://app@db-replica/app?sslmode=verify-full" };
    expect(settled(services({ replicas: 1 }, environment), { postgresTls: "preferred" })).toMatchObject({
      READER: { parts: ["postgres://app@", { address: "db-replica" }, "/app?sslmode=verify-full"] },
    });
  });
});

describe("what is declared", () => {
  test("replicas of the database's own class, storage and group, unprotected, without a snapshot", async () => {
    const recording = await declared(
      postgresOf({ replicas: 2, storage: 50, instanceClass: "db.r7g.large", maxStorage: 100 }),
    );
    const source = recording.find(database, "db");
    for (const number of [1, 2]) {
      const replica = recording.find(database, `db-replica-${number}`);
      expect(replica.protect).not.toBe(true);
      expect(replica.inputs).toMatchObject({
        identifier: expect.stringMatching(`^todo-dev-db-replica-${number}-`) as string,
        replicateSourceDb: source.inputs["identifier"],
        instanceClass: "db.r7g.large",
        allocatedStorage: 50,
        maxAllocatedStorage: 100,
        storageEncrypted: true,
        publiclyAccessible: false,
        skipFinalSnapshot: true,
        parameterGroupName: source.inputs["parameterGroupName"],
        vpcSecurityGroupIds: source.inputs["vpcSecurityGroupIds"],
      });
      for (const own of ["engine", "username", "password", "dbSubnetGroupName", "storageType", "port"])
        expect(replica.inputs).not.toHaveProperty([own]);
    }
    expect(recording.ofType(name).map((each) => each.name)).toEqual(["db", "db-replica", "db-replica-2"]);
  });

  test("nodes of a cache, with failover, and the name of its reader endpoint", async () => {
    const recording = await declared(redisOf({ replicas: 2 }));
    expect(recording.find(cache, "cache").inputs).toMatchObject({
      numCacheClusters: 3,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
    });
    expect(
      recording
        .ofType(name)
        .map((each) => each.name)
        .sort(),
    ).toEqual(["cache", "cache-replica"]);
    const none = await declared(redisOf({ replicas: 0 }));
    expect(none.find(cache, "cache").inputs).toMatchObject({
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
    });
    expect(none.ofType(name).map((each) => each.name)).toEqual(["cache"]);
  });
});

describe("a database that stands with replicas", () => {
  const held = (service: ReturnType<typeof postgresOf> | ReturnType<typeof mysqlOf>): DataHolder => ({
    urn: "urn:db",
    type: database,
    name: "db",
    inputs: {
      engine: service.kind === "postgres" ? "postgres" : service.engine,
      engineVersion: service.version,
      username: service.username,
      dbName: service.database,
      allocatedStorage: 20,
    },
    retained: false,
    replicas: 2,
  });
  const mode = modeSettings("affordable");

  test.each([
    [postgresOf({ version: "16" }), postgresOf({ version: "17", allowDowntime: true })],
    [mysqlOf({ version: "8.0" }), mysqlOf({ version: "8.4", allowDowntime: true })],
  ])("is not upgraded beside them", (before, after) => {
    const wanted = { project: modelOf([after]), mode };
    expect(dataProblems(wanted, [held(before)])).toEqual([
      {
        path: "services.db.image",
        message: "db has 2 read replicas, which this can't take along",
        hint: expect.stringContaining("{replicas: 0} first") as string,
      },
    ]);
    expect(dataProblems(wanted, [{ ...held(before), replicas: 0 }])).toEqual([]);
  });

  test("is not replaced beside them, whatever the user lets go", () => {
    const wanted = { project: modelOf([postgresOf({ username: "other" })]), mode };
    const [problem] = replicaProblems(wanted, [held(postgresOf())]);
    expect(problem).toMatchObject({ path: "services.db" });
    expect(replicaProblems({ project: modelOf([postgresOf()]), mode }, [held(postgresOf())])).toEqual([]);
    expect(replicaProblems({ project: modelOf([]), mode }, [held(postgresOf())])).toEqual([]);
  });
});

test("a replica costs what its source's instance and storage do, without a standby", () => {
  const source = {
    urn: "a",
    type: database,
    name: "db",
    parent: "p",
    dependsOn: [],
    inputs: { engine: "mysql", instanceClass: "db.t3.micro", allocatedStorage: 20, multiAz: true },
  };
  const inputs = { replicateSourceDb: "db", instanceClass: "db.t3.micro", allocatedStorage: 20 };
  const replica = { ...source, urn: "b", name: "db-replica-1", dependsOn: ["a"], inputs };
  const { lines } = monthlyCost([source, replica], "us-east-1");
  expect(lines.map(({ what, usd }) => [what, usd])).toEqual([
    ["MySQL db.t3.micro with a standby", 24.82],
    ["20 GB of database storage with a standby", 4.6],
    ["MySQL db.t3.micro of a read replica", 12.41],
    ["20 GB of database storage of a read replica", 2.3],
  ]);
});
