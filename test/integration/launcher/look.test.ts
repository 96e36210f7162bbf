/** `berth ps` and `berth logs` on a stack of the emulator, whose tasks are processes of this machine. */
import { setTimeout as wait } from "node:timers/promises";
import { keepView } from "../../../src/app/stack/views";
import type { AwsClients } from "../../../src/aws/clients";
import { S3Texts } from "../../../src/aws/s3/texts";
import { stackResourceName } from "../../../src/model/naming";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { Shop, shopImage, shopPrograms } from "../../support/emulator/shop";
import type { LauncherOptions } from "../../support/launcher";

const stack = { project: "shop", stack: "dev" };
const bucket = "s3://berth-cd-bucket-123456789012-us-east-1";
const env = { BERTH_PROJECT: "shop" };
let emulator: Emulator;
let clients: AwsClients;
let shop: Shop;

beforeAll(async () => {
  emulator = await startEmulator({ programs: shopPrograms });
  clients = clientsOf(emulator);
  shop = await new Shop(clients, stack).open();
  await shop.serve("web", ["say:web is up", "wait"]);
  await shop.serve("worker", ["say:worker is up", "say:cannot connect", "exit:3"]);
  await until(async () => (await run("ps worker")).stdout.includes("exit code 3"));
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

function run(line: string, options: LauncherOptions = {}) {
  return berthIn(emulator, line.split(" "), { ...options, env: { ...env, ...options.env } });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(200);
}

test("ps shows services as Docker does, what happened last, and why a task stopped", async () => {
  const { code, stdout } = await run("ps");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^SERVICE +IMAGE +TASKS +STATUS +AGE +PORTS$/m);
  expect(stdout).toMatch(new RegExp(`^web +${shopImage} +1/1 +Up .* +8080/tcp$`, "m"));
  expect(stdout).toMatch(/^worker .* [01]\/1 +(Restarting \(3\)|Up|Deployment failed)/m);
  expect(stdout).toMatch(/^worker +.* ago +task [0-9a-f-]{8} stopped, exit code 3: /m);
});

test("ps --json has everything", async () => {
  const { stdout } = await run("ps web --json");
  expect(JSON.parse(stdout)).toMatchObject({
    ...stack,
    services: [
      {
        service: "web",
        kind: "service",
        desired: 1,
        running: 1,
        image: shopImage,
        taskDefinition: `${stackResourceName(stack, "taskFamily", "web")}:1`,
        ports: [{ port: 8080, protocol: "tcp" }],
        command: ["say:web is up", "wait"],
      },
    ],
  });
});

test("ps shows the URLs that the last run left, in text and as JSON", async () => {
  const made = await berthIn(emulator, ["bootstrap", "--image", "berth-cd:1", "--yes"]);
  expect(made.code).toBe(0);
  const state = new S3Texts(clients, bucket);
  const key = ".pulumi/stacks/shop/dev.json";
  await state.write(key, "{}");
  const outputs = { endpoints: { web: "https://shop.example", admin: "https://admin.example" } };
  await keepView(
    new S3Texts(clients, `${bucket}/.berth`),
    stack,
    await state.version(key),
    {
      outputs: () => Promise.resolve(outputs),
      resources: () => Promise.resolve([]),
    },
    0,
  );
  expect((await run("ps")).stdout).toMatch(/^SERVICE +URL\nweb +https:\/\/shop\.example\nadmin /m);
  const { stdout } = await run("ps web --json");
  expect((JSON.parse(stdout) as { endpoints: unknown }).endpoints).toEqual({ web: "https://shop.example" });
});

describe("with managed stores", () => {
  beforeAll(async () => {
    const tags = (service: string, project = "shop") => [
      { Key: "berth:project", Value: project },
      { Key: "berth:stack", Value: "dev" },
      { Key: "berth:service", Value: service },
    ];
    const database = (name: string, own: ReturnType<typeof tags>, state = "available") =>
      clients.rds().then((rds) =>
        rds.createDBInstance({
          DBInstanceIdentifier: name,
          Engine: "postgres",
          EngineVersion: "16.4",
          DBInstanceClass: "db.t4g.micro",
          AllocatedStorage: 20,
          MasterUsername: "shop",
          MasterUserPassword: "hidden00",
          Tags: [...own, { Key: "emulator:status", Value: state }],
        }),
      );
    await database("shop-dev-db", tags("db"));
    await database("shop-dev-full", tags("full"), "storage-full");
    await database("other-dev-db", tags("other", "other"));
    const elastiCache = await clients.elastiCache();
    await elastiCache.createReplicationGroup({
      ReplicationGroupId: "shop-dev-cache",
      ReplicationGroupDescription: "the cache",
      Engine: "valkey",
      EngineVersion: "8.0",
      CacheNodeType: "cache.t4g.small",
      NumCacheClusters: 2,
      Tags: tags("cache"),
    });
  });

  test("ps shows their engine, class, state and endpoint, and what to do for one that is full", async () => {
    const { code, stdout, stderr } = await run("ps");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^STORE +ENGINE +CLASS +STATUS +ENDPOINT$/m);
    expect(stdout).toMatch(/^db +postgres 16\.4 +db\.t4g\.micro, 20 GiB +available +\S+:\d+$/m);
    expect(stdout).toMatch(/^cache +valkey 8\.0 +2 × cache\.t4g\.small +available +\S+:6379$/m);
    expect(stdout).toMatch(/^full +postgres 16\.4 .* storage-full /m);
    expect(stdout).toMatch(/^full +its storage is full, and it accepts no more writes: raise x-postgres/m);
    expect(stdout).not.toMatch(/^other/m);
  });

  test("ps of one, and --json", async () => {
    const { stdout } = await run("ps db --json");
    expect(JSON.parse(stdout)).toEqual({
      ...stack,
      services: [],
      endpoints: {},
      stores: [
        {
          service: "db",
          kind: "postgres",
          id: "shop-dev-db",
          status: "available",
          engine: "postgres",
          version: "16.4",
          class: "db.t4g.micro",
          nodes: 1,
          storage: 20,
          endpoint: expect.stringMatching(/:\d+$/) as string,
          pending: [],
        },
      ],
    });
    const wrong = await run("ps databse");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("it has cache, db, full, web, worker") as string,
    ]);
  });

  test("services are shown where the stores can't be looked at", async () => {
    const ran = await run("ps", {
      launcher: (made) => ({
        ...made,
        aws: {
          ...made.aws,
          use: (work) =>
            made.aws.use((sdk, inner) => {
              jest.spyOn(inner, "tagging").mockRejectedValue(
                Object.assign(new Error("no policy allows tag:GetResources"), {
                  name: "AccessDeniedException",
                }),
              );
              return work(sdk, inner);
            }),
        },
      }),
    });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web /m) as string });
    for (const what of ["databases and caches", "schedules"])
      expect(ran.stderr).toContain(`note: ${what} are not shown: tag:GetResources: AWS refused access`);
  });
});

