/**
 * Every option of a store that can be changed, on stores that stand: what comes of it, as AWS has it, in the words of a
 * preview; and what the simulated AWS answers. A row names the page of AWS that says so.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreKind } from "../../src/model/project";
import { stores } from "../../src/stores";
import { cd, type Ran } from "../support/cd";

const secrets = {
  POSTGRES_PASSWORD: "long-enough-1",
  MYSQL_PASSWORD: "long-enough-2",
  MARIA_PASSWORD: "long-enough-3",
};

/** What stands, line by line: a row changes one or more of them. */
const standing = {
  db: "image: postgres:16, x-postgres: { storage: 400 }",
  sql: "image: mysql:8.0, x-mysql: { storage: 40, extended-support: true }",
  maria: "image: mariadb:10.11, x-mysql: { storage: 40 }",
  cache: "image: redis:7.0, x-redis: {}",
  valkey: "image: valkey/valkey:8.0, x-redis: { tls: off }",
};
type Name = keyof typeof standing;

const standingOf: Readonly<Record<StoreKind, readonly Name[]>> = {
  postgres: ["db"],
  mysql: ["sql", "maria"],
  redis: ["cache", "valkey"],
};

const variables: Readonly<Record<Name, string>> = {
  db: "POSTGRES_DB: app, POSTGRES_USER: app, POSTGRES_PASSWORD: ",
  sql: "MYSQL_DATABASE: app, MYSQL_USER: app, MYSQL_PASSWORD: ",
  maria: "MARIADB_DATABASE: app, MARIADB_USER: app, MARIADB_PASSWORD: '${MARIA_PASSWORD}'",
  cache: "",
  valkey: "",
};

/** The file with other lines of its stores, of their variables, and of the mode. */
function compose(
  lines: Partial<Record<Name, string>>,
  more: { readonly variables?: Partial<Record<Name, string>>; readonly settings?: string } = {},
): string {
  const services = Object.entries({ ...standing, ...lines }).map(([name, line]) => {
    const own = { ...variables, ...more.variables }[name as Name];
    return `  ${name}: { ${line}${own === "" ? "" : `, environment: { ${own} }`} }`;
  });
  const settings = more.settings === undefined ? "" : `x-berth: { ${more.settings} }\n`;
  return `name: walk\n${settings}services:\n${services.join("\n")}\n`;
}

/**
 * `now`: changed in place, nothing stops. `restart`: at once, and its connections break. `window`: RDS waits for its
 * maintenance window, or the server for its next start. `refused`: AWS would not take it. `lost`: it would be replaced.
 */
type Outcome = "now" | "restart" | "window" | "refused" | "lost";

interface Row {
  readonly store: Name;
  /** The option of the store's key, or what else of the file or the mode. */
  readonly option: string;
  readonly line?: string;
  readonly variables?: string;
  readonly settings?: string;
  readonly outcome: Outcome;
  /** What the preview says. */
  readonly says: string;
  readonly source: string;
}

const modify = "RDS User Guide: Settings for DB instances; RDS API: ModifyDBInstance";
const groups = "RDS User Guide: DB parameter groups for Amazon RDS DB instances";
const caches = "ElastiCache API: ModifyReplicationGroup";

function row(
  store: Name,
  option: string,
  change: Partial<Pick<Row, "line" | "variables" | "settings">>,
  [outcome, says, source]: readonly [Outcome, string, string],
): Row {
  return { store, option, ...change, outcome, says, source };
}

