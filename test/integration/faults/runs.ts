/**
 * Deployments whose calls of AWS meet faults: archive, secrets, records, leases, history, builds and the event stream go
 * to the emulator through a proxy; the engine is the simulator. Prints what became of each run as JSON. A process of its
 * own, because jest counts every unhandled rejection as a failure, however well it is handled.
 *
 * Arguments: the emulator's environment as JSON, the number of runs, the seed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { KanikoImageBuilder } from "../../../src/builds/image-builder";
import type { Deps } from "../../../src/app/deps";
import { packDirectory } from "../../../src/archive";
import { FargateBuildTasks } from "../../../src/aws/tasks/build-tasks";
import { AwsClients } from "../../../src/aws/clients";
import { ServicesWatch } from "../../../src/rollout/services";
import { scaledClock, systemClock } from "../../../src/wiring/clock";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import { StateFiles } from "../../../src/simulator/state/state";
import type { BuildTasks, StackIdentity, TaskPlacement } from "../../../src/ports";
import { SimulatedRollouts } from "../../../src/simulator/plays/rollouts";
import { Workspace } from "../../support/archives";
import { cd } from "../../support/cd";
import { kanikoImage } from "../../support/emulator";
import { startFaultProxy } from "../../support/fault-proxy";

/** What became of one run. */
export interface FaultRun {
  /** Its service crashes whenever it starts: such a run has to end with 5, whatever its calls meet. */
  readonly isToFail: boolean;
  readonly code: number;
  readonly stderr: string;
  /** Resources that the state and the cloud do not agree on. */
  readonly astray: readonly string[];
  /** Objects that a run may not leave. */
  readonly left: readonly string[];
  /** The exit code of the next run, whose calls meet nothing. */
  readonly next: number;
}

export interface FaultRuns {
  readonly runs: readonly FaultRun[];
  readonly met: Readonly<Record<string, number>>;
}

const bucket = "berth";
/** Every so many runs have a service that fails. */
const failingEvery = 5;
/** Runs at one time. */
const atOnce = 5;
const logGroupName = "/shop/builds";
const repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";

const compose = `
services:
  web:
    build: .
    ports: ["80:8080"]
    environment: [SESSION_KEY]
`;

/** What has to be there before a run: the bucket, the secrets' place, what builds run in. @returns where builds run */
async function prepare(clients: AwsClients): Promise<TaskPlacement> {
  const [s3, ecs, ecr, logs] = await Promise.all([
    clients.s3(),
    clients.ecs(),
    clients.ecr(),
    clients.logs(),
  ]);
  await s3.createBucket({ Bucket: bucket });
  await logs.createLogGroup({ logGroupName });
  await ecr.createRepository({ repositoryName: "shop/kaniko-build", imageTagMutability: "IMMUTABLE" });
  const { cluster } = await ecs.createCluster({ clusterName: "shop" });
  const options = {
    "awslogs-group": logGroupName,
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "build",
  };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: "kaniko",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "2048",
    memory: "8192",
    containerDefinitions: [
      {
        name: "kaniko",
        image: kanikoImage,
        essential: true,
        logConfiguration: { logDriver: "awslogs", options },
      },
    ],
  });
  return {
    clusterArn: cluster?.clusterArn ?? "",
    taskDefinitionArn: taskDefinition?.taskDefinitionArn ?? "",
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    logGroupName,
  };
}

/** Build tasks of the emulator in place of those that the simulated cloud has made. */
function placed(tasks: BuildTasks, place: TaskPlacement): BuildTasks {
  return {
    manifest: (_url, reference) => tasks.manifest(repository, reference),
    putManifest: (_url, ...rest) => tasks.putManifest(repository, ...rest),
    putContext: (_bucket, key, pack) => tasks.putContext(bucket, key, pack),
    run: (request, args, capacity) =>
      tasks.run(
        { ...request, ...place, repositoryUrl: repository },
        args.map((argument) => argument.replace(/^--destination=[^:]+/, `--destination=${repository}`)),
        capacity,
      ),
    describe: (_place, arn) => tasks.describe(place, arn),
    logTail: (_place, arn, lines) => tasks.logTail(place, arn, lines),
    logPage: (_place, arn, from) => tasks.logPage(place, arn, from),
    stop: (_place, arn, reason) => tasks.stop(place, arn, reason),
  };
}

