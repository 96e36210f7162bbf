/** The token of a cache that stands, in both directions, on both engines. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../support/cd";
import { describeWithPulumi } from "../../support/engine";
import { readPlan, realWorld, type RealWorld } from "./world";

interface Shape {
  /** How the client names the cache: by a URL that gets the token, or by a host that can't. */
  readonly client: "url" | "host";
  readonly tls?: string;
}

function compose({ client, tls = "auto" }: Shape): string {
  return `name: todo
x-berth: {redisTls: ${tls}}
services:
  web:
    image: nginx:1.29
    environment: {${client === "url" ? "REDIS_URL: redis://cache:6379" : "REDIS_HOST: cache"}}
  cache:
    image: redis:7
    x-redis: true
`;
}

type Run = (argv: readonly string[]) => Promise<Ran>;

function scenarios(runOf: (world: RealWorld) => Run): void {
  let world: RealWorld;
  let run: Run;
  const write = (shape: Shape): void => {
    writeFileSync(join(world.project, "compose.yaml"), compose(shape));
  };
  const plan = (): string => join(world.folder, "plan.json");
  const cache = () =>
    readPlan(plan()).resources.find(
      ({ type, name }) => type.endsWith(":ReplicationGroup") && name === "cache",
    );

  beforeEach(async () => {
    world = await realWorld();
    run = runOf(world);
  });
  afterEach(() => {
    world.close();
  });

  test("a token that a client can't use any more is refused before anything is touched, in whatever way it is asked", async () => {
    write({ client: "url" });
    expect((await run(["up"])).code).toBe(0);
    for (const shape of [{ client: "host" }, { client: "url", tls: "preferred" }] as const) {
      write(shape);
      for (const argv of [["preview"], ["up"], ["up", "--target", "cache"]]) {
        const { code, stderr } = await run(argv);
        expect([code, stderr]).toEqual([
          5,
          expect.stringContaining(
            "services.cache: the store asks for a token, which ElastiCache does not remove",
          ),
        ]);
        expect(stderr).not.toContain("updated");
      }
    }
    write({ client: "host", tls: "required" });
    expect((await run(["up", "--plan", plan()])).code).toBe(0);
    expect(cache()?.op).toBe("same");

    write({ client: "host" });
    const replaced = await run(["up", "--allow-data-loss", "cache", "--plan", plan()]);
    expect([replaced.code, replaced.stderr]).toEqual([0, replaced.stderr]);
    expect([cache()?.op, cache()?.inputs["authToken"], cache()?.inputs["transitEncryptionMode"]]).toEqual([
      "replace",
      undefined,
      "preferred",
    ]);
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
    const down = await run(["down"]);
    expect([down.code, down.stderr]).toEqual([0, down.stderr]);
  });

  test("a token for a cache that has none comes in place", async () => {
    write({ client: "host" });
    expect((await run(["up"])).code).toBe(0);
    write({ client: "url" });
    const { code, stderr } = await run(["up", "--plan", plan()]);
    expect([code, stderr]).toEqual([0, stderr]);
    expect([cache()?.op, cache()?.inputs["transitEncryptionMode"]]).toEqual(["update", "required"]);
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
  });
}

describe("on the simulator", () => {
  scenarios((world) => (argv) => world.simulated(argv));
});

describeWithPulumi("on the real engine", () => {
  scenarios((world) => (argv) => world.real(argv));
});
