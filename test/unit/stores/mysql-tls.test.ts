import { resolveTls } from "../../../src/stores/tls";
import type { ContainerService, StoreTls } from "../../../src/model/project";
import { type Raw, projectOf } from "../../support/interpret";

function settled(environment: Raw, tls: StoreTls) {
  const project = projectOf({
    db: {
      image: "mysql:8.4",
      "x-mysql": { tls, ca: "/etc/rds/roots.pem" },
      environment: { MYSQL_ROOT_PASSWORD: null },
    },
    app: { image: "app", environment, depends_on: { db: { condition: "service_started" } } },
  });
  const result = resolveTls(project, {
    settings: { postgresTls: "preferred", mysqlTls: "preferred", redisTls: "preferred" },
    given: () => false,
    roots: "roots",
  });
  const client = result.project.services.find(({ name }) => name === "app") as ContainerService;
  return { problems: result.problems.map(({ path }) => path), client };
}

test.each<[string, Raw]>([
  ["URL", { URL: "mysql://root@db:3306/shop?ssl-mode=DISABLED" }],
  ["JDBC", { JDBC: "jdbc:mysql://db:3306/shop?useSSL=false" }],
  ["JDBC", { JDBC: "jdbc:mysql://db:3306/shop?sslMode=DISABLED" }],
  ["DSN", { DSN: "root:pw@tcp(db:3306)/shop?tls=false" }],
  ["DSN", { DSN: "root:pw@tcp(db:3306)/shop?tls=0&parseTime=true" }],
  ["DB_SSL", { DB_HOST: "db", DB_SSL: "false" }],
])("a client that refuses TLS in %s is an error where it is required", (variable, environment) => {
  expect(settled(environment, "required").problems).toEqual([`services.app.environment.${variable}`]);
  expect(settled(environment, "preferred").problems).toEqual([]);
});

test("a client that verifies gets the endpoint's name, and the roots in a file", () => {
  const { client } = settled({ URL: "mysql://root@db/shop?ssl-mode=VERIFY_IDENTITY" }, "required");
  expect(client.environment["URL"]).toEqual({
    kind: "template",
    parts: ["mysql://root@", { address: "db" }, "/shop?ssl-mode=VERIFY_IDENTITY"],
  });
  expect(client.environment["NODE_EXTRA_CA_CERTS"]).toEqual({ kind: "plain", value: "/etc/rds/roots.pem" });
  expect(client.files?.map(({ path }) => path)).toEqual(["/etc/rds/roots.pem"]);
});

test.each<[string, readonly [string, string]]>([
  [
    "jdbc:mariadb://db:3306/shop?sslMode=verify-full",
    ["jdbc:mariadb://", ":3306/shop?sslMode=verify-full&serverSslCert=/etc/rds/roots.pem"],
  ],
  [
    "jdbc:mariadb://db/shop?sslMode=verify-ca&serverSslCert=/own.pem",
    ["jdbc:mariadb://", "/shop?sslMode=verify-ca&serverSslCert=/own.pem"],
  ],
  ["jdbc:mysql://db/shop?sslMode=VERIFY_CA", ["jdbc:mysql://", "/shop?sslMode=VERIFY_CA"]],
  ["root@tcp(db:3306)/shop?tls=true", ["root@tcp(", ":3306)/shop?tls=true"]],
  ["root@tcp(db)/shop?parseTime=true&tls=rds", ["root@tcp(", ")/shop?parseTime=true&tls=rds"]],
])("%s verifies the endpoint's name", (text, [before, after]) => {
  const { client } = settled({ TEXT: text }, "required");
  expect(client.environment["TEXT"]).toEqual({ kind: "template", parts: [before, { address: "db" }, after] });
});

test.each([
  "root@tcp(db:3306)/shop?tls=skip-verify",
  "root@tcp(db:3306)/shop?tls=preferred",
  "jdbc:mariadb://db/shop?sslMode=trust",
])("%s verifies nothing, and stays", (text) => {
  const { client, problems } = settled({ TEXT: text }, "required");
  expect([client.environment["TEXT"], problems]).toEqual([{ kind: "plain", value: text }, []]);
});

test("a mode in a variable has the host beside it be the endpoint's", () => {
  const { client } = settled({ DB_HOST: "db", DB_SSLMODE: "VERIFY_IDENTITY" }, "required");
  expect(client.environment["DB_HOST"]).toEqual({ kind: "template", parts: [{ address: "db" }] });
});
