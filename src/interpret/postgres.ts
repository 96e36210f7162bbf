/** A service with `x-postgres`: Amazon RDS for PostgreSQL in place of its container. */
import type { EnvironmentValue, PostgresService } from "../model/project";
import { lackingOf } from "../stores/postgres/images";
import { passwordFault } from "../stores/passwords";
import { readEnvironment } from "./environment";
import { imageTag, judgeManagedCommand, judgeManagedPorts, managedNode, readManagedOptions } from "./managed";
import { isRecord, type Node } from "./node";
import { judgeManagedMounts } from "./volumes";

/** Major versions that RDS makes (RDS user guide, "Release calendars for Amazon RDS for PostgreSQL"). */
const majors = [11, 12, 13, 14, 15, 16, 17, 18];

/** Where neither an image nor its tag names a version. */
const defaultMajor = "17";

/** GiB of gp3 storage (RDS user guide, "Amazon RDS DB instance storage"). */
const storage = { min: 20, max: 65536 };

/** Names of an RDS database and of its first user (RDS API reference, CreateDBInstance: DBName, MasterUsername). */
const identifier = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const reservedUsers = new Set(["admin", "user", "rdsadmin", "rdsrepladmin", "rds_superuser"]);

/** Variables that the official image reads beside name, user and password (Docker Hub, "postgres"). */
const initVariables = /^(POSTGRES_INITDB_\w+|POSTGRES_HOST_AUTH_METHOD|PGDATA)$/;

type Common = Pick<PostgresService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` after a problem */
export function readPostgres(service: Node, common: Common): PostgresService | undefined {
  const options = managedNode(service, "postgres");
  if (options === undefined) return undefined;
  judgeManagedPorts(service);
  judgeManagedMounts(service);
  judgeManagedCommand(service.get("command"), ["postgres", "docker-entrypoint.sh"], []);
  const environment = service.get("environment");
  const variables = readEnvironment(environment);
  judgeVariables(environment);
  const version = readMajor(service);
  const username = plain(environment.get("POSTGRES_USER"), variables["POSTGRES_USER"], "postgres");
  const database = plain(environment.get("POSTGRES_DB"), variables["POSTGRES_DB"], username ?? "postgres");
  judgeNames(environment, username, database);
  const password = readPassword(environment, variables["POSTGRES_PASSWORD"]);
  const own = isRecord(options.value) ? readOwnOptions(options) : {};
  const shared = readManagedOptions(options, "postgres");
  if (version === undefined || username === undefined || database === undefined || password === undefined) {
    return undefined;
  }
  return { kind: "postgres", ...common, version, database, username, password, ...own, ...shared };
}

function readOwnOptions(options: Node): Pick<PostgresService, "storage" | "instanceClass" | "ca"> {
  const size = options.get("storage").integer(storage.min, storage.max);
  const instanceClass = options.get("instance-class").text();
  if (instanceClass !== undefined && !/^db\.[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceClass)) {
    options
      .get("instance-class")
      .problem(`${JSON.stringify(instanceClass)} is no instance class`, "like db.t4g.micro");
  }
  const ca = readCa(options.get("ca"));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(size === undefined ? {} : { storage: size }),
    ...(instanceClass === undefined ? {} : { instanceClass }),
  };
}

/** Where the database's clients find Amazon's certificates. */
function readCa(node: Node): string | undefined {
  const path = node.text();
  if (path === undefined || /^(\/[\w.-]+){2,}$/.test(path)) return path;
  node.problem(
    `${JSON.stringify(path)} is no place for the certificates`,
    "an absolute path in a folder of its own, like /etc/rds/roots.pem",
  );
  return undefined;
}

/** `postgres:16.4-alpine`, `pgvector/pgvector:0.8.0-pg17`, `postgis/postgis:16-3.5`. */
function readMajor(service: Node): string | undefined {
  const node = service.get("image");
  const image = node.text();
  if (node.present && image === undefined) return undefined;
  const lacking = lackingOf(image ?? "");
  if (lacking !== undefined) {
    node.problem(
      `Amazon RDS has nothing of this image beyond Postgres itself: it lacks ${lacking}`,
      "take the x- key out to run the image as a container with a volume, or name a postgres image where the program needs no more",
    );
    return undefined;
  }
  const tag = image === undefined || image === "" ? undefined : imageTag(image);
  const major = /(?:^|[-_.])pg(\d+)/.exec(tag ?? "")?.[1] ?? /^(\d+)/.exec(tag ?? "")?.[1];
  if (major === undefined) {
    if (node.present)
      node.warn(
        `the tag names no major version: Postgres ${defaultMajor} is used, and kept only by naming it`,
      );
    return defaultMajor;
  }
  if (majors.includes(Number(major))) return major;
  node.problem(`Amazon RDS has no Postgres ${major}`, `a major version from ${majors.join(", ")}`);
  return undefined;
}

/** A name has to be known when the database is declared: no secret can stand for it. */
function plain(node: Node, value: EnvironmentValue | undefined, fallback: string): string | undefined {
  if (value === undefined) return fallback;
  if (value.kind === "plain") return value.value === "" ? fallback : value.value;
  node.problem(
    "the name of a database or user can't be a secret",
    "write its value, or set the variable in .env",
  );
  return undefined;
}

function judgeNames(environment: Node, username: string | undefined, database: string | undefined): void {
  const user = environment.get("POSTGRES_USER");
  const rule = "a letter, then letters, digits and _, at most 63 in all";
  if (username !== undefined && !identifier.test(username)) {
    user.problem(`Amazon RDS takes no user ${JSON.stringify(username)}`, rule);
  } else if (username !== undefined && reservedUsers.has(username.toLowerCase())) {
    user.problem(`Amazon RDS reserves the user name ${JSON.stringify(username)}`, "choose another one");
  }
  if (database !== undefined && database !== username && !identifier.test(database)) {
    environment.get("POSTGRES_DB").problem(`Amazon RDS takes no database ${JSON.stringify(database)}`, rule);
  }
}

function readPassword(
  environment: Node,
  password: EnvironmentValue | undefined,
): EnvironmentValue | undefined {
  const node = environment.get("POSTGRES_PASSWORD");
  const empty = password?.kind === "plain" && password.value === "";
  if (password === undefined || empty) {
    if (environment.has("POSTGRES_PASSWORD") && !empty) return undefined;
    node.problem(
      "a managed database needs a password",
      "write POSTGRES_PASSWORD: without a value under environment, and set the secret of that name",
    );
    return undefined;
  }
  if (password.kind !== "plain") return password;
  const fault = passwordFault(password.value);
  if (fault !== undefined) node.problem(fault.message, fault.hint);
  return password;
}

function judgeVariables(environment: Node): void {
  for (const [name, node] of environment.entries()) {
    if (["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"].includes(name)) continue;
    if (name.startsWith("POSTGRES_") && name.endsWith("_FILE")) {
      node.refuse("a managed service reads no files", `write ${name.slice(0, -"_FILE".length)} in its place`);
    } else if (initVariables.test(name)) {
      node.warn("Amazon RDS sets the database up by rules of its own");
    } else {
      node.warn("no container reads this variable: the service is managed");
    }
  }
}
