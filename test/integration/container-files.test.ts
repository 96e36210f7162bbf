/** Files, registries and autoscaling through the whole command, on the simulator. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { cd, type Ran } from "../support/cd";

let folder: string;
let project: string;

const compose = (replicas: number): string => `
name: files
services:
  web:
    image: registry.example.com/team/web:1
    x-registry-credentials: REGISTRY
    ports: ["80:80"]
    x-defang-autoscaling: true
    x-defang-policies: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess, orders]
    deploy:
      replicas: ${replicas}
    secrets: [password, token]
    configs:
      - source: settings
        target: /etc/web/conf.d/settings.conf
  other:
    image: nginx:1.29
secrets:
  password:
    file: db/password.txt
  token:
    external: true
    name: TOKEN
configs:
  settings:
    content: "listen {{ port }};"
`;

function write(password: string, replicas = 1): void {
  writeFileSync(join(project, "compose.yaml"), compose(replicas));
  mkdirSync(join(project, "db"), { recursive: true });
  writeFileSync(join(project, "db/password.txt"), password);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-files-"));
  project = join(folder, "project");
  mkdirSync(project);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const home = (): string => join(folder, "home");
const planFile = (): string => join(folder, "plan.json");

function berth(...argv: readonly string[]): Promise<Ran> {
  return cd([...argv, "--simulate", "--json", "--plan", planFile()], { env: { HOME: home() }, cwd: project });
}

function plan(): Plan {
  return JSON.parse(readFileSync(planFile(), "utf8")) as Plan;
}

/** What is not as it was, components apart. */
function changed(): readonly string[] {
  return plan()
    .resources.filter(({ op, type }) => op !== "same" && !type.startsWith("berth:"))
    .map(({ type, name, op }) => `${op} ${type.split(":").at(-1) ?? type} ${name}`)
    .sort();
}

/** Everything that the runs left behind, outside of the project. */
function leftBehind(): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(project))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

test("a changed file rolls the service that has it and no other, and is seen nowhere", async () => {
  write("hunter2-one");
  const first = await berth("up");
  expect(first).toMatchObject({ code: 0, result: { outcome: "succeeded" } });
  expect(first.result.warnings.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["TOKEN", "REGISTRY", "services.web.configs[0]"]),
  );

  write("hunter2-two");
  const second = await berth("up");
  expect(second).toMatchObject({ code: 0, result: { outcome: "succeeded" } });
  expect(changed()).toEqual([
    "replace TaskDefinition web",
    "update Parameter web/files/run/secrets/password",
    "update Service web",
  ]);

  const seen = [first.stdout, first.stderr, second.stdout, second.stderr, leftBehind()].join("\n");
  for (const password of ["hunter2-one", "hunter2-two"]) {
    expect(seen).not.toContain(password);
    expect(seen).not.toContain(Buffer.from(password).toString("base64"));
  }
});

test("another number of replicas moves the range, not the running service", async () => {
  write("hunter2", 2);
  expect(await berth("up")).toMatchObject({ code: 0 });
  write("hunter2", 3);
  expect(await berth("up")).toMatchObject({ code: 0 });
  expect(changed()).toEqual(["update Target web"]);
});

test("a packed project has its files too, and a missing one is a problem with its place", async () => {
  write("hunter2");
  const archive = join(folder, "project.tar.gz");
  execFileSync("tar", ["-czf", archive, "-C", project, "."]);
  expect(await berth("preview", archive)).toMatchObject({ code: 0 });
  const parameters = plan().resources.filter(
    ({ type, name }) => type === "aws:ssm/parameter:Parameter" && !name.endsWith("origin-key"),
  );
  expect(parameters.map(({ inputs }) => inputs["value"])).toEqual(["[secret]", "[secret]"]);

  rmSync(join(project, "db"), { recursive: true });
  const missing = await berth("preview");
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain('secrets.password.file: there is no file "db/password.txt"');
  expect(missing.stderr).toMatch(/compose\.yaml:\d+:\d+/);
});
