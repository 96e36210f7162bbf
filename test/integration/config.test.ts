/** `berth-cd config FILE` over the corpus: the reference loader's canonical form, file by file. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cd } from "../support/cd";
import { Workspace } from "../support/archives";

const root = join(__dirname, "../corpus");
const composeFiles = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter(
    (path) =>
      existsSync(join(root, `${path}.expected.json`)) || existsSync(join(root, `${path}.expected-error.txt`)),
  )
  .sort();

test.each(composeFiles)("%s", async (path) => {
  const file = join(root, path);
  const { code, stdout } = await cd(["config", file, "--json"], { cwd: dirname(file) });
  if (existsSync(`${file}.expected.json`)) {
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(`${file}.expected.json`, "utf8")));
  } else {
    expect(code).toBe(3);
  }
});

test("the corpus has 113 files that are accepted and 6 that are refused", () => {
  const accepted = composeFiles.filter((path) => existsSync(join(root, `${path}.expected.json`)));
  expect([accepted.length, composeFiles.length - accepted.length]).toEqual([113, 6]);
});

test("a circle of dependencies is refused, as docker compose config refuses it", async () => {
  const workspace = new Workspace();
  const cwd = workspace.plant({
    "compose.yaml":
      "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, volumes_from: [c]}\n  c: {image: x, depends_on: [a]}\n",
  });
  const { code, stdout, stderr } = await cd(["config"], { cwd });
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(/compose\.yaml:2:\d+: services\.a\.depends_on: .* in a circle: a -> b -> c -> a/);
  workspace.remove();
});

describe("a folder is read as Compose reads it", () => {
  const workspace = new Workspace();
  afterAll(() => {
    workspace.remove();
  });
  const folder = workspace.plant({
    "compose.yaml": "services: {web: {image: 'nginx:${TAG}', profiles: [x]}, api: {image: api}}\n",
    "compose.override.yaml": "services: {api: {command: run}}\n",
    ".env": "TAG=of-the-env-file\n",
    "other.env": "TAG=of-the-other\n",
  });

  async function servicesOf(...argv: readonly string[]) {
    const { stdout } = await cd(["config", ...argv], { cwd: folder });
    return (JSON.parse(stdout) as { services: Record<string, { image: string; command: string[] | null }> })
      .services;
  }

  test("with its override and its .env", async () => {
    const { api, web } = await servicesOf("--profile", "x");
    expect([api?.command, web?.image]).toEqual([["run"], "nginx:of-the-env-file"]);
  });

  test("with other files, env files and profiles where they are named", async () => {
    expect(await servicesOf("-f", "compose.yaml")).toEqual({
      api: expect.objectContaining({ command: null }) as unknown,
    });
    const { web } = await servicesOf(".", "--env-file", "other.env", "--profile", "x");
    expect(web?.image).toBe("nginx:of-the-other");
  });

  test("that COMPOSE_FILE names, where the folder has none of the usual names and no archive is given", async () => {
    const odd = workspace.plant({ "stack.yml": "services: {web: {image: nginx}}\n" });
    const { code, stdout } = await cd(["config"], { cwd: odd, env: { COMPOSE_FILE: "stack.yml" } });
    expect([code, Object.keys((JSON.parse(stdout) as { services: object }).services)]).toEqual([0, ["web"]]);
  });
});

test("a file in a folder is seen from that folder: its contexts, its .env", async () => {
  const workspace = new Workspace();
  const folder = workspace.plant({
    "deploy/compose.yaml": "services: {web: {build: {context: ./web, args: {TAG: '${TAG}'}}}}\n",
    "deploy/.env": "TAG=1\n",
    "deploy/web/Dockerfile": "FROM scratch\n",
  });
  const argv = ["preview", "--simulate", "--json", "-f", "deploy/compose.yaml", folder];
  const { code, stderr } = await cd(argv, { env: { HOME: workspace.path } });
  workspace.remove();
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("error") as string]);
});
