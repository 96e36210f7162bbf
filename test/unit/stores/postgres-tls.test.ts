import { rdsRoots } from "../../../src/stores/certificates";
import { resolveTls, type TlsWishes } from "../../../src/stores/tls";
import type { ContainerService, StoreTls } from "../../../src/model/project";
import { secretMarker } from "../../../src/compose/secret-marker";
import { type Raw, projectOf } from "../../support/interpret";

const password = { POSTGRES_PASSWORD: null };
const url = `postgres://app:${secretMarker("PW")}@db:5432/app`;

/** What is settled for `db` and its client `app`. */
function settled(environment: Raw, own: Raw | true = true, wishes: Partial<TlsWishes> = {}) {
  const project = projectOf({
    db: { image: "postgres:17", "x-postgres": own, environment: password },
    app: { image: "app", environment, depends_on: { db: { condition: "service_started" } } },
  });
  const result = resolveTls(project, {
    settings: { postgresTls: "preferred", mysqlTls: "preferred", redisTls: "preferred" },
    given: () => false,
    ...wishes,
  });
  const store = result.project.services.find(({ name }) => name === "db");
  const client = result.project.services.find(({ name }) => name === "app") as ContainerService;
  return { ...result, tls: store?.kind === "postgres" ? store.tls : undefined, client };
}

describe("what decides it, the first that says so", () => {
  const forced = { engine: "postgres", tags: { "berth:project": "todo" } };
  const open = { engine: "postgres", tags: { "berth:tls": "preferred" } };
  test.each<[string, Raw | true, Partial<TlsWishes>, StoreTls]>([
    ["the service", { tls: "off" }, { deployed: () => forced }, "off"],
    ["`tls: off` that YAML reads as false", { tls: false }, {}, "off"],
    [
      "x-berth",
      true,
      {
        given: (setting) => setting === "postgresTls",
        settings: { postgresTls: "required", mysqlTls: "preferred", redisTls: "auto" },
        deployed: () => open,
      },
      "required",
    ],
    ["what stands, of an earlier release", true, { deployed: () => forced }, "required"],
    ["what stands", true, { deployed: () => open }, "preferred"],
    ["the mode", true, {}, "preferred"],
  ])("%s", (_, own, wishes, expected) => {
    expect(settled({}, own, wishes).tls).toBe(expected);
  });
});

describe("a client that asks for a connection without TLS", () => {
  const required = { tls: "required" };
  test.each<[string, Raw]>([
    ["DSN", { DSN: `${url}?sslmode=disable` }],
    ["KV", { KV: "host=db port=5432 user=app sslmode=disable" }],
    ["ADO", { ADO: "Host=db;Username=app;SSL Mode=Disable" }],
    ["PGSSLMODE", { PGHOST: "db", PGSSLMODE: "disable" }],
    ["NODE_URL", { NODE_URL: `${url}?ssl=false` }],
    ["DB_SSL", { DB_HOST: "db", DB_SSL: "false" }],
    ["GF_DATABASE_SSL_MODE", { GF_DATABASE_HOST: "db:5432", GF_DATABASE_SSL_MODE: "disable" }],
  ])("in %s is an error where TLS is required, with a way out", (variable, environment) => {
    expect(settled(environment, required).problems).toEqual([
      {
        path: `services.app.environment.${variable}`,
        message: "it asks for a connection without TLS, which db refuses: its tls is required",
        hint: `remove that from ${variable}, or write x-postgres: {tls: preferred} at db`,
      },
    ]);
    expect(settled(environment).problems).toEqual([]);
  });

  test.each<[string, Raw]>([
    ["says nothing of it", { URL: url }],
    ["tries it without first", { URL: `${url}?sslmode=allow` }],
    ["is pgjdbc, where ssl=false prefers TLS", { URL: "jdbc:postgresql://db/app?ssl=false" }],
    ["means another database", { OTHER: "postgres://elsewhere.example.com/x?sslmode=disable" }],
  ])("one that %s is none", (_, environment) => {
    expect(settled(environment, required).problems).toEqual([]);
  });
});

describe("a client that verifies", () => {
  test("gets the endpoint's name, and without the roots a warning", () => {
    const { client, warnings } = settled({ URL: `${url}?sslmode=verify-full` });
    expect(client.environment["URL"]).toEqual({
      kind: "template",
      parts: ["postgres://app:", { secret: "PW" }, "@", { address: "db" }, ":5432/app?sslmode=verify-full"],
    });
    expect(warnings).toEqual([
      {
        path: "services.app.environment.URL",
        message: expect.stringContaining("x-postgres: {ca: /path}") as string,
      },
    ]);
  });

  test("by PGSSLMODE gets it in PGHOST", () => {
    const { client } = settled({ PGHOST: "db", PGSSLMODE: "verify-full" });
    expect(client.environment["PGHOST"]).toEqual({ kind: "template", parts: [{ address: "db" }] });
  });

  test("finds Amazon's roots where ca says, and is told of them", () => {
    const roots = "the roots\n";
    const { client, warnings } = settled(
      { URL: "postgres://app@db/app?sslmode=verify-full" },
      { ca: "/etc/rds.pem" },
      { roots },
    );
    expect(warnings).toEqual([]);
    expect(client.files).toEqual([
      { path: "/etc/rds.pem", mode: 0o444, uid: 0, gid: 0, content: { kind: "plain", value: roots } },
    ]);
    const path = { kind: "plain", value: "/etc/rds.pem" };
    expect(client.environment).toMatchObject({ PGSSLROOTCERT: path, NODE_EXTRA_CA_CERTS: path });
    expect(client.environment["URL"]).toEqual({
      kind: "template",
      parts: ["postgres://app@", { address: "db" }, "/app?sslmode=verify-full&sslrootcert=/etc/rds.pem"],
    });
  });

  test("keeps the variables that it has itself", () => {
    const own = { PGSSLROOTCERT: "/own.pem" };
    const { client } = settled({ ...own, PGHOST: "db" }, { ca: "/etc/rds.pem" }, { roots: "x" });
    expect(client.environment["PGSSLROOTCERT"]).toEqual({ kind: "plain", value: "/own.pem" });
  });
});

test("the roots of a region are its own three, and fit into a file's parameter", async () => {
  const roots = (await rdsRoots("eu-central-1")) ?? "";
  expect(roots.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  expect(Buffer.byteLength(roots)).toBeLessThanOrEqual(6144);
  expect(await rdsRoots("xx-nowhere-1")).toBeUndefined();
});
