/** The notice of a newer version: at a terminal, once a day, and never worth an error or a wait. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launcher } from "../../../../src/launcher/core/launcher";
import { tellNewer } from "../../../../src/launcher/core/newer";
import { readSettings, type Settings } from "../../../../src/settings/settings";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-newer-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const day = 24 * 3_600_000;
const newest = (version: unknown) => () => Promise.resolve(Response.json({ version }));

function world(fetcher: () => Promise<Response>, more: Partial<Settings> = {}, interactive = true) {
  let at = 10 * day;
  const said: string[] = [];
  const asked: string[] = [];
  const settings = { ...readSettings(["version"], { HOME: home }, home), ...more };
  const launcher = {
    settings,
    clock: { now: () => at, sleep: () => Promise.resolve() },
    terminal: { interactive, err: (text: string) => said.push(text) },
    fetcher: (url: string) => {
      asked.push(url);
      return fetcher();
    },
  } as unknown as Launcher;
  const pass = (milliseconds: number): void => {
    at += milliseconds;
  };
  return { tell: () => tellNewer(launcher, "1.2.3"), said, asked, pass };
}

test("a newer version is named with what to do, once a day", async () => {
  const { tell, said, asked, pass } = world(newest("1.3.0"));
  await tell();
  await tell();
  expect(said).toEqual([
    "There is version 1.3.0 of Berth, and this is 1.2.3: npm install --global @berth-cd/berth, then berth bootstrap (BERTH_NO_UPDATE_NOTICE=1 turns this off)\n",
  ]);
  expect(asked).toEqual(["https://unpkg.com/@berth-cd/berth/package.json"]);
  expect(JSON.parse(readFileSync(join(home, ".berth/newest-version.json"), "utf8"))).toEqual({
    looked: 10 * day,
  });
  pass(day);
  await tell();
  expect(said).toHaveLength(2);
});

test.each<[string, () => Promise<Response>]>([
  ["the same version", newest("1.2.3")],
  ["an older one", newest("1.0.0")],
  ["what is no version", newest("\u001b[31m9")],
  ["another answer", () => Promise.resolve(new Response("no", { status: 404 }))],
  ["no network", () => Promise.reject(new Error("ENOTFOUND"))],
])("%s: nothing is said", async (_what, fetcher) => {
  const { tell, said, asked } = world(fetcher);
  await tell();
  await tell();
  expect([said, asked.length]).toEqual([[], 1]);
});

test.each<[string, Record<string, string>]>([
  ["CI", { CI: "true" }],
  ["BERTH_NO_UPDATE_NOTICE", { BERTH_NO_UPDATE_NOTICE: "1" }],
  ["NO_UPDATE_NOTIFIER", { NO_UPDATE_NOTIFIER: "1" }],
  ["an emulator", { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }],
])("with %s nothing is asked", async (_what, env) => {
  const { tell, asked } = world(newest("9.0.0"), readSettings(["version"], { HOME: home, ...env }, home));
  await tell();
  expect(asked).toEqual([]);
});

test("without a terminal nothing is asked", async () => {
  const { tell, asked } = world(newest("9.0.0"), {}, false);
  await tell();
  expect(asked).toEqual([]);
});
