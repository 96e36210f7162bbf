/** A NAT instance that is late, and one that never forwards, through the built program, on the simulator. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, type Finished } from "../support/program";

const compose = `
name: shop
services:
  web: { image: "nginx:1.29", ports: ["80:80"] }
  migrate: { image: "app:1", restart: "no" }
`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-way-out-"));
  mkdirSync(join(home, "shop"));
  writeFileSync(join(home, "shop/compose.yaml"), compose);
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const run = (command: string, faults: string, mode = "affordable"): Promise<Finished> =>
  program("berth-cd", [command, "--simulate", "--json"], {
    env: { HOME: home, BERTH_SIMULATE_FAILURES: faults, BERTH_MODE: mode },
    cwd: join(home, "shop"),
  });

test("a task is started once the way out is open, and what kept it is told", async () => {
  const { code, stderr } = await run("up", "network=late-nat");
  expect(code).toBe(0);
  expect(stderr).toMatch(/NAT instance i-\w+: dnf was killed/);
  expect(stderr).not.toMatch(/its way out is not open/);
});

test("a task that no way out opens for fails, and the failure says what the instance did", async () => {
  const { code, stderr, result } = await run("up", "network=dead-nat");
  expect(code).toBe(5);
  expect(result).toMatchObject({ outcome: "failed", error: { kind: "deployment" } });
  expect(stderr).toMatch(/services\.migrate: the task did not run to its end: ResourceInitializationError/);
  expect(stderr).toMatch(
    /network: the NAT instance i-\w+ has not opened the way out\n {4}begins\n {4}dnf was killed/,
  );
});

test("a preview waits for nothing, and neither does a mode without such an instance", async () => {
  const ran = await run("preview", "network=dead-nat");
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("NAT instance")]);
  const balanced = await run("up", "network=late-nat", "balanced");
  expect(balanced.stderr).not.toContain("NAT instance");
});
