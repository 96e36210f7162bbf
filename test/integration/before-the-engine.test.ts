/** What is refused before an engine starts, in a real deployment: nothing costs money yet. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../../src/app/deps";
import type { SecretVersion } from "../../src/ports";
import { cd } from "../support/cd";
import { Workspace } from "../support/archives";

const todo = join(__dirname, "../../examples/todo");
const workspace = new Workspace();

afterAll(() => {
  workspace.remove();
});

/** An account where these secrets are set, and whose engine must not be asked for anything. */
function account(versions: Readonly<Record<string, string>>): (real: Deps) => Deps {
  return (real) => ({
    ...real,
    secrets: () =>
      Promise.resolve({
        versions: (_stack, names) =>
          Promise.resolve(
            names.map((name): SecretVersion => {
              const version = versions[name];
              return version === undefined ? { name } : { name, version };
            }),
          ),
      }),
    engine: () =>
      Promise.resolve({
        ...({} as Awaited<ReturnType<Deps["engine"]>>),
        up: () => Promise.reject(new Error("the engine was started")),
      }),
  });
}

const env = { HOME: workspace.path, AWS_REGION: "eu-west-1" };

test("secrets that are not set are told, each with the command that sets it", async () => {
  const { code, stderr, result } = await cd(["up", todo, "--json"], { env, deps: account({}) });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /POSTGRES_PASSWORD: the secret is not set\n {2}fix: berth secret set POSTGRES_PASSWORD asks .*\/berth\/todo\/dev\/POSTGRES_PASSWORD/,
  );
  expect(result).toMatchObject({
    project: "todo",
    engine: "pulumi",
    outcome: "failed",
    error: { kind: "usage" },
  });
});

test("a setting under x-berth that there isn't", async () => {
  const folder = workspace.plant({
    "compose.yaml": "services: {web: {image: nginx}}\nx-berth: {zones: 7, nat: none}\n",
  });
  const { code, stderr } = await cd(["up", folder], { env, deps: account({}) });
  expect(code).toBe(3);
  expect(stderr).toMatch(/x-berth\.zones[\s\S]*x-berth/);
});

test("no region, neither in the environment nor in a profile", async () => {
  const { code, stderr } = await cd(["up", todo], { env: { HOME: workspace.path }, deps: account({}) });
  expect([code, stderr]).toEqual([2, expect.stringContaining("AWS_REGION: no AWS region is set") as string]);
});

test("a full quota is told before anything is made; a stack that stands needs no room", async () => {
  const folder = workspace.plant({
    "compose.yaml": "name: room\nservices: {web: {image: nginx, ports: [80]}}\n",
  });
  let used = 5;
  const quotas = () => Promise.resolve({ quota: () => Promise.resolve({ limit: 5, used }) });
  const run = (command: string) =>
    cd([command, folder, "--simulate", "--json"], { env, deps: (real) => ({ ...real, quotas }) });
  const refused = await run("up");
  expect([refused.code, refused.result.error?.kind]).toEqual([2, "usage"]);
  expect(refused.stderr).toContain("the account has 5 of the 5 VPCs that it may have in eu-west-1");
  const preview = await run("preview");
  expect(preview.code).toBe(0);
  expect(preview.result.warnings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("and a new stack makes 1 more: delete one"),
  );
  used = 4;
  expect((await run("up")).code).toBe(0);
  used = 5;
  expect((await run("up")).code).toBe(0);
});

test("a compose file that can't be deployed any more still says which stack is looked at, and taken down", async () => {
  const text = "name: worn\nservices: {web: {image: nginx, ports: [80]}}\n";
  const folder = workspace.plant({ "compose.yaml": text });
  const run = (command: string) => cd([command, folder, "--simulate", "--json"], { env });
  expect((await run("up")).code).toBe(0);
  writeFileSync(join(folder, "compose.yaml"), `${text.replace("ports", "prots")}x-berth: {zones: 7}\n`);
  expect((await run("up")).code).toBe(3);
  const { code, result } = await run("outputs");
  expect([code, Object.keys(result.endpoints)]).toEqual([0, ["web"]]);
  expect((await run("down")).code).toBe(0);
  expect((await run("outputs")).stderr).toContain("worn");
});
