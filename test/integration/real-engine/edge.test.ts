/** CloudFront in front of a stack, and its load balancer without it, on both engines. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formerRecords } from "../../../src/app/former-records";
import { systemClock } from "../../../src/wiring/clock";
import type { Ran } from "../../support/cd";
import { describeWithPulumi } from "../../support/engine";
import { readPlan, realWorld, textsBelow, type RealWorld } from "./world";

type Run = (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;

function scenarios(runOf: (world: RealWorld) => Run): void {
  let world: RealWorld;
  let run: Run;
  const write = (edge: string, domains = ""): void => {
    const text = `name: todo\nx-berth: {edge: ${edge}}\nservices:\n  web: {image: "nginx:1.29", ports: ["80"]${domains}}\n`;
    writeFileSync(join(world.project, "compose.yaml"), text);
  };
  const plan = (): string => join(world.folder, "plan.json");

  beforeEach(async () => {
    world = await realWorld();
    run = runOf(world);
  });
  afterEach(() => {
    world.close();
  });

  /** An up that has to succeed. @returns the URL of the service */
  async function up(edge: string): Promise<string> {
    write(edge);
    const ran = await run(["up", "--plan", plan()]);
    expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
    return ran.result.endpoints["web"] ?? "";
  }

  test("it comes and goes without replacing what stays, and its key is in no plan and no state", async () => {
    const address = await up("cloudfront");
    expect(address).toMatch(/^https:\/\/\w+\.cloudfront\.net$/);
    const { resources } = readPlan(plan());
    const inputs = (type: string) => resources.find((found) => found.type === type)?.inputs;
    expect(JSON.stringify(inputs("aws:cloudfront/distribution:Distribution"))).toContain(
      '"value":"[secret]"',
    );
    expect(JSON.stringify(inputs("aws:lb/listenerRule:ListenerRule"))).toContain('"values":["[secret]"]');
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });

    expect(await up("balancer")).toMatch(/^http:\/\//);
    const replaced = readPlan(plan()).resources.filter(({ op }) => op === "replace");
    expect(replaced.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    expect(await up("cloudfront")).not.toBe(address);
    // The random password of the simulated AWS is hexadecimal: one of the key's length would be the key.
    const found = textsBelow(world.folder, world.project).flatMap(
      (text) => /\b[0-9a-f]{48}\.web\b/.exec(text) ?? [],
    );
    expect(found).toEqual([]);
    const down = await run(["down"]);
    expect([down.code, down.stderr]).toEqual([0, down.stderr]);
  });

  test("it comes and goes in front of a domain without replacing anything, and its key is in no plan and no state", async () => {
    const env = { BERTH_DOMAIN: "example.com" };
    const named = async (edge: string): Promise<readonly string[]> => {
      write(edge, ", x-domains: [shop.com, { name: www.shop.com, redirect: shop.com }]");
      const ran = await run(["up", "--plan", plan()], env);
      expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
      expect(ran.result.endpoints["web"]).toBe("https://shop.com");
      const replaced = readPlan(plan()).resources.filter(({ op }) => op === "replace");
      expect(replaced.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
      return readPlan(plan()).resources.map(
        ({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`,
      );
    };
    await named("balancer");
    expect(await named("cloudfront")).toEqual(
      expect.arrayContaining([
        ...["create Distribution web", "update Record shop.com", "create Record shop.com-AAAA"],
        ...["update ListenerRule web", "delete SecurityGroupIngressRule alb-in-443"],
      ]),
    );
    expect((await run(["up", "--force"], env)).result).toMatchObject({ outcome: "unchanged" });
    expect(await named("balancer")).toEqual(
      expect.arrayContaining([
        ...[
          "create SecurityGroupIngressRule alb-in-443",
          "update Record shop.com",
          "update Record shop.com-AAAA",
        ],
        "delete Distribution web",
      ]),
    );
    expect((await run(["up", "--force"], env)).result).toMatchObject({ outcome: "unchanged" });
    const found = textsBelow(world.folder, world.project).flatMap(
      (text) => /\b[0-9a-f]{48}\.(web|\*)/.exec(text) ?? [],
    );
    expect(found).toEqual([]);
    const down = await run(["down"], env);
    expect([down.code, down.stderr]).toEqual([0, down.stderr]);
  });
}

describe("on the simulator", () => {
  scenarios((world) => (argv, env) => world.simulated(argv, env));
});

describeWithPulumi("on the real engine", () => {
  scenarios((world) => (argv, env) => world.real(argv, env));

  test("a run that is cancelled while resolvers forget goes no further, and the next one ends it", async () => {
    // Jest's own listener, which is there again in the next file, takes what nobody handles for a failure; a user's process
    // would end, unless the run drops it.
    process.removeAllListeners("unhandledRejection");
    const world = await realWorld();
    const env = { BERTH_DOMAIN: "example.com" };
    const write = (edge: string): void => {
      const text = `name: todo\nx-berth: {edge: ${edge}}\nservices:\n  web: {image: "nginx:1.29", ports: ["80"]}\n`;
      writeFileSync(join(world.project, "compose.yaml"), text);
    };
    const open = (): readonly string[] =>
      world.cloud
        .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ outputs }) => outputs["fromPort"] === 443)
        .map(({ outputs }) => (outputs["cidrIpv4"] === undefined ? "CloudFront" : "everybody"))
        .sort();
    const distributions = (): number => world.cloud.all("aws:cloudfront/distribution:Distribution").length;
    try {
      write("balancer");
      expect((await world.real(["up"], env)).code).toBe(0);
      for (const [edge, during, after] of [
        ["cloudfront", ["CloudFront", "everybody"], ["CloudFront"]],
        ["balancer", ["CloudFront", "everybody"], ["everybody"]],
      ] as const) {
        write(edge);
        const ending = new AbortController();
        const cancelled = await world.real(["up"], env, [], (own) => ({
          ...own,
          signal: ending.signal,
          program: (args) =>
            own.program({
              ...args,
              forgotten: (names) => {
                const waits = formerRecords({ ...own, clock: systemClock, signal: ending.signal })(names);
                ending.abort();
                return waits;
              },
            }),
        }));
        // Both answer, until a run has ended it.
        expect([cancelled.code, open(), distributions()]).toEqual([130, during, 1]);
        const done = await world.real(["up"], env);
        expect([done.code, done.stderr, open()]).toEqual([0, done.stderr, after]);
      }
      expect(distributions()).toBe(0);
    } finally {
      world.close();
    }
  });
});
