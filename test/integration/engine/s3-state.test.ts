import { S3 } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { AwsClients } from "../../../src/aws/clients";
import { S3Texts } from "../../../src/aws/s3/texts";
import { PulumiEngine } from "../../../src/engine/pulumi/engine";
import type { Program } from "../../../src/ports";
import { credentials, region, startEmulator, type Emulator } from "../../support/emulator";
import { describeWithPulumi, engineBench, identity, type EngineBench } from "../../support/engine";
import { failure, network, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

const secretOutput: Program = () => Promise.resolve({ token: pulumi.secret("hunter2") });

/** KMS's JSON API; it spares a client's package. @returns the key's id */
async function createKey(url: string): Promise<string> {
  const scope = `${credentials.accessKeyId}/20260101/${region}/kms/aws4_request`;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "TrentService.CreateKey",
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: "{}",
  });
  const { KeyMetadata } = (await response.json()) as { readonly KeyMetadata: { readonly KeyId: string } };
  return KeyMetadata.KeyId;
}

describeWithPulumi("PulumiEngine with its state on S3", () => {
  let emulator: Emulator;
  let bench: EngineBench;
  let clients: AwsClients;

  beforeAll(async () => {
    emulator = await startEmulator();
    clients = new AwsClients({ region, endpointUrl: emulator.url, credentials, version: "0.0.0" });
    bench = await engineBench(new MemoryCloud());
    const s3 = new S3({ endpoint: emulator.url, region, credentials, forcePathStyle: true });
    await s3.createBucket({ Bucket: "state" });
    s3.destroy();
  });
  afterAll(async () => {
    await emulator.stop();
    await clients.close();
    bench.close();
  });

  const options = (backendUrl: string) => ({
    backendUrl,
    state: new S3Texts(clients, backendUrl),
    environment: { ...emulator.env, ...bench.environment },
  });

  test("a stack's life, its state read by the SDK", async () => {
    const engine = bench.other(options("s3://state/berth"));
    const request = { ...bench.request(), program: network() };
    expect(await engine.stateVersion(identity)).toBeUndefined();
    expect(await engine.cancel(identity)).toBe(false);
    expect(ops(await engine.up(request))).toEqual({ "shop-dev": "create", net: "create", a: "create" });
    const version = await engine.stateVersion(identity);
    expect(version).toBeDefined();
    expect(ops(await engine.preview({ ...request, program: network({ tag: "two" }) }))).toMatchObject({
      net: "update",
    });
    expect(await engine.stateVersion(identity)).toBe(version);
    expect(ops(await engine.up(request))).toEqual({ "shop-dev": "same", net: "same", a: "same" });
    expect(await engine.list()).toMatchObject([identity]);
    expect(ops(await engine.destroy(request))).toMatchObject({ net: "delete", a: "delete" });
    await engine.remove(identity);
    expect(await engine.stateVersion(identity)).toBeUndefined();
  });

  test("secrets encrypted by a key of KMS stay so over runs, and need no passphrase", async () => {
    const key = await createKey(emulator.url);
    const engine = new PulumiEngine({
      ...bench.options,
      ...options("s3://state/kms"),
      passphrase: "",
      secretsProvider: `awskms:///${key}?region=${region}`,
    });
    const request = { ...bench.request(), program: secretOutput };
    expect((await engine.up(request)).outputs).toEqual({ token: "[secret]" });
    expect(ops(await engine.up(request))).toEqual({ "shop-dev": "same" });
    const missing = new PulumiEngine({
      ...bench.options,
      ...options("s3://state/other-key"),
      secretsProvider: "awskms:///00000000-0000-0000-0000-000000000000?region=us-east-1",
    });
    expect(await failure(missing.up(request))).toMatchObject({
      kind: "usage",
      problems: [{ path: "BERTH_SECRETS_PROVIDER" }],
    });
  });

  test("a missing bucket is a usage error", async () => {
    const engine = bench.other(options("s3://nowhere"));
    const error = await failure(engine.up({ ...bench.request(), program: network() }));
    expect(error.kind).toBe("usage");
    expect(error.problems[0]).toMatchObject({ path: "PULUMI_BACKEND_URL" });
  });
});
