/** What services and leftovers do to a run on the real engine, with the simulated AWS attached. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { program, type Finished } from "../../support/program";
import { make } from "../../support/simulated-world";
import { realWorld, type RealWorld } from "./world";

const compose = (tag: string): string => `
name: shop
services:
  web:
    image: nginx:${tag}
    ports: ["80:80"]
    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost"] }
  worker:
    image: nginx:1
    depends_on:
      web: { condition: service_healthy }
`;

describeWithPulumi("an honest result on the real engine", () => {
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld();
  });
  afterAll(() => {
    world.close();
  });

  /** The built program as a process, for a run that fails leaves rejections, which jest counts. */
  function run(command: string, tag: string, faults = ""): Promise<Finished> {
    const folder = join(world.folder, "shop");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "compose.yaml"), compose(tag));
    const env = { ...world.env, ...(faults === "" ? {} : { BERTH_SIMULATE_FAILURES: faults }) };
    return program("berth-cd", [command, "--json", "--verbose", folder], { env });
  }

  test("a crash loop, the next run, a rollback, and a destroy in two halves", async () => {
    const crashed = await run("up", "1", "web=crash-loop");
    expect(crashed.code).toBe(5);
    expect(crashed.result.error).toMatchObject({
      kind: "deployment",
      services: [{ service: "web", cause: "crash loop", exitCode: 1 }],
    });
    expect(crashed.stderr).toContain(
      "error: services.web: the program ended with exit code 1 (3 tasks so far)",
    );
    expect(crashed.stderr).not.toContain("created   ecs Service worker");

    const next = await run("up", "1");
    expect(next.stderr).toContain("again     service web: an earlier deployment of it had failed");
    expect([next.code, next.result.outcome]).toEqual([0, "succeeded"]);

    const back = await run("up", "2", "web=rollback");
    expect(back.code).toBe(5);
    expect(back.result.error?.message).toMatch(
      /ECS gives the deployment up and goes back to shop-dev-web:\d/,
    );

    const { cloud } = world;
    const group = cloud
      .all("aws:ec2/securityGroup:SecurityGroup")
      .find(({ urn }) => urn.endsWith("::shop_app-sg"));
    const [subnet] = cloud.all("aws:ec2/subnet:Subnet");
    const type = "aws:ec2/networkInterface:NetworkInterface";
    const left = await make(cloud, type, "left", {
      subnetId: subnet?.id,
      securityGroups: [group?.id],
      description: "somebody's",
    });
    const halved = await run("down", "2");
    expect(halved.code).toBe(5);
    expect(halved.result.error?.message).toContain(`ec2 NetworkInterface '${left}'`);
    expect(halved.stderr).toMatch(/\d+ resources are left/);
    expect(cloud.all("aws:ecs/service:Service")).toEqual([]);

    await cloud.delete(type, left);
    const last = await run("down", "2");
    expect(last.code).toBe(0);
    expect(cloud.list().filter(({ type: token }) => token !== "aws:ssm/parameter:Parameter")).toEqual([]);
  });
});
