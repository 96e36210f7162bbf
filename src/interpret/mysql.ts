/** A service with `x-mysql`: Amazon RDS for MySQL or MariaDB in place of its container. */
import { definedOnly } from "../defined";
import type { EnvironmentValue, MysqlService } from "../model/project";
import { longestPassword } from "../stores/passwords";
import { isReservedUser } from "../stores/reserved";
import { readDatabaseOptions } from "./database-options";
import { judgeVariables, passwordOf, plainName } from "./database-variables";
import { readEnvironment } from "./environment";
import { imageTag, readManagedOptions } from "./managed";
import type { Node } from "./node";

type Engine = Pick<MysqlService, "engine" | "version">;
type Common = Pick<MysqlService, "name" | "aliases" | "dependsOn">;

/** Versions that RDS makes, oldest first (RDS User Guide, MySQL and MariaDB on Amazon RDS versions; looked up 2026-11). */
const versions = {
  mysql: ["5.7", "8.0", "8.4", "9.7"],
  mariadb: ["10.5", "10.6", "10.11", "11.4", "11.8", "12.3"],
} as const;

/** Where neither an image nor its tag names a version: an existing store of such an image stays as it is. */
const defaults = { mysql: "8.4", mariadb: "11.4" } as const;

/** RDS API reference, CreateDBInstance: DBName and MasterUsername of MySQL and MariaDB. */
const databaseName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const userName = /^[A-Za-z][A-Za-z0-9_]{0,15}$/;

/** Variables of the official images. */
const imageVariables = {
  read: /^(MYSQL|MARIADB)_(USER|PASSWORD|ROOT_PASSWORD|DATABASE)$/,
  files: /^(MYSQL|MARIADB)_.*_FILE$/,
  setUp:
    /^(MYSQL|MARIADB)_(RANDOM_ROOT_PASSWORD|ALLOW_EMPTY(_ROOT)?_PASSWORD|ONETIME_PASSWORD|ROOT_HOST|INITDB_SKIP_TZINFO|AUTO_UPGRADE|DISABLE_UPGRADE_BACKUP|MYSQL_LOCALHOST_\w+)$/,
  sets: "Amazon RDS sets the server up by rules of its own",
};

/** The variables by which the images take names and passwords: MariaDB's has both spellings. */
function variable(environment: Node, name: string): string {
  return environment.has(`MARIADB_${name}`) ? `MARIADB_${name}` : `MYSQL_${name}`;
}

/** @returns `undefined` after a problem */
export function readMysql(service: Node, options: Node, common: Common): MysqlService | undefined {
  const environment = service.get("environment");
  const variables = readEnvironment(environment);
  judgeVariables(environment, imageVariables);
  const engine = readEngine(service.get("image"));
  const user = readUser(environment, variables);
  const name = variable(environment, "DATABASE");
  const database = environment.has(name) ? plainName(environment.get(name), variables[name], "") : "";
  if (database !== undefined && database !== "" && !databaseName.test(database))
    environment
      .get(name)
      .problem(
        `Amazon RDS accepts no database ${JSON.stringify(database)}`,
        "a letter, then letters, digits and _, at most 64 in all",
      );
  const own = readDatabaseOptions(options);
  const shared = readManagedOptions(service, options, "mysql");
  if (engine === undefined || user === undefined || database === undefined) return undefined;
  const named = definedOnly({ database: database === "" ? undefined : database });
  return { kind: "mysql", ...common, ...engine, ...named, ...user, ...own, ...shared };
}

/** RDS makes one user, with the rights of its master user: the file's own, or root where it has no other. */
function readUser(
  environment: Node,
  variables: Readonly<Record<string, EnvironmentValue>>,
): { readonly username: string; readonly password: EnvironmentValue } | undefined {
  const userVariable = variable(environment, "USER");
  const own = environment.has(userVariable);
  const username = own ? plainName(environment.get(userVariable), variables[userVariable], "root") : "root";
  const role = username === "root" ? "ROOT_PASSWORD" : "PASSWORD";
  const secret = variable(environment, role);
  const password = passwordOf(environment, variables, { variable: secret, longest: longestPassword.mysql });
  if (username === undefined || password === undefined) return undefined;
  const node = environment.get(userVariable);
  if (!userName.test(username))
    node.problem(
      `Amazon RDS accepts no user ${JSON.stringify(username)}`,
      "a letter, then letters, digits and _, at most 16 in all",
    );
  else if (isReservedUser("mysql", username))
    node.problem(`Amazon RDS reserves the user name ${JSON.stringify(username)}`, "choose another one");
  const root = environment.get(variable(environment, "ROOT_PASSWORD"));
  if (username !== "root" && environment.has(variable(environment, "ROOT_PASSWORD")))
    root.warn(`Amazon RDS makes one user, ${username}, with the rights of its master user: there is no root`);
  return { username, password };
}

/** `mysql:8.0.40`, `mariadb:11`, `percona:8.0`, `percona/percona-server:8.4`. */
function readEngine(node: Node): Engine | undefined {
  const image = node.text();
  if (node.present && image === undefined) return undefined;
  const name = (image ?? "").split("@")[0]?.split("/").at(-1)?.split(":")[0] ?? "";
  const engine = name.startsWith("mariadb") ? "mariadb" : "mysql";
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(imageTag(image ?? "") ?? "") ?? [];
  if (major === undefined) {
    const version = defaults[engine];
    if (node.present)
      node.warn(`the tag names no version: ${engine} ${version} is used, and kept only by naming it`);
    return { engine, version };
  }
  const of = versions[engine].filter((version) => version.split(".")[0] === major);
  const version = minor === undefined ? of.at(-1) : of.find((other) => other === `${major}.${minor}`);
  if (version !== undefined) return { engine, version };
  node.problem(
    `Amazon RDS has no ${engine} ${major}${minor === undefined ? "" : `.${minor}`}`,
    `a version from ${versions[engine].join(", ")}`,
  );
  return undefined;
}
