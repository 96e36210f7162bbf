import { projectProgram } from "../../../../stacks/project";
import { record, type Recording } from "../../../support/mocks";
import type { ImageBuildRequest } from "../../../../src/ports";
import type { Build } from "../../../../src/model/project";
import { closedEntryPoint } from "../../../../src/components/images/closed-executor";
import { executorImage } from "../../../../src/model/executor-image";
import { modeSettings } from "../../../../src/modes/modes";
import { containerOf, programArgs, projectOf, RecordingBuilder, todo } from "../../../support/projects";

const repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/todo/kaniko-build";

function imageIn(recording: Recording, service: string): unknown {
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", service);
  const text = inputs["containerDefinitions"];
  return typeof text === "string" ? (JSON.parse(text) as { image: unknown }[])[0]?.image : undefined;
}

test("a run builds each image once, and the task definition has its digest", async () => {
  const builds = new RecordingBuilder();
  const recording = await record(projectProgram(programArgs(todo(), { builds })));
  expect(builds.ensured.map(({ service }) => service).sort()).toEqual(["web", "worker"]);
  expect(imageIn(recording, "web")).toBe(`${repository}@sha256:digest-of-web`);
  expect(builds.indexes).toEqual([]);
});

test("a preview builds nothing and shows what is known", async () => {
  const builds = new RecordingBuilder();
  await record(projectProgram(programArgs(projectOf([containerOf()]), { builds })), { preview: true });
  expect(builds.ensured).toEqual([]);
  expect(builds.previewed).toEqual(["digest-of-web"]);
});

test("a build is told all that it takes: where it runs, what it builds, where it goes", async () => {
  const builds = new RecordingBuilder();
  const build = { context: "app", dockerfile: "app/Dockerfile", target: "prod", args: { A: "1" } };
  const service = containerOf({ architecture: "ARM64", image: { kind: "build", build } });
  await record(
    projectProgram(programArgs(projectOf([service]), { builds, pullThroughDockerHub: "docker-hub" })),
  );
  expect(builds.ensured).toEqual([
    {
      build,
      service: "web",
      architecture: "ARM64",
      digest: "digest-of-web",
      repositoryUrl: repository,
      cacheRepositoryUrl: `${repository}/cache-arm64`,
      contextBucket: expect.stringMatching(/^berth-todo-dev-123456789012-us-east-1-build/) as string,
      size: { cpu: 2048, memory: 8192 },
      spot: true,
      registryMaps: {
        "index.docker.io": "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub",
      },
      clusterArn: "arn:aws:test:us-east-1:123456789012:aws:ecs/cluster:Cluster/cluster",
      taskDefinitionArn:
        "arn:aws:test:us-east-1:123456789012:aws:ecs/taskDefinition:TaskDefinition/kanikoTaskDefArm64",
      subnetIds: ["subnet-private-us-east-1a", "subnet-private-us-east-1b"],
      securityGroupIds: ["bootstrap-id"],
      logGroupName: "/berth/todo/dev/builds",
    },
  ]);
});

test("on-demand is where the mode wants no Spot", async () => {
  const builds = new RecordingBuilder();
  const mode = modeSettings("high-availability");
  await record(projectProgram(programArgs(projectOf([containerOf()]), { builds, mode })));
  expect(builds.ensured.map(({ spot }) => spot)).toEqual([false]);
});

