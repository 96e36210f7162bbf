import { type Raw, problemsOf, projectOf, serviceOf, warningsOf } from "../../support/interpret";

const environment = { MYSQL_ROOT_PASSWORD: null, MYSQL_DATABASE: "shop" };
const db = (keys: Raw = {}) => ({ db: { image: "mysql:8.4", "x-mysql": true, environment, ...keys } });

test("a service with x-mysql is RDS MySQL", () => {
  expect(serviceOf(db(), "db")).toEqual({
    kind: "mysql",
    name: "db",
    aliases: [],
    dependsOn: [],
    engine: "mysql",
    version: "8.4",
    database: "shop",
    username: "root",
    password: { kind: "secret", name: "MYSQL_ROOT_PASSWORD" },
  });
  expect(projectOf(db()).secrets).toEqual(["MYSQL_ROOT_PASSWORD"]);
});

test.each<[string, object]>([
  ["mysql", { engine: "mysql", version: "8.4" }],
  ["mysql:8", { engine: "mysql", version: "8.4" }],
  ["mysql:8.0.40-debian", { engine: "mysql", version: "8.0" }],
  ["mysql:5.7", { engine: "mysql", version: "5.7" }],
  ["mysql/mysql-server:8.0", { engine: "mysql", version: "8.0" }],
  ["mysql:9", { engine: "mysql", version: "9.7" }],
  ["mysql:9.7.1-oraclelinux9", { engine: "mysql", version: "9.7" }],
  ["mariadb:12", { engine: "mariadb", version: "12.3" }],
  ["percona:8.0", { engine: "mysql", version: "8.0" }],
  ["percona/percona-server:8.4", { engine: "mysql", version: "8.4" }],
  ["mariadb:11", { engine: "mariadb", version: "11.8" }],
  ["mariadb:10.6-focal", { engine: "mariadb", version: "10.6" }],
  ["docker.io/library/mariadb:10", { engine: "mariadb", version: "10.11" }],
])("%s", (image, expected) => {
  expect(serviceOf(db({ image }), "db")).toMatchObject(expected);
});

test.each([
  ["mysql:9.6", "Amazon RDS has no mysql 9.6"],
  ["mysql:8.1", "Amazon RDS has no mysql 8.1"],
  ["mariadb:12.0", "Amazon RDS has no mariadb 12.0"],
  ["mariadb:11.5", "Amazon RDS has no mariadb 11.5"],
])("%s is no version of RDS", (image, message) => {
  expect(problemsOf(db({ image }))).toEqual([expect.stringContaining(`services.db.image: ${message}`)]);
});

describe("its user", () => {
  const of = (own: Raw, image = "mysql:8.4") => db({ image, environment: own });

  test("is the file's own, where it has one: there is no root then", () => {
    const own = { MYSQL_USER: "app", MYSQL_PASSWORD: null, MYSQL_ROOT_PASSWORD: null };
    expect(serviceOf(of(own), "db")).toMatchObject({
      username: "app",
      password: { kind: "secret", name: "MYSQL_PASSWORD" },
    });
    expect(serviceOf(of(own), "db")).not.toHaveProperty("database");
    expect(warningsOf(of(own))).toEqual([
      "services.db.environment.MYSQL_ROOT_PASSWORD: Amazon RDS makes one user, app, with the rights of its master user: there is no root",
    ]);
  });

  test("can be spelled as MariaDB's image has it", () => {
    const own = { MARIADB_USER: "app", MARIADB_PASSWORD: null, MARIADB_DATABASE: "shop" };
    expect(serviceOf(of(own, "mariadb:11.4"), "db")).toMatchObject({
      engine: "mariadb",
      username: "app",
      database: "shop",
      password: { kind: "secret", name: "MARIADB_PASSWORD" },
    });
  });

  test.each<[string, Raw, string]>([
    ["without a password", {}, "MYSQL_ROOT_PASSWORD: a managed database needs a password"],
    [
      "with a short one",
      { MYSQL_ROOT_PASSWORD: "root" },
      "MYSQL_ROOT_PASSWORD: the password has 4 characters; Amazon RDS accepts 8 to 41",
    ],
    [
      "that RDS keeps to itself",
      { MYSQL_USER: "rdsadmin", MYSQL_PASSWORD: null },
      'MYSQL_USER: Amazon RDS reserves the user name "rdsadmin"',
    ],
    [
      "with a long name",
      { MYSQL_USER: "a_very_long_user_name", MYSQL_PASSWORD: null },
      'MYSQL_USER: Amazon RDS accepts no user "a_very_long_user_name"',
    ],
    [
      "by a file",
      { MYSQL_ROOT_PASSWORD: null, MYSQL_PASSWORD_FILE: "/run/secrets/x" },
      "MYSQL_PASSWORD_FILE: a managed service reads no files",
    ],
  ])("%s is refused", (_, own, message) => {
    expect(problemsOf(of(own))).toEqual([expect.stringContaining(`services.db.environment.${message}`)]);
  });
});

test("two kinds of one service are refused", () => {
  expect(problemsOf(db({ "x-postgres": true }))[0]).toContain("both x-postgres and x-mysql");
});