test("why a task stopped is known after ECS has forgotten it", async () => {
  await shop.write(
    "0f/1",
    [[Date.now() - 7_200_000, stopEvent("web", 137, "OutOfMemoryError: killed")]],
    shop.eventsLogGroup,
  );
  const { stdout } = await run("ps web");
  expect(stdout).toMatch(/^web +2h ago +task deadbeef stopped, exit code 137: .*OutOfMemoryError: killed/m);
});

test("a one-off task that failed is shown with its exit code", async () => {
  await shop.write(
    "0f/2",
    [[Date.now() - 600_000, stopEvent("migrate", 1, "", "family:shop-dev-migrate")]],
    shop.eventsLogGroup,
  );
  expect((await run("ps migrate")).stdout).toMatch(/^migrate .* Exited \(1\) 10 minutes ago/m);
});

function stopEvent(
  service: string,
  exitCode: number,
  reason: string,
  group = `service:shop-dev-${service}`,
): string {
  return JSON.stringify({
    time: new Date().toISOString(),
    detail: {
      lastStatus: "STOPPED",
      taskArn: "arn:aws:ecs:us-east-1:123456789012:task/shop-dev-cluster/deadbeefdeadbeef",
      taskDefinitionArn: `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev-${service}:1`,
      group,
      stoppedAt: new Date(Date.now() - (service === "web" ? 7_200_000 : 600_000)).toISOString(),
      stoppedReason: "Essential container in task exited",
      containers: [{ name: service, exitCode, reason }],
    },
  });
}

test.each<[string, RegExp]>([
  ["ps nobody", /nobody: the stack has no such service\n {2}fix: it has .*web, worker/],
  ["ps -p other", /nothing runs of the stack "dev" of project "other".*\n {2}fix: berth up deploys it/],
  ["logs -p other", /nothing runs of the stack "dev" of project "other"/],
  ["logs --since yesterday", /--since: "yesterday" is no point in time/],
  ["logs --tail some", /--tail: "some" is no number of lines/],
  ["logs --since 5m --until 10m", /--until: 10m is not after --since 5m/],
  ["logs --folow", /unknown option '--folow'.*\(Did you mean --follow\?\)/s],
])("%s is refused, and says what to do", async (line, message) => {
  expect(await run(line)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
});

test("logs of all services, each line with service and task", async () => {
  const { code, stdout } = await run("logs");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^web\/[0-9a-f]{4} +\| web is up$/m);
  expect(stdout).toMatch(/^worker\/[0-9a-f]{4} +\| cannot connect$/m);
});

