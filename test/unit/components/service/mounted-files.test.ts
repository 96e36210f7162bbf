import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectProgram } from "../../../../stacks/project";
import { mountedFolders } from "../../../../src/components/service/mounted-files";
import { credentialsJson } from "../../../../src/components/stack/auth-config";
import type { ContainerService, EnvironmentValue, MountedFile } from "../../../../src/model/project";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

type Container = Readonly<Record<string, unknown>>;

async function deployed(own: Partial<ContainerService>): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([containerOf(own)]))));
}

function containers(recording: Recording): readonly Container[] {
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", "web");
  return JSON.parse(inputs["containerDefinitions"] as string) as Container[];
}

function fileAt(path: string, content: EnvironmentValue, own: Partial<MountedFile> = {}): MountedFile {
  return { path, mode: 0o444, uid: 0, gid: 0, content, ...own };
}

const plain = (value: string): EnvironmentValue => ({ kind: "plain", value });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  [["/run/secrets/a", "/run/secrets/b"], ["/run/secrets"]],
  [
    ["/etc/app/a", "/run/secrets/b"],
    ["/etc/app", "/run/secrets"],
  ],
  [
    ["/etc/app/a", "/etc/app/deep/er/b", "/etc/apple/c"],
    ["/etc/app", "/etc/apple"],
  ],
])("the folders of %j are %j", (paths, folders) => {
  expect(mountedFolders(paths.map((path) => fileAt(path, plain(""))))).toEqual(folders);
});

describe("a service with files", () => {
  let recording: Recording;
  const files = [
    fileAt("/etc/app/config.yaml", { kind: "template", parts: ["key: ", { secret: "API_KEY" }] }),
    fileAt("/run/secrets/empty", plain("")),
    fileAt("/run/secrets/external", { kind: "secret", name: "EXTERNAL" }),
    fileAt("/run/secrets/password", plain("hunter2"), { mode: 0o440, uid: 103, gid: 104 }),
  ];
  beforeAll(async () => {
    recording = await deployed({ files });
  });

  test("finds them in volumes that it can only read, once they are written", () => {
    expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").inputs["volumes"]).toEqual([
      { name: "files-0" },
      { name: "files-1" },
    ]);
    expect(containers(recording)).toMatchObject([
      {
        name: "web",
        essential: true,
        mountPoints: [
          { sourceVolume: "files-0", containerPath: "/etc/app", readOnly: true },
          { sourceVolume: "files-1", containerPath: "/run/secrets", readOnly: true },
        ],
        dependsOn: [{ containerName: "web-files", condition: "SUCCESS" }],
      },
      {
        name: "web-files",
        essential: false,
        image: expect.stringMatching(/^public\.ecr\.aws\/docker\/library\/busybox:\d/) as string,
        secrets: [
          { name: "FILE_0", valueFrom: "/berth/todo/dev/web/files/etc/app/config.yaml" },
          { name: "FILE_2", valueFrom: "/berth/todo/dev/EXTERNAL" },
          { name: "FILE_3", valueFrom: "/berth/todo/dev/web/files/run/secrets/password" },
        ],
      },
    ]);
  });

  test("has what the project holds in parameters, as Pulumi secrets", () => {
    const parameters = recording.ofType("aws:ssm/parameter:Parameter");
    expect(parameters.map(({ name }) => name).sort()).toEqual([
      "web/files/etc/app/config.yaml",
      "web/files/run/secrets/password",
    ]);
    for (const { inputs, secretInputs } of parameters) {
      expect(inputs).toMatchObject({ type: "SecureString", tier: "Standard" });
      expect(secretInputs).toEqual(["value"]);
    }
    const value = (name: string): unknown =>
      recording.find("aws:ssm/parameter:Parameter", name).inputs["value"];
    expect(value("web/files/run/secrets/password")).toBe(base64("hunter2"));
    expect(value("web/files/etc/app/config.yaml")).toBe(base64("key: value-of-/berth/todo/dev/API_KEY"));
  });

  test("shows nothing of them anywhere else", () => {
    const others = recording.resources.filter(({ type }) => type !== "aws:ssm/parameter:Parameter");
    const seen = JSON.stringify(others);
    expect(seen).not.toContain("hunter2");
    expect(seen).not.toContain(base64("hunter2"));
  });

  test("gets them as they are, with their modes: the script runs in a shell", () => {
    const folder = mkdtempSync(join(tmpdir(), "berth-files-"));
    try {
      const [script = ""] = containers(recording)[1]?.["command"] as string[];
      // The owner is root's to give; the rest is done here as in the container.
      const here = script.replaceAll("'/files/", `'${folder}/`).replaceAll(/^chown .*$/gm, ":");
      const environment = {
        FILE_0: base64("key: {{ value }}"),
        FILE_2: "raw\n",
        FILE_3: base64("it's\n$HOME"),
      };
      execFileSync("sh", ["-c", here], { env: { PATH: "/usr/bin:/bin", ...environment } });
      expect(readFileSync(join(folder, "0/config.yaml"), "utf8")).toBe("key: {{ value }}");
      expect(readFileSync(join(folder, "1/empty"), "utf8")).toBe("");
      expect(readFileSync(join(folder, "1/external"), "utf8")).toBe("raw\n");
      expect(readFileSync(join(folder, "1/password"), "utf8")).toBe("it's\n$HOME");
      expect(statSync(join(folder, "1/password")).mode & 0o777).toBe(0o440);
      expect(script).toContain("chown 103:104 '/files/1/password'");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("a large file takes an advanced parameter", async () => {
  const recording = await deployed({ files: [fileAt("/run/configs/big", plain("x".repeat(4000)))] });
  expect(recording.find("aws:ssm/parameter:Parameter", "web/files/run/configs/big").inputs).toMatchObject({
    tier: "Advanced",
  });
});

test("an odd path is a word to the shell and has a parameter's name", async () => {
  const recording = await deployed({ files: [fileAt("/run/it's; here/a b", plain("x"))] });
  const [script = ""] = containers(recording)[1]?.["command"] as string[];
  expect(script).toContain("> '/files/0/a b'");
  const [parameter] = recording.ofType("aws:ssm/parameter:Parameter");
  expect(parameter?.inputs["name"]).toMatch(/^\/berth\/todo\/dev\/web\/files\/[0-9a-f]{8}$/);
});

test("a private registry is asked with a copy of the secret that only ECS can read", async () => {
  const image = { kind: "reference", reference: "registry.example.com/app:1" } as const;
  const recording = await deployed({ image, registryCredentials: "REGISTRY" });
  const secret = recording.find("aws:secretsmanager/secret:Secret", "web-registry");
  expect(secret.inputs).toMatchObject({ name: "berth/todo/dev/web/registry", recoveryWindowInDays: 0 });
  const version = recording.find("aws:secretsmanager/secretVersion:SecretVersion", "web-registry");
  expect(version.secretInputs).toEqual(["secretString"]);
  const [container] = containers(recording);
  const arn = (container?.["repositoryCredentials"] as { credentialsParameter: string }).credentialsParameter;
  const policy = recording.find("aws:iam/rolePolicy:RolePolicy", "web-registry").inputs;
  expect(JSON.parse(policy["policy"] as string)).toMatchObject({
    Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: arn }],
  });
  expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").dependsOn).toEqual(
    expect.arrayContaining([
      version.urn,
      recording.find("aws:iam/rolePolicy:RolePolicy", "web-registry").urn,
    ]),
  );
});

