/** Commands on a running stack between two runs of the real engine: what its state makes of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { berth, type LauncherRun } from "../../support/launcher";
import { plainProject, realWorld, type RealWorld } from "./world";

describeWithPulumi("a stack that is changed by hand", () => {
  let world: RealWorld;

  beforeEach(async () => {
    world = await realWorld();
    write(plainProject);
  });
  afterEach(() => {
    world.close();
  });

  function write(file: string): void {
    writeFileSync(join(world.project, "compose.yaml"), file);
  }

  function byHand(line: string): Promise<LauncherRun> {
    return berth([...line.split(" "), "--local"], { env: world.env, cwd: world.project });
  }

  const of = (type: string) => world.cloud.list().filter((resource) => resource.type === type);
  const service = () => of("aws:ecs/service:Service")[0]?.outputs;
  const revisions = () =>
    of("aws:ecs/taskDefinition:TaskDefinition").filter(({ outputs }) => outputs["family"] === "todo-dev-web");
  const revision = () => String(service()?.["taskDefinition"]).replace(/^.*:/, "");

  test("goes back, forward again, scaled, to sleep and awake, and goes as a whole", async () => {
    expect((await world.real(["up"])).code).toBe(0);
    write(plainProject.replace("nginx:1.29", "nginx:1.30"));
    expect((await world.real(["up"])).code).toBe(0);
    expect([revision(), revisions().length]).toEqual(["2", 2]);

    const back = await byHand("rollback");
    expect([back.code, back.stderr]).toEqual([
      0,
      expect.stringContaining("web: todo-dev-web:2 → todo-dev-web:1 (nginx:1.29)") as string,
    ]);
    expect(revision()).toBe("1");
    const forward = await world.real(["up"]);
    expect([forward.code, forward.result.changes.update, revision()]).toEqual([0, 1, "2"]);
    expect((await world.real(["up"])).result.outcome).toBe("unchanged");

    expect((await byHand("scale web=3")).code).toBe(0);
    expect((await world.real(["up"])).result).toMatchObject({ outcome: "unchanged" });
    expect((await world.real(["up", "--force"])).code).toBe(0);
    expect(service()?.["desiredCount"]).toBe(3);

    expect((await byHand("stop")).code).toBe(0);
    expect(service()?.["desiredCount"]).toBe(0);
    expect((await world.real(["up"])).code).toBe(0);
    expect(service()?.["desiredCount"]).toBe(3);
    expect((await byHand("restart web")).code).toBe(0);

    expect((await world.real(["down", "--yes"])).code).toBe(0);
    expect(world.clouds()[0].map(({ type, id }) => [type, id])).toEqual([]);
  });
});
