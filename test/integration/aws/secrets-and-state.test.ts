/** Versions of secrets out of Parameter Store, and the objects of a state on S3. */
import type { AwsClients } from "../../../src/aws/clients";
import { ParameterStoreSecrets } from "../../../src/aws/secrets";
import { S3StateReader } from "../../../src/aws/state";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  emulator = await startEmulator({ enforceIam: true });
  clients = clientsOf(emulator);
}, 120_000);

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

describe("ParameterStoreSecrets", () => {
  const stack = { project: "shop", stack: "dev" };

  async function set(name: string, value: string): Promise<void> {
    const ssm = await clients.ssm();
    const Name = `/berth/shop/dev/${name}`;
    await ssm.putParameter({ Name, Value: value, Type: "SecureString", Overwrite: true });
  }

  async function versionOf(name: string): Promise<string | undefined> {
    return (await new ParameterStoreSecrets(clients).versions(stack, [name]))[0]?.version;
  }

  it("answers for any number of names, in their order", async () => {
    const names = Array.from({ length: 25 }, (_, index) => `SECRET_${index}`);
    await Promise.all(
      names.filter((_, index) => index % 2 === 0).map((name) => set(name, `value of ${name}`)),
    );
    const versions = await new ParameterStoreSecrets(clients).versions(stack, names);
    expect(versions.map(({ name }) => name)).toEqual(names);
    expect(versions.map(({ version }) => version !== undefined)).toEqual(
      names.map((_, index) => index % 2 === 0),
    );
    expect(JSON.stringify(versions)).not.toContain("value of");
  });

  it("shows every change, also a parameter that was deleted and made again", async () => {
    expect(await versionOf("TOKEN")).toBeUndefined();
    await set("TOKEN", "one");
    const first = await versionOf("TOKEN");
    expect(first).toMatch(/^1@\d{4}-/);
    expect(await versionOf("TOKEN")).toBe(first);
    await set("TOKEN", "two");
    expect(await versionOf("TOKEN")).toMatch(/^2@/);
    await (await clients.ssm()).deleteParameter({ Name: "/berth/shop/dev/TOKEN" });
    await set("TOKEN", "three");
    const again = await versionOf("TOKEN");
    expect(again).toMatch(/^1@/);
    expect(again).not.toBe(first);
  });

  it("knows only the stack's own", async () => {
    await set("OWN", "x");
    const other = await new ParameterStoreSecrets(clients).versions({ ...stack, stack: "prod" }, ["OWN"]);
    expect(other).toEqual([{ name: "OWN" }]);
  });

  it("tells a refusal", async () => {
    const guest = clientsOf(emulator, { credentials: await emulator.createUser("guest") });
    await expect(new ParameterStoreSecrets(guest).versions(stack, ["OWN"])).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringMatching(/^\/berth\/shop\/dev\/\*: AWS refused access: .*guest/) as string,
    });
    await guest.close();
  });
});

describe("S3StateReader", () => {
  const url = "s3://states/.pulumi/stacks/shop/dev.json";

  it("finds nothing where nothing was written, not even the bucket", async () => {
    const reader = new S3StateReader(clients);
    expect(await reader.version(url)).toBeUndefined();
    expect(await reader.read(url)).toBeUndefined();
    expect(await reader.any("s3://states/.pulumi/locks/")).toBe(false);
  });

  it("reads an object, and a version that changes with it", async () => {
    const s3 = await clients.s3();
    const put = (Body: string) =>
      s3.putObject({ Bucket: "states", Key: ".pulumi/stacks/shop/dev.json", Body });
    await s3.createBucket({ Bucket: "states" });
    await put("{}");
    const reader = new S3StateReader(clients);
    const first = await reader.version(url);
    expect(first).toBeDefined();
    expect(await reader.read(url)).toBe("{}");
    await put("{ }");
    expect(await reader.version(url)).not.toBe(first);
    expect(await reader.any("s3://states/.pulumi/stacks/")).toBe(true);
    expect(await reader.any("s3://states/.pulumi/locks/")).toBe(false);
  });

  it("tells a refusal apart from a missing object", async () => {
    const stranger = clientsOf(emulator, { credentials: await emulator.createUser("stranger") });
    await expect(new S3StateReader(stranger).read(url)).rejects.toMatchObject({ kind: "deployment" });
    await expect(new S3StateReader(stranger).version(url)).rejects.toMatchObject({ kind: "deployment" });
    await stranger.close();
  });
});
