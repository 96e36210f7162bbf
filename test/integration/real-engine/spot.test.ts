/** Spot without room, on both engines: what leaves it, what stays where it is, and what goes back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../support/cd";
import { describeWithPulumi } from "../../support/engine";
import { plainProject, readPlan, realWorld, type RealWorld } from "./world";

type Run = (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;

const none = { BERTH_SIMULATE_FAILURES: "web=spot-capacity" };
const onDemand = [{ capacityProvider: "FARGATE", weight: 1 }];
const onSpot = expect.arrayContaining([
  expect.objectContaining({ capacityProvider: "FARGATE_SPOT" }),
]) as unknown;

function scenario(start: (world: RealWorld) => { readonly run: Run; readonly clouds: 0 | 1 }): void {
  let world: RealWorld;
  let run: Run;
  let index: 0 | 1;

  beforeEach(async () => {
    world = await realWorld();
    ({ run, clouds: index } = start(world));
    writeFileSync(join(world.project, "compose.yaml"), plainProject);
  });
  afterEach(() => {
    world.close();
  });

  /** The strategy that ECS has for the service. */
  const strategy = (): unknown =>
    world.clouds()[index].find(({ type }) => type === "aws:ecs/service:Service")?.outputs[
      "capacityProviderStrategies"
    ];
  const refreshed = async (): Promise<Ran> => run(["refresh"], { BERTH_PROJECT: "todo" });

  test("a service leaves Spot, stays on demand, and goes back after a refresh", async () => {
    const first = await run(["up", "--verbose"], none);
    expect([first.code, first.result.outputs["onDemand"]]).toEqual([0, ["web"]]);
    expect(first.stderr).toContain("moved     service web");
    expect(strategy()).toEqual(onDemand);

    const next = await run(["up"], none);
    expect(next.result).toMatchObject({ outcome: "unchanged", outputs: { onDemand: ["web"] } });
    expect(strategy()).toEqual(onDemand);

    expect((await refreshed()).code).toBe(0);
    const plan = join(world.folder, "plan.json");
    const back = await run(["up", "--plan", plan]);
    expect([back.code, back.result.outputs["onDemand"], back.stderr]).toEqual([0, [], back.stderr]);
    const updated = readPlan(plan).resources.filter(({ op }) => op !== "same");
    expect(updated.map(({ type, name, op, diff }) => [type, name, op, diff])).toEqual([
      ["aws:ecs/service:Service", "web", "update", ["capacityProviderStrategies"]],
    ]);
    expect(strategy()).toEqual(onSpot);
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
  });

  test("a service that the file has on demand has left nothing", async () => {
    writeFileSync(join(world.project, "compose.yaml"), `x-berth: {capacity: on-demand}\n${plainProject}`);
    const { code, result, stderr } = await run(["up"], none);
    expect([code, result.outputs["onDemand"], strategy()]).toEqual([0, [], onDemand]);
    expect([stderr.includes("moved"), result.warnings.map(({ path }) => path)]).toEqual([
      false,
      ["services"],
    ]);
  });

  test("a run of another service knows what has left Spot, so that the next one tries it again", async () => {
    const other = (image: string): string => `${plainProject}\n  other:\n    image: ${image}\n`;
    writeFileSync(join(world.project, "compose.yaml"), other("nginx:1.28"));
    await run(["up"], none);
    writeFileSync(join(world.project, "compose.yaml"), other("nginx:1.30"));
    const { code, result, stderr } = await run(["up", "--target", "other"], none);
    expect([code, result.outputs["onDemand"], stderr]).toEqual([0, ["web"], stderr]);
    const back = await run(["up", "--force"]);
    expect([back.code, back.result.outputs["onDemand"]]).toEqual([0, []]);
    expect(
      world.clouds()[index].map(({ outputs }) => outputs["capacityProviderStrategies"]),
    ).not.toContainEqual(onDemand);
  });

  test("the next run that has something to do tries Spot again by itself", async () => {
    await run(["up"], none);
    writeFileSync(join(world.project, "compose.yaml"), plainProject.replace("1.29", "1.30"));
    const preview = await run(["preview"]);
    expect(preview.result.changes).toMatchObject({ replace: 1, update: 1 });
    expect(strategy()).toEqual(onDemand);
    const still = await run(["up"], none);
    expect([still.code, still.result.outputs["onDemand"], strategy()]).toEqual([0, ["web"], onDemand]);
    const back = await run(["up", "--force"]);
    expect([back.code, back.result.outputs["onDemand"], strategy()]).toEqual([0, [], onSpot]);
  });
}

describe("on the simulator", () => {
  scenario((world) => ({ run: (argv, env) => world.simulated(argv, env), clouds: 1 }));
});

describeWithPulumi("on the real engine", () => {
  scenario((world) => ({ run: (argv, env) => world.real(argv, env), clouds: 0 }));
});
