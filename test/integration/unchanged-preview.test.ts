/** A preview of an unchanged project that no engine makes says what one that an engine makes says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../../src/app/deps";
import { prepare } from "../../src/app/prepare";
import { previewUnchanged } from "../../src/app/unchanged";
import { unchangedPreview } from "../../src/report/terminal/paragraphs";
import type { Settings } from "../../src/settings/settings";
import { cd } from "../support/cd";

const compose = `name: shop
services:
  web: {image: "nginx:1.29", ports: ["80"], environment: {DATABASE_URL: "postgres://shop:\${PASSWORD}@db/shop"}}
  db: {image: "postgres:16", x-postgres: true, environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "\${PASSWORD}"}}
`;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-same-"));
  writeFileSync(join(folder, "compose.yaml"), compose);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The engine's words, and what is found without one. */
async function preview(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  let world: { readonly deps: Deps; readonly settings: Settings } | undefined;
  const { stdout } = await cd(["preview", "--simulate", ...argv], {
    env: { HOME: folder, ...env },
    cwd: folder,
    deps: (deps, settings) => {
      world = { deps, settings };
      return deps;
    },
  });
  if (world === undefined) throw new Error("no world");
  const { deps, settings } = world;
  return { stdout, found: await previewUnchanged(await prepare(settings, deps), settings, deps) };
}

const up = (...argv: readonly string[]) =>
  cd(["up", "--simulate", ...argv], { env: { HOME: folder }, cwd: folder });

test("the same words, with the costs of each component", async () => {
  await up();
  const { stdout, found } = await preview();
  if (typeof found === "string") throw new Error(found);
  const { unchanged, cost } = found;
  const { outputs, warnings, sameCount: resourceCount } = unchanged;
  const { components } = cost;
  const text = unchangedPreview({ outputs, warnings, resourceCount, cost, components, took: 0 });
  expect(text).toMatch(/^db +\$\d+\.\d\d$/m);
  const timeless = (said: string): string => said.replace(/ in \d+ s/, "");
  expect(timeless(text)).toBe(timeless(stdout));
});

test.each([
  ["a new stack", () => Promise.resolve(), "the stack is new"],
  [
    "another file",
    () =>
      up().then(() => {
        write("nginx:1.28");
      }),
    "have changed since its last run",
  ],
  ["a part of it", () => up("--target", "web"), "or brought up a part of it"],
])("%s: an engine has to run, and why", async (_what, before, why) => {
  await before();
  expect((await preview()).found).toContain(why);
});

function write(image: string): void {
  writeFileSync(join(folder, "compose.yaml"), compose.replace("nginx:1.29", image));
}

test.each([
  ["--verbose", "every resource"],
  ["--markdown", "every resource"],
  ["--refresh", "asks for a run"],
  ["--target=web", "asks for a run"],
])("%s: an engine has to run, and why", async (option, why) => {
  await up();
  expect((await preview([option])).found).toContain(why);
});

test("a state that somebody else has changed, or prices that nobody left, need an engine", async () => {
  await up();
  const views = join(folder, ".berth/simulator/views/shop/dev.json");
  const { cost: _cost, ...view } = JSON.parse(readFileSync(views, "utf8")) as Record<string, unknown>;
  writeFileSync(views, JSON.stringify(view));
  expect((await preview()).found).toContain("left no prices");
  const state = join(folder, ".berth/simulator/shop/dev.state.json");
  writeFileSync(state, `${readFileSync(state, "utf8")}\n`);
  expect((await preview()).found).toContain("its state has changed since its last success");
});