test("logs of one service, of a pattern, of a time, of builds", async () => {
  expect((await run("logs web --no-log-prefix")).stdout).toBe("web is up\n");
  expect((await run("logs worker --filter connect -n 1 --no-log-prefix")).stdout).toBe("cannot connect\n");
  expect((await run("logs web --until 2020-01-01")).stdout).toBe("");
  expect((await run("logs web --since 1h -t --no-log-prefix")).stdout).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z web is up\n$/,
  );
  await shop.write("build/kaniko/77aa", [[Date.now(), "building web"]], "/berth/shop/dev/builds");
  expect((await run("logs web --builds")).stdout).toMatch(/\| building web$/m);
});

test("pages and ends of many lines, in their order", async () => {
  const start = Date.now() - 60_000;
  const lines = Array.from({ length: 130 }, (_, index) => `batch ${String(index).padStart(3, "0")}`);
  await shop.write(
    "batch/batch/1",
    lines.slice(0, 60).map((line, index) => [start + 2 * index, line] as const),
  );
  await shop.write(
    "batch/batch/2",
    lines.slice(60).map((line, index) => [start + 200 + index, line] as const),
  );
  const all = await run("logs batch --since 1h --no-log-prefix");
  expect(all.stdout.trimEnd().split("\n")).toEqual(lines);
  expect((await run("logs batch --tail 70 --no-log-prefix")).stdout.trimEnd().split("\n")).toEqual(
    lines.slice(60),
  );
  expect((await run("logs batch --no-log-prefix")).stdout.trimEnd().split("\n")).toEqual(lines.slice(30));
});

test("follows new lines, and Ctrl-C ends it with 130 and without a word", async () => {
  let interrupt: (() => void) | undefined;
  let written = "";
  const following = run("logs tick --follow --no-log-prefix", {
    launcher: (made) => ({
      ...made,
      terminal: { ...made.terminal, out: (text) => (written += text) },
      onInterrupt: (handler) => {
        interrupt = handler;
        return () => undefined;
      },
    }),
  });
  await shop.write("tick/tick/1", [[Date.now(), "one"]]);
  await until(() => Promise.resolve(written.includes("one")));
  await shop.write("tick/tick/1", [[Date.now(), "two"]]);
  await until(() => Promise.resolve(written.includes("two")));
  interrupt?.();
  expect(await following).toMatchObject({ code: 130, stderr: "" });
  expect(written).toBe("one\ntwo\n");
});

test("ps shows the version of a static site that is served, and what was deployed where that can't be known", async () => {
  const s3 = await clients.s3();
  const site = (service: string, version: string) => ({
    kind: "static",
    bucket: `berth-sites-shop-dev-${service}`,
    distribution: "E1",
    version,
    urls: [],
  });
  const [deployed, served] = ["d".repeat(64), "5".repeat(64)];
  await s3.createBucket({ Bucket: site("docs", "").bucket });
  const record = { current: served, history: [{ version: deployed, at: "2026-11-30T00:00:00Z" }] };
  await s3.putObject({
    ...{ Bucket: site("docs", "").bucket, Key: "berth/site.json" },
    Body: JSON.stringify(record),
  });
  const state = new S3Texts(clients, bucket);
  const services = { docs: site("docs", deployed), gone: site("gone", deployed) };
  await keepView(
    new S3Texts(clients, `${bucket}/.berth`),
    stack,
    await state.version(".pulumi/stacks/shop/dev.json"),
    { outputs: () => Promise.resolve({ services }), resources: () => Promise.resolve([]) },
    0,
  );
  const { stdout, stderr } = await run("ps");
  expect(stdout).toMatch(/^docs +Published \(555555555555\)/m);
  expect(stdout).toMatch(/^gone +Published \(dddddddddddd\)/m);
  expect(stderr).toContain("note: a static site is shown as it was deployed, whatever is served: ");
  const json = JSON.parse((await run("ps docs --json")).stdout) as { services: unknown };
  expect(json.services).toMatchObject([{ service: "docs", kind: "static", version: served }]);
});