test.each([
  [
    "secretsmanager:team/ghcr",
    "team/ghcr",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:team/ghcr-??????",
  ],
  [
    "arn:aws:secretsmanager:eu-west-1:210987654321:secret:ghcr-AbC123",
    "arn:aws:secretsmanager:eu-west-1:210987654321:secret:ghcr-AbC123",
    "arn:aws:secretsmanager:eu-west-1:210987654321:secret:ghcr-AbC123",
  ],
])("a secret of Secrets Manager, %s, is read where it is", async (registryCredentials, id, arn) => {
  const image = { kind: "reference", reference: "registry.example.com/app:1" } as const;
  const recording = await deployed({ image, registryCredentials });
  expect(recording.ofType("aws:secretsmanager/secret:Secret")).toEqual([]);
  expect(containers(recording)[0]?.["repositoryCredentials"]).toEqual({ credentialsParameter: id });
  const policy = recording.find("aws:iam/rolePolicy:RolePolicy", "web-registry");
  expect(JSON.parse(policy.inputs["policy"] as string)).toMatchObject({
    Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: arn }],
  });
  expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").dependsOn).toContain(policy.urn);
});

test("policies are those of the service's own role", async () => {
  const recording = await deployed({
    policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "orders"],
  });
  const attached = recording.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  const role = recording.find("aws:iam/role:Role", "web-task-role").inputs["name"];
  expect(attached.map(({ inputs }) => inputs).filter((inputs) => inputs["role"] === role)).toEqual([
    { role, policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" },
    { role, policyArn: "arn:aws:iam::123456789012:policy/orders" },
  ]);
});

test.each([
  ["user:pass:word", { username: "user", password: "pass:word" }],
  [" robot:token\n", { username: "robot", password: "token" }],
  ['{"username":"u","password":"p"}', { username: "u", password: "p" }],
])("credentials %j", (value, expected) => {
  expect(JSON.parse(credentialsJson(value))).toEqual(expected);
});
