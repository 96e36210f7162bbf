/** The real engine, where there is a `pulumi` on the PATH, with the simulated AWS behind it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClients } from "../../../src/aws/clients";
import { S3Texts } from "../../../src/aws/s3/texts";
import { FileTexts } from "../../../src/engine/lease/file-texts";
import { checkpointKey, locksFolder } from "../../../src/engine/pulumi/backend";
import type { TextStore } from "../../../src/ports";
import { credentials, region, startEmulator } from "../emulator";
import { startFaultProxy, type FaultProxy } from "../fault-proxy";
import { startSimulatedAws } from "../simulated-aws";
import {
  cloudOf,
  heldLeases,
  identity,
  latency,
  namesOf,
  type CrashWorld,
  type StateResource,
} from "./worlds";

/** Where the state of a world lies, and what beside it is Berth's. */
interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly state: TextStore;
  readonly records: TextStore;
  close(): Promise<void>;
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest?: {
      readonly resources?: readonly StateResource[];
      readonly pending_operations?: readonly unknown[];
    } | null;
  };
}

/**
 * With its state in a directory.
 *
 * @param scale - how much of AWS's latencies its cloud has
 */
export function realEngineWorld(scale = latency): Promise<CrashWorld> {
  return realWorld("real engine", scale, (folder) => {
    const root = join(folder, "state");
    const state = new FileTexts(root);
    const env = {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      PULUMI_BACKEND_URL: `file://${root}`,
    };
    return Promise.resolve({ env, state, records: state, close: () => Promise.resolve() });
  });
}

/** With its state in a bucket of the emulator; the calls of both programs go through a proxy where one is asked for. */
export async function realEngineOnS3(
  scale = latency,
  faults?: Pick<Parameters<typeof startFaultProxy>[0], "share" | "seed">,
): Promise<CrashWorld & { readonly proxy: FaultProxy | undefined }> {
  let proxy: FaultProxy | undefined;
  const world = await realWorld("real engine on S3", scale, async () => {
    const emulator = await startEmulator();
    if (faults !== undefined) proxy = await startFaultProxy({ ...faults, target: emulator.url });
    const clients = new AwsClients({ region, endpointUrl: emulator.url, credentials, version: "test" });
    await (await clients.s3()).createBucket({ Bucket: "state" });
    // Of everything else the simulated AWS is asked, which knows what a run that was killed has made.
    const { PATH: _path, AWS_ENDPOINT_URL: _all, ...env } = emulator.env;
    return {
      env: {
        ...env,
        AWS_ENDPOINT_URL_S3: proxy?.url ?? emulator.url,
        PULUMI_BACKEND_URL: "s3://state/berth",
      },
      state: new S3Texts(clients, "s3://state/berth"),
      records: new S3Texts(clients, "s3://state/berth/.berth"),
      close: async () => {
        await clients.close();
        await proxy?.close();
        await emulator.stop();
      },
    };
  });
  return { ...world, proxy };
}

async function realWorld(
  name: string,
  scale: number,
  placed: (folder: string) => Promise<Place>,
): Promise<CrashWorld> {
  const folder = mkdtempSync(join(tmpdir(), "berth-crash-"));
  const cloud = join(folder, "cloud.json");
  const [aws, place] = await Promise.all([startSimulatedAws(cloud, { latency: scale }), placed(folder)]);
  const { state, records } = place;
  const clouds = [aws];
  return {
    name,
    folder,
    env: {
      ...place.env,
      ...aws.env,
      HOME: folder,
      // Its services are followed at the pace at which its cloud brings them up.
      BERTH_SIMULATE_LATENCY: String(scale),
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    },
    flags: [],
    standing: async () => {
      const text = await state.read(checkpointKey(identity));
      const latest = text === undefined ? undefined : (JSON.parse(text) as Checkpoint).checkpoint.latest;
      return {
        state: namesOf(latest?.resources ?? []),
        cloud: cloudOf(cloud),
        locks: [...(await heldLeases(records)), ...(await state.list(locksFolder(identity)))],
        pending: latest?.pending_operations?.length ?? 0,
      };
    },
    forStack: async () => {
      const own = await startSimulatedAws(join(folder, `cloud-${clouds.length}.json`), { latency: scale });
      clouds.push(own);
      return own.env;
    },
    close: async () => {
      await Promise.all(clouds.map((one) => one.stop()));
      await place.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
