/** Versions of secrets out of Parameter Store, and the objects of a state on S3. */
import type { AwsClients } from "../../../src/aws/clients";
import { ParameterStoreSecrets } from "../../../src/aws/account/secrets";
import { S3Texts } from "../../../src/aws/s3/texts";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  emulator = await startEmulator({ enforceIam: true });
  clients = clientsOf(emulator);
});

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

describe("S3Texts", () => {
  const key = ".pulumi/stacks/shop/dev.json";
  const texts = (root: string, of = clients): S3Texts => new S3Texts(of, root);

  it("finds nothing where nothing was written, not even the bucket", async () => {
    const store = texts("s3://nowhere");
    expect(await store.version(key)).toBeUndefined();
    expect(await store.read(key)).toBeUndefined();
    expect(await store.list(".pulumi/locks")).toEqual([]);
    await store.remove(key);
  });

  describe.each(["s3://states", "s3://states/berth/x"])("under %s", (root) => {
    beforeAll(async () => {
      await (await clients.s3()).createBucket({ Bucket: "states" }).catch(() => undefined);
    });

    it("reads what was written, lists it, and tells a version that changes with it", async () => {
      const store = texts(root);
      await store.write(key, "{}");
      const first = await store.version(key);
      expect(first).toBeDefined();
      expect(await store.read(key)).toBe("{}");
      await store.write(key, "{ }");
      expect(await store.version(key)).not.toBe(first);
      expect(await store.list(".pulumi/stacks")).toEqual([key]);
      expect(await store.list(".pulumi/locks")).toEqual([]);
      await store.remove(key);
      expect(await store.list(".pulumi/stacks")).toEqual([]);
    });

    it("lets one of many writers create a text, and knows its own", async () => {
      const store = texts(root);
      const names = Array.from({ length: 10 }, (_, index) => `run ${index}`);
      const created = await Promise.all(names.map((name) => store.create("leases/1.json", name)));
      expect(created.filter(Boolean)).toHaveLength(1);
      const winner = names[created.indexOf(true)] ?? "";
      expect(await store.read("leases/1.json")).toBe(winner);
      // What an SDK does whose answer was lost: it writes again.
      expect(await store.create("leases/1.json", winner)).toBe(true);
      expect(await store.create("leases/1.json", "another")).toBe(false);
    });
  });

  it("tells a refusal apart from a missing object", async () => {
    const stranger = clientsOf(emulator, { credentials: await emulator.createUser("stranger") });
    const store = texts("s3://states", stranger);
    await expect(store.read(key)).rejects.toMatchObject({ kind: "deployment" });
    await expect(store.version(key)).rejects.toMatchObject({ kind: "deployment" });
    await expect(store.create(key, "x")).rejects.toMatchObject({ kind: "deployment" });
    await stranger.close();
  });
});
