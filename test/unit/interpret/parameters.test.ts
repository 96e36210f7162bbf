import { commandOptions } from "../../../src/interpret/parameters";
import { valueFor } from "../../../src/stores/parameters";
import { type Raw, problemsOf, serviceOf, warningsOf } from "../../support/interpret";

const stores = {
  mysql: (keys: Raw) => ({
    db: { image: "mysql:8.4", "x-mysql": true, environment: { MYSQL_ROOT_PASSWORD: null }, ...keys },
  }),
  redis: (keys: Raw) => ({ db: { image: "redis:7", "x-redis": true, ...keys } }),
};
const postgres = (keys: Raw) => ({
  db: { image: "postgres:17", "x-postgres": true, environment: { POSTGRES_PASSWORD: null }, ...keys },
});

test.each([
  [
    ["postgres", "-c", "a=b c", "-cd=e", "--f=g"],
    [
      ["a", "b c"],
      ["d", "e"],
      ["f", "g"],
    ],
  ],
  [
    ["redis-server", "--save", "60", "1", "--appendonly", "yes"],
    [
      ["save", "60 1"],
      ["appendonly", "yes"],
    ],
  ],
  [["mysqld", "--skip-name-resolve"], [["skip-name-resolve", ""]]],
  [["--timeout", "-1"], [["timeout", "-1"]]],
  [["sh", "-c", "x"], undefined],
])("options of %j", (words, expected) => {
  expect(commandOptions(words)?.map(({ name, value }) => [name, value])).toEqual(expected);
});

test.each([
  [{ unit: { of: "memory", size: 8 } }, "256MB", "32768"],
  [{ unit: { of: "memory", size: 1 } }, "64MB", "65536"],
  [{ unit: { of: "time", size: 1 } }, "30s", "30000"],
  [{ unit: { of: "time", size: 1000 } }, "5min", "300"],
  [{ unit: { of: "memory", size: 8 } }, "16384", "16384"],
  [{ unit: { of: "memory", size: 8 } }, "{DBInstanceClassMemory/32768}", "{DBInstanceClassMemory/32768}"],
  [{ unit: { of: "memory", size: 8 } }, "a lot", undefined],
  [{}, "on", "on"],
] as const)("%j takes %s as %s", (parameter, written, expected) => {
  expect(valueFor(parameter, written)).toBe(expected);
});

describe("a command's parameters", () => {
  test("of Postgres, in AWS's units", () => {
    const command = [
      "postgres",
      "-c",
      "max_connections=200",
      "-c",
      "shared_buffers=256MB",
      "-c",
      "fsync=off",
    ];
    expect(serviceOf(postgres({ command }), "db")).toMatchObject({
      parameters: { max_connections: "200", shared_buffers: "32768" },
    });
    expect(warningsOf(postgres({ command }))).toEqual([
      expect.stringContaining("services.db.command: AWS keeps the data and the log"),
    ]);
  });

  test("of MySQL", () => {
    const command = ["--character-set-server=utf8mb4", "--skip-name-resolve", "--sql-mode="];
    expect(serviceOf(stores.mysql({ command }), "db")).toMatchObject({
      parameters: { character_set_server: "utf8mb4", skip_name_resolve: "1" },
    });
  });

  test("of Redis, with the password that its image had", () => {
    const command =
      "redis-server --requirepass hunter2hunter2 --maxmemory-policy allkeys-lru --appendonly yes --databases 32".split(
        " ",
      );
    expect(serviceOf(stores.redis({ command }), "db")).toMatchObject({
      parameters: { "maxmemory-policy": "allkeys-lru", databases: "32" },
      hasPassword: true,
    });
  });

  test.each([
    ["postgres", ["-c", "nonsense=1"], "nonsense"],
    ["redis", ["redis-server", "--loadmodule", "/x.so"], "loadmodule"],
    ["mysql", ["sh", "-c", "x"], "sh"],
  ] as const)("of %s that are not known are refused", (kind, command, name) => {
    const keys = { command };
    const given = kind === "postgres" ? postgres(keys) : stores[kind](keys);
    expect(problemsOf(given)).toEqual([
      expect.stringContaining(`Berth knows no ${JSON.stringify(name)} among them`),
    ]);
  });
});

