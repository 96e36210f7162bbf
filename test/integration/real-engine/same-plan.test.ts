/** `examples/todo` through `berth-cd` on the real engine and on the simulator: the same plans, the same Results. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../../src/app/plan";
import type { Result } from "../../../src/report/result";
import { describeWithPulumi } from "../../support/engine";
import { comparable, MadeUp } from "../../support/made-up";
import { readPlan, realWorld, secrets, textsBelow, type RealWorld } from "./world";

/** What awsx makes for a VPC over two zones, by type. */
const network = {
  Vpc: 1,
  InternetGateway: 1,
  Subnet: 4,
  RouteTable: 4,
  RouteTableAssociation: 4,
  Route: 2,
};

function changeWorker({ project }: RealWorld): void {
  appendFileSync(join(project, "worker/main.go"), "\n// a change\n");
}

/** How many resources of each type awsx's component has made. */
function awsxChildren({ resources }: Plan): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { urn, type } of resources) {
    if (!urn.includes("awsx:ec2:Vpc$")) continue;
    const short = type.split(":").at(-1) ?? type;
    counts[short] = (counts[short] ?? 0) + 1;
  }
  return counts;
}

function sorted(plan: Plan): Plan {
  return { ...plan, resources: comparable(plan.resources) };
}

/** A Result without what may differ: the engine's name, and how long things took. */
function untimed({
  engine: _engine,
  seconds: _seconds,
  criticalPath: _path,
  builds,
  ...rest
}: Result): unknown {
  return { ...rest, builds: builds.map(({ seconds: _built, ...build }) => build) };
}

test("an id that stands where the other engine has another resource's is a difference", () => {
  const at = (id: string, urn: string) => ({ type: "t", id, urn, seed: 1, outputs: { arn: `arn:${id}` } });
  const madeUp = new MadeUp();
  madeUp.learn(
    [
      [at("one-real", "one"), at("two-real", "two")],
      [at("two-fake", "two"), at("one-fake", "one")],
    ],
    [],
  );
  const real = madeUp.without({ refers: "arn:one-real/x" }, 0);
  expect(madeUp.without({ refers: "arn:one-fake/x" }, 1)).toEqual(real);
  expect(madeUp.without({ refers: "arn:two-fake/x" }, 1)).not.toEqual(real);
});

describeWithPulumi("examples/todo through berth-cd on the real engine and on the simulator", () => {
  const madeUp = new MadeUp();
  /** Everything that the runs wrote, to be searched for secrets. */
  const seen: string[] = [];
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld();
  });
  afterAll(() => {
    world.close();
  });

  /** Runs a command on both; its Results, what each cloud made up apart. */
  async function both(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const file = (name: string): string => join(world.folder, `${name}.plan.json`);
    const planned = ["up", "preview"].includes(argv[0] ?? "");
    const options = (name: string): string[] => (planned ? ["--plan", file(name)] : []);
    const more = { ...env, BERTH_EVENTS: join(world.folder, "events.ndjson") };
    const real = await world.real([...argv, ...options("real")], more);
    const simulated = await world.simulated([...argv, ...options("simulated")], env);
    expect([real.stderr, real.code, simulated.code]).toEqual([real.stderr, 0, 0]);
    seen.push(real.stdout, real.stderr, simulated.stdout, simulated.stderr);
    seen.push(...textsBelow(world.folder, world.project));
    const plans = planned ? ([readPlan(file("real")), readPlan(file("simulated"))] as const) : undefined;
    madeUp.learn(world.clouds(), plans?.[0].resources ?? []);
    return { real, simulated, plans };
  }

  interface Row {
    readonly name: string;
    readonly argv: readonly string[];
    readonly before?: (world: RealWorld) => void;
    readonly changes: Partial<Result["changes"]>;
  }

  // Each row goes on from the stack that the row before it left.
  test.each<Row>([
    { name: "preview of a new stack", argv: ["preview"], changes: { same: 0 } },
    { name: "first up", argv: ["up"], changes: { same: 0 } },
    { name: "up with nothing to change", argv: ["up", "--force"], changes: { create: 0, update: 0 } },
    {
      name: "preview of a change",
      before: changeWorker,
      argv: ["preview"],
      changes: { create: 0, update: 1, replace: 1, delete: 0 },
    },
    { name: "the change", argv: ["up"], changes: { create: 0, update: 1, replace: 1, delete: 0 } },
    { name: "refresh", argv: ["refresh"], changes: { create: 0, update: 0, delete: 0 } },
    { name: "destroy", argv: ["destroy"], changes: { create: 0, same: 0 } },
    { name: "down of what is destroyed", argv: ["down"], changes: { create: 0, delete: 0 } },
    { name: "list", argv: ["list"], changes: {} },
  ])("$name: the same plan and Result", async ({ argv, before, changes }) => {
    before?.(world);
    const { real, simulated, plans } = await both(argv);
    expect(madeUp.without(untimed(simulated.result), 1)).toEqual(madeUp.without(untimed(real.result), 0));
    expect(real.result.changes).toMatchObject(changes);
    if (plans === undefined) return;
    const [realPlan, simulatedPlan] = plans;
    expect(madeUp.without(sorted(simulatedPlan), 1)).toEqual(madeUp.without(sorted(realPlan), 0));
    expect(realPlan.resources.length).toBeGreaterThan(100);
    expect(awsxChildren(realPlan)).toEqual(network);
  });

  test.each([
    ["balanced", network, 1],
    [
      "high-availability",
      { Vpc: 1, InternetGateway: 1, Subnet: 6, RouteTable: 6, RouteTableAssociation: 6, Route: 3 },
      3,
    ],
  ])("mode %s: the plan shows the gateways that AWS will bill", async (mode, children, gateways) => {
    const { plans } = await both(["preview"], { BERTH_MODE: mode, BERTH_DOMAIN: "example.com" });
    if (plans === undefined) throw new Error("a preview without plans");
    expect(sorted(plans[1])).toEqual(sorted(plans[0]));
    expect(awsxChildren(plans[0])).toEqual(children);
    const made = plans[0].resources.filter(({ urn }) => urn.includes("berth:aws:NatGateways$"));
    expect(made.filter(({ type }) => type.endsWith(":NatGateway"))).toHaveLength(gateways);
    expect(made.filter(({ type }) => type.endsWith(":Eip"))).toHaveLength(gateways);
  });

  test("no secret stands in any output, plan, event or state of these runs", () => {
    const text = seen.join("\n");
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    // They were there to be found: secrets of the plan, and of the state.
    expect(text).toContain("[secret]");
    expect(text).toContain('"ciphertext"');
    expect(world.clouds()).toEqual([[], []]);
  });
});
