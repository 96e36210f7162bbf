/** Domains whose hosted zones lie in another account: a role of that account changes their records. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { systemClock } from "../../src/wiring/clock";
import { cd, type Ran } from "../support/cd";
import { Workspace } from "../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const dns = "arn:aws:iam::210987654321:role/berth-dns";
const shops = "arn:aws:iam::321098765432:role/teams/shop-dns";

const project = (domains: string, more = ""): string => `name: shop
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    x-domains: ${domains}
${more}`;

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return cd([...argv, "--simulate"], { env: { HOME: workspace.path, ...env }, cwd: workspace.path });
}

function write(text: string): void {
  writeFileSync(join(workspace.path, "compose.yaml"), text);
}

async function planOf(
  command: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly ran: Ran; readonly plan: Plan }> {
  const file = join(workspace.path, "plan.json");
  const ran = await run([command, "--json", "--plan", file], env);
  expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
  return { ran, plan: JSON.parse(readFileSync(file, "utf8")) as Plan };
}

/** Names of records by the account that their zone lies in; the stack's own has no number. */
function recordsOf({ resources }: Plan): (readonly [account: string, name: string])[] {
  return resources
    .filter(({ type }) => type === "aws:route53/record:Record")
    .map(({ inputs, name }) => [/^Z9(\d{12})/.exec(String(inputs["zoneId"]))?.[1] ?? "own", name] as const);
}

function records(): readonly string[] {
  const engine = new SimulatorEngine({
    stateDirectory: join(workspace.path, ".berth/simulator"),
    region: "us-east-1",
    clock: systemClock,
  });
  const cloud = engine.cloud({ project: "shop", stack: "dev" });
  return cloud.all("aws:route53/record:Record").map(({ outputs }) => String(outputs["name"]));
}

const named = `[{ name: www.shop.com, zone-role: "${shops}" }, corp.com, blog.own.com]`;
const crossAccount = { BERTH_DOMAIN: "corp.com", BERTH_HOSTED_ZONE_ROLE_ARN: dns };

describe("by a role", () => {
  test("each record is made in the zone of its account, by one provider for each zone", async () => {
    write(project(named));
    const { ran, plan } = await planOf("up", crossAccount);
    expect(ran.result.endpoints).toEqual({ web: "https://www.shop.com" });
    expect(recordsOf(plan).sort()).toEqual([
      ["210987654321", "corp.com"],
      ["210987654321", "validation-*.shop.corp.com"],
      ["210987654321", "validation-corp.com"],
      ["210987654321", "web.shop.corp.com"],
      ["321098765432", "validation-www.shop.com"],
      ["321098765432", "www.shop.com"],
      ["own", "blog.own.com"],
      ["own", "validation-blog.own.com"],
    ]);
    const roles = plan.resources
      .filter(({ type }) => type === "pulumi:providers:aws")
      .flatMap(({ inputs }) => (inputs["assumeRoles"] === undefined ? [] : [inputs["assumeRoles"]]));
    expect(roles.map((role) => JSON.parse(role as string) as unknown)).toEqual([
      [{ roleArn: dns, sessionName: "berth-shop-dev" }],
      [{ roleArn: shops, sessionName: "berth-shop-dev" }],
    ]);
    expect((await run(["up"], crossAccount)).stderr).toContain("Nothing changed");
  });

  test("another role for a zone replaces nothing", async () => {
    const { plan } = await planOf("up", { ...crossAccount, BERTH_HOSTED_ZONE_ROLE_ARN: `${dns}-2` });
    expect(plan.resources.filter(({ op }) => !["same", "update"].includes(op))).toEqual([]);
  });

  test("it costs what it costs in a zone of one's own", async () => {
    const withRole = await planOf("preview", crossAccount);
    write(project("[www.shop.com, corp.com, blog.own.com]"));
    const without = await planOf("preview", { BERTH_DOMAIN: "corp.com" });
    const priceOf = ({ plan }: typeof without) => [
      plan.monthlyCost?.total,
      plan.monthlyCost?.lines.map(({ what, usd }) => [what, usd]),
    ];
    expect(withRole.plan.monthlyCost?.total).toBeGreaterThan(0);
    expect(priceOf(withRole)).toEqual(priceOf(without));
  });

  test("down removes the records from the other accounts", async () => {
    expect(records()).toContain("www.shop.com");
    expect((await run(["down"])).code).toBe(0);
    expect(records()).toEqual([]);
  });

  test("a zone of the stack's own is delegated to from there", async () => {
    write(project("[]", "x-berth: { delegatedZone: true }\n"));
    const { plan } = await planOf("preview", crossAccount);
    expect(recordsOf(plan)).toContainEqual(["210987654321", "delegation-shop.corp.com"]);
    expect(recordsOf(plan)).toContainEqual(["own", "web.shop.corp.com"]);
  });

  test("a static site's names too", async () => {
    write(`name: shop
services:
  pages:
    build: { dockerfile_inline: "FROM scratch" }
    x-static: { dir: /site }
    x-domains: { name: pages.shop.com, zone-role: "${shops}" }
`);
    const { plan } = await planOf("preview");
    expect(recordsOf(plan).map(([account]) => account)).toEqual(Array(3).fill("321098765432"));
  });
});