async function main([emulated = "{}", count = "50", seed = "1"]: readonly string[]): Promise<void> {
  const env = JSON.parse(emulated) as Readonly<Record<string, string>>;
  const target = env["AWS_ENDPOINT_URL"] ?? "";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const direct = new AwsClients({ region: "us-east-1", endpointUrl: target, credentials, version: "test" });
  const proxy = await startFaultProxy({ target, share: 0.2, seed: Number(seed) });
  const home = mkdtempSync(join(tmpdir(), "berth-faults-"));
  const workspace = new Workspace();
  const place = await prepare(direct);
  // The credentials of a machine are this process's own environment; nothing else reads it.
  Object.assign(process.env, env, { AWS_ENDPOINT_URL: undefined });

  const one = async (index: number): Promise<FaultRun> => {
    const stack: StackIdentity = { project: "shop", stack: `run-${index}` };
    const folder = workspace.plant({
      "compose.yaml": compose,
      Dockerfile: "FROM scratch\nCOPY . /\n",
      index: String(index),
    });
    const key = `uploads/${index}.tar.gz`;
    const body = await buffer(packDirectory(folder));
    await (await direct.s3()).putObject({ Bucket: bucket, Key: key, Body: body });
    const parameter = {
      Name: `/berth/shop/${stack.stack}/SESSION_KEY`,
      Value: "x",
      Type: "SecureString" as const,
    };
    await (await direct.ssm()).putParameter(parameter);
    const stateDirectory = join(home, String(index));
    const engine = new SimulatorEngine({ stateDirectory, region: "us-east-1", clock: systemClock });
    const isToFail = index % failingEvery === 0;
    const run = (url: string, crashes = false) =>
      cd(["up", `s3://${bucket}/${key}`, "--force"], {
        cwd: folder,
        env: {
          ...env,
          HOME: home,
          BERTH_PROJECT: stack.project,
          BERTH_STACK: stack.stack,
          AWS_ENDPOINT_URL: url,
          PULUMI_BACKEND_URL: `s3://${bucket}/state`,
          BERTH_EVENTS: `s3://${bucket}/events/${index}.ndjson`,
        },
        deps: (real): Deps => ({
          ...real,
          engine: () => Promise.resolve(engine),
          stateVersion: (of) => Promise.resolve(new StateFiles(stateDirectory).version(of)),
          // The instance is the simulated cloud's, of which the emulator knows nothing.
          wayOut: () => ({ opened: () => Promise.resolve(), trouble: () => [] }),
          imageBuilder: (archive) => {
            const clients = new AwsClients({
              region: "us-east-1",
              endpointUrl: url,
              credentials,
              version: "test",
            });
            const tasks = placed(new FargateBuildTasks(clients), place);
            return Promise.resolve(new KanikoImageBuilder({ tasks, clock: scaledClock(0.05), archive }));
          },
          serviceWatch: () => {
            const control = new SimulatedRollouts({
              clouds: () => engine.openClouds(),
              clock: systemClock,
              faults: crashes ? { web: "crash-loop" } : {},
            });
            return Promise.resolve(new ServicesWatch({ control, clock: scaledClock(0) }));
          },
        }),
      });
    const { code, stderr } = await run(proxy.url, isToFail);
    const astray = differences(engine, stateDirectory, stack);
    const { Contents = [] } = await (
      await direct.s3()
    ).listObjectsV2({ Bucket: bucket, Prefix: `state/.berth/leases/shop/${stack.stack}/` });
    const left: string[] = [];
    for (const { Key = "" } of Contents) {
      const lease = await (await direct.s3()).getObject({ Bucket: bucket, Key });
      const text = await lease.Body?.transformToString();
      if (text?.includes('"holder"') === true) left.push(Key);
    }
    const next = code === 0 ? { code: 0 } : await run(target);
    return { isToFail, code, stderr, astray, left, next: next.code };
  };

  const runs: FaultRun[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < Number(count)) {
      const index = begun;
      begun += 1;
      runs[index] = await one(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await proxy.close();
  await direct.close();
  workspace.remove();
  rmSync(home, { recursive: true, force: true });
  const found: FaultRuns = { runs, met: proxy.met };
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
}

/** What stands in the state and not in the cloud, or the other way round. */
function differences(engine: SimulatorEngine, directory: string, stack: StackIdentity): readonly string[] {
  const state = new StateFiles(directory).read(stack);
  const known = new Set(
    (state?.resources ?? [])
      .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
      .map(({ type, id = "" }) => `${type} ${id}`),
  );
  const there = new Set(
    engine
      .cloud(stack)
      .list()
      .map(({ type, id }) => `${type} ${id}`),
  );
  return [...known].filter((item) => !there.has(item)).concat([...there].filter((item) => !known.has(item)));
}

// What an `apply` threw was recorded by whoever ran it.
process.on("unhandledRejection", () => undefined);
void main(process.argv.slice(2));
