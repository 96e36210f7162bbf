/** From one network to several and back, on both engines: nobody loses sight of anybody on the way. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

/** Three services in a row; `apart`: the first and the last share no network. */
function compose(apart: boolean): string {
  const networks = (...names: string[]): string => (apart ? `networks: [${names.join(", ")}]` : "");
  return `name: todo
services:
  web: { image: "nginx:1.29", ports: ["80"], ${networks("front")} }
  api: { image: "nginx:1.29", expose: ["80"], ${networks("front", "back")} }
  job: { image: "nginx:1.29", expose: ["80"], ${networks("back")} }
${apart ? "networks: { front: , back: }" : ""}
`;
}

describeWithPulumi("networks that keep services apart", () => {
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld();
    mkdirSync(join(world.folder, "apart"));
  });
  afterAll(() => {
    world.close();
  });

  /** The lines of progress that say what became of groups, their rules and services, in their order. */
  async function up(apart: boolean): Promise<readonly (readonly string[])[]> {
    writeFileSync(join(world.folder, "apart", "compose.yaml"), compose(apart));
    const { ran, simulated } = await upOnBoth(world, join(world.folder, "apart"), {}, ["--verbose"]);
    return [ran, simulated].map(({ stderr }) =>
      [
        ...stderr.matchAll(
          /^ {2}(\w+) +(?:ecs|ec2|vpc) (Service|SecurityGroup|SecurityGroupIngressRule) (\S+)/gm,
        ),
      ].map(([, did = "", , name = ""]) => `${did} ${name}`),
    );
  }

  /** Each line of the first list stands before each of the second. */
  function expectOrder(lines: readonly string[], ...steps: readonly (readonly string[])[]): void {
    for (const [index, step] of steps.entries()) {
      const places = step.map((line) => lines.indexOf(line));
      expect({ step, missing: step.filter((_, at) => places[at] === -1) }).toEqual({ step, missing: [] });
      const before = (steps[index - 1] ?? []).map((line) => lines.indexOf(line));
      expect(Math.max(-1, ...before)).toBeLessThan(Math.min(...places));
    }
  }

  const services = ["web", "api", "job"];
  const groups = ["front", "back"].map((name) => `todo_${name}-sg`);
  const rules = ["front", "back"].map((name) => `todo_network.${name}-self`);
  const self = "todo_app-sg-self";

  test("what lets in comes first, then the services, and what let in goes last", async () => {
    for (const lines of await up(false))
      expectOrder(
        lines,
        [`created ${self}`],
        services.map((name) => `created ${name}`),
      );
    for (const lines of await up(true)) {
      expectOrder(
        lines,
        [...groups, ...rules].map((name) => `created ${name}`),
        services.map((name) => `updated ${name}`),
        [`deleted ${self}`],
      );
    }
    for (const lines of await up(false)) {
      expectOrder(
        lines,
        [`created ${self}`],
        services.map((name) => `updated ${name}`),
        [...rules, ...groups].map((name) => `deleted ${name}`),
      );
    }
    await up(true);
    await downOnBoth(world, join(world.folder, "apart"), {});
  });
});