/** Options that every engine of RDS has; `image` and `key` are the store's. */
function ofRds(store: "db" | "sql" | "maria", image: string, rest: string): readonly Row[] {
  const key = store === "db" ? "x-postgres" : "x-mysql";
  const size = store === "db" ? 400 : 40;
  const kind = store === "db" ? "postgres" : "mysql";
  const at = (options: string): { readonly line: string } => ({
    line: `image: ${image}, ${key}: { ${/(?<!-)storage:/.test(options) ? "" : `storage: ${size}, `}${rest}${options} }`,
  });
  const later = "in RDS's next maintenance window";
  return [
    row(store, "storage", at(`storage: ${size * 2}`), ["window", later, modify]),
    row(store, "storage", at(`storage: ${size * 2}, allow-downtime: true`), [
      "now",
      `${size} GB → ${size * 2} GB`,
      modify,
    ]),
    row(store, "storage", at(`storage: ${size - 10}`), ["refused", "RDS does not shrink storage", modify]),
    row(store, "storage", at(`storage: ${size + 1}`), ["refused", "less than a tenth more", modify]),
    row(store, "max-storage", at(`max-storage: ${size * 3}`), [
      "now",
      `${store}: max-storage ${size * 3} GB (new)`,
      "RDS User Guide: Managing capacity automatically with storage autoscaling",
    ]),
    row(store, "instance-class", at("instance-class: db.t4g.small"), ["window", later, modify]),
    row(store, "instance-class", at("instance-class: db.t4g.small, allow-downtime: true"), [
      "restart",
      "its connections break",
      modify,
    ]),
    row(store, "instance-class", at("instance-class: db.t4g.huge"), [
      "refused",
      "is no DB instance class",
      "RDS User Guide: Supported DB engines for DB instance classes",
    ]),
    row(store, "maintenance-window", at("maintenance-window: 'sun:03:00-sun:04:00'"), [
      "now",
      `${store}: maintenance-window sun:03:00-sun:04:00 (new)`,
      modify,
    ]),
    row(store, "backup-window", at("backup-window: '01:00-02:00'"), [
      "now",
      `${store}: backup-window 01:00-02:00 (new)`,
      modify,
    ]),
    row(store, "allow-downtime", at("allow-downtime: true"), [
      "now",
      `${store}: allow-downtime false → true`,
      modify,
    ]),
    row(store, "extended-support", at(rest.includes("extended") ? "" : "extended-support: true"), [
      "now",
      "",
      "RDS API: CreateDBInstance, EngineLifecycleSupport: it counts when an instance is made",
    ]),
    row(store, "tls", at("tls: required"), [
      "now",
      `${store}: parameters `,
      "RDS User Guide: rds.force_ssl and require_secure_transport are dynamic",
    ]),
    row(store, "ca", at("ca: /etc/rds/roots.pem"), [
      "now",
      "",
      "RDS User Guide: Using SSL/TLS: a file of the clients",
    ]),
    row(store, "replicas", at("replicas: 1"), [
      "now",
      `${store}-replica-1 new`,
      "RDS API: CreateDBInstanceReadReplica",
    ]),
    row(store, "replicas", { ...at("replicas: 1"), settings: `${kind}BackupRetention: 0` }, [
      "refused",
      "automated backups are not enabled",
      "RDS API: CreateDBInstanceReadReplica",
    ]),
    row(store, "from-snapshot", at("from-snapshot: snap-1"), [
      "lost",
      "fills a store when it is made",
      "RDS API: RestoreDBInstanceFromDBSnapshot",
    ]),
    row(store, `${kind}InstanceClass`, { settings: `${kind}InstanceClass: db.t4g.medium` }, [
      "window",
      later,
      modify,
    ]),
    row(store, `${kind}MultiAz`, { settings: `${kind}MultiAz: true` }, [
      "window",
      "it gets a standby",
      modify,
    ]),
    row(store, `${kind}BackupRetention`, { settings: `${kind}BackupRetention: 14` }, [
      "now",
      `1 days → 14 days`,
      modify,
    ]),
    row(store, `${kind}DeletionProtection`, { settings: `${kind}DeletionProtection: true` }, [
      "now",
      `${kind}DeletionProtection`,
      modify,
    ]),
  ];
}

function variablesOf(store: "db" | "sql" | "maria", prefix: string): readonly Row[] {
  const own = variables[store];
  return [
    row(store, `${prefix}_USER`, { variables: own.replace("USER: app", "USER: other") }, [
      "lost",
      "would be replaced by an empty one",
      "RDS API: ModifyDBInstance has no MasterUsername",
    ]),
    row(
      store,
      `${prefix}_${prefix === "POSTGRES" ? "DB" : "DATABASE"}`,
      { variables: own.replace(/(DB|DATABASE): app/, "$1: other") },
      ["lost", "would be replaced by an empty one", "RDS API: ModifyDBInstance has no DBName"],
    ),
    row(
      store,
      `${prefix}_PASSWORD`,
      { variables: own.replace(/PASSWORD: .*$/, "PASSWORD: another-long-one") },
      ["now", `${store === "db" ? "POSTGRES" : "MYSQL"}_PASSWORD changed`, modify],
    ),
  ];
}

