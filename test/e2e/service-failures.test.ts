/** Every way in which a service fails, played by the simulated AWS: what people read of it, and what the Result says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceFaults } from "../../src/ports/rehearsal";
import { expectGolden } from "../support/golden";
import { program, type Finished } from "../support/program";

const compose = (tag: string): string => `
name: shop
services:
  web:
    image: ghcr.io/acme/web:${tag}
    ports: ["80:8080"]
    environment: [SESSION_KEY]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
  worker:
    image: ghcr.io/acme/worker:1
    depends_on:
      web: { condition: service_healthy }
`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-services-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function up(tag: string, faults: string, ...more: readonly string[]): Promise<Finished> {
  const project = join(home, "shop");
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "compose.yaml"), compose(tag));
  const env = { HOME: home, ...(faults === "" ? {} : { BERTH_SIMULATE_FAILURES: faults }) };
  return program("berth-cd", ["up", "--simulate", "--json", ...more, project], { env });
}

/** Everything on stderr but the lines of resources that were made, and the Result's error. */
function told({ stderr, result }: Finished): string {
  const lines = stderr.split("\n").filter((line) => !/^ {2}(created|updated|replaced|deleted) /.test(line));
  return `${lines.join("\n")}\n${JSON.stringify(result.error, undefined, 2)}\n`;
}

function golden(name: string): string {
  return join(__dirname, "golden/services", `${name}.txt`);
}

test.each(serviceFaults)("a first deployment: %s", async (fault) => {
  const failed = await up("1", `web=${fault}`);
  expect(failed.code).toBe(5);
  expect(failed.result).toMatchObject({ outcome: "failed", error: { services: [{ service: "web" }] } });
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

test("all of the services that fail are told at once", async () => {
  const failed = await up("1", "web=secret,worker=out-of-memory");
  const alone = compose("1").replace(/ {4}depends_on:[^]*$/, "");
  expect(failed.result.error?.services?.map(({ service }) => service)).toEqual(["web"]);
  writeFileSync(join(home, "shop/compose.yaml"), alone);
  const env = { HOME: home, BERTH_SIMULATE_FAILURES: "web=secret,worker=out-of-memory" };
  const both = await program("berth-cd", ["up", "--simulate", "--json", join(home, "shop")], { env });
  expect(both.code).toBe(5);
  expect(both.result.error?.services?.map(({ service }) => service).sort()).toEqual(["web", "worker"]);
});

test("a failure that nobody can play is refused", async () => {
  const refused = await up("1", "web=flood");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("BERTH_SIMULATE_FAILURES")]);
});
