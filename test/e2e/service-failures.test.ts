/** Every way in which a service fails, played by the simulated AWS: what people read of it, and what the Result says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceFaults } from "../../src/ports/rehearsal";
import { noChanges } from "../../src/report/result";
import { expectGolden } from "../support/golden";
import { program, type Finished } from "../support/program";

const compose = (tag: string, worker = "1"): string => `
name: shop
services:
  web:
    image: ghcr.io/acme/web:${tag}
    ports: ["80:8080"]
    environment: [SESSION_KEY]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
  worker:
    image: ghcr.io/acme/worker:${worker}
    depends_on:
      web: { condition: service_healthy }
`;

let home: string;
/** The tag of the second service. */
let worker: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-services-"));
  worker = "1";
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function up(tag: string, faults: string, ...more: readonly string[]): Promise<Finished> {
  const project = join(home, "shop");
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "compose.yaml"), compose(tag, worker));
  const env = { HOME: home, ...(faults === "" ? {} : { BERTH_SIMULATE_FAILURES: faults }) };
  return program("berth-cd", ["up", "--simulate", "--json", "--verbose", ...more, project], { env });
}

async function refresh(): Promise<Finished> {
  const env = { HOME: home, BERTH_PROJECT: "shop" };
  return program("berth-cd", ["refresh", "--simulate", "--json"], { env });
}

/** Everything on stderr but the lines of resources that were made, and the Result's error. */
function told(finished: Finished): string {
  return `${linesOf(finished)}\n${JSON.stringify(finished.result.error, undefined, 2)}\n`;
}

function linesOf({ stderr }: Finished): string {
  const lines = stderr
    .split("\n")
    .filter((line) => !/^( {2}(created|updated|replaced|deleted) |Failed in )/.test(line));
  return lines.join("\n");
}

function golden(name: string): string {
  return join(__dirname, "golden/services", `${name}.txt`);
}

const failing = serviceFaults.filter((fault) => fault !== "spot-capacity");

test.each(failing)("a first deployment: %s", async (fault) => {
  const failed = await up("1", `web=${fault}`);
  expect(failed.code).toBe(5);
  expect(failed.result).toMatchObject({ outcome: "failed", error: { services: [{ service: "web" }] } });
  // What stands all the same is counted.
  const created = failed.stderr.split("\n").filter((line) => line.startsWith("  created "));
  expect(failed.result.changes).toEqual({ ...noChanges, create: created.length });
  expectGolden(golden(`first-${fault}`), told(failed));
  // The order of depends_on is true: what waits for a healthy service was not made.
  expect(failed.stderr).not.toContain("created   ecs Service worker");
});

test.each(["crash-loop", "rollback", "alarm"])("an update that ECS takes back: %s", async (fault) => {
  expect((await up("1", "")).code).toBe(0);
  const failed = await up("2", `web=${fault}`);
  expect(failed.code).toBe(5);
  expectGolden(golden(`update-${fault}`), told(failed));

  // For the engine nothing has changed since, and still the next run deploys it.
  const again = await up("2", "");
  expect(again.code).toBe(0);
  expect(again.stderr).toContain("again     service web: an earlier deployment of it had failed");
});

describe("Spot without room", () => {
  const without = "web=spot-capacity";
  const tells = (done: Finished): readonly unknown[] => [
    done.code,
    done.result.outcome,
    done.stderr.includes("moved     service web: Spot has no room for it, so it runs on demand now"),
    done.result.outputs["onDemand"],
  ];

  test("a first deployment goes on on demand; the unchanged next one ends at once and leaves it there", async () => {
    const first = await up("1", without);
    expect(tells(first)).toEqual([0, "succeeded", true, ["web"]]);
    expect(first.result.warnings).toContainEqual({
      path: "services.web",
      message: expect.stringContaining("it runs on demand, since Spot had no room for it") as string,
    });
    const { warnings } = first.result;
    expectGolden(
      golden("spot-without-room"),
      `${linesOf(first)}\n${JSON.stringify({ onDemand: ["web"], warnings }, undefined, 2)}\n`,
    );

    const next = await up("1", without);
    expect(tells(next)).toEqual([0, "unchanged", false, ["web"]]);
    expect(next.result.warnings).toEqual(first.result.warnings);
    expect(next.result.changes).toMatchObject({ update: 0 });
  });

  test.each([
    ["a refresh", (): Promise<unknown> => refresh()],
    ["a change of another service", (): Promise<unknown> => Promise.resolve((worker = "2"))],
  ])(
    "after %s the next run goes back to Spot, and from there again where it has no room",
    async (_, change) => {
      await up("1", without);
      await change();
      const still = await up("1", without);
      expect(tells(still)).toEqual([0, "succeeded", true, ["web"]]);
      await refresh();
      const back = await up("1", "");
      expect(tells(back)).toEqual([0, "succeeded", false, []]);
      expect(back.result.warnings.map(({ path }) => path)).not.toContain("services.web");
      expect((await up("1", "", "--force")).result).toMatchObject({ outcome: "unchanged" });
    },
  );

  test("an update that finds no room, and none on demand either, tells both", async () => {
    await up("1", "");
    const failed = await up("2", "web=capacity");
    expect([failed.code, failed.result.error?.services?.[0]?.message]).toEqual([
      5,
      "AWS has no capacity for the task, neither on Spot nor on demand",
    ]);
    expectGolden(golden("update-capacity"), told(failed));
  });

  test("an update that is rolled back goes back to what ran, on the capacity that it ran on", async () => {
    await up("1", without);
    const failed = await up("2", "web=rollback");
    expect([failed.code, failed.result.error?.services?.[0]?.message]).toEqual([
      5,
      expect.stringContaining("goes back to shop-dev-web:1"),
    ]);
    expect(tells(await up("2", ""))).toEqual([0, "unchanged", false, ["web"]]);
  });

  test("what moves there crashes there as anywhere", async () => {
    const failed = await up("1", "web=spot-capacity,worker=crash-loop");
    expect([failed.code, failed.result.error?.services?.map(({ service }) => service)]).toEqual([
      5,
      ["worker"],
    ]);
    // The failed run has no outputs: the next one sees by itself where the service is.
    expect(tells(await up("1", ""))).toEqual([0, "unchanged", false, ["web"]]);
  });
});

test("all of the services that fail are told at once", async () => {
  const failed = await up("1", "web=secret,worker=out-of-memory");
  const alone = compose("1").replace(/ {4}depends_on:[^]*$/, "");
  expect(failed.result.error?.services?.map(({ service }) => service)).toEqual(["web"]);
  writeFileSync(join(home, "shop/compose.yaml"), alone);
  const env = { HOME: home, BERTH_SIMULATE_FAILURES: "web=secret,worker=out-of-memory" };
  const both = await program("berth-cd", ["up", "--simulate", "--json", "--verbose", join(home, "shop")], {
    env,
  });
  expect(both.code).toBe(5);
  expect(both.result.error?.services?.map(({ service }) => service).sort()).toEqual(["web", "worker"]);
});

test("a failure that nobody can play is refused", async () => {
  const refused = await up("1", "web=flood");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("BERTH_SIMULATE_FAILURES")]);
});