const rows: readonly Row[] = [
  ...ofRds("db", "postgres:16", ""),
  ...ofRds("sql", "mysql:8.0", "extended-support: true, "),
  ...ofRds("maria", "mariadb:10.11", ""),
  ...variablesOf("db", "POSTGRES"),
  ...variablesOf("sql", "MYSQL"),
  ...variablesOf("maria", "MARIADB"),
  row(
    "db",
    "iops",
    { line: "image: postgres:16, x-postgres: { storage: 400, iops: 16000, throughput: 600 }" },
    ["now", "db: iops", modify],
  ),
  row(
    "db",
    "throughput",
    { line: "image: postgres:16, x-postgres: { storage: 400, throughput: 600, iops: 12000 }" },
    ["now", "throughput 600 (new)", modify],
  ),
  row(
    "sql",
    "iops",
    { line: "image: mysql:8.0, x-mysql: { storage: 40, iops: 16000, extended-support: true }" },
    ["refused", "below 400 GiB", "RDS User Guide: DB instance storage, gp3"],
  ),
  row("maria", "throughput", { line: "image: mariadb:10.11, x-mysql: { storage: 40, throughput: 600 }" }, [
    "refused",
    "below 400 GiB",
    "RDS User Guide: DB instance storage, gp3",
  ]),
  row(
    "db",
    "parameters",
    { line: "image: postgres:16, x-postgres: { storage: 400, parameters: { work_mem: 16MB } }" },
    ["now", "work_mem=16384", groups],
  ),
  row(
    "db",
    "parameters",
    { line: "image: postgres:16, x-postgres: { storage: 400, parameters: { max_connections: 200 } }" },
    ["window", "max_connections=200 (from the next start on)", groups],
  ),
  row(
    "db",
    "extensions",
    { line: "image: postgres:16, x-postgres: { storage: 400, extensions: [pg_cron] }" },
    ["window", "shared_preload_libraries=pg_stat_statements,pg_cron", groups],
  ),
  row(
    "sql",
    "parameters",
    {
      line: "image: mysql:8.0, x-mysql: { storage: 40, extended-support: true, parameters: { max_connections: 200 } }",
    },
    ["now", "max_connections=200", groups],
  ),
  row(
    "maria",
    "parameters",
    { line: "image: mariadb:10.11, x-mysql: { storage: 40, parameters: { performance_schema: 1 } }" },
    ["window", "performance_schema=1 (from the next start on)", groups],
  ),
  row("db", "image", { line: "image: postgres:17, x-postgres: { storage: 400 }" }, [
    "refused",
    "allow-downtime: true",
    modify,
  ]),
  row("db", "image", { line: "image: postgres:17, x-postgres: { storage: 400, allow-downtime: true }" }, [
    "restart",
    "its connections break",
    modify,
  ]),
  row("db", "image", { line: "image: postgres:15, x-postgres: { storage: 400, allow-downtime: true }" }, [
    "refused",
    "AWS has no way back",
    modify,
  ]),
  row("sql", "image", { line: "image: mysql:8.4, x-mysql: { storage: 40, allow-downtime: true }" }, [
    "restart",
    "its connections break",
    modify,
  ]),
  row("maria", "image", { line: "image: mariadb:11.4, x-mysql: { storage: 40, allow-downtime: true }" }, [
    "restart",
    "its connections break",
    modify,
  ]),
  row("cache", "node-type", { line: "image: redis:7.0, x-redis: { node-type: cache.t4g.small }" }, [
    "restart",
    "its connections break",
    "ElastiCache User Guide: Scaling node-based clusters",
  ]),
  row("cache", "node-type", { line: "image: redis:7.0, x-redis: { node-type: cache.t4g.large }" }, [
    "refused",
    "is no cache node type",
    caches,
  ]),
  row("cache", "parameters", { line: "image: redis:7.0, x-redis: { parameters: { timeout: 60 } }" }, [
    "now",
    "timeout=60",
    "ElastiCache User Guide: Engine specific parameters",
  ]),
  row("cache", "replicas", { line: "image: redis:7.0, x-redis: { replicas: 2 }" }, [
    "now",
    "1 → 3",
    "ElastiCache API: IncreaseReplicaCount",
  ]),
  row("cache", "tls", { line: "image: redis:7.0, x-redis: { tls: required }" }, ["now", ": tls ", caches]),
  row("cache", "tls", { line: "image: redis:7.0, x-redis: { tls: off }" }, ["now", ": tls ", caches]),
  row("valkey", "tls", { line: "image: valkey/valkey:8.0, x-redis: { tls: required }" }, [
    "refused",
    "in one step",
    caches,
  ]),
  row("valkey", "tls", { line: "image: valkey/valkey:8.0, x-redis: { tls: preferred }" }, [
    "now",
    ": tls ",
    caches,
  ]),
  row("cache", "allow-downtime", { line: "image: redis:7.0, x-redis: { allow-downtime: true }" }, [
    "now",
    "",
    caches,
  ]),
  row("cache", "extended-support", { line: "image: redis:7.0, x-redis: { extended-support: true }" }, [
    "now",
    "",
    "ElastiCache User Guide: ElastiCache Extended Support",
  ]),
  row("cache", "from-snapshot", { line: "image: redis:7.0, x-redis: { from-snapshot: snap-1 }" }, [
    "lost",
    "fills a store when it is made",
    "ElastiCache API: CreateReplicationGroup, SnapshotName",
  ]),
  row("cache", "image", { line: "image: redis:7.1, x-redis: {}" }, [
    "restart",
    "its connections break",
    "ElastiCache User Guide: Upgrading engine versions",
  ]),
  row("cache", "image", { line: "image: valkey/valkey:8.0, x-redis: {}" }, [
    "refused",
    "allow-downtime: true",
    "ElastiCache User Guide: Upgrading engine versions including cross engine upgrades",
  ]),
  row("cache", "image", { line: "image: valkey/valkey:8.0, x-redis: { allow-downtime: true }" }, [
    "restart",
    "its connections break",
    "ElastiCache User Guide: Upgrading engine versions including cross engine upgrades",
  ]),
  row("valkey", "image", { line: "image: redis:7.1, x-redis: { tls: off }" }, [
    "lost",
    "makes no Redis of a Valkey",
    "ElastiCache User Guide: cross engine upgrades go to Valkey alone",
  ]),
  row("cache", "redisNodes", { settings: "redisNodes: 2" }, [
    "now",
    "1 → 2",
    "ElastiCache API: IncreaseReplicaCount",
  ]),
  row("cache", "redisNodeType", { settings: "redisNodeType: cache.t4g.medium" }, [
    "restart",
    "its connections break",
    caches,
  ]),
  row("cache", "redisSnapshotRetention", { settings: "redisSnapshotRetention: 7" }, [
    "now",
    "0 days → 7 days",
    caches,
  ]),
];

