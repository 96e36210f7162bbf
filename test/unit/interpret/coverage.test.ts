import { compose } from "../../../src/compose/schema/compose";
import { coverageRows, interpretProject } from "../../../src/interpret";
import { interpret, projectOf } from "../../support/interpret";
import { schemaKeys } from "../../support/schema-keys";

const specified = schemaKeys(compose);
const rows = coverageRows();
const byKey = new Map(rows.map((row) => [row.key, row]));

/** The row of a key, or the one above it that decides for all below. */
function rowOf(key: string) {
  for (let path = key; path !== ""; path = path.replace(/(^|\.|\[\])[^.[\]]*$|\[\]$/, "")) {
    const row = byKey.get(path);
    if (row !== undefined && (path === key || row.verdict !== "honoured")) return row;
  }
  return undefined;
}

describe("the coverage table", () => {
  test("has a verdict for every key of the schema", () => {
    expect(specified.length).toBeGreaterThan(250);
    expect(specified.filter((key) => rowOf(key) === undefined)).toEqual([]);
  });

  test("has no key that the schema lacks, but for extensions", () => {
    const known = new Set(specified);
    expect(rows.filter(({ key }) => !known.has(key) && !/\bx-/.test(key)).map(({ key }) => key)).toEqual([]);
  });

  test("lists each key once", () => {
    expect(byKey.size).toBe(rows.length);
  });

  test.each(rows.filter(({ verdict }) => verdict !== "honoured"))(
    "$key: $verdict, with a sentence",
    (row) => {
      expect(row.why).toMatch(/^[^\s].*[^.\s]$/);
      if (row.verdict === "refused") expect(row.fix).toMatch(/\S/);
    },
  );
});

/** A value for a key of a service that asks for something. */
const telling = { some: ["thing"] };

describe("a project's coverage", () => {
  const simple = rows.filter(({ key }) => /^services\.\*\.[^.[]+$/.test(key));

  test.each(simple.filter(({ verdict }) => verdict === "warned"))("$key is warned of", ({ key, why }) => {
    const name = key.slice("services.*.".length);
    const project = projectOf({ app: { image: "x", [name]: name === "hostname" ? "h" : telling } });
    expect(project.warnings).toEqual([{ path: `services.app.${name}`, message: why }]);
    expect(project.coverage).toContainEqual({ path: `services.app.${name}`, verdict: "warned", why });
  });

  test.each(simple.filter(({ verdict }) => verdict === "refused"))("$key is refused", ({ key, why, fix }) => {
    const name = key.slice("services.*.".length);
    const result = interpret({ app: { image: "x", [name]: telling } });
    expect(result).toEqual({
      ok: false,
      problems: [{ path: `services.app.${name}`, message: why, hint: fix }],
    });
  });

  test("names every key that is used, each once", () => {
    const { coverage } = projectOf(
      {
        app: {
          image: "x",
          command: null,
          environment: { A: "b" },
          ports: [{ mode: "ingress", target: 80, host_ip: "127.0.0.1" }],
          networks: { default: null },
          deploy: { resources: { limits: { cpus: 1 } }, placement: {} },
          "x-own": true,
        },
      },
      { networks: { default: { name: "demo_default", ipam: {} } } },
    );
    expect(coverage.map(({ path, verdict }) => `${verdict} ${path}`)).toEqual([
      "honoured name",
      "honoured services.app.image",
      "honoured services.app.environment",
      "honoured services.app.ports[0].mode",
      "honoured services.app.ports[0].target",
      "warned services.app.ports[0].host_ip",
      "honoured services.app.networks.default",
      "honoured services.app.deploy.resources.limits.cpus",
      "warned services.app.x-own",
      "honoured networks.default.name",
    ]);
  });

  test("extensions come from beside the canonical form", () => {
    const result = interpretProject({
      canonical: {
        name: "demo",
        services: { db: { command: null, entrypoint: null, environment: { POSTGRES_PASSWORD: null } } },
      },
      extensions: new Map([["services.db", { "x-postgres": true }]]),
      locate: () => undefined,
    });
    expect(result.ok && result.project.services.map(({ kind }) => kind)).toEqual(["postgres"]);
  });

  test("checks that were made before come first, and are not said twice", () => {
    const check = { path: "services.app.depends_on.ghost", message: "is nowhere", hint: "name a service" };
    const result = interpretProject(
      {
        canonical: {
          name: "demo",
          services: {
            app: { image: "x", command: [], entrypoint: null, depends_on: { ghost: { required: true } } },
          },
        },
        extensions: new Map(),
        locate: (path) => ({ file: "compose.yaml", line: path.length, column: 1 }),
      },
      [check],
    );
    expect(result.ok || result.problems.map(({ path, location }) => [path, location?.line])).toEqual([
      [check.path, check.path.length],
      ["services.app.command", "services.app.command".length],
    ]);
  });
});
