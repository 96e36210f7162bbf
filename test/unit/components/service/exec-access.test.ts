/** ECS Exec: enabled where the mode says so, with what its agent needs and nothing more. */
import { projectProgram } from "../../../../stacks/project";
import { modeNames, modeSettings, type ModeSettings } from "../../../../src/modes/modes";
import type { ContainerService } from "../../../../src/model/project";
import { record } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

async function declared(mode: ModeSettings, own: Partial<ContainerService> = {}) {
  const image = { kind: "reference", reference: "app:1" } as const;
  const services = [containerOf({ image, ...own })];
  const recording = await record(projectProgram(programArgs(projectOf(services), { mode })));
  const policies = recording
    .ofType("aws:iam/rolePolicy:RolePolicy")
    .filter(({ name }) => name === "web-task-role")
    .map(({ inputs }) => JSON.parse(inputs["policy"] as string) as object);
  const enabled = recording
    .ofType("aws:ecs/service:Service")
    .map(({ inputs }) => inputs["enableExecuteCommand"]);
  return { enabled, policies, recording };
}

test.each([
  ["affordable", true],
  ["balanced", true],
  ["high-availability", false],
] as const)("in mode %s: %s", async (mode, enabled) => {
  expect((await declared(modeSettings(mode))).enabled).toEqual([enabled]);
});

test.each(modeNames)("in mode %s the file decides", async (mode) => {
  const { execEnabled } = modeSettings(mode);
  const own = modeSettings(mode, { execEnabled: !execEnabled });
  expect((await declared(own)).enabled).toEqual([!execEnabled]);
});

test("the service's role may open the channels of the agent, and the tasks wait for that", async () => {
  const { policies, recording } = await declared(modeSettings("affordable"));
  expect(policies).toEqual([
    {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          Resource: "*",
        },
      ],
    },
  ]);
  const policy = recording.find("aws:iam/rolePolicy:RolePolicy", "web-task-role");
  expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").dependsOn).toContain(policy.urn);
});

test.each<[string, Partial<ModeSettings>, Partial<ContainerService>]>([
  ["where it is switched off", { execEnabled: false }, {}],
  ["for a container that can't be written to, in which the agent can't start", {}, { readOnly: true }],
])("no right and no agent %s", async (_where, settings, own) => {
  const { enabled, policies } = await declared({ ...modeSettings("affordable"), ...settings }, own);
  expect([enabled, policies]).toEqual([[false], []]);
});

test("a one-off task, which nobody can reach in time, has neither", async () => {
  const { policies } = await declared(modeSettings("affordable"), { lifecycle: "task", ports: [] });
  expect(policies).toEqual([]);
});
