import { clientWords, urlOf, variablesOf, type Login } from "../../../../src/launcher/connect/client";

const postgres: Login = {
  ...{ kind: "postgres", port: 15432, user: "shop", database: "shop", password: "a b/c@d", tls: false },
};
const mysql: Login = { ...postgres, kind: "mysql", port: 13306 };
const cache: Login = { kind: "redis", port: 16379, password: "t0ken", tls: true };
const open: Login = { kind: "redis", port: 16379, tls: false };

test.each<[Login, string, string]>([
  [
    postgres,
    "postgresql://shop:***@localhost:15432/shop?sslmode=require",
    "postgresql://shop:a%20b%2Fc%40d@localhost:15432/shop?sslmode=require",
  ],
  [mysql, "mysql://shop:***@localhost:13306/shop", "mysql://shop:a%20b%2Fc%40d@localhost:13306/shop"],
  [cache, "rediss://:***@localhost:16379", "rediss://:t0ken@localhost:16379"],
  [open, "redis://localhost:16379", "redis://localhost:16379"],
  [{ kind: "service", port: 8080, tls: false }, "localhost:8080", "localhost:8080"],
])("the URL of %j hides its password unless it is asked for", (login, hidden, shown) => {
  expect(urlOf(login, false)).toBe(hidden);
  expect(urlOf(login, true)).toBe(shown);
});

test("each client finds the variables that it reads", () => {
  expect(variablesOf(postgres)).toMatchObject({ PGPORT: "15432", PGUSER: "shop", PGPASSWORD: "a b/c@d" });
  expect(variablesOf(mysql)).toMatchObject({ MYSQL_TCP_PORT: "13306", MYSQL_PWD: "a b/c@d" });
  expect(variablesOf(cache)).toEqual({
    REDIS_URL: "rediss://:t0ken@localhost:16379",
    REDISCLI_AUTH: "t0ken",
  });
  expect(variablesOf({ kind: "service", port: 1, tls: false })).toEqual({});
});

test.each<[string, Login, string]>([
  ["psql -c X", postgres, "psql -c X"],
  [
    "/usr/bin/mysql -e X",
    mysql,
    "/usr/bin/mysql --protocol=tcp --host=127.0.0.1 --port=13306 --user=shop --database=shop -e X",
  ],
  [
    "mariadb-dump shop",
    mysql,
    "mariadb-dump --protocol=tcp --host=127.0.0.1 --port=13306 --user=shop --skip-ssl-verify-server-cert shop",
  ],
  ["redis-cli INFO", cache, "redis-cli -h localhost -p 16379 --tls --insecure INFO"],
  ["valkey-cli", open, "valkey-cli -h localhost -p 16379"],
  ["mysql", postgres, "mysql"],
])("%s is told what it reads out of no variable, and never the password", (words, login, expected) => {
  expect(clientWords(words.split(" "), login).join(" ")).toBe(expected);
});
