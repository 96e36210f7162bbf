import { projectProgram } from "../../../stacks/project";
import { record, type Recording } from "../../support/mocks";
import { containerOf, programArgs, projectOf, RecordingBuilder, todo } from "../../support/projects";

const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/todo/kaniko-build:digest-of-web";

function imageIn(recording: Recording, service: string): unknown {
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", service);
  const text = inputs["containerDefinitions"];
  return typeof text === "string" ? (JSON.parse(text) as { image: unknown }[])[0]?.image : undefined;
}

test("a run builds each image once, and the task definition has its name", async () => {
  const builds = new RecordingBuilder();
  const recording = await record(projectProgram(programArgs(todo(), { builds })));
  expect(builds.ensured.map(({ service }) => service).sort()).toEqual(["web", "worker"]);
  expect(imageIn(recording, "web")).toBe(image);
});

test("a preview builds nothing and shows the same name", async () => {
  const builds = new RecordingBuilder();
  const names: string[] = [];
  const imageName = builds.imageName.bind(builds);
  builds.imageName = (request) => {
    const name = imageName(request);
    names.push(name);
    return name;
  };
  await record(projectProgram(programArgs(projectOf([containerOf()]), { builds })), { preview: true });
  expect(builds.ensured).toEqual([]);
  expect(names).toEqual([image]);
});

test("a build is told all that it takes: where it runs, what it builds, where it goes", async () => {
  const builds = new RecordingBuilder();
  const build = { context: "app", dockerfile: "app/Dockerfile", target: "prod", args: { A: "1" } };
  const service = containerOf({ architecture: "ARM64", image: { kind: "build", build } });
  await record(projectProgram(programArgs(projectOf([service]), { builds })));
  expect(builds.ensured).toEqual([
    {
      ...build,
      service: "web",
      architecture: "ARM64",
      digest: "digest-of-web",
      repositoryUrl: "123456789012.dkr.ecr.us-east-1.amazonaws.com/todo/kaniko-build",
      cacheRepositoryUrl: "123456789012.dkr.ecr.us-east-1.amazonaws.com/todo/kaniko-build/cache",
      clusterArn: "arn:aws:test:us-east-1:123456789012:aws:ecs/cluster:Cluster/cluster",
      taskDefinitionArn:
        "arn:aws:test:us-east-1:123456789012:aws:ecs/taskDefinition:TaskDefinition/kanikoTaskDefArm64",
      subnetIds: ["subnet-private-us-east-1a", "subnet-private-us-east-1b"],
      securityGroupIds: ["bootstrap-id"],
      logGroupName: "/berth/todo/dev/builds",
    },
  ]);
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
  expect(container?.["image"]).toMatch(/^ghcr\.io\/osscontainertools\/kaniko:v1\.28\.\d+$/);
  expect(container?.["environment"]).toEqual([{ name: "AWS_REGION", value: "us-east-1" }]);
});

test("a build without a digest is a bug, told by name before anything is declared", () => {
  const args = programArgs(projectOf([containerOf()]), { digests: {} });
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
    rules: [{ selection: { countType: "imageCountMoreThan" } }],
  });
  expect(policy("todo/kaniko-build/cache")).toMatchObject({
    rules: [{ selection: { countType: "sinceImagePushed", countUnit: "days" } }],
  });
});
