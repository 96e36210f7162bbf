/** Image builds as tasks of an emulated ECS: each runs a process that plays the executor and pushes to ECR. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { KanikoImageBuilder } from "../../../src/builds/image-builder";
import { openArchive, type ProjectArchive } from "../../../src/archive";
import { FargateBuildTasks } from "../../../src/aws/tasks/build-tasks";
import type { AwsClients } from "../../../src/aws/clients";
import { systemClock } from "../../../src/wiring/clock";
import { BerthError, exitCodeOf } from "../../../src/errors";
import type { BuildProgress, Clock, ImageBuildRequest } from "../../../src/ports";
import { Workspace } from "../../support/archives";
import { kanikoImage, region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

const repositoryName = "shop/kaniko-build";
const logGroupName = "/shop/builds";
const contextBucket = "shop-build";
/** Polls a hundred times as often as in an account. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 100, signal),
};

const workspace = new Workspace();
let emulator: Emulator;
let clients: AwsClients;
let wanted: ImageBuildRequest;
let archive: ProjectArchive;

/** A definition of a build task as the program declares it. @returns its ARN */
async function defineTask(family: string, image: string): Promise<string> {
  const ecs = await clients.ecs();
  const options = {
    "awslogs-group": logGroupName,
    "awslogs-region": region,
    "awslogs-stream-prefix": "build",
  };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "2048",
    memory: "8192",
    containerDefinitions: [
      { name: "kaniko", image, essential: true, logConfiguration: { logDriver: "awslogs", options } },
    ],
  });
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function createRepository(name: string): Promise<string> {
  const ecr = await clients.ecr();
  const { repository } = await ecr.createRepository({
    repositoryName: name,
    imageTagMutability: "IMMUTABLE",
  });
  return repository?.repositoryUri ?? "";
}

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  const { cluster } = await (await clients.ecs()).createCluster({ clusterName: "shop" });
  await (await clients.logs()).createLogGroup({ logGroupName });
  await (await clients.s3()).createBucket({ Bucket: contextBucket });
  const root = workspace.plant({
    "compose.yaml": "services: {api: {build: ./api}}\n",
    "api/Dockerfile": "FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    "api/index.js": "console.log(1)\n",
    "other/secret.txt": "not of this build",
  });
  archive = await openArchive(root, { store: { open: () => Promise.reject(new Error("none")) }, cwd: "/" });
  wanted = {
    service: "api",
    architecture: "X86_64",
    digest: "unset",
    build: { context: "api", dockerfile: "api/Dockerfile", args: {} },
    repositoryUrl: await createRepository(repositoryName),
    cacheRepositoryUrl: await createRepository(`${repositoryName}/cache`),
    contextBucket,
    size: { cpu: 2048, memory: 8192 },
    spot: false,
    clusterArn: cluster?.clusterArn ?? "",
    taskDefinitionArn: await defineTask("kaniko", kanikoImage),
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    logGroupName,
  };
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  workspace.remove();
});

function makeBuilder(told: BuildProgress[] = []): KanikoImageBuilder {
  const onProgress = (progress: BuildProgress): void => void told.push(progress);
  return new KanikoImageBuilder({ tasks: new FargateBuildTasks(clients), clock, archive, onProgress });
}

/** A request whose build goes as `OUTCOME` says. */
function going(digest: string, outcome: string, test?: string): ImageBuildRequest {
  const build = { ...wanted.build, args: { OUTCOME: outcome }, ...(test === undefined ? {} : { test }) };
  return { ...wanted, digest, build };
}

/** The overrides of the tasks that ECS has ever run for this digest. */
async function tasksOf(digest: string) {
  const ecs = await clients.ecs();
  const cluster = wanted.clusterArn;
  const lists = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) => ecs.listTasks({ cluster, desiredStatus })),
  );
  const tasks = lists.flatMap(({ taskArns = [] }) => taskArns);
  if (tasks.length === 0) return [];
  const described = await ecs.describeTasks({ cluster, tasks });
  return (described.tasks ?? []).filter(({ overrides }) =>
    overrides?.containerOverrides?.[0]?.command?.some((argument) =>
      argument.endsWith(`/contexts/${digest}.tar.gz`),
    ),
  );
}

async function failureOf(promise: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BerthError);
  return error as BerthError;
}

