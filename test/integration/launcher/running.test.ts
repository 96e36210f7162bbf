/** Commands that change a running stack, against an emulated account, by somebody who has the deploy policy alone. */
import type { AwsClients } from "../../../src/aws/clients";
import { readJournal, type Journal } from "../../../src/app/running/journal";
import { S3Texts } from "../../../src/aws/s3/texts";
import { lazyAws } from "../../../src/wiring/lazy-aws";
import { region, startEmulator, type AccessKey, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { Shop, shopPrograms } from "../../support/emulator/shop";

const stack = { project: "shop", stack: "dev" };
const bucket = "s3://berth-cd-bucket-123456789012-us-east-1";
const own = { ...process.env };
let emulator: Emulator;
let clients: AwsClients;
let holder: AccessKey;
let stranger: AccessKey;
let shop: Shop;

beforeAll(async () => {
  emulator = await startEmulator({ enforceIam: true, programs: shopPrograms });
  clients = clientsOf(emulator);
  const made = await berthIn(emulator, ["bootstrap", "--image", "berth-cd:1"]);
  const PolicyArn = /^policy for people who deploy +(\S+)$/m.exec(made.stdout)?.[1] ?? "";
  holder = await emulator.createUser("holder");
  stranger = await emulator.createUser("stranger");
  const attach = { Action: "AttachUserPolicy", Version: "2010-05-08", UserName: "holder", PolicyArn };
  await emulator.query("iam", attach);
  // It asks for TLS, which the emulator has not.
  await (await clients.s3()).deleteBucketPolicy({ Bucket: bucket.slice("s3://".length) });
  shop = await new Shop(clients, stack).open();
  await shop.serve("web", ["say:web is up", "wait"]);
  await shop.serve("worker", ["say:worker is up", "wait"]);
});

afterAll(async () => {
  process.env = own;
  await clients.close();
  await emulator.stop();
});

function run(line: string, { accessKeyId, secretAccessKey }: AccessKey = holder) {
  // What lies beside the state is reached with the SDK's own chain, which reads the process's environment.
  process.env = { ...own, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return berthIn(emulator, line.split(" "), {
    env: { BERTH_PROJECT: "shop" },
    launcher: (made) => ({
      ...made,
      aws: lazyAws({ region, endpointUrl: emulator.url, credentials: { accessKeyId, secretAccessKey } }),
    }),
  });
}

async function serviceOf(name: string) {
  const ecs = await clients.ecs();
  const { services = [] } = await ecs.describeServices({
    cluster: shop.cluster,
    services: [`shop-dev-${name}`],
  });
  return services[0];
}

function journal(): Promise<Journal> {
  return readJournal(new S3Texts(clients, `${bucket}/.berth`), stack);
}

test("restart deploys the services anew, waits for them, and frees the lease", async () => {
  const before = await serviceOf("web");
  const { code, stderr } = await run("restart web");
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("web: its tasks are replaced by new ones") as string,
  ]);
  const after = await serviceOf("web");
  expect(after?.deployments?.[0]?.id).not.toBe(before?.deployments?.[0]?.id);
  expect(after?.deployments?.[0]).toMatchObject({ rolloutState: "COMPLETED", runningCount: 1 });
  expect((await run("scale worker=2 web=1")).code).toBe(0);
  expect((await serviceOf("worker"))?.runningCount).toBe(2);
  expect(await journal()).toMatchObject({ behind: true, scaled: { worker: { tasks: 2 } }, failed: {} });
});

test("a service that follows its load is not scaled by hand", async () => {
  const scaling = await clients.scaling();
  await scaling.registerScalableTarget({
    ServiceNamespace: "ecs",
    ResourceId: `service/${shop.cluster}/shop-dev-web`,
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity: 1,
    MaxCapacity: 4,
    Tags: { "berth:project": "shop", "berth:stack": "dev" },
  });
  const { code, stderr } = await run("scale web=2");
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("web: its number of tasks follows its load (1 to 4)") as string,
  ]);
});

test("rollback takes a service to another revision that is active, and refuses one that is not", async () => {
  const first = (await serviceOf("worker"))?.taskDefinition ?? "";
  const second = await shop.define("worker", ["say:worker is newer", "wait"]);
  const third = await shop.define("worker", ["say:worker is the newest", "wait"]);
  const ecs = await clients.ecs();
  await ecs.updateService({ cluster: shop.cluster, service: "shop-dev-worker", taskDefinition: third });
  await ecs.deregisterTaskDefinition({ taskDefinition: second });
  const gone = await run("rollback worker --to 2");
  expect([gone.code, gone.stderr]).toEqual([
    2,
    expect.stringMatching(
      /worker: shop-dev-worker:2 is deregistered, and ECS starts no task of it\n {2}fix: .*; active ones are 1\n/,
    ) as string,
  ]);
  const { code, stderr } = await run("rollback worker");
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("worker: shop-dev-worker:3 → shop-dev-worker:1 (shop/app:1)") as string,
  ]);
  expect((await serviceOf("worker"))?.taskDefinition).toBe(first);
  expect(await journal()).toMatchObject({ behind: true, rolledBack: { worker: { from: third, to: first } } });
});

