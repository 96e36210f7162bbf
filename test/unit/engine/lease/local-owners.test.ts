import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import files from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { LocalOwners, startedAt } from "../../../../src/engine/lease/local-owners";

const owners = new LocalOwners();
const children: ChildProcess[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that goes on until the test ends. */
function running(command: string, argv: readonly string[]): ChildProcess & { readonly pid: number } {
  const child = spawn(command, argv, { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return child as ChildProcess & { readonly pid: number };
}

test("this process lives; it began before now, and after the machine", async () => {
  const self = await owners.self();
  expect(await owners.liveness(self)).toBe("alive");
  const started = (await startedAt(process.pid)) ?? 0;
  expect(started).toBeLessThanOrEqual(Date.now() + 2_000);
  expect(started).toBeGreaterThan(Date.now() - 24 * 3_600_000);
});

test("a process that has ended is gone, and has begun at no time", async () => {
  const self = await owners.self();
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  expect(await owners.liveness({ ...self, pid })).toBe("gone");
  expect(await startedAt(pid)).toBeUndefined();
  expect(await owners.end({ ...self, pid })).toBe(false);
});

test("a process that was given the id of one that ended is not taken for it", async () => {
  const self = await owners.self();
  expect(await owners.liveness({ ...self, processStart: "1" })).toBe("gone");
});

test("a process of another machine can't be seen, nor ended", async () => {
  const other = { ...(await owners.self()), machine: "another boot, another space of process ids" };
  expect(await owners.liveness(other)).toBe("unknown");
  expect(await owners.end(other)).toBe(false);
});

test("a living process is ended by SIGTERM", async () => {
  const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1000)"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  const started = await startedAt(child.pid ?? 0);
  expect(started).toBeDefined();
  const self = await owners.self();
  // Its start isn't ours to know: another instance tells it as it would have told it itself.
  const { processStart } = await ownerOf(child.pid ?? 0);
  expect(await owners.end({ ...self, pid: child.pid ?? 0, processStart })).toBe(true);
  expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
});

/** As a run of that process would describe itself. */
async function ownerOf(pid: number): Promise<{ readonly processStart: string }> {
  const { readFileSync, existsSync } = await import("node:fs");
  if (existsSync(`/proc/${pid}/stat`)) {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return { processStart: text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "" };
  }
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return { processStart: stdout.trim() };
}

test("another user's process lives, and can't be ended", async () => {
  const self = await owners.self();
  jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  expect(await owners.liveness(self)).toBe("alive");
  expect(await owners.end(self)).toBe(false);
});

test("no process has a number below one", async () => {
  expect([await startedAt(0), await startedAt(-1)]).toEqual([undefined, undefined]);
});

test("a process began between the moments before and after its start", async () => {
  const before = Date.now();
  const { pid } = running("sleep", ["60"]);
  const started = (await startedAt(pid)) ?? 0;
  expect(started).toBeGreaterThan(before - 2_000);
  expect(started).toBeLessThan(Date.now() + 2_000);
});

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("on Linux", () => {
  test("a machine is its boot and its space of process ids", async () => {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    expect((await owners.self()).machine).toBe(`${boot} ${readlinkSync("/proc/self/ns/pid")}`);
  });

  test("the first process has begun too", async () => {
    expect(await startedAt(1)).toEqual(expect.any(Number));
  });

  test("what nobody has waited for after its end is gone", async () => {
    const self = await owners.self();
    const parent = running("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
    const [line] = (await once(parent.stdout ?? parent, "data")) as [Buffer];
    const pid = Number(line.toString());
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await wait(10);
    expect(await owners.liveness({ ...self, pid, ...(await ownerOf(pid)) })).toBe("gone");
    expect(await startedAt(pid)).toBeUndefined();
  });

  test.each([
    ["a name with brackets", "(a) Z 1) S", "alive"],
    ["a process on its way out", "(node) X", "gone"],
  ])("%s in what the kernel says", async (_what, nameAndState, expected) => {
    const self = await owners.self();
    const fields = [...Array.from({ length: 18 }, (_, index) => index), "4711", "0"];
    answering((path) => (path.endsWith("/stat") ? `1 ${nameAndState} ${fields.join(" ")}` : undefined));
    expect(await owners.liveness({ ...self, processStart: "4711" })).toBe(expected);
  });

  test("where /proc is hidden no process has a start, whatever ps would say", async () => {
    hideProc();
    expect((await owners.self()).processStart).toBe("");
    expect(await startedAt(process.pid)).toBeUndefined();
  });
});

const hasPs = spawnSync("ps", ["-o", "lstart=", "-p", String(process.pid)]).status === 0;

(hasPs ? describe : describe.skip)("where there is no /proc, by ps", () => {
  const { platform } = process;
  beforeEach(() => {
    hideProc();
    Object.defineProperty(process, "platform", { value: "darwin" });
  });
  afterEach(() => {
    Object.defineProperty(process, "platform", { value: platform });
  });

  test("a machine is its name, and a process lives until it ends", async () => {
    const self = await owners.self();
    expect(self.machine).toBe(hostname());
    const child = running("sleep", ["60"]);
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(child.pid)], { encoding: "utf8" });
    const owner = { ...self, pid: child.pid, processStart: stdout.trim() };
    expect(await owners.liveness(owner)).toBe("alive");
    expect(await owners.end(owner)).toBe(true);
    await once(child, "exit");
    expect([await owners.liveness(owner), await startedAt(child.pid)]).toEqual(["gone", undefined]);
  });

  test("a process began between the moments before and after its start", async () => {
    const before = Date.now();
    const started = (await startedAt(running("sleep", ["60"]).pid)) ?? 0;
    expect(started).toBeGreaterThan(before - 3_000);
    expect(started).toBeLessThan(Date.now() + 3_000);
  });

  test("what ps does not show has begun at no time", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    jest.spyOn(process, "kill").mockReturnValue(true);
    expect(await startedAt(pid)).toBeUndefined();
  });
});

/** The kernel's answers. @param answer - the text of a path; `undefined`: what the machine itself says */
function answering(answer: (path: string) => string | undefined): void {
  const { readFile } = files;
  jest.spyOn(files, "readFile").mockImplementation((...given) => {
    const [path] = given;
    const text = typeof path === "string" ? answer(path) : undefined;
    return text === undefined ? readFile(...given) : Promise.resolve(text);
  });
}

/** As on a machine without /proc. */
function hideProc(): void {
  const missing = Object.assign(new Error("ENOENT"), { code: "ENOENT" });
  jest.spyOn(files, "readFile").mockRejectedValue(missing);
  jest.spyOn(files, "readlink").mockRejectedValue(missing);
}
