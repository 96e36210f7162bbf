/** Named volumes on EFS: who may mount what, and how a service that writes to one is replaced. */
import { projectProgram } from "../../../../stacks/project";
import { modeNames, modeSettings, type ModeName } from "../../../../src/modes/modes";
import type { ContainerService, VolumeMount } from "../../../../src/model/project";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const data: VolumeMount = { volume: "data", folder: "/data", path: "/srv/data", readOnly: false };
const logs: VolumeMount = { volume: "logs", folder: "/logs", path: "/logs", readOnly: false };

const types = {
  system: "aws:efs/fileSystem:FileSystem",
  point: "aws:efs/accessPoint:AccessPoint",
  target: "aws:efs/mountTarget:MountTarget",
  policy: "aws:efs/fileSystemPolicy:FileSystemPolicy",
  backup: "aws:efs/backupPolicy:BackupPolicy",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  rule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
} as const;

function run(services: readonly ContainerService[], mode: ModeName = "affordable"): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf(services), { mode: modeSettings(mode) })));
}

const web = (own: Partial<ContainerService> = {}): ContainerService =>
  containerOf({ volumes: [data], ...own });
const other = (own: Partial<ContainerService> = {}): ContainerService =>
  containerOf({ name: "other", ports: [], ...own });

function inputs(recording: Recording, type: string, name: string): Record<string, unknown> {
  return recording.find(type, name).inputs;
}

test("a project without named volumes has no file system", async () => {
  const recording = await run([containerOf()]);
  expect(recording.resources.filter(({ type }) => type.includes("efs"))).toEqual([]);
});

test("one encrypted, protected file system with an access point for each volume and a target in each subnet", async () => {
  const recording = await run([web(), other({ volumes: [logs, { ...data, path: "/in", readOnly: true }] })]);
  const system = recording.find(types.system, "volumes");
  expect(system.inputs).toMatchObject({ encrypted: true, throughputMode: "bursting" });
  expect(system.protect).toBe(true);
  expect(recording.ofType(types.point).map(({ name }) => name)).toEqual(["data", "logs"]);
  expect(inputs(recording, types.point, "data")["rootDirectory"]).toEqual({
    path: "/data",
    creationInfo: { ownerUid: 0, ownerGid: 0, permissions: "0777" },
  });
  expect(recording.ofType(types.target).map((target) => target.inputs["subnetId"])).toEqual([
    "subnet-private-us-east-1a",
    "subnet-private-us-east-1b",
  ]);
  expect(recording.outputs["fileSystem"]).toBe("volumes-id");
});

test("only what mounts a volume reaches it, and only over NFS", async () => {
  const recording = await run([web(), other()]);
  const into = recording
    .ofType(types.rule)
    .filter((rule) => rule.inputs["securityGroupId"] === "volumes-server-id")
    .map((rule) => [
      rule.inputs["referencedSecurityGroupId"],
      rule.inputs["fromPort"],
      rule.inputs["toPort"],
    ]);
  expect(into).toEqual([["volumes-clients-id", 2049, 2049]]);
  const groupsOf = (name: string): unknown =>
    (inputs(recording, types.service, name)["networkConfiguration"] as Record<string, unknown>)[
      "securityGroups"
    ];
  expect(groupsOf("web")).toContain("volumes-clients-id");
  expect(groupsOf("other")).not.toContain("volumes-clients-id");
});

test("a task mounts over TLS, as its role, through its own access point alone", async () => {
  const readOnly = { ...data, path: "/in", readOnly: true };
  const recording = await run([web(), other({ volumes: [readOnly] })]);
  expect(inputs(recording, types.definition, "web")["volumes"]).toEqual([
    {
      name: "volume-0",
      efsVolumeConfiguration: {
        fileSystemId: "volumes-id",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "data-id", iam: "ENABLED" },
      },
    },
  ]);
  const statements = (name: string): unknown[] =>
    (
      JSON.parse(inputs(recording, types.rolePolicy, `${name}-task-role`)["policy"] as string) as {
        Statement: { Action: readonly string[] }[];
      }
    ).Statement.filter(({ Action }) => Action.some((action) => action.startsWith("elasticfilesystem:")));
  const clients = (...actions: readonly string[]): string[] =>
    actions.map((action) => `elasticfilesystem:Client${action}`);
  const granted = (actions: readonly string[]): unknown => ({
    Effect: "Allow",
    Action: actions,
    Resource: "arn:aws:test:us-east-1:123456789012:aws:efs/fileSystem:FileSystem/volumes",
    Condition: {
      StringEquals: {
        "elasticfilesystem:AccessPointArn":
          "arn:aws:test:us-east-1:123456789012:aws:efs/accessPoint:AccessPoint/data",
      },
      Bool: { "aws:SecureTransport": "true" },
    },
  });
  expect(statements("web")).toEqual([granted(clients("Mount", "RootAccess", "Write"))]);
  expect(statements("other")).toEqual([granted(clients("Mount", "RootAccess"))]);
  expect(inputs(recording, types.policy, "volumes")["policy"]).toContain('"aws:SecureTransport":"false"');
});