test("two platforms are two builds, and the service runs the index over them", async () => {
  const builds = new RecordingBuilder();
  const build = { context: ".", dockerfile: "Dockerfile", args: {}, platforms: ["ARM64", "X86_64"] } as const;
  const service = containerOf({ architecture: "ARM64", image: { kind: "build", build } });
  const recording = await record(projectProgram(programArgs(projectOf([service]), { builds })));
  expect(builds.ensured.map(({ architecture, digest }) => [architecture, digest]).sort()).toEqual([
    ["ARM64", "digest-of-web-ARM64"],
    ["X86_64", "digest-of-web-X86_64"],
  ]);
  expect(builds.indexes).toEqual([
    {
      service: "web",
      repositoryUrl: repository,
      tag: "digest-of-web",
      logGroupName: "/berth/todo/dev/builds",
      images: [
        { architecture: "ARM64", digest: "sha256:digest-of-web-ARM64" },
        { architecture: "X86_64", digest: "sha256:digest-of-web-X86_64" },
      ],
    },
  ]);
  expect(imageIn(recording, "web")).toBe(`${repository}@sha256:digest-of-web`);
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", "web");
  expect(inputs["runtimePlatform"]).toMatchObject({ cpuArchitecture: "ARM64" });
});

test("a build with secrets runs with a definition of its own, which names them and holds no value", async () => {
  const builds = new RecordingBuilder();
  const build: Build = {
    context: ".",
    dockerfile: "Dockerfile",
    args: {},
    platforms: ["ARM64", "X86_64"],
    secrets: [
      { id: "netrc", content: { kind: "plain", value: "machine example.com password hunter2" } },
      { id: "npm_token", content: { kind: "secret", name: "NPM_TOKEN" } },
    ],
  };
  const services = [
    containerOf({ image: { kind: "build", build } }),
    containerOf({ name: "other", ports: [] }),
  ];
  const recording = await record(projectProgram(programArgs(projectOf(services), { builds })));
  const { inputs, urn } = recording.find("aws:ecs/taskDefinition:TaskDefinition", "web-kanikoTaskDefAmd64");
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
  expect(container?.["secrets"]).toEqual([
    { name: "BERTH_SECRET_netrc", valueFrom: "/berth/todo/dev/web/build/netrc" },
    { name: "BERTH_SECRET_npm__token", valueFrom: "/berth/todo/dev/NPM_TOKEN" },
  ]);
  expect(JSON.stringify(inputs)).not.toContain("hunter2");
  expect(recording.ofType("aws:ssm/parameter:Parameter").map(({ name }) => name)).toEqual([
    "web/build/netrc",
  ]);
  const onAmd64 = builds.ensured.filter(({ architecture }) => architecture === "X86_64");
  const definitions = Object.fromEntries(onAmd64.map((one) => [one.service, one.taskDefinitionArn]));
  expect(definitions["web"]).toContain("web-kanikoTaskDefAmd64");
  expect(definitions["other"]).toMatch(/\/kanikoTaskDefAmd64$/);
  expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").dependsOn).toContain(urn);
});

test("the logins of private base images are a variable of their build's definition, and secret in the state", async () => {
  const registries = [{ host: "ghcr.io", secret: "GHCR_LOGIN" }];
  const build: Build = { context: ".", dockerfile: "Dockerfile", args: {}, registries };
  const services = [containerOf({ image: { kind: "build", build } })];
  const recording = await record(projectProgram(programArgs(projectOf(services))));
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", "web-kanikoTaskDefAmd64");
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
  expect(container?.["secrets"]).toEqual([
    { name: "DOCKER_AUTH_CONFIG", valueFrom: "/berth/todo/dev/web/build/registries" },
  ]);
  const parameter = recording.find("aws:ssm/parameter:Parameter", "web/build/registries");
  expect(parameter.secretInputs).toEqual(["value"]);
  expect(JSON.parse(parameter.inputs["value"] as string)).toMatchObject({ auths: { "ghcr.io": {} } });
});

