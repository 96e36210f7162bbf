import { projectProgram } from "../../../../stacks/project";
import { modeNames, modeSettings } from "../../../../src/modes/modes";
import { record } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

function deployed(settings: Readonly<Record<string, unknown>>) {
  const services = [containerOf({ name: "web" }), containerOf({ name: "worker", ports: [] })];
  return record(
    projectProgram(programArgs(projectOf(services), { mode: modeSettings("affordable", settings) })),
  );
}

test("a published service goes back where its requests fail; one that nobody outside asks has no alarm", async () => {
  const recording = await deployed({ deploymentAlarms: true });
  const alarms = recording.resources.filter(({ type }) => type === alarmType);
  expect(alarms.map(({ name, inputs }) => [name, inputs["name"]])).toEqual([
    ["web-errors", "todo-dev-web-errors"],
  ]);
  const [alarm] = alarms;
  const queries = alarm?.inputs["metricQueries"] as readonly Record<string, unknown>[];
  expect(queries.filter(({ returnData }) => returnData === true).map(({ id }) => id)).toEqual(["share"]);
  for (const metric of queries.flatMap((query) => query["metric"] ?? [])) {
    expect(metric).toMatchObject({ stat: "Sum", period: 60, namespace: "AWS/ApplicationELB" });
  }
  const { inputs: web } = recording.find("aws:ecs/service:Service", "web");
  expect(web["alarms"]).toEqual({ enable: true, rollback: true, alarmNames: ["todo-dev-web-errors"] });
  expect(recording.find("aws:ecs/service:Service", "worker").inputs).not.toHaveProperty("alarms");
});

test("there are none where the mode has none", async () => {
  const recording = await deployed({});
  expect(recording.resources.filter(({ type }) => type === alarmType)).toEqual([]);
  expect(recording.find("aws:ecs/service:Service", "web").inputs).not.toHaveProperty("alarms");
});

test("the modes that cost more have them", () => {
  expect(modeNames.filter((name) => modeSettings(name).deploymentAlarms)).toEqual([
    "balanced",
    "high-availability",
  ]);
});

test("alarms of the file stand beside the mode's, by name, also of a service that nobody outside asks", async () => {
  const alarms = ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:queue: old", "slow"];
  const services = [containerOf({ name: "web", alarms }), containerOf({ name: "worker", ports: [], alarms })];
  const deploy = (settings: Readonly<Record<string, unknown>>) =>
    record(projectProgram(programArgs(projectOf(services), { mode: modeSettings("affordable", settings) })));
  const of = (name: string, recording: Awaited<ReturnType<typeof deploy>>): unknown =>
    recording.find("aws:ecs/service:Service", name).inputs["alarms"];
  const names = ["queue: old", "slow"];
  const both = await deploy({ deploymentAlarms: true });
  expect(of("web", both)).toEqual({
    enable: true,
    rollback: true,
    alarmNames: ["todo-dev-web-errors", ...names],
  });
  const alone = await deploy({});
  for (const name of ["web", "worker"])
    expect(of(name, alone)).toEqual({ enable: true, rollback: true, alarmNames: names });
});
