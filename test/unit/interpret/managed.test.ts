import { hostsIn } from "../../../src/model/uses";
import { secretMarker } from "../../../src/compose/secret-marker";
import { type Raw, problemsOf, projectOf, serviceOf, warningsOf } from "../../support/interpret";

const environment = { POSTGRES_PASSWORD: null };
const db = (keys: Raw = {}) => ({ db: { image: "postgres:16", "x-postgres": true, environment, ...keys } });
const cache = (keys: Raw = {}) => ({ cache: { image: "redis:6.2", "x-redis": true, ...keys } });

describe("managed Postgres", () => {
  test("with the official image's defaults", () => {
    expect(serviceOf(db(), "db")).toEqual({
      kind: "postgres",
      name: "db",
      aliases: [],
      dependsOn: [],
      version: "16",
      database: "postgres",
      username: "postgres",
      password: { kind: "secret", name: "POSTGRES_PASSWORD" },
    });
    expect(projectOf(db()).secrets).toEqual(["POSTGRES_PASSWORD"]);
  });

  test.each<[string, Raw, object]>([
    ["the dialect's name", { "x-postgres": undefined, "x-defang-postgres": true }, { kind: "postgres" }],
    ["a null key", { "x-postgres": null }, { kind: "postgres" }],
    ["no image", { image: undefined }, { version: "17" }],
    ["a minor version", { image: "postgres:16.4-alpine" }, { version: "16" }],
    ["pgvector", { image: "pgvector/pgvector:pg15" }, { version: "15" }],
    ["pgvector with its own version", { image: "pgvector/pgvector:0.8.0-pg17" }, { version: "17" }],
    ["a registry of images", { image: "mirror.example.com/postgis/postgis:16-3.5" }, { version: "16" }],
    ["postgis", { image: "postgis/postgis:14-3.5" }, { version: "14" }],
    ["a registry with a port", { image: "localhost:5000/postgres:13" }, { version: "13" }],
    [
      "a user, which names the database",
      { environment: { ...environment, POSTGRES_USER: "ann" } },
      { username: "ann", database: "ann" },
    ],
    [
      "a database",
      { environment: { ...environment, POSTGRES_DB: "shop" } },
      { username: "postgres", database: "shop" },
    ],
    [
      "a plain password",
      { environment: { POSTGRES_PASSWORD: "long-enough" } },
      { password: { kind: "plain", value: "long-enough" } },
    ],
    [
      "a composed password",
      { environment: { POSTGRES_PASSWORD: `a${secretMarker("B")}` } },
      { password: { kind: "template", parts: ["a", { secret: "B" }] } },
    ],
    [
      "options",
      {
        "x-postgres": {
          "allow-downtime": true,
          "from-snapshot": "snap-1",
          storage: 50,
          "instance-class": "db.m7g.large",
        },
      },
      { allowDowntime: true, fromSnapshot: "snap-1", storage: 50, instanceClass: "db.m7g.large" },
    ],
    [
      "a data volume",
      { volumes: [{ type: "volume", source: "data", target: "/var/lib/postgresql/data" }] },
      {},
    ],
    [
      "keys that AWS takes care of",
      { restart: "no", healthcheck: { test: ["CMD", "x"] }, expose: ["5432"] },
      {},
    ],
  ])("%s", (_, keys, expected) => {
    expect(serviceOf(db(keys), "db")).toMatchObject(expected);
    expect(warningsOf(db(keys))).toEqual([]);
  });

  test.each([
    ["timescale/timescaledb:latest-pg16", "the extension timescaledb"],
    ["supabase/postgres:15.8.1.060", "Supabase's roles"],
    ["ghcr.io/immich-app/postgres:14-vectorchord0.4.3", "the extensions vectors and vchord"],
    ["paradedb/paradedb:latest-pg17", "the extension pg_search"],
  ])("%s is more than RDS has", (image, lacking) => {
    expect(problemsOf(db({ image }))).toEqual([
      expect.stringContaining(
        `services.db.image: Amazon RDS has nothing of this image beyond Postgres itself: it lacks ${lacking}`,
      ),
    ]);
  });

  test("false leaves a container", () => {
    expect(serviceOf(db({ "x-postgres": false }), "db").kind).toBe("container");
  });

  test.each<[Raw, string]>([
    [
      { environment: {} },
      "services.db.environment.POSTGRES_PASSWORD: a managed database needs a password (write POSTGRES_PASSWORD: without a value",
    ],
    [
      { environment: { POSTGRES_PASSWORD: "" } },
      "services.db.environment.POSTGRES_PASSWORD: a managed database needs a password",
    ],
    [
      { environment: { POSTGRES_PASSWORD: "hunter2" } },
      "services.db.environment.POSTGRES_PASSWORD: the password has 7 characters",
    ],
    [
      { environment: { POSTGRES_PASSWORD: "p@ssw0rd!" } },
      "services.db.environment.POSTGRES_PASSWORD: the password has a character that Amazon RDS refuses",
    ],
    [
      { environment: { ...environment, POSTGRES_DB: null } },
      "services.db.environment.POSTGRES_DB: the name of a database or user can't be a secret",
    ],
    [
      { environment: { ...environment, POSTGRES_DB: "my-db" } },
      'services.db.environment.POSTGRES_DB: Amazon RDS accepts no database "my-db"',
    ],
    [
      { environment: { ...environment, POSTGRES_USER: "admin" } },
      'services.db.environment.POSTGRES_USER: Amazon RDS reserves the user name "admin"',
    ],
    [
      { environment: { ...environment, POSTGRES_PASSWORD_FILE: "/x" } },
      "services.db.environment.POSTGRES_PASSWORD_FILE: a managed service reads no files",
    ],
    [{ image: "postgres:9.6" }, "services.db.image: Amazon RDS has no Postgres 9"],
    [{ build: { context: "." } }, "services.db.build: a managed service runs no image of yours"],
    [
      { command: ["postgres", "-c", "wal_level=logical"] },
      "services.db.command: a managed service accepts no options of the server",
    ],
    [
      { "x-postgres": { snapshot: "x" } },
      'services.db.x-postgres.snapshot: unknown option "snapshot" (the options are allow-downtime, from-snapshot',
    ],
    [{ "x-postgres": { storage: 5 } }, "services.db.x-postgres.storage: 5 is out of range"],
    [
      { "x-postgres": { "instance-class": "large" } },
      'services.db.x-postgres.instance-class: "large" is no instance class',
    ],
    [{ "x-redis": true }, "services.db: both x-postgres and x-redis"],
    [
      { volumes: [{ type: "bind", source: "./init", target: "/etc/scripts" }] },
      "services.db.volumes[0]: a managed service reads no file at /etc/scripts",
    ],
  ])("%j is an error", (keys, expected) => {
    const problems = problemsOf(db(keys));
    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(problems.join()).not.toMatch(/hunter2|p@ssw0rd/);
  });

  test.each<[Raw, string]>([
    [{ image: "postgres" }, "services.db.image: the tag names no major version: Postgres 17 is used"],
    [
      { ports: [{ mode: "ingress", target: 5432, published: "5432" }] },
      "services.db.ports[0]: a managed service is never public",
    ],
    [{ deploy: { resources: { limits: { cpus: 1 } } } }, "services.db.deploy: the mode decides the size"],
    [{ shm_size: "1" }, "services.db.shm_size: no container is started for a managed service"],
    [
      { environment: { ...environment, TZ: "UTC" } },
      "services.db.environment.TZ: no container reads this variable",
    ],
    [
      { volumes: [{ type: "bind", source: "./data", target: "/var/lib/postgresql/data" }] },
      "services.db.volumes[0]: the managed service keeps the data itself, and starts empty",
    ],
  ])("%j is warned of", (keys, expected) => {
    expect(warningsOf(db(keys))).toEqual([expect.stringContaining(expected)]);
  });
});