let home: string;

function run(command: "up" | "preview", text: string, more: readonly string[] = []): Promise<Ran> {
  writeFileSync(join(home, "compose.yaml"), text);
  return cd([command, "--simulate", ...more, home], { env: { HOME: home, ...secrets } });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "berth-walk-"));
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(home, `${name}.txt`), value);
  const ran = await run("up", compose({}));
  if (ran.code !== 0) throw new Error(ran.stderr);
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const titled = rows.map((item) => {
  const change = item.line?.replace(/^image: /, "") ?? item.variables ?? item.settings ?? "";
  return [`${item.store}: ${item.option}: ${item.outcome} (${change})`, item] as const;
});

test.each(titled)("%s", async (_, { store, line, variables: own, settings, outcome, says }) => {
  const more = {
    ...(own === undefined ? {} : { variables: { [store]: own } }),
    ...(settings === undefined ? {} : { settings }),
  };
  const ran = await run("preview", compose(line === undefined ? {} : { [store]: line }, more), ["--verbose"]);
  expect(ran.stderr + ran.stdout).toContain(says);
  const refused = outcome === "refused" || outcome === "lost";
  expect(ran.code === 0).toBe(!refused);
  if (refused) expect(ran.stderr).toMatch(/^ {2}fix: \S/m);
  const words = ran.stderr + ran.stdout;
  // What would be lost is named, with the option that lets it go; nothing else speaks of a loss.
  if (outcome === "lost") expect(words).toMatch(/--allow-data-loss/);
  if (!refused) expect(words).not.toMatch(/--allow-data-loss|empty one/);
  if (outcome !== "lost") expect(words).not.toMatch(/made again without|is deleted with/);
  expect(/its connections break/.test(words)).toBe(outcome === "restart");
});

test("every option of every store, and every setting of the modes about stores, is walked", () => {
  const walked = (kind: StoreKind): ReadonlySet<string> =>
    new Set(rows.filter(({ store }) => standingOf[kind].includes(store)).map(({ option }) => option));
  for (const { kind, options, settings, deletionProtection } of Object.values(stores)) {
    const all = [
      ...Object.keys(options),
      ...settings.flatMap((setting) => setting.settings),
      ...(deletionProtection === undefined ? [] : [deletionProtection]),
    ];
    expect([kind, all.filter((name) => !walked(kind).has(name))]).toEqual([kind, []]);
  }
  for (const { source } of rows) expect(source).not.toBe("");
});

test("the simulated AWS takes no second change of storage within six hours", async () => {
  const grown = (storage: number): string =>
    compose({ db: `image: postgres:16, x-postgres: { storage: ${storage}, allow-downtime: true }` });
  expect((await run("up", grown(500))).code).toBe(0);
  const again = await run("up", grown(600));
  expect(again.code).toBe(5);
  expect(again.stderr).toContain("the previous storage change is being optimized");
  expect(again.stderr).toContain("six hours after the last one");
  expect((await run("up", grown(500))).code).toBe(0);
});
