/** A service with `x-postgres`: Amazon RDS for PostgreSQL in place of its container. */
import { definedOnly } from "../defined";
import type { PostgresService } from "../model/project";
import { didYouMean } from "../nearest";
import { extensions, librariesOf } from "../stores/postgres/extensions";
import { longestPassword } from "../stores/passwords";
import { isReservedUser } from "../stores/reserved";
import { readDatabaseOptions } from "./database-options";
import { judgeVariables, passwordOf, plainName } from "./database-variables";
import { readEnvironment } from "./environment";
import { hasMore, imageTag, readManagedOptions } from "./managed";
import type { Node } from "./node";

/** Major versions that RDS makes (RDS user guide, "Release calendars for Amazon RDS for PostgreSQL"). */
const majors = [11, 12, 13, 14, 15, 16, 17, 18];

/** Where neither an image nor its tag names a version. */
const defaultMajor = "17";

/** Names of an RDS database and of its first user (RDS API reference, CreateDBInstance: DBName, MasterUsername). */
const identifier = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** Variables of the official image (Docker Hub, "postgres"). */
const imageVariables = {
  read: /^POSTGRES_(USER|DB|PASSWORD)$/,
  files: /^POSTGRES_(.*_)?FILE$/,
  setUp: /^(POSTGRES_INITDB_\w+|POSTGRES_HOST_AUTH_METHOD|PGDATA)$/,
  sets: "Amazon RDS sets the database up by rules of its own",
};

type Common = Pick<PostgresService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` after a problem */
export function readPostgres(service: Node, options: Node, common: Common): PostgresService | undefined {
  const environment = service.get("environment");
  const variables = readEnvironment(environment);
  judgeVariables(environment, imageVariables);
  const version = readMajor(service);
  const username = plainName(environment.get("POSTGRES_USER"), variables["POSTGRES_USER"], "postgres");
  const database = plainName(
    environment.get("POSTGRES_DB"),
    variables["POSTGRES_DB"],
    username ?? "postgres",
  );
  judgeNames(environment, username, database);
  const password = passwordOf(environment, variables, {
    variable: "POSTGRES_PASSWORD",
    longest: longestPassword.postgres,
  });
  const own = readDatabaseOptions(options);
  const shared = readManagedOptions(service, options, "postgres");
  const parameters = withLibraries(options.get("extensions"), shared.parameters);
  if (version === undefined || username === undefined || database === undefined || password === undefined) {
    return undefined;
  }
  const named = { version, database, username, password };
  return { kind: "postgres", ...common, ...named, ...own, ...shared, ...definedOnly({ parameters }) };
}

/** Extensions that RDS has; the libraries of some have to be loaded when the server starts. */
function withLibraries(node: Node, parameters: PostgresService["parameters"]): PostgresService["parameters"] {
  const names = node.items().flatMap((item) => {
    const name = item.text();
    if (name === undefined || extensions.has(name)) return name ?? [];
    item.problem(
      `Amazon RDS has no extension ${JSON.stringify(name)}`,
      didYouMean(name, [...extensions], "remove it, or run the image as a container"),
    );
    return [];
  });
  const libraries = librariesOf(names);
  if (libraries === undefined) return parameters;
  if (parameters?.["shared_preload_libraries"] !== undefined) {
    node.warn("shared_preload_libraries is set beside it, and counts: it has to name their libraries too");
    return parameters;
  }
  return { ...parameters, shared_preload_libraries: libraries };
}

/** `postgres:16.4-alpine`, `pgvector/pgvector:0.8.0-pg17`, `postgis/postgis:16-3.5`. */
function readMajor(service: Node): string | undefined {
  const node = service.get("image");
  const image = node.text();
  if (node.present && image === undefined) return undefined;
  if (hasMore(node, "postgres", "Amazon RDS")) return undefined;
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

function judgeNames(environment: Node, username: string | undefined, database: string | undefined): void {
  const user = environment.get("POSTGRES_USER");
  const rule = "a letter, then letters, digits and _, at most 63 in all";
  if (username !== undefined && !identifier.test(username)) {
    user.problem(`Amazon RDS accepts no user ${JSON.stringify(username)}`, rule);
  } else if (username !== undefined && isReservedUser("postgres", username)) {
    user.problem(`Amazon RDS reserves the user name ${JSON.stringify(username)}`, "choose another one");
  }
  if (database !== undefined && database !== username && !identifier.test(database)) {
    environment
      .get("POSTGRES_DB")
      .problem(`Amazon RDS accepts no database ${JSON.stringify(database)}`, rule);
  }
}