describe("what keeps it from working is told before anything runs", () => {
  test("a role that doesn't let the run take it: the call, and what to do", async () => {
    write(project(named));
    const { code, stderr } = await run(["up"], {
      ...crossAccount,
      BERTH_SIMULATE_FAILURES: "zone=untrusted",
    });
    expect(code).toBe(3);
    expect(stderr).toContain(`BERTH_HOSTED_ZONE_ROLE_ARN: sts:AssumeRole ${dns} is refused: User: arn:aws:`);
    expect(stderr).toMatch(/services\.web\.x-domains\[0\]\.zone-role: sts:AssumeRole .*shop-dns is refused/);
    expect(stderr).toContain(`berth bootstrap --zone-roles ${dns} in this account`);
    expect(records()).toEqual([]);
  });

  test("a role that the account's owner has not allowed, with all that the command has to name", async () => {
    const { code, stderr } = await run(["up"], { ...crossAccount, BERTH_ZONE_ROLES: shops });
    expect(code).toBe(2);
    expect(stderr).toContain(`BERTH_HOSTED_ZONE_ROLE_ARN: the CD task may not assume the role ${dns}`);
    expect(stderr).toContain(`berth bootstrap --zone-roles ${shops},${dns}`);
    expect((await run(["preview"], { ...crossAccount, BERTH_ZONE_ROLES: `${shops},${dns}` })).code).toBe(0);
  });

  test("names whose records a role changes need no word of this account's owner", async () => {
    const { code, stderr } = await run(["preview"], { ...crossAccount, BERTH_RECORD_NAMES: "none" });
    expect(code).toBe(3);
    expect(stderr.match(/may not change the DNS records of \S+/g)).toEqual([
      "may not change the DNS records of blog.own.com",
    ]);
  });

  test("two roles for one zone: its records have one", async () => {
    write(
      project(
        `[{ name: www.shop.com, zone-role: "${shops}" }, { name: b.shop.com, zone-role: "${shops}-2" }]`,
      ),
    );
    const { code, stderr } = await run(["up"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /compose\.yaml:6:\d+: services\.web\.x-domains\[1\]\.zone-role: b\.shop\.com is in shop\.com \(Z9\w+\), whose records \S+shop-dns changes for www\.shop\.com/,
    );
    expect(stderr).toContain(`name ${shops} here too`);
    write(project(named));
  });

  test("a name that two services share needs one of them to name the role", async () => {
    const api = `  api:
    image: nginx:1.29
    ports: ["80"]
    x-path: /api
    x-domains: www.shop.com
`;
    write(project(`[{ name: www.shop.com, zone-role: "${shops}" }]`, api));
    const { code, stderr } = await run(["preview"], { BERTH_RECORD_NAMES: "none" });
    expect([code, stderr]).toEqual([0, stderr]);
    write(project(named));
  });

  test("what is no ARN of a role, another partition, and a zone that isn't there", async () => {
    const setting = await run(["preview"], { ...crossAccount, BERTH_HOSTED_ZONE_ROLE_ARN: "berth-dns" });
    expect([setting.code, setting.stderr]).toEqual([
      2,
      expect.stringContaining('BERTH_HOSTED_ZONE_ROLE_ARN: "berth-dns": must be the ARN of a role') as string,
    ]);
    const alone = await run(["preview"], { BERTH_HOSTED_ZONE_ROLE_ARN: dns });
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining("without a domain") as string]);
    write(project("[{ name: www.shop.com, zone-role: shop-dns }]"));
    const { code, stderr } = await run(["preview"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /compose\.yaml:6:\d+: services\.web\.x-domains\[0\]\.zone-role: "shop-dns" is no ARN/,
    );
    const china = shops.replace("aws", "aws-cn");
    write(project(`[{ name: www.shop.com, zone-role: "${china}" }]`));
    const other = await run(["preview"]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain("is of aws-cn, and us-east-1 is in aws");
    write(
      project(
        `[{ name: www.shop.example, zone-role: "${shops}" }, { name: www.shop.com, zone: Z01, zone-role: "${shops}" }]`,
      ),
    );
    const none = await run(["preview"]);
    expect(none.code).toBe(3);
    expect(none.stderr).toContain(
      "account 321098765432 has no public hosted zone that contains www.shop.example",
    );
  });
});

test("without the role a zone of another account is refused before anything is made", async () => {
  write(
    project("[{ name: www.shop.com, zone: Z9321098765432AAAAAAAAAA }]").replace("name: shop", "name: bare"),
  );
  const { code, stderr } = await run(["up"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /compose\.yaml:6:\d+: services\.web\.x-domains\[0\]\.zone: this account has no public hosted zone Z9321098765432AAAAAAAAAA/,
  );
  expect(stderr).toContain("name a role there (zone-role)");
});