test("stop and start: tasks, autoscaling and a database of RDS", async () => {
  const tag = (key: string, value: string) => ({ Key: key, Value: value });
  const rds = await clients.rds();
  await rds.createDBInstance({
    DBInstanceIdentifier: "shop-dev-db",
    Engine: "postgres",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: 20,
    MasterUsername: "shop",
    MasterUserPassword: "hidden00",
    Tags: [
      tag("berth:project", "shop"),
      tag("berth:stack", "dev"),
      tag("berth:service", "db"),
      tag("emulator:status", "available"),
    ],
  });
  const state = async () => {
    const { DBInstances: [database] = [] } = await rds.describeDBInstances({});
    const scaling = await clients.scaling();
    const { ScalableTargets: [target] = [] } = await scaling.describeScalableTargets({
      ServiceNamespace: "ecs",
    });
    return [
      (await serviceOf("web"))?.runningCount,
      (await serviceOf("worker"))?.runningCount,
      target?.SuspendedState?.DynamicScalingOutSuspended === true,
      database?.DBInstanceStatus,
    ];
  };
  expect(await state()).toEqual([1, 2, false, "available"]);
  const stopped = await run("stop");
  expect([stopped.code, stopped.stderr]).toEqual([
    0,
    expect.stringContaining("AWS starts db again by itself") as string,
  ]);
  expect(await state()).toEqual([0, 0, true, "stopped"]);
  const started = await run("start");
  expect([started.code, started.stderr]).toEqual([
    0,
    expect.stringContaining("worker: 0 → 2 tasks") as string,
  ]);
  expect(await state()).toEqual([1, 2, false, "available"]);
});

test.each<[string, RegExp]>([
  ["restart wbe", /^error: wbe: [^]*\n {2}fix: [^\n]*web/m],
  ["rollback worker --to 99", /worker: .*99[^]*\n {2}fix: /],
  ["scale wbe=2", /^error: wbe: [^]*\n {2}fix: [^\n]*web/m],
  ["stop --stack prod", /no service runs of the stack "prod" of project "shop"/],
  ["start --stack prod", /no service runs of the stack "prod" of project "shop"/],
])("%s, which isn't there, is refused with what to do", async (line, words) => {
  const { code, stderr } = await run(line);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words) as string]);
});

test("a number of tasks that a service has already, and a start of what runs, change nothing", async () => {
  const before = await serviceOf("worker");
  for (const line of ["scale worker=2", "start"]) {
    const { code, stderr } = await run(line);
    expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
  }
  expect((await serviceOf("worker"))?.deployments?.[0]?.id).toBe(before?.deployments?.[0]?.id);
});

test("while another run holds the stack each is refused, and says who and since when", async () => {
  const texts = new S3Texts(clients, `${bucket}/.berth`);
  const leases = await texts.list("leases/shop/dev");
  const newest = leases.map((path) => Number(/\/(\d+)\.json$/.exec(path)?.[1])).sort((a, b) => b - a)[0] ?? 0;
  const now = new Date().toISOString();
  const owner = { id: "x", host: "elsewhere", machine: "another", pid: 1, processStart: "0", command: "up" };
  const holding = { ...owner, version: "1", since: now, heartbeat: now };
  const path = `leases/shop/dev/${newest + 1}.json`;
  await texts.create(path, JSON.stringify({ holder: holding, after: [] }));
  const before = await serviceOf("worker");
  for (const line of ["restart worker", "rollback worker", "scale worker=1", "stop", "start"]) {
    const { code, stderr } = await run(line);
    expect([line, code, stderr]).toEqual([
      line,
      6,
      expect.stringMatching(
        /shop\/dev: the stack is locked by berth-cd up .* on elsewhere[^]*cancel/,
      ) as string,
    ]);
  }
  expect((await serviceOf("worker"))?.deployments?.[0]?.id).toBe(before?.deployments?.[0]?.id);
  await (await clients.s3()).deleteObject({ Bucket: bucket.slice("s3://".length), Key: `.berth/${path}` });
});

test("somebody without the policy changes nothing, and is told which call was refused", async () => {
  const before = await serviceOf("worker");
  const { code, stderr } = await run("restart worker", stranger);
  expect([code, stderr]).toEqual([5, expect.stringMatching(/AWS refused access: .*\n {2}fix: /) as string]);
  expect((await serviceOf("worker"))?.deployments?.[0]?.id).toBe(before?.deployments?.[0]?.id);
});