it("builds what is missing, and on the second run starts no task", async () => {
  const request = { ...wanted, digest: "first" };
  const told: BuildProgress[] = [];
  const builder = makeBuilder(told);
  const image = await builder.ensure(request);
  expect(image).toMatch(/^.*shop\/kaniko-build@sha256:[0-9a-f]{64}$/);
  expect(builder.results()).toMatchObject([{ service: "api", platform: "linux/amd64", cached: false }]);
  expect(told[0]?.status).toBe("started");
  expect(told.at(-1)?.status).toBe("succeeded");
  expect(await tasksOf("first")).toHaveLength(1);

  const second = makeBuilder();
  expect(await second.ensure(request)).toBe(image);
  expect(await second.preview(wanted.repositoryUrl, "first")).toBe(image);
  expect(second.results()).toMatchObject([{ cached: true }]);
  expect(await tasksOf("first")).toHaveLength(1);
});

it("builds only the context that changed", async () => {
  const old = { ...wanted, digest: "old", service: "web" };
  await makeBuilder().ensure(old);
  const builder = makeBuilder();
  await Promise.all([builder.ensure(old), builder.ensure({ ...wanted, digest: "new" })]);
  expect(
    builder
      .results()
      .map(({ service, cached }) => `${service} ${cached}`)
      .sort(),
  ).toEqual(["api false", "web true"]);
  expect(await tasksOf("old")).toHaveLength(1);
  expect(await tasksOf("new")).toHaveLength(1);
});

/** Lets tasks start five at a time, each five together: a round. */
class Rounds extends FargateBuildTasks {
  rounds = 0;
  #waiting: (() => void)[] = [];

  override async run(...args: Parameters<FargateBuildTasks["run"]>): ReturnType<FargateBuildTasks["run"]> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length < 5) return;
      this.rounds += 1;
      for (const start of this.#waiting.splice(0)) start();
    });
    return super.run(...args);
  }
}

it("builds twenty contexts in four rounds of five", async () => {
  const tasks = new Rounds(clients);
  const builder = new KanikoImageBuilder({ tasks, clock, archive, concurrency: 5 });
  const digests = Array.from({ length: 20 }, (_, index) => `many-${index}`);
  await Promise.all(digests.map((digest) => builder.ensure({ ...wanted, digest, service: digest })));
  expect(tasks.rounds).toBe(4);
  expect(builder.results().map(({ cached }) => cached)).toEqual(Array(20).fill(false));
});

