/** How the executor is started, tried with programs of this machine. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { closedEntryPoint, closingProgram } from "../../../../src/components/images/closed-executor";
import { Workspace } from "../../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const architecture = process.arch === "arm64" ? "ARM64" : "X86_64";
const isRoot = process.getuid?.() === 0;
const sleep = "/bin/sleep";
const canTry =
  process.platform === "linux" &&
  ["x64", "arm64"].includes(process.arch) &&
  existsSync(sleep) &&
  (!isRoot || spawnSync("setpriv", ["--version"]).status === 0);

/** As a task starts a program: as root, with no capability that looks into others. */
function asTask(...words: readonly string[]): readonly [string, readonly string[]] {
  const given = isRoot
    ? ["setpriv", "--bounding-set=-all,+dac_override", "--inh-caps=-all", ...words]
    : words;
  const [command = "", ...rest] = given;
  return [command, rest];
}

/** A program that waits, with a secret in its environment: what another one of the same user reads of it. */
async function readsEnvironment(...words: readonly string[]): Promise<string> {
  const process = spawn(...asTask(...words, "60"), { env: { SECRET: "hush" }, stdio: "ignore" });
  try {
    const name = (): string => readFileSync(`/proc/${process.pid}/comm`, "utf8").trim();
    const last = basename(words.at(-1) ?? "");
    for (let tries = 0; name() !== last && tries < 100; tries++)
      await new Promise((done) => setTimeout(done, 20));
    expect(name()).toBe(last);
    return spawnSync(...asTask("cat", `/proc/${process.pid}/environ`), { encoding: "utf8" }).stdout;
  } finally {
    process.kill("SIGKILL");
  }
}

(canTry ? test : test.skip)("a program that it starts is closed to one of the same user", async () => {
  const closed = workspace.write("", "closed");
  writeFileSync(closed, closingProgram(architecture));
  chmodSync(closed, 0o755);
  const unread = join(workspace.path, "waits");
  copyFileSync(sleep, unread);
  chmodSync(unread, 0o111);
  expect(await readsEnvironment(sleep)).toContain("SECRET=hush");
  expect(await readsEnvironment(closed, unread)).toBe("");
});

(canTry ? test : test.skip)("arguments and environment go on as they are", () => {
  const closed = workspace.write("", "passes");
  writeFileSync(closed, closingProgram(architecture));
  chmodSync(closed, 0o755);
  const env = { NAME: "two words", OTHER: "" };
  const words = ["/bin/sh", "-c", 'echo "$0|$1|$NAME|${OTHER-unset}"', "a b", "c'd"];
  expect(execFileSync(closed, words, { encoding: "utf8", env })).toBe("a b|c'd|two words|\n");
  expect(spawnSync(closed, ["/nowhere"]).status).toBe(127);
});

test.each(["X86_64", "ARM64"] as const)("the entry point for %s writes the program byte by byte", (each) => {
  const [, , script = ""] = closedEntryPoint(each);
  const [, written = ""] = /^printf '([\\0-7]+)' > \/kaniko\/closed$/m.exec(script) ?? [];
  const bytes = [...written.matchAll(/\\([0-7]{3})/g)].map(([, digits = ""]) => parseInt(digits, 8));
  expect(Buffer.from(bytes)).toEqual(closingProgram(each));
  // elf(5): magic, 64 bits, little-endian; e_machine.
  expect(closingProgram(each).subarray(0, 6).toString("hex")).toBe("7f454c460201");
  expect(closingProgram(each).readUInt16LE(18)).toBe(each === "ARM64" ? 183 : 62);
});
