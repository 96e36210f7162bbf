/** The code that V8 has compiled of the rooms, beside them: read where it fits, and left where it does not. */
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(__dirname, "../..");
const todo = join(root, "examples/todo");

let home: string;
let rooms: string;

/** What a program of the copy prints, and which rooms V8 had no code of. */
async function program(name: string, ...argv: readonly string[]) {
  const hook = join(home, "hook.cjs");
  writeFileSync(
    hook,
    `const vm = require("node:vm");
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(source, options) {
         super(source, options);
         process.stderr.write((this.cachedDataRejected === false ? "taken " : "compiled ") + options.filename.split("/").at(-1) + "\\n");
       }
     };`,
  );
  const { stdout, stderr } = await run(
    process.execPath,
    ["--require", hook, join(home, "dist", `${name}.js`), ...argv],
    { env: { PATH: process.env["PATH"], HOME: home, NODE_COMPILE_CACHE: join(home, "cache") } },
  );
  const told = (word: string) =>
    [...stderr.matchAll(new RegExp(`^${word} (.*)\\.js$`, "gm"))].map(([, room = ""]) => room);
  return { stdout, taken: told("taken"), compiled: told("compiled") };
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "berth-compiled-"));
  rooms = join(home, "dist/rooms");
  cpSync(join(root, "dist"), join(home, "dist"), { recursive: true });
  for (const file of readdirSync(rooms)) if (file.endsWith(".code")) rmSync(join(rooms, file));
});

afterAll(() => {
  chmodSync(rooms, 0o755);
  rmSync(home, { recursive: true, force: true });
});

test("without compiled code the rooms are read as Node reads files", async () => {
  const { stdout, taken, compiled } = await program("berth-cd", "config", todo);
  expect(JSON.parse(stdout)).toMatchObject({ name: "todo" });
  // It is looked for in the first room alone.
  expect([taken, compiled]).toEqual([[], ["cli"]]);
});

test("it is written for every room, and taken in a folder that nobody may write", async () => {
  const plain = await program("berth-cd", "config", todo);
  await run(process.execPath, [join(home, "dist/code.js")], { env: { PATH: process.env["PATH"] } });
  const files = readdirSync(rooms);
  expect(files.filter((file) => file.endsWith(".code")).length).toBe(
    files.filter((file) => file.endsWith(".js")).length,
  );
  chmodSync(rooms, 0o555);
  const { stdout, taken, compiled } = await program("berth-cd", "config", todo);
  expect([stdout, compiled]).toEqual([plain.stdout, []]);
  expect(taken).toEqual(expect.arrayContaining(["cli", "settings", "compose", "yaml"]));
  expect(taken.filter((room) => /^(zod|pulumi-|aws-|pino|simulator-)/.test(room))).toEqual([]);
  expect((await program("berth", "--help")).stdout).toContain("berth COMMAND --help");
  expect((await program("berth", "version")).taken).not.toContain("zod");
  expect((await program("berth-cd", "up", "--simulate", todo)).stdout).toContain("The deployment succeeded");
  chmodSync(rooms, 0o755);
});

test("code of another V8 is left", async () => {
  for (const file of readdirSync(rooms))
    if (file.endsWith(".code")) writeFileSync(join(rooms, file), "not code");
  const { stdout, taken } = await program("berth-cd", "version");
  expect([stdout, taken]).toEqual([expect.stringMatching(/^berth-cd /), []]);
});