it("gives the executor what the context holds and nothing else, below a folder", async () => {
  const request = { ...wanted, digest: "held" };
  await makeBuilder().ensure(request);
  const [task] = await tasksOf("held");
  const lines = await new FargateBuildTasks(clients).logTail(request, task?.taskArn ?? "", 100);
  const [files] = lines.flatMap((line) => /The context has ([^"]*)/.exec(line)?.[1] ?? []);
  expect(files?.split(" ")).toEqual(["project/api/", "project/api/Dockerfile", "project/api/index.js"]);
});

it("gives the executor the Dockerfile of the compose file, with what it takes by name", async () => {
  const build = {
    ...wanted.build,
    dockerfile: { inline: "FROM base\nCOPY --from=files secret.txt /\nRUN npm ci\n" },
    args: { OUTCOME: "fail" },
    contexts: [
      { name: "base", source: { kind: "service", service: "runtime" } },
      { name: "files", source: { kind: "folder", path: "other" } },
    ],
  } as const;
  const request = { ...wanted, digest: "inline", build, images: { runtime: "registry/shop:d1" } };
  const builder = makeBuilder();
  await failureOf(builder.ensure(request));
  const [task] = await tasksOf("inline");
  const lines = await new FargateBuildTasks(clients).logTail(request, task?.taskArn ?? "", 100);
  expect(lines.join("\n")).toContain(
    "The context has berth/Dockerfile project/api/ project/api/Dockerfile project/api/index.js " +
      "berth/contexts/1/ berth/contexts/1/secret.txt",
  );
  expect(lines.join("\n")).toContain("The Dockerfile begins with FROM registry/shop:d1");
  expect(builder.failures()[0]?.message).toMatch(/, at dockerfile_inline:3: RUN npm ci: exit status 1$/);
});

it("gives the executor what a service mounts of the project, and an image to put it in", async () => {
  const mounts = [{ path: "other", target: "/etc/other", key: "services.api.volumes[0]" }];
  const build = { context: ".", dockerfile: { image: "nginx:1.29", mounts }, args: {} };
  const request = { ...wanted, digest: "mounted", build };
  await makeBuilder().ensure(request);
  const [task] = await tasksOf("mounted");
  const lines = await new FargateBuildTasks(clients).logTail(request, task?.taskArn ?? "", 100);
  expect(lines.join("\n")).toMatch(
    /The context has berth\/Dockerfile project\/other\/ project\/other\/secret.txt\W/,
  );
  expect(lines.join("\n")).toContain("The Dockerfile begins with FROM nginx:1.29");
});

it("shows the last lines of a build that fails, and the line of its Dockerfile", async () => {
  const builder = makeBuilder();
  const error = await failureOf(builder.ensure(going("failing", "fail")));
  expect(exitCodeOf(error)).toBe(4);
  expect(error.message).toMatch(
    /^services\.api\.build: the executor ended with exit code 1: .*exited.*, at api\/Dockerfile:4: RUN npm ci/,
  );
  const [failure] = builder.failures();
  expect(failure?.logTail).toHaveLength(40);
  expect(failure?.logTail.at(-1)).toMatch(/^error building image/);
  expect(failure?.logTail).toContain("npm ERR! line 60");
});

it("publishes nothing where the test stage fails, and builds where it succeeds", async () => {
  const builder = makeBuilder();
  const error = await failureOf(builder.ensure(going("untested", "test", "unit")));
  expect(exitCodeOf(error)).toBe(4);
  expect(error.message).toMatch(/the test stage unit failed: the executor ended with exit code 1/);
  expect(builder.failures()).toHaveLength(1);
  expect(await tasksOf("untested")).toHaveLength(1);
  expect(await builder.preview(wanted.repositoryUrl, "untested")).toBe(`${wanted.repositoryUrl}:untested`);

  await makeBuilder().ensure(going("tested", "", "unit"));
  const commands = (await tasksOf("tested")).map(
    ({ overrides }) => overrides?.containerOverrides?.[0]?.command,
  );
  expect(commands.filter((command) => command?.includes("--no-push"))).toHaveLength(1);
  expect(commands).toHaveLength(2);
});

it("gives a build that was killed for its memory one more try, one size up", async () => {
  const told: BuildProgress[] = [];
  const error = await failureOf(makeBuilder(told).ensure(going("too-big", "oom")));
  expect(exitCodeOf(error)).toBe(4);
  expect(error.message).toMatch(/exit code 137, which is what running out of memory looks like/);
  expect(told.filter(({ status }) => status === "again")).toMatchObject([
    { message: "the task ran out of memory; it gets 2 vCPU and 16 GiB now" },
  ]);
  const memory = (await tasksOf("too-big")).map(({ overrides }) => overrides?.memory);
  expect(memory.filter((each) => each === "16384")).toHaveLength(1);
  expect(memory).toHaveLength(2);
});

it("does not believe an exit code without an image", async () => {
  const error = await failureOf(makeBuilder().ensure(going("unpushed", "no-push")));
  expect(exitCodeOf(error)).toBe(4);
  expect(error.message).toMatch(/exit code 0, but .*:unpushed is not in the registry/);
});

it("takes the image that another run has built at the same time", async () => {
  const request = { ...wanted, digest: "raced" };
  const images = await Promise.all([makeBuilder().ensure(request), makeBuilder().ensure(request)]);
  expect(images[0]).toBe(images[1]);
});

it("stops the task of a build that is cancelled", async () => {
  const told: BuildProgress[] = [];
  const builder = makeBuilder(told);
  const build = failureOf(builder.ensure(going("hanging", "hang")));
  const ecs = await clients.ecs();
  const running = async (): Promise<string[]> =>
    (await ecs.listTasks({ cluster: wanted.clusterArn, desiredStatus: "RUNNING" })).taskArns ?? [];
  const statuses = async (): Promise<string> =>
    (await tasksOf("hanging")).map(({ lastStatus }) => lastStatus).join(" ");
  while ((await statuses()) !== "RUNNING") await systemClock.sleep(20);
  await builder.stop();
  const error = await build;
  expect(error.kind).toBe("cancelled");
  expect(exitCodeOf(error)).toBe(130);
  expect(await running()).toEqual([]);
  expect(builder.failures()).toEqual([]);
  expect(told.at(-1)?.status).toBe("cancelled");
});

describe("a context on its way to the bucket", () => {
  /** An archive whose contexts have no end, and the streams that were asked of it. */
  function endless(): { readonly archive: ProjectArchive; readonly streams: Readable[] } {
    const streams: Readable[] = [];
    const packContext = (): Readable => {
      const stream = new Readable({
        // Not to be compressed, and a part of five MiB in some reads.
        read() {
          setImmediate(() => this.push(randomBytes(1024 ** 2)));
        },
      });
      streams.push(stream);
      return stream;
    };
    return { archive: { ...archive, packContext }, streams };
  }

  const unfinished = async (): Promise<number> => {
    const { Uploads = [] } = await (await clients.s3()).listMultipartUploads({ Bucket: contextBucket });
    return Uploads.length;
  };

  /** Until S3 has the first part: the upload is well on its way. */
  async function begun(): Promise<void> {
    while ((await unfinished()) === 0) await systemClock.sleep(20);
  }

  it("is neither packed nor sent where it lies there already, unless it is about to go", async () => {
    let packed = 0;
    const counting: ProjectArchive = {
      ...archive,
      packContext: (...given) => {
        packed += 1;
        return archive.packContext(...given);
      },
    };
    const ensure = (now?: () => number): Promise<unknown> => {
      const tasks = new FargateBuildTasks(clients, {}, now);
      return failureOf(
        new KanikoImageBuilder({ tasks, clock, archive: counting }).ensure(going("sent-once", "fail")),
      );
    };
    await ensure();
    await ensure();
    expect(packed).toBe(1);
    await ensure(() => Date.now() + 6.5 * 86_400_000);
    expect(packed).toBe(2);
  });

  it("is given up within seconds where the build is cancelled, and nothing of it stays", async () => {
    const { archive: without, streams } = endless();
    const builder = new KanikoImageBuilder({
      tasks: new FargateBuildTasks(clients),
      clock,
      archive: without,
    });
    const failed = failureOf(builder.ensure(going("endless", "")));
    await begun();
    const stopped = Date.now();
    await builder.stop();
    expect(Date.now() - stopped).toBeLessThan(20_000);
    expect((await failed).kind).toBe("cancelled");
    expect(streams.map((stream) => stream.destroyed)).toEqual([true]);
    expect(await unfinished()).toBe(0);
    expect(await tasksOf("endless")).toEqual([]);
    expect(builder.failures()).toEqual([]);
  });

  it("is part of the time that a build may take", async () => {
    const { archive: without, streams } = endless();
    const builder = new KanikoImageBuilder({
      tasks: new FargateBuildTasks(clients),
      clock,
      archive: without,
      timeout: 3_000,
    });
    const error = await failureOf(builder.ensure(going("late", "")));
    expect(error.message).toContain("its context was not packed and sent within");
    expect(exitCodeOf(error)).toBe(4);
    expect(streams[0]?.destroyed).toBe(true);
    expect(await unfinished()).toBe(0);
  });
});

it("tells why a task never started, in ECS's words", async () => {
  const taskDefinitionArn = await defineTask("broken", "registry.invalid/no/such:image");
  const error = await failureOf(makeBuilder().ensure({ ...wanted, digest: "unpullable", taskDefinitionArn }));
  expect(exitCodeOf(error)).toBe(4);
  expect(error.message).toMatch(/did not run to its end: .*(CannotPullContainer|unable to pull)/);
});

it("tells what AWS refuses", async () => {
  const noDefinition = { ...wanted, digest: "undefined", taskDefinitionArn: "no-such-definition" };
  const error = await failureOf(makeBuilder().ensure(noDefinition));
  expect(error.kind).toBe("build");
  expect(error.message).toMatch(/^services\.api\.build: ClientException, HTTP 400: /);
  const noBucket = { ...wanted, digest: "homeless", contextBucket: "no-such-bucket" };
  expect((await failureOf(makeBuilder().ensure(noBucket))).message).toMatch(/NoSuchBucket/);
});

it("makes one index of two platforms, once", async () => {
  const builder = makeBuilder();
  const images = await Promise.all(
    (["ARM64", "X86_64"] as const).map(async (architecture) => {
      const image = await builder.ensure({ ...wanted, architecture, digest: `both-${architecture}` });
      return { architecture, digest: image.split("@")[1] ?? "" };
    }),
  );
  const request = { service: "api", repositoryUrl: wanted.repositoryUrl, tag: "both", logGroupName, images };
  const index = await builder.ensureIndex(request);
  expect(await makeBuilder().ensureIndex(request)).toBe(index);
  const ecr = await clients.ecr();
  const { images: [found] = [] } = await ecr.batchGetImage({
    repositoryName,
    imageIds: [{ imageTag: "both" }],
    acceptedMediaTypes: ["application/vnd.oci.image.index.v1+json"],
  });
  expect(JSON.parse(found?.imageManifest ?? "{}")).toMatchObject({
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      { digest: images[1]?.digest, platform: { os: "linux", architecture: "amd64" } },
      { digest: images[0]?.digest, platform: { os: "linux", architecture: "arm64" } },
    ],
  });
});
