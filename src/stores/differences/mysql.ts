/** RDS for MySQL and for MariaDB beside the images `mysql`, `percona` and `mariadb`. */
import { decided } from "../parameters";
import { reservedUsers } from "../reserved";
import { type Difference, type EngineName, familyDefaults, type Keys, wordsIn } from "./row";

const guide = (page: string): string => `RDS User Guide: ${page}`;
const key = (options: Keys): Keys => ({ "x-mysql": options });
const parameters = (own: Readonly<Record<string, string | number>>): Keys => key({ parameters: own });
const variable = (name: string, value: string | null): Keys => ({ environment: { [name]: value } });
const kept = (own: Readonly<Record<string, string>>): Difference["answer"] => ({
  kind: "kept",
  parameters: own,
});

const both: readonly EngineName[] = ["mysql", "mariadb"];
const families = `${familyDefaults} (mysql5.7, mysql8.0, mysql8.4; mariadb10.5 to mariadb11.8)`;

/** Modes of SQL that the servers have by themselves (MySQL Reference Manual, Server SQL modes; MariaDB KB, SQL_MODE). */
const strict = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO";

/** What the parameter group keeps as the images have it. */
const ofGroup: readonly Difference[] = [
  {
    engines: both,
    what: "functions and triggers",
    image: "`root` is SUPER, and writes them",
    aws: "nobody is SUPER, so nobody could beside the binary log",
    answer: kept({ log_bin_trust_function_creators: "1" }),
    parameters: ["log_bin_trust_function_creators"],
    source: guide("Common DBA tasks for RDS for MySQL, master user privileges"),
  },
  {
    engines: ["mysql"],
    what: "`sql_mode`",
    image: "strict",
    aws: "`NO_ENGINE_SUBSTITUTION` alone",
    answer: kept({
      sql_mode: `ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION,${strict}`,
    }),
    parameters: ["sql_mode"],
    source: families,
  },
  {
    engines: ["mariadb"],
    what: "`sql_mode`",
    image: "strict",
    aws: "the server's, which the group names",
    answer: kept({ sql_mode: `NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION,${strict}` }),
    parameters: ["sql_mode"],
    source: families,
  },
  {
    engines: ["mariadb"],
    what: "character set",
    image: "`utf8mb4`; from 11.4 on with the collation `utf8mb4_uca1400_ai_ci`, which a parameter asks for",
    aws: "`latin1`",
    answer: kept({ character_set_server: "utf8mb4", collation_server: "utf8mb4_general_ci" }),
    parameters: wordsIn("character_set_server collation_server"),
    source: families,
  },
];

/** Parameters that RDS sets otherwise than the server does by itself, each as the file sets it. */
const ownDefaults: readonly Difference[] = [
  {
    engines: both,
    what: "connections",
    image: "151",
    aws: "by memory: about 80 of MySQL and 40 of MariaDB on `db.t4g.micro`",
    answer: { kind: "setting", write: parameters({ max_connections: 200 }) },
    parameters: ["max_connections"],
    source: families,
  },
  {
    engines: both,
    what: "memory of the server",
    image: "128 MB of InnoDB's pool",
    aws: "three quarters of the instance's memory, and other sizes of InnoDB's files",
    answer: { kind: "setting", write: parameters({ innodb_buffer_pool_size: 268_435_456 }) },
    parameters: wordsIn(
      "innodb_buffer_pool_size innodb_log_buffer_size innodb_log_file_size innodb_flush_method innodb_purge_threads " +
        "innodb_doublewrite_batch_size innodb_doublewrite_pages key_buffer_size read_buffer_size read_rnd_buffer_size " +
        "table_open_cache table_open_cache_instances thread_stack query_cache_size query_cache_type",
    ),
    source: families,
  },
  {
    engines: both,
    what: "binary log",
    image: "on in rows (MySQL), off (MariaDB)",
    aws: "on while backups are, `MIXED` before MySQL 8.4; written at each commit",
    answer: { kind: "setting", write: parameters({ binlog_format: "ROW" }) },
    parameters: wordsIn("binlog_format max_binlog_size sync_binlog gtid-mode gtid_mode"),
    source: families,
  },
  {
    engines: both,
    what: "`LOAD DATA LOCAL`",
    image: "off (MySQL), on (MariaDB)",
    aws: "on",
    answer: { kind: "setting", write: parameters({ local_infile: 0 }) },
    parameters: ["local_infile"],
    source: families,
  },
  {
    engines: both,
    what: "slow and general log",
    image: "files",
    aws: "tables",
    answer: { kind: "setting", write: parameters({ log_output: "FILE" }) },
    parameters: ["log_output"],
    source: families,
  },
  {
    engines: ["mysql"],
    what: "performance schema",
    image: "on",
    aws: "off",
    answer: { kind: "setting", write: parameters({ performance_schema: 1 }) },
    parameters: ["performance_schema"],
    source: families,
  },
  {
    engines: both,
    what: "names of clients",
    image: "not looked up",
    aws: "looked up",
    answer: { kind: "setting", write: parameters({ skip_name_resolve: 1 }) },
    parameters: ["skip_name_resolve"],
    source: `the images' own /etc/my.cnf and conf.d; ${families}`,
  },
  {
    engines: both,
    what: "files, addresses, logins and replication of the server",
    image: "as its command says",
    aws: "RDS's own; `mysql_native_password` before MySQL 8.4",
    answer: {
      kind: "warning",
      given: { command: ["mysqld", "--default-authentication-plugin=mysql_native_password"] },
      says: "AWS keeps the data and the log of a managed service by rules of its own",
    },
    parameters: decided.mysql,
    source: `${families}; ${guide("Known issues and limitations for RDS for MySQL")}`,
  },
];

