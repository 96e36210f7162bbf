import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { LocalOwners, startedAt } from "../../../../src/engine/lease/local-owners";

const owners = new LocalOwners();

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
