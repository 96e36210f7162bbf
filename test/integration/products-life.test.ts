/** The whole life of published products on the simulator: up, the same again, a change, down. */
import { appendFileSync, chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cd, type Ran } from "../support/cd";

const corpus = join(__dirname, "../corpus/products");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-product-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A product in a folder that can be written to, with its env example as `.env`. */
function planted(product: string): string {
  const project = join(folder, product);
  cpSync(join(corpus, product), project, { recursive: true });
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  chmodSync(project, 0o755);
  const example = join(project, ".env.example");
  if (existsSync(example)) cpSync(example, join(project, ".env"));
  return project;
}

test.each<[product: string, file: string, builds: number]>([
  ["uptime-kuma", "compose.yaml", 0],
  ["flagsmith", "docker-compose.yml", 0],
  ["example-voting-app", "docker-compose.yml", 5],
  ["own-bind-beside-build", "compose.yaml", 1],
  ["docker-node-example", "compose.yaml", 3],
])("%s", async (product, file, builds) => {
  const project = planted(product);
  const berth = (...argv: readonly string[]): Promise<Ran> =>
    cd([...argv, "--simulate", "--json"], { env: { HOME: folder }, cwd: project });
  const first = await berth("up");
  expect([first.code, first.code === 0 ? "" : first.stderr]).toEqual([0, ""]);
  expect(first.result.outcome).toBe("succeeded");
  expect(first.result.builds.length).toBeGreaterThanOrEqual(Math.min(builds, 1));
  expect((await berth("up")).result.outcome).toBe("unchanged");
  appendFileSync(join(project, file), "\nx-berth: {logRetention: 14}\n");
  const changed = await berth("up");
  expect(changed).toMatchObject({
    code: 0,
    result: { outcome: "succeeded", changes: { delete: 0 } },
  });
  expect(changed.result.changes.update).toBeGreaterThan(0);
  const down = await berth("down");
  expect(down).toMatchObject({ code: 0, result: { outcome: "succeeded" } });
  expect((await berth("list")).result.outputs).toEqual({ stacks: [] });
});