describe("managed Redis", () => {
  test.each([
    ["redis:6.2", "redis", "6.2"],
    ["redis:7.1-alpine", "redis", "7.1"],
    ["redis:7", "redis", "7.1"],
    ["redis:6", "redis", "6.2"],
    ["redis:5", "redis", "5.0.6"],
    ["valkey/valkey:8.1", "valkey", "8.1"],
    ["valkey/valkey:8", "valkey", "8.2"],
  ])("%s is %s %s", (image, engine, version) => {
    expect(serviceOf(cache({ image }), "cache")).toEqual({
      kind: "redis",
      name: "cache",
      aliases: [],
      dependsOn: [],
      engine,
      version,
    });
    expect(warningsOf(cache({ image }))).toEqual([]);
  });

  test.each([
    ["redis", "redis", "7.1", "the tag names no version: redis 7.1 is used"],
    ["redis:alpine", "redis", "7.1", "the tag names no version"],
    ["redis:6.0.9", "redis", "6.2", "Amazon ElastiCache has no redis 6.0: 6.2 is used"],
    [
      "redis:7.4",
      "valkey",
      "7.2",
      "Amazon ElastiCache has no Redis 7.4: Valkey 7.2, which speaks its protocol, is used",
    ],
    ["redis:8", "valkey", "8.2", "Amazon ElastiCache has no Redis 8: Valkey 8.2"],
    ["valkey/valkey:9", "valkey", "8.2", "Amazon ElastiCache has no valkey 9: 8.2 is used"],
  ])("%s becomes %s %s, with a warning", (image, engine, version, warning) => {
    expect(serviceOf(cache({ image }), "cache")).toMatchObject({ engine, version });
    expect(warningsOf(cache({ image }))).toEqual([
      expect.stringContaining(`services.cache.image: ${warning}`),
    ]);
  });

  test("options, and no image at all", () => {
    const keys = {
      image: undefined,
      "x-redis": { "node-type": "cache.m7g.large", "from-snapshot": "s", "allow-downtime": "true" },
    };
    expect(serviceOf(cache(keys), "cache")).toMatchObject({
      engine: "redis",
      version: "7.1",
      nodeType: "cache.m7g.large",
      fromSnapshot: "s",
      allowDowntime: true,
    });
  });

  test.each<[Raw, string]>([
    [{ image: "redis:4" }, "services.cache.image: Amazon ElastiCache has no redis 4"],
    [
      { environment: { REDIS_PASSWORD: "x" } },
      "services.cache.environment.REDIS_PASSWORD: Berth sets no password",
    ],
    [
      { command: ["redis-server", "--loadmodule", "/x.so"] },
      "services.cache.command: a managed service accepts no options",
    ],
    [
      { command: ["redis-server", "/etc/redis.conf"] },
      "services.cache.command: a managed service accepts no options",
    ],
    [{ entrypoint: ["x"] }, "services.cache.entrypoint: a managed service runs no entrypoint"],
    [{ "x-redis": "perhaps" }, 'services.cache.x-redis: "perhaps" is not true or false'],
  ])("%j is an error", (keys, expected) => {
    expect(problemsOf(cache(keys))).toEqual([expect.stringContaining(expected)]);
  });

  test("options of persistence are AWS's business", () => {
    const command = ["redis-server", "--appendonly", "yes", "--save=60 1"];
    expect(warningsOf(cache({ command }))).toEqual([
      expect.stringContaining("services.cache.command: AWS keeps the data"),
    ]);
    expect(warningsOf(cache({ command: ["redis-server"] }))).toEqual([]);
  });
});

