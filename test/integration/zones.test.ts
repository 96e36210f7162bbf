/** The zones of a new stack, through the whole command: a region of the simulated AWS whose first letter has least. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { cd } from "../support/cd";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-zones-"));
  mkdirSync(join(home, "shop"));
  writeFileSync(join(home, "shop/compose.yaml"), "services: { web: { image: 'nginx:1.29' } }\n");
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

async function zones(region: string): Promise<readonly unknown[]> {
  const file = join(home, "plan.json");
  const env = { HOME: home, AWS_REGION: region };
  const { code, stderr } = await cd(["up", "--simulate", "--plan", file, "--force"], {
    env,
    cwd: join(home, "shop"),
  });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as Plan;
  const found = resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
  return [...new Set(found.map(({ inputs }) => inputs["availabilityZone"]))].sort();
}

test.each([
  ["ca-central-1", ["ca-central-1b", "ca-central-1c"]],
  ["us-east-1", ["us-east-1a", "us-east-1b"]],
])("a stack in %s stands in %j, in the second run too", async (region, expected) => {
  expect(await zones(region)).toEqual(expected);
  expect(await zones(region)).toEqual(expected);
});
