/** RDS for PostgreSQL beside the images `postgres`, `pgvector` and `postgis`. */
import { decided } from "../parameters";
import { reservedUsers } from "../reserved";
import { familyDefaults, type Difference, type Keys, wordsIn } from "./row";

const guide = (page: string): string => `RDS User Guide: ${page}`;
const key = (options: Keys): Keys => ({ "x-postgres": options });
const parameters = (own: Readonly<Record<string, string | number>>): Keys => key({ parameters: own });
const variable = (name: string, value: string): Keys => ({ environment: { [name]: value } });

/** Parameters that RDS sets otherwise than the server does by itself, each as the file sets it. */
const ownDefaults: readonly Omit<Difference, "engines" | "source">[] = [
  {
    what: "connections",
    image: "100",
    aws: "by memory: about 110 on `db.t4g.micro`",
    answer: { kind: "setting", write: parameters({ max_connections: 200 }) },
    parameters: ["max_connections"],
  },
  {
    what: "memory of the server",
    image: "128 MB of shared buffers, 64 MB for maintenance",
    aws: "a quarter of the instance's memory; huge pages",
    answer: { kind: "setting", write: parameters({ shared_buffers: "256MB" }) },
    parameters: wordsIn(
      "shared_buffers effective_cache_size maintenance_work_mem huge_pages max_stack_depth",
    ),
  },
  {
    what: "idle in a transaction",
    image: "for ever",
    aws: "a day",
    answer: { kind: "setting", write: parameters({ idle_in_transaction_session_timeout: 0 }) },
    parameters: ["idle_in_transaction_session_timeout"],
  },
  {
    what: "autovacuum",
    image: "every minute; a fifth of a table changed",
    aws: "every 15 seconds; a tenth of a table changed; more workers on large instances",
    answer: { kind: "setting", write: parameters({ autovacuum_naptime: "1min" }) },
    parameters: wordsIn(
      "autovacuum_naptime autovacuum_vacuum_scale_factor autovacuum_analyze_scale_factor autovacuum_max_workers " +
        "autovacuum_vacuum_cost_limit vacuum_cost_page_miss log_autovacuum_min_duration",
    ),
  },
  {
    what: "write-ahead log",
    image: "1 GB, none kept for replicas",
    aws: "2 GB, 32 segments kept for replicas; connections of replicas end after 30 s",
    answer: { kind: "setting", write: parameters({ max_wal_size: "1GB" }) },
    parameters: wordsIn(
      "max_wal_size min_wal_size wal_keep_segments wal_receiver_timeout wal_sender_timeout",
    ),
  },
  {
    what: "statistics",
    image: "no timing of reads, no functions, 1 kB of a query",
    aws: "timing of reads, functions in SQL, 4 kB of a query",
    answer: { kind: "setting", write: parameters({ track_io_timing: "off" }) },
    parameters: wordsIn("track_io_timing track_functions track_activity_query_size"),
  },
  {
    what: "hash of new passwords",
    image: "`scram-sha-256` (`md5` before 14)",
    aws: "`md5` before 14",
    answer: { kind: "setting", write: parameters({ password_encryption: "scram-sha-256" }) },
    parameters: ["password_encryption"],
  },
  {
    what: "libraries that are loaded",
    image: "none",
    aws: "`pg_stat_statements`",
    answer: { kind: "setting", write: key({ extensions: ["pg_cron"] }) },
    parameters: ["shared_preload_libraries"],
  },
  {
    what: "files, addresses, log and archive of the server",
    image: "as its command says",
    aws: "RDS's own",
    answer: {
      kind: "warning",
      given: { command: ["postgres", "-c", "listen_addresses=*"] },
      says: "AWS keeps the data and the log of a managed service by rules of its own",
    },
    parameters: decided.postgres,
  },
];

const others: readonly Omit<Difference, "engines">[] = [
  {
    what: "TLS",
    image: "off",
    aws: "offered always, with certificates of Amazon's own; forced from 15 on",
    answer: { kind: "setting", write: key({ tls: "required" }) },
    source: guide("Using SSL with a PostgreSQL DB instance"),
    parameters: ["ssl", "rds.force_ssl"],
  },
  {
    what: "certificates in the client",
    image: "none",
    aws: "Amazon's roots, which no system has",
    answer: { kind: "setting", write: key({ tls: "required", ca: "/etc/rds/roots.pem" }) },
    source: guide("Using SSL/TLS to encrypt a connection"),
  },
  {
    what: "extensions",
    image: "those of its packages",
    aws: "a list, and no others",
    answer: {
      kind: "error",
      given: key({ extensions: ["timescaledb"] }),
      says: "Amazon RDS has no extension",
      instead: "leave it out, or run the image as a container",
    },
    source: "RDS for PostgreSQL Release Notes: Extension versions",
  },
  {
    what: "superuser",
    image: "`POSTGRES_USER` is one",
    aws: "nobody is: the user has `rds_superuser`, without files, C functions and `ALTER SYSTEM`",
    answer: {
      kind: "error",
      given: { image: "supabase/postgres:15.8.1" },
      says: "nothing of this image beyond Postgres itself",
      instead: "for images that need one: run them as containers",
    },
    source: guide("Understanding the rds_superuser role"),
  },
  {
    what: "names of users",
    image: "any",
    aws: `a letter first; not ${reservedUsers.postgres.join(", ")}`,
    answer: {
      kind: "error",
      given: variable("POSTGRES_USER", reservedUsers.postgres[0]),
      says: "Amazon RDS reserves the user name",
      instead: "choose another one",
    },
    source: "RDS API: CreateDBInstance, MasterUsername",
  },
  {
    what: "names of databases",
    image: "any",
    aws: "a letter, then letters, digits and `_`, at most 63",
    answer: {
      kind: "error",
      given: variable("POSTGRES_DB", "my-app"),
      says: "Amazon RDS accepts no database",
      instead: "choose another one",
    },
    source: "RDS API: CreateDBInstance, DBName",
  },
  {
    what: "passwords",
    image: "any",
    aws: '8 to 128 characters, none of them `/`, `@`, `"` or a space',
    answer: {
      kind: "error",
      given: variable("POSTGRES_PASSWORD", "secret"),
      says: "Amazon RDS accepts 8 to 128",
      instead: "set another one",
    },
    source: "RDS API: CreateDBInstance, MasterUserPassword",
  },
  {
    what: "`initdb`: locale, authentication, folder",
    image: "`POSTGRES_INITDB_ARGS`, `POSTGRES_HOST_AUTH_METHOD`, `PGDATA`",
    aws: "UTF-8, `en_US.UTF-8`, passwords",
    answer: {
      kind: "warning",
      given: variable("POSTGRES_INITDB_ARGS", "--no-locale"),
      says: "Amazon RDS sets the database up by rules of its own",
    },
    source: guide("Collations supported in RDS for PostgreSQL"),
  },
];

export const postgresDifferences: readonly Difference[] = [
  ...others.slice(0, 2),
  ...ownDefaults.map((row) => ({ ...row, source: `${familyDefaults} (postgres12 to postgres18)` })),
  ...others.slice(2),
].map((row) => ({ ...row, engines: ["postgres"] }));