const others: readonly Difference[] = [
  {
    engines: both,
    what: "TLS",
    image: "offered (MySQL), off (MariaDB before 11.4)",
    aws: "offered always, with certificates of Amazon's own",
    answer: { kind: "setting", write: key({ tls: "required" }) },
    parameters: ["require_secure_transport"],
    source: guide("SSL/TLS support for MySQL DB instances"),
  },
  {
    engines: both,
    what: "users",
    image: "`root` and `MYSQL_USER`",
    aws: "one, `MYSQL_USER`, or `root` where there is none",
    answer: {
      kind: "warning",
      given: { environment: { MYSQL_USER: "app", MYSQL_PASSWORD: null, MYSQL_ROOT_PASSWORD: null } },
      says: "Amazon RDS makes one user",
    },
    source: "RDS API: CreateDBInstance, MasterUsername",
  },
  {
    engines: both,
    what: "names of users",
    image: "at most 32 characters (MariaDB 80)",
    aws: `at most 16; not ${reservedUsers.mysql.join(", ")}`,
    answer: {
      kind: "error",
      given: { environment: { MYSQL_USER: reservedUsers.mysql[0], MYSQL_PASSWORD: null } },
      says: "Amazon RDS reserves the user name",
      instead: "choose another one",
    },
    source: "RDS API: CreateDBInstance, MasterUsername",
  },
  {
    engines: both,
    what: "names of databases",
    image: "any",
    aws: "a letter, then letters, digits and `_`, at most 64",
    answer: {
      kind: "error",
      given: variable("MYSQL_DATABASE", "my-app"),
      says: "Amazon RDS accepts no database",
      instead: "choose another one",
    },
    source: "RDS API: CreateDBInstance, DBName",
  },
  {
    engines: both,
    what: "passwords",
    image: "any, or none (`MYSQL_ALLOW_EMPTY_PASSWORD`)",
    aws: '8 to 41 characters, none of them `/`, `@`, `"` or a space',
    answer: {
      kind: "error",
      given: variable("MYSQL_ROOT_PASSWORD", "secret"),
      says: "Amazon RDS accepts 8 to 41",
      instead: "set another one",
    },
    source: "RDS API: CreateDBInstance, MasterUserPassword",
  },
  {
    engines: both,
    what: "variables of the first start",
    image: "`MYSQL_INITDB_SKIP_TZINFO`, `MYSQL_ROOT_HOST` and the like",
    aws: "not read",
    answer: {
      kind: "warning",
      given: { environment: { MYSQL_ROOT_HOST: "%", MYSQL_ROOT_PASSWORD: null } },
      says: "Amazon RDS sets the server up by rules of its own",
    },
    source: "Docker Hub: mysql, mariadb",
  },
];

export const mysqlDifferences: readonly Difference[] = [
  ...others.slice(0, 1),
  ...ofGroup,
  ...ownDefaults,
  ...others.slice(1),
];
