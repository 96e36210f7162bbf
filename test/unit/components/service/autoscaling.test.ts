import { projectProgram } from "../../../../stacks/project";
import type { ContainerService } from "../../../../src/model/project";
import { type ModeName, modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const target = "aws:appautoscaling/target:Target";
const policy = "aws:appautoscaling/policy:Policy";

async function deployed(own: Partial<ContainerService>, mode: ModeName = "affordable"): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([containerOf(own)]), { mode: modeSettings(mode) })));
}

test("a service without it has a fixed number of tasks", async () => {
  const recording = await deployed({ replicas: 2 });
  expect(recording.ofType(target)).toEqual([]);
});

test("the target is the service, its range the file's", async () => {
  const recording = await deployed({ replicas: 2, autoscaling: { min: 2, max: 6, cpu: 50 } });
  expect(recording.find(target, "web").inputs).toMatchObject({
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: "service/todo-dev-cluster/todo-dev-web",
    minCapacity: 2,
    maxCapacity: 6,
  });
  expect(recording.find("aws:ecs/service:Service", "web").inputs).toMatchObject({ desiredCount: 2 });
});

test.each([
  ["affordable", { min: 1, max: 1 }, [1, 1], 1],
  ["affordable", { min: 4, max: 8 }, [4, 8], 4],
  ["high-availability", { min: 1, max: 1 }, [2, 2], 2],
] as const)("mode %s, %j", async (mode, range, [minCapacity, maxCapacity], desiredCount) => {
  const recording = await deployed({ autoscaling: { ...range, cpu: 70 } }, mode);
  expect(recording.find(target, "web").inputs).toMatchObject({ minCapacity, maxCapacity });
  expect(recording.find("aws:ecs/service:Service", "web").inputs).toMatchObject({ desiredCount });
});

test("each measure is a policy; requests are those of the published port", async () => {
  const recording = await deployed({ autoscaling: { min: 1, max: 9, cpu: 50, memory: 60, requests: 700 } });
  const configuration = (name: string): unknown =>
    recording.find(policy, `web-${name}`).inputs["targetTrackingScalingPolicyConfiguration"];
  expect(recording.ofType(policy)).toHaveLength(3);
  expect(configuration("cpu")).toMatchObject({
    targetValue: 50,
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
  });
  expect(configuration("memory")).toMatchObject({
    targetValue: 60,
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
  });
  expect(configuration("requests")).toMatchObject({
    targetValue: 700,
    predefinedMetricSpecification: {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: expect.stringMatching(/^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/) as string,
    },
  });
});