describe("which managed services a container uses", () => {
  const used = (keys: Raw) => {
    const service = serviceOf(
      { ...db({ container_name: "pg" }), ...cache(), app: { image: "app", ...keys } },
      "app",
    );
    return service.kind === "container" ? service.uses : [];
  };

  test.each<[string, Raw, readonly string[]]>([
    ["none", { environment: { A: "database", POSTGRES_USER: "db" } }, []],
    ["a dependency", { depends_on: { db: { required: true } } }, ["db"]],
    ["a URL", { environment: { URL: "redis://cache:6379/0" } }, ["cache"]],
    ["a URL with a secret", { environment: { URL: `postgres://u:${secretMarker("P")}@db:5432/x` } }, ["db"]],
    ["a host", { environment: { DB_HOST: "db", REDIS_HOST: "cache" } }, ["db", "cache"]],
    ["an alias", { environment: { DB_HOST: "pg" } }, ["db"]],
    ["host and port", { environment: { DB: "db:5432" } }, ["db"]],
  ])("%s", (_, keys, expected) => {
    expect(used(keys)).toEqual(expected);
  });

  test.each([
    ["jdbc:postgresql://db:5432/x", "db"],
    ["postgres://db/x?host=other", "other"],
    ["host=db port=5432", "db"],
    ["Server=tcp:db,1433;Database=x", "db"],
    ['{"host": "db"}', "db"],
    ["user:password@tcp(db:3306)/name", "db"],
    ["amqp://a:1,db:2", "db"],
    ["a:1, db:2", "db"],
    ["DB", "db"],
  ])("%s names it", (value, host) => {
    expect([...hostsIn("URL", { kind: "plain", value })]).toContain(host);
  });

  test.each(["postgres://x/db", "mydb", "db.example.com", "postgres://db:secret@x/", "https://x/?q=db"])(
    "%s does not",
    (value) => {
      expect([...hostsIn("URL", { kind: "plain", value })]).not.toContain("db");
    },
  );

  test("a name, a user or a kind is no host", () => {
    const value = { kind: "plain", value: "db" } as const;
    expect(
      ["DB_NAME", "POSTGRES_DB", "DB_TYPE", "DB_USER"].flatMap((name) => [...hostsIn(name, value)]),
    ).toEqual([]);
  });
});