describe("parameters of the key", () => {
  const own = (parameters: Raw) => postgres({ "x-postgres": { parameters } });

  test("are taken over those of the command", () => {
    const given = postgres({
      command: ["-c", "max_connections=100"],
      "x-postgres": { parameters: { max_connections: 300, "work-mem": "8MB" } },
    });
    expect(serviceOf(given, "db")).toMatchObject({
      parameters: { max_connections: "300", work_mem: "8192" },
    });
  });

  test("that are not known pass with a warning that names the near one", () => {
    expect(serviceOf(own({ max_conections: 300 }), "db")).toMatchObject({
      parameters: { max_conections: "300" },
    });
    expect(warningsOf(own({ max_conections: 300 }))).toEqual([
      expect.stringContaining("did you mean max_connections?"),
    ]);
  });

  test.each<[Raw, string]>([
    [{ port: 5433 }, "services.db.x-postgres.parameters.port: AWS decides port of a managed store"],
    [{ work_mem: "lots" }, 'services.db.x-postgres.parameters.work_mem: "lots" is no value of work_mem'],
  ])("%j is refused", (parameters, message) => {
    expect(problemsOf(own(parameters))).toEqual([expect.stringContaining(message)]);
  });
});

describe("options of a database", () => {
  const own = (options: Raw) => postgres({ "x-postgres": options });

  test("are read", () => {
    const options = {
      ...{ storage: 500, "max-storage": 1000, iops: 12_000, throughput: 500 },
      ...{ "maintenance-window": "Sun:03:00-Sun:04:00", "backup-window": "01:00-02:00" },
    };
    expect(serviceOf(own(options), "db")).toMatchObject({
      ...{ storage: 500, maxStorage: 1000, iops: 12_000, throughput: 500 },
      ...{ maintenanceWindow: "sun:03:00-sun:04:00", backupWindow: "01:00-02:00" },
    });
  });

  test.each<[Raw, string]>([
    [{ "max-storage": 21 }, "max-storage: 21 GiB are no room to grow from 20 GiB"],
    [{ iops: 12_000 }, "iops: below 400 GiB gp3 has 3000 operations"],
    [{ "maintenance-window": "sunday" }, 'maintenance-window: "sunday" is no window'],
    [{ "backup-window": "25:00-26:00" }, 'backup-window: "25:00-26:00" is no window'],
  ])("%j is refused", (options, message) => {
    expect(problemsOf(own(options))).toEqual([expect.stringContaining(message)]);
  });
});

describe("extensions", () => {
  const own = (options: Raw) => postgres({ "x-postgres": options });

  test("are loaded where their library has to be, beside RDS's own", () => {
    expect(serviceOf(own({ extensions: ["vector", "pg_cron", "pgaudit"] }), "db")).toMatchObject({
      parameters: { shared_preload_libraries: "pg_stat_statements,pg_cron,pgaudit" },
    });
    expect(serviceOf(own({ extensions: ["vector", "postgis"] }), "db")).not.toHaveProperty("parameters");
  });

  test("that RDS lacks are refused", () => {
    expect(problemsOf(own({ extensions: ["timescaledb", "pgcryto"] }))).toEqual([
      expect.stringContaining('extensions[0]: Amazon RDS has no extension "timescaledb"'),
      expect.stringContaining("did you mean pgcrypto?"),
    ]);
  });

  test("stand back behind libraries that the file names itself", () => {
    const options = { extensions: ["pg_cron"], parameters: { shared_preload_libraries: "pg_cron" } };
    expect(serviceOf(own(options), "db")).toMatchObject({
      parameters: { shared_preload_libraries: "pg_cron" },
    });
    expect(warningsOf(own(options))).toEqual([expect.stringContaining("services.db.x-postgres.extensions")]);
  });
});
