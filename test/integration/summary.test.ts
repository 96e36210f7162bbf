/** A preview in the words of the compose file: what a change of each kind is called, with its values. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ComponentChange } from "../../src/ports";
import type { Plan } from "../../src/app/plan";
import { cd, type Ran } from "../support/cd";

const compose = `name: shop
services:
  web:
    image: nginx:1.27
    ports: ["80:8080"]
    environment: { LEVEL: info, API_KEY: }
    depends_on: [db]
    deploy: { replicas: 1, resources: { reservations: { cpus: "0.25", memory: 512M } } }
  db:
    image: postgres:16
    x-postgres: true
    environment: { POSTGRES_PASSWORD: }
`;

let home: string;
let project: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "berth-summary-"));
  project = join(home, "compose.yaml");
  writeFileSync(project, compose);
  expect((await run(["up", "--json"])).code).toBe(0);
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return cd([...argv, "--simulate", project], { env: { HOME: home, ...env }, cwd: home });
}

/** What a preview says of the changed file: the plan's row of a component, and the line for people. */
async function told(
  service: string,
  from: string,
  to: string,
  {
    env = {},
    allow = [],
  }: { readonly env?: Readonly<Record<string, string>>; readonly allow?: readonly string[] } = {},
): Promise<{ readonly row: ComponentChange | undefined; readonly text: string }> {
  expect(compose).toContain(from);
  writeFileSync(project, compose.replace(from, to));
  const plan = join(home, "plan.json");
  const { code, stdout, stderr } = await run(
    ["preview", "--plan", plan, ...allow.flatMap((name) => ["--allow-data-loss", name])],
    env,
  );
  expect([code, stderr]).toEqual([0, stderr]);
  const { summary = [] } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
  return { row: summary.find((one) => one.service === service), text: stdout };
}

const memory = "services.web.deploy.resources.reservations.memory";

test.each<
  [string, string, string, string, ComponentChange["change"], ComponentChange["reasons"][number], RegExp]
>([
  [
    "memory",
    "web",
    "512M",
    "1G",
    "restart",
    { path: memory, from: "512M", to: "1G" },
    /^web: memory 512M → 1G, /m,
  ],
  [
    "replicas",
    "web",
    "replicas: 1",
    "replicas: 2",
    "update",
    { path: "services.web.deploy.replicas", from: "1", to: "2" },
    /^web: .*replicas 1 → 2/m,
  ],
  [
    "a port",
    "web",
    "80:8080",
    "80:9090",
    "restart",
    { path: "services.web.ports", from: "8080", to: "9090" },
    /^web: .*ports 8080 → 9090/m,
  ],
  [
    "the environment",
    "web",
    "LEVEL: info",
    "LEVEL: debug",
    "restart",
    { path: "services.web.environment.LEVEL", from: "info", to: "debug" },
    /^web: environment.LEVEL info → debug/m,
  ],
  [
    "an image",
    "web",
    "nginx:1.27",
    "nginx:1.28",
    "restart",
    { path: "services.web.image", from: "nginx:1.27", to: "nginx:1.28" },
    /^web: image nginx:1.27 → nginx:1.28/m,
  ],
  [
    "a secret",
    "web",
    "API_KEY: }",
    "OTHER_KEY: }",
    "restart",
    { path: "services.web.environment.OTHER_KEY", to: "[secret]" },
    /^web: .*environment.API_KEY \[secret\] \(dropped\), environment.OTHER_KEY \[secret\] \(new\)/m,
  ],
  [
    "a store's class",
    "db",
    "x-postgres: true",
    "x-postgres: { instance-class: db.t4g.small }",
    "update",
    { path: "services.db.x-postgres.instance-class", from: "db.t4g.micro", to: "db.t4g.small" },
    /^db: class db.t4g.micro → db.t4g.small, in the window \(\$14.08 → \$25.76 a month\)/m,
  ],
])("a change of %s", async (_what, service, from, to, change, reason, line) => {
  const { row, text } = await told(service, from, to);
  expect([row?.change, row?.reasons]).toEqual([change, expect.arrayContaining([reason])]);
  expect(text).toMatch(line);
  expect(text).not.toMatch(/TaskDefinition/);
});

test("a mode", async () => {
  const { row, text } = await told("network", "shop", "shop", { env: { BERTH_MODE: "balanced" } });
  expect(row?.reasons[0]).toEqual({ path: "x-berth.natStrategy", from: "instance", to: "gateway" });
  expect(row?.monthlyCost?.after).toBeGreaterThan(row?.monthlyCost?.before ?? Infinity);
  expect(text).toMatch(/^web: .*x-berth.minimumHealthyPercent 0 → 100/m);
});

test("what is lost stands first", async () => {
  const without = compose.slice(0, compose.indexOf("  db:\n")).replace("    depends_on: [db]\n", "");
  const { row, text } = await told("db", compose, without, { allow: ["db"] });
  expect(row).toMatchObject({
    change: "delete",
    dataLoss: "it is deleted with the data; a final snapshot stays",
  });
  expect(text).toMatch(/^DATA LOSS db: it is deleted with the data; a final snapshot stays\n/);
});

test("as a comment: short, with a fold, and a secret's name alone", async () => {
  writeFileSync(project, compose.replace("LEVEL: info", "LEVEL: '<b>_x_</b>'"));
  const { stdout } = await run(["preview", "--markdown"]);
  expect(stdout).toMatch(
    /^### Plan of `shop\/dev`\n\n(> .*\n\n)?- web: environment\.LEVEL info → &lt;b&gt;\\_x\\_&lt;\/b&gt;/,
  );
  expect(stdout).toMatch(
    /<details>[^]*```\n {2}replace {3}ecs TaskDefinition web: containerDefinitions\n[^]*<\/details>\n$/,
  );
  expect(stdout.slice(0, stdout.indexOf("<details>")).split("\n").length).toBeLessThan(10);
});

test("nothing changes: each component says so", async () => {
  const { row, text } = await told("web", "shop", "shop");
  expect(row).toEqual({
    service: "web",
    change: "none",
    reasons: [],
    monthlyCost: { before: 9.01, after: 9.01 },
  });
  expect(text).toMatch(/Nothing to change/);
});