test("a login of Secrets Manager is read in its own region, and each secret once", async () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:hub-AbC123";
  const registries = [
    { host: "a.example.com", secret: "secretsmanager:team/ghcr" },
    { host: "b.example.com", secret: "secretsmanager:team/ghcr" },
    { host: "docker.io", secret: arn },
  ];
  const build: Build = { context: ".", dockerfile: "Dockerfile", args: {}, registries };
  const services = [containerOf({ image: { kind: "build", build } })];
  const recording = await record(projectProgram(programArgs(projectOf(services))));
  const asked = recording.calls.filter(({ token }) => token.endsWith(":getSecretVersion"));
  expect(asked.map(({ inputs }) => inputs as unknown)).toEqual([
    { secretId: "team/ghcr" },
    { secretId: arn, region: "eu-west-1" },
  ]);
  const { inputs } = recording.find("aws:ssm/parameter:Parameter", "web/build/registries");
  const { auths } = JSON.parse(inputs["value"] as string) as { auths: Record<string, { auth: string }> };
  const told = Object.entries(auths).map(([host, { auth }]) => [
    host,
    Buffer.from(auth, "base64").toString(),
  ]);
  expect(told).toEqual([
    ["a.example.com", "value-of-team/ghcr"],
    ["b.example.com", "value-of-team/ghcr"],
    ["https://index.docker.io/v1/", `value-of-${arn}`],
  ]);
});

test("the images of a service that seldom changes outlive the pushes of the others", async () => {
  const build = { context: ".", dockerfile: "Dockerfile", args: {}, platforms: ["ARM64", "X86_64"] } as const;
  const services = [
    containerOf({ image: { kind: "build", build } }),
    containerOf({ name: "worker", ports: [] }),
  ];
  const recording = await record(projectProgram(programArgs(projectOf(services))));
  const { inputs } = recording.find("aws:ecr/lifecyclePolicy:LifecyclePolicy", "todo/kaniko-build");
  // Two platforms and the index over them, and one image: four pushes in a deployment.
  expect(JSON.parse(inputs["policy"] as string)).toMatchObject({
    rules: [{ selection: { countNumber: 4 * 50 } }],
  });
});

describe("a test stage", () => {
  const build = { context: ".", dockerfile: "Dockerfile", args: {}, test: "unit" };
  const services = [
    containerOf({ image: { kind: "build", build } }),
    containerOf({ name: "proxy", ports: [], image: { kind: "reference", reference: "nginx:1.29" } }),
  ];

  test("is asked for in a run, and in no preview", async () => {
    const builds = new RecordingBuilder();
    const recording = await record(projectProgram(programArgs(projectOf(services), { builds })));
    expect(builds.tested.map(({ service }) => service)).toEqual(["web"]);
    expect(imageIn(recording, "proxy")).toBe("nginx:1.29");
    const preview = new RecordingBuilder();
    await record(projectProgram(programArgs(projectOf(services), { builds: preview })), { preview: true });
    expect(preview.tested).toEqual([]);
  });

  test("that has not succeeded holds back every service, also one that is not built", async () => {
    class Pending extends RecordingBuilder {
      /** Holds the test until it is let go. */
      letGo: () => void = () => undefined;
      readonly held = new Promise<void>((resolve) => {
        this.letGo = resolve;
      });
      override async test(request: ImageBuildRequest): Promise<void> {
        await super.test(request);
        await this.held;
        this.order.push("test");
      }
      readonly order: string[] = [];
    }
    const builds = new Pending();
    const running = record(projectProgram(programArgs(projectOf(services), { builds })), {
      onResource: ({ type, name }) => {
        if (type === "aws:ecs/taskDefinition:TaskDefinition" && ["web", "proxy"].includes(name)) {
          builds.order.push(name);
        }
      },
    });
    while (builds.tested.length === 0) await new Promise(setImmediate);
    builds.letGo();
    await running;
    expect(builds.order[0]).toBe("test");
    expect([...builds.order].sort()).toEqual(["proxy", "test", "web"]);
  });
});

test("databases do not wait for builds, nor builds for databases", async () => {
  const recording = await record(projectProgram(programArgs(todo())));
  const database = recording.find("aws:rds/instance:Instance", "db");
  const definition = recording.find("aws:ecs/taskDefinition:TaskDefinition", "web");
  const builder = recording.find("aws:ecs/taskDefinition:TaskDefinition", "kanikoTaskDefAmd64");
  expect(definition.dependsOn).toContain(builder.urn);
  expect(definition.dependsOn).not.toContain(database.urn);
  expect(database.dependsOn).not.toContain(builder.urn);
});

