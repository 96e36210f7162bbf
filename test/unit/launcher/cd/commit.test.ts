import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitOf } from "../../../../src/launcher/cd/commit";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-commit-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...argv: readonly string[]): string {
  const own = ["-C", folder, "-c", "user.name=ann", "-c", "user.email=ann@example.com"];
  return execFileSync("git", [...own, ...argv], { encoding: "utf8" }).trim();
}

test("the commit, whatever tags it has, and whether files differ from it", async () => {
  git("init", "-q");
  writeFileSync(join(folder, "compose.yaml"), "services: {}\n");
  expect(await commitOf(folder)).toBeUndefined();
  git("add", ".");
  git("commit", "-qm", "first");
  git("tag", "-a", "v1", "-m", "one");
  const commit = git("rev-parse", "HEAD");
  expect(await commitOf(folder)).toBe(commit);
  writeFileSync(join(folder, "compose.yaml"), "services: {web: {image: nginx}}\n");
  expect(await commitOf(folder)).toBe(`${commit}+changes`);
});

test("a folder without a repository, or that isn't there, has none", async () => {
  expect(await commitOf(folder)).toBeUndefined();
  expect(await commitOf(join(folder, "nowhere"))).toBeUndefined();
});
