/**
 * The built programs, nothing replaced: `berth-cd` on the real engine, the simulated AWS as a process beside it. They
 * run from a copy of `dist/` with no `node_modules` above it, as in the container image.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { program, type Finished } from "../../support/program";
import { startSimulatedAws, type SimulatedAwsProcess } from "../../support/simulated-aws";
import { plainProject, readPlan, secrets } from "./world";

describeWithPulumi("dist/berth-cd.js on the real engine against dist/simulated-aws.js", () => {
  let folder: string;
  let dist: string;
  let cloud: string;
  let aws: SimulatedAwsProcess;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "berth-built-"));
    dist = join(folder, "dist");
    cpSync(join(__dirname, "../../../dist"), dist, { recursive: true });
    mkdirSync(join(folder, "todo"));
    writeFileSync(join(folder, "todo/compose.yaml"), plainProject);
    cloud = join(folder, "cloud.json");
    aws = await startSimulatedAws(cloud, { dist });
    env = {
      HOME: folder,
      AWS_REGION: "us-east-1",
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: secrets.passphrase,
      ...aws.env,
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      LOG_LEVEL: "trace",
    };
  });
  afterAll(async () => {
    expect(await aws.stop()).toMatchObject({ code: 0, stderr: "" });
    rmSync(folder, { recursive: true, force: true });
  });

  /** One command; whatever it says, it never says the passphrase. */
  async function berthCd(...argv: readonly string[]): Promise<Finished> {
    const done = await program("berth-cd", argv, { cwd: join(folder, "todo"), env, dist });
    expect(done.stdout + done.stderr).not.toContain(secrets.passphrase);
    return done;
  }

  /** One command with `--json`: the Result and nothing else stands on stdout. */
  async function resultOf(...argv: readonly string[]): Promise<Finished["result"]> {
    const done = await berthCd(...argv, "--json");
    expect([done.code, done.stderr]).toEqual([0, done.stderr]);
    expect(done.stdout.trimEnd().split("\n")).toHaveLength(1);
    return done.result;
  }

  test("preview, up, the same again, outputs, list, destroy, down", async () => {
    const plan = join(folder, "plan.json");
    const planned = await resultOf("preview", "--plan", plan);
    const { create } = planned.changes;
    expect(planned).toMatchObject({ engine: "pulumi", changes: { create, same: 0 } });
    expect(readPlan(plan).resources).toHaveLength(create);
    expect([existsSync(join(folder, "state")), existsSync(cloud)]).toEqual([false, false]);

    const up = await resultOf("up");
    expect(up).toMatchObject({ outcome: "succeeded", changes: { create, same: 0 } });
    expect(up.endpoints).toEqual({
      web: expect.stringMatching(/^https:\/\/\w+\.cloudfront\.net$/) as string,
    });
    expect(readFileSync(cloud, "utf8")).toContain("aws:ecs/service:Service");

    const same = {
      outcome: "unchanged",
      changes: { create: 0, update: 0, replace: 0, delete: 0, same: create },
    };
    expect(await resultOf("up")).toMatchObject(same);
    expect(await resultOf("up", "--force")).toMatchObject({ ...same, endpoints: up.endpoints });

    expect(await resultOf("outputs")).toMatchObject({ endpoints: up.endpoints });
    const list = await berthCd("list");
    expect([list.code, list.stdout]).toEqual([0, expect.stringMatching(/^todo +dev /m) as string]);

    const destroyed = await resultOf("destroy");
    expect(destroyed.changes).toMatchObject({ delete: create, same: 0 });
    expect(await resultOf("down")).toMatchObject({ command: "down", outcome: "succeeded" });
    expect(await resultOf("list")).toMatchObject({ outputs: { stacks: [] } });
    expect((await berthCd("outputs")).code).toBe(2);
  });
});