test.each([
  ["kanikoTaskDefArm64", "ARM64"],
  ["kanikoTaskDefAmd64", "X86_64"],
])("%s runs the executor on %s", async (name, cpuArchitecture) => {
  const recording = await record(projectProgram(programArgs(projectOf([containerOf()]))));
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", name);
  expect(inputs).toMatchObject({
    requiresCompatibilities: ["FARGATE"],
    cpu: "2048",
    memory: "8192",
    runtimePlatform: { cpuArchitecture, operatingSystemFamily: "LINUX" },
  });
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
  expect(container?.["image"]).toBe(executorImage);
  const environment = container?.["environment"] as readonly { name: string; value: string }[];
  expect(environment).toContainEqual({ name: "AWS_REGION", value: "us-east-1" });
  // Without these, images differ from BuildKit's, come stale out of the cache, or lack what a named context holds.
  const switches = environment.flatMap(({ name, value }) => (value === "true" ? [name] : []));
  expect(switches).toEqual(
    expect.arrayContaining([
      "FF_KANIKO_COPY_AS_ROOT",
      "FF_KANIKO_EXPAND_HEREDOC",
      "FF_KANIKO_RESOLVE_CACHE_KEY",
      "FF_KANIKO_SCOPED_DOCKERIGNORE",
      "FF_KANIKO_SKIP_RELABEL_RECOMPRESS",
    ]),
  );
});

test("a build without a digest is a bug, told by name before anything is declared", () => {
  const args = programArgs(projectOf([containerOf()]), { images: {} });
  expect(() => projectProgram(args)).toThrow("service web has no context digest");
});

test("tags of images never move; the cache's do, and both lists are kept short", async () => {
  const recording = await record(projectProgram(programArgs(projectOf([containerOf()]))));
  const repository = (name: string): unknown =>
    recording.find("aws:ecr/repository:Repository", name).inputs["imageTagMutability"];
  expect([repository("todo/kaniko-build"), repository("todo/kaniko-build/cache")]).toEqual([
    "IMMUTABLE",
    "MUTABLE",
  ]);
  const policy = (name: string): unknown =>
    JSON.parse(recording.find("aws:ecr/lifecyclePolicy:LifecyclePolicy", name).inputs["policy"] as string);
  expect(policy("todo/kaniko-build")).toMatchObject({
    rules: [{ selection: { countType: "imageCountMoreThan", countNumber: 50 } }],
  });
  expect(policy("todo/kaniko-build/cache")).toMatchObject({
    rules: [{ selection: { countType: "sinceImagePushed", countUnit: "days" } }],
  });
});

test("what builds is pinned, closed to the steps, and another image where the run says so", async () => {
  const definition = async (more: { readonly executor?: string }) => {
    const recording = await record(projectProgram(programArgs(projectOf([containerOf()]), more)));
    const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", "kanikoTaskDefArm64");
    const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
    return { inputs, container };
  };
  const { inputs, container } = await definition({});
  expect(container).toMatchObject({
    image: executorImage,
    entryPoint: closedEntryPoint("ARM64"),
    linuxParameters: { capabilities: { drop: ["NET_RAW"] } },
    mountPoints: [{ sourceVolume: "shell", containerPath: "/busybox" }],
    environment: expect.arrayContaining([
      { name: "HOME", value: "/proc/sys" },
      { name: "AWS_ECR_DISABLE_CACHE", value: "true" },
    ]) as unknown,
  });
  expect(inputs["volumes"]).toEqual([{ name: "shell" }]);
  expect((await definition({ executor: "registry/executor:1" })).container?.["image"]).toBe(
    "registry/executor:1",
  );
});