test("the container mounts what the file says, beside its files", async () => {
  const file = {
    path: "/run/a/b",
    mode: 0o444,
    uid: 0,
    gid: 0,
    content: { kind: "plain", value: "x" },
  } as const;
  const recording = await run([
    web({ files: [file], volumes: [data, { ...data, path: "/again", readOnly: true }] }),
  ]);
  const { containerDefinitions, volumes } = inputs(recording, types.definition, "web");
  const [container] = JSON.parse(containerDefinitions as string) as Record<string, unknown>[];
  expect(container?.["mountPoints"]).toEqual([
    { sourceVolume: "files-0", containerPath: "/run/a", readOnly: true },
    { sourceVolume: "volume-0", containerPath: "/srv/data", readOnly: false },
    { sourceVolume: "volume-0", containerPath: "/again", readOnly: true },
  ]);
  expect((volumes as { name: string }[]).map(({ name }) => name)).toEqual(["files-0", "volume-0"]);
});

test("a task definition waits for its access points' policy and for every mount target", async () => {
  const recording = await run([web()]);
  const { dependsOn } = recording.find(types.definition, "web");
  const awaited = [...recording.ofType(types.target), recording.find(types.rolePolicy, "web-task-role")];
  expect(dependsOn).toEqual(expect.arrayContaining(awaited.map(({ urn }) => urn)));
});

test("an external volume is looked up, gets its own targets and no folder at its root", async () => {
  const fileSystem = "fs-0123456789abcdef0";
  const recording = await run([web({ volumes: [{ ...data, fileSystem, folder: "/" }] })]);
  expect(recording.ofType(types.system)).toEqual([]);
  expect(recording.calls.map(({ token }) => token)).toContain("aws:efs/getFileSystem:getFileSystem");
  expect(inputs(recording, types.point, "data")).toMatchObject({
    fileSystemId: fileSystem,
    rootDirectory: { path: "/" },
  });
  expect(recording.ofType(types.target).map((target) => target.inputs["fileSystemId"])).toEqual([
    fileSystem,
    fileSystem,
  ]);
  expect(recording.outputs).not.toHaveProperty("fileSystem");
});

describe.each(modeNames)("in mode %s", (mode) => {
  const deployment = async (own: Partial<ContainerService>): Promise<unknown> => {
    const found = inputs(await run([web(own)], mode), types.service, "web");
    return [
      found["desiredCount"],
      found["deploymentMinimumHealthyPercent"],
      found["deploymentMaximumPercent"],
    ];
  };

  test("one task that writes to a volume stays one, and stops before the next one starts", async () => {
    expect(await deployment({})).toEqual([1, 0, 100]);
  });

  test("several, or one that reads, are replaced as ever", async () => {
    expect(await deployment({ replicas: 3 })).toEqual([3, mode === "affordable" ? 50 : 100, 200]);
    const least = mode === "high-availability" ? 2 : 1;
    const percent = mode === "affordable" ? 0 : 100;
    expect(await deployment({ volumes: [{ ...data, readOnly: true }] })).toEqual([least, percent, 200]);
  });

  test("copies are kept, and throughput is bought, as the mode says", async () => {
    const recording = await run([web()], mode);
    const full = mode !== "affordable";
    expect(inputs(recording, types.backup, "volumes")["backupPolicy"]).toEqual({
      status: full ? "ENABLED" : "DISABLED",
    });
    expect(inputs(recording, types.system, "volumes")["throughputMode"]).toBe(full ? "elastic" : "bursting");
  });
});
