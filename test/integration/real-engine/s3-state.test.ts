/** `examples/todo` through `berth-cd` on the real engine, its state and its run records in a bucket of the emulator. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { credentials, region, startEmulator, type Emulator } from "../../support/emulator";
import { describeWithPulumi } from "../../support/engine";
import { identity, realWorld, secrets, type RealWorld } from "./world";

const bucket = "state";

describeWithPulumi("examples/todo on the real engine with its state on S3", () => {
  let emulator: Emulator;
  let world: RealWorld;
  let s3: S3;
  let env: Readonly<Record<string, string>>;
  const own = process.env;

  beforeAll(async () => {
    [emulator, world] = await Promise.all([startEmulator(), realWorld()]);
    s3 = new S3({ endpoint: emulator.url, region, credentials, forcePathStyle: true });
    await s3.createBucket({ Bucket: bucket });
    env = { ...emulator.env, PULUMI_BACKEND_URL: `s3://${bucket}/berth` };
    // The AWS SDK finds its credentials by itself: in the environment of the process, which is jest's.
    process.env = { ...own, ...emulator.env };
  });
  afterAll(async () => {
    process.env = own;
    s3.destroy();
    world.close();
    await emulator.stop();
  });

  async function objects(): Promise<ReadonlyMap<string, string>> {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket });
    const texts = Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.getObject({ Bucket: bucket, Key });
      return [Key, (await Body?.transformToString()) ?? ""] as const;
    });
    return new Map(await Promise.all(texts));
  }

  const record = `berth/.berth/records/${identity.project}/${identity.stack}.json`;
  const checkpoint = `berth/.pulumi/stacks/${identity.project}/${identity.stack}.json`;

  // Each test goes on from the stack that the one before it left.
  test("preview writes nothing, up makes the state and the record, and no secret is in them", async () => {
    expect(await world.real(["preview"], env)).toMatchObject({ code: 0 });
    expect([...(await objects()).keys()]).toEqual([]);
    const { code, result } = await world.real(["up"], env);
    expect(code).toBe(0);
    expect(result.changes).toMatchObject({ update: 0, replace: 0, delete: 0, same: 0 });
    const texts = await objects();
    expect([...texts.keys()]).toEqual(expect.arrayContaining([checkpoint, record]));
    expect([...texts.keys()].filter((key) => key.includes("/locks/"))).toEqual([]);
    const all = [...texts.values()].join("\n");
    for (const secret of Object.values(secrets)) expect(all).not.toContain(secret);
    expect(texts.get(checkpoint)).toContain('"ciphertext"');
  });

  test("unchanged: known by the record and the state's version, without an engine", async () => {
    const before = await objects();
    // No CLI on this path: an engine could not start.
    const short = await world.real(["up"], { ...env, PATH: world.folder });
    expect(short).toMatchObject({ code: 0, stderr: expect.stringContaining("Nothing changed") as string });
    expect(await objects()).toEqual(before);
    const forced = await world.real(["up", "--force"], env);
    expect(forced.result).toMatchObject({ outcome: "unchanged", changes: short.result.changes });
    expect(forced.result.outputs).toEqual(short.result.outputs);
    // The state has another version now; the record of the run that wrote it knows that one.
    expect((await world.real(["up"], { ...env, PATH: world.folder })).result.outcome).toBe("unchanged");
  });

  test("a change changes its service alone", async () => {
    appendFileSync(join(world.project, "worker/main.go"), "\n// a change\n");
    const { result } = await world.real(["up"], env);
    expect(result.changes).toMatchObject({ create: 0, update: 1, replace: 1, delete: 0 });
  });

  test("outputs and list say what stands, without an engine", async () => {
    const { result } = await world.real(["outputs"], { ...env, PATH: world.folder });
    expect(result.endpoints["web"]).toMatch(/^https:\/\/\w+\.cloudfront\.net$/);
    expect((await world.real(["list"], { ...env, PATH: world.folder })).result.outputs).toMatchObject({
      stacks: [identity],
    });
  });

  test("destroy leaves an empty stack without a record, down nothing", async () => {
    const { code, result } = await world.real(["destroy"], env);
    expect(code).toBe(0);
    expect(result.changes.delete).toBeGreaterThan(100);
    expect(world.clouds()[0]).toEqual([]);
    expect([...(await objects()).keys()]).not.toContain(record);
    expect((await world.real(["down"], env)).code).toBe(0);
    expect([...(await objects()).keys()]).not.toContain(checkpoint);
    expect((await world.real(["list"], env)).result.outputs).toEqual({ stacks: [] });
    expect((await world.real(["outputs"], env)).code).toBe(2);
  });
});
