/** A preview without an account tells everything that AWS would refuse, where it was written, and what to write instead. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cd, type Ran } from "../support/cd";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-preflight-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function preview(compose: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  writeFileSync(join(home, "compose.yaml"), compose);
  return cd(["preview", "--simulate", home], { env: { HOME: home, ...env } });
}

/** `line: path` of each problem, and how many of them come with a fix. */
function told({ stderr }: Ran): { readonly places: readonly string[]; readonly fixes: number } {
  const places = [...stderr.matchAll(/^error: (?:compose\.yaml:(\d+):\d+: )?([^: ]+(?:::[^: ]+)*): /gm)].map(
    ([, line, path]) => `${line ?? "-"}: ${path ?? ""}`,
  );
  return { places: places.sort(), fixes: (stderr.match(/^ {2}fix: \S/gm) ?? []).length };
}

test("every problem at once: of single values, between resources, and of the mode's settings", async () => {
  const compose = `name: shop
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    depends_on: [a, b, c, d, e]
    environment:
      LONG: "\${LONG}"
  a: { image: "postgres:16", x-postgres: { instance-class: db.m7g.micro }, environment: { POSTGRES_PASSWORD: } }
  b: { image: "postgres:12", x-postgres: { extended-support: true }, environment: { POSTGRES_PASSWORD: } }
  c: { image: "redis:7", x-redis: { node-type: cache.m3.medium } }
  d: { image: "redis:7", x-redis: true }
  e: { image: "valkey/valkey:8", x-redis: true }
x-berth:
  redisNodeType: cache.t4g.large
  postgresInstanceClass: db.r7g.large
`;
  const ran = await preview(compose, { LONG: "x".repeat(70_000) });
  expect(ran.code).toBe(5);
  expect(told(ran)).toEqual({
    places: [
      "11: services.c.x-redis.node-type",
      "15: x-berth.redisNodeType",
      "15: x-berth.redisNodeType",
      "16: x-berth.postgresInstanceClass",
      "6: services.web.depends_on",
      "7: services.web.environment",
      "9: services.a.x-postgres.instance-class",
    ],
    fixes: 7,
  });
  expect(ran.stderr).toContain("'cache.t4g.large' is no cache node type");
  expect(ran.stderr).toContain("6 security groups, of which it accepts 5");
  expect(existsSync(join(home, ".berth", "simulator", "shop"))).toBe(false);
});

test("a domain that no certificate can begin with is told as the setting, before any resource is looked at", async () => {
  const compose = `name: shop\nservices:\n  web: { image: nginx, ports: ["80"] }\n`;
  const ran = await preview(compose, { BERTH_DOMAIN: `${"a".repeat(60)}.example.com` });
  expect(ran.code).toBe(2);
  expect(told(ran)).toEqual({ places: ["-: BERTH_DOMAIN"], fixes: 1 });
});

test("a project that can't be read as one ends with 3, before any resource is looked at", async () => {
  const ran = await preview(`name: shop\nservices:\n  web: { image: nginx, privileged: true }\n`);
  expect(ran.code).toBe(3);
  expect(told(ran).places).toEqual(["3: services.web.privileged"]);
});
