import { projectProgram } from "../../../../stacks/project";
import { record } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const project = projectOf([containerOf()]);

test("the provider has the stack's region and retries, and AWS's own endpoints", async () => {
  const recording = await record(projectProgram(programArgs(project, { region: "eu-west-1" })));
  const { inputs } = recording.find("pulumi:providers:aws", "aws");
  expect(inputs).toMatchObject({ region: "eu-west-1", retryMode: "standard" });
  expect(Number(inputs["maxRetries"])).toBeGreaterThan(0);
  expect(inputs).not.toHaveProperty("endpoints");
});

test("another endpoint is every service's", async () => {
  const endpointUrl = "http://127.0.0.1:4566";
  const recording = await record(projectProgram(programArgs(project, { endpointUrl })));
  const { inputs } = recording.find("pulumi:providers:aws", "aws");
  // The provider's own inputs travel as JSON text.
  const [endpoints] = JSON.parse(inputs["endpoints"] as string) as Record<string, string>[];
  expect(new Set(Object.values(endpoints ?? {}))).toEqual(new Set([endpointUrl]));
  expect(Object.keys(endpoints ?? {})).toEqual(
    expect.arrayContaining(["ec2", "ecs", "s3", "sts", "rds", "ssm"]),
  );
  expect(inputs).toMatchObject({ s3UsePathStyle: "true", skipCredentialsValidation: "true" });
});
