/** One stack in two regions of an account: IAM is one service for both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectProgram } from "../../../stacks/project";
import type { EngineRequest, EngineRun } from "../../../src/ports";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import { systemClock } from "../../../src/wiring/clock";
import { containerOf, programArgs, projectOf, todo } from "../../support/projects";

const request: EngineRequest = {
  project: "todo",
  stack: "dev",
  onEvent: () => undefined,
  signal: new AbortController().signal,
};

let directory: string;
const clouds: SimulatedAws[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-regions-"));
  clouds.length = 0;
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function engineOf(region: string): SimulatorEngine {
  const otherRegions = () => clouds.filter((other) => other !== own);
  const own: SimulatedAws = new SimulatedAws({ region, otherRegions });
  clouds.push(own);
  const stateDirectory = join(directory, region);
  return new SimulatorEngine({ stateDirectory, region, clock: systemClock, cloud: () => own });
}

/** With an instance of each kind that has a role. */
function project() {
  const gpu = containerOf({
    name: "model",
    ports: [],
    gpus: 1,
    image: { kind: "reference", reference: "a:1" },
  });
  return projectOf([...todo().services, gpu]);
}

const up = (engine: SimulatorEngine, region: string): Promise<EngineRun> =>
  engine.up({ ...request, program: projectProgram(programArgs(project(), { region })) });

const roles = (cloud: SimulatedAws | undefined): readonly string[] =>
  ["aws:iam/role:Role", "aws:iam/instanceProfile:InstanceProfile"].flatMap(
    (type) => cloud?.all(type).map(({ id }) => id) ?? [],
  );

test("it comes up in both, side by side, and goes from one without touching the other", async () => {
  const [first, second] = [engineOf("us-east-1"), engineOf("eu-west-1")];
  await up(first, "us-east-1");
  await up(second, "eu-west-1");
  expect(roles(clouds[0]).length).toBeGreaterThan(4);
  for (const name of roles(clouds[0])) expect(name).toMatch(/^todo-dev-.*-us-east-1$/);
  for (const name of roles(clouds[1])) expect(name).toMatch(/-eu-west-1$/);
  const again = await up(first, "us-east-1");
  expect(new Set(again.steps.map(({ op }) => op))).toEqual(new Set(["same"]));
  const before = roles(clouds[0]);
  await second.destroy({ ...request });
  expect(roles(clouds[0])).toEqual(before);
});

test("a role's name is taken in every region of the account", async () => {
  const [one, other] = [engineOf("us-east-1"), engineOf("eu-west-1")].map((engine) => engine.cloud(request));
  const inputs = { name: "web", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) };
  await one?.create("aws:iam/role:Role", "urn:pulumi:dev::todo::aws:iam/role:Role::web", inputs);
  const again = other?.create("aws:iam/role:Role", "urn:pulumi:dev::todo::aws:iam/role:Role::web", inputs);
  await expect(again).rejects.toThrow(/'web' already exists/);
});
