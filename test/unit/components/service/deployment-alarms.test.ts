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
