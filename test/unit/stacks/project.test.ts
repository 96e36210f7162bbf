/** What a project and stack have in AWS; the rows of the estate are an integration test. */
import { projectProgram } from "../../../stacks/project";
import { modeNames, modeSettings } from "../../../src/modes/modes";
import { record, type Recording } from "../../support/mocks";
import { programArgs, todo } from "../../support/projects";

describe.each(modeNames)("in mode %s", (mode) => {
  let recording: Recording;
  beforeAll(async () => {
    const args = programArgs(todo(), {
      domain: "example.com",
      hostedZoneId: "Z1",
      mode: modeSettings(mode, { edge: "balancer" }),
    });
    recording = await record(projectProgram(args));
  });

  test("every resource has a component as its parent, and the stack's provider", () => {
    const provider = recording.find("pulumi:providers:aws", "aws").urn;
    const parents = new Map(recording.resources.map((resource) => [resource.urn, resource]));
    const rest = recording.resources.filter(({ type }) => !/^(pulumi|berth):/.test(type));
    expect(rest.filter(({ parent }) => parents.get(parent)?.type.startsWith("berth:aws:") !== true)).toEqual(
      [],
    );
    const astray = rest.filter((resource) => resource.custom && !resource.provider.startsWith(provider));
    expect(astray).toEqual([]);
  });

  test("logs are kept as long as the mode says", () => {
    const kept = recording
      .ofType("aws:cloudwatch/logGroup:LogGroup")
      .map(({ inputs }) => inputs["retentionInDays"]);
    expect(kept).toEqual(kept.map(() => modeSettings(mode).logRetention));
  });
});

describe("what ECS tells", () => {
  test("goes to the log group: this cluster's tasks and deployments, by EventBridge and nobody else", async () => {
    const recording = await record(projectProgram(programArgs(todo())));
    const rule = recording.find("aws:cloudwatch/eventRule:EventRule", "todo-ecs-lifecycle-rule");
    const pattern = JSON.parse(rule.inputs["eventPattern"] as string) as { $or: unknown[] };
    expect(pattern.$or).toEqual([
      {
        "detail-type": ["ECS Task State Change"],
        detail: { clusterArn: ["arn:aws:test:us-east-1:123456789012:aws:ecs/cluster:Cluster/cluster"] },
      },
      {
        "detail-type": ["ECS Deployment State Change"],
        resources: [{ prefix: "arn:aws:ecs:us-east-1:123456789012:service/todo-dev-cluster/" }],
      },
    ]);
    const policy = recording.find("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "events");
    expect(policy.inputs["policyName"]).toBeUndefined();
    expect(policy.inputs["policyDocument"]).toContain("aws:SourceArn");
    const target = recording.find("aws:cloudwatch/eventTarget:EventTarget", "todo-ecs-event-cw-target");
    expect(target.dependsOn).toContain(policy.urn);
  });
});

describe("two stacks of one project in one account", () => {
  const nameProperties: Readonly<Record<string, string>> = {
    Bucket: "bucket",
    TaskDefinition: "family",
    Instance: "identifier",
    ReplicationGroup: "replicationGroupId",
  };
  /** What AWS lets only one of an account bear. */
  const names = (recording: Recording): string[] =>
    recording.resources.flatMap(({ type, inputs }) => {
      const key = nameProperties[type.split(":")[2] ?? ""] ?? "name";
      const perNetwork = /servicediscovery|route53/.test(type);
      return perNetwork || !(key in inputs) ? [] : [`${type} ${String(inputs[key])}`];
    });

  test("share no name, in public or in private", async () => {
    const [one, other] = [
      await record(projectProgram(programArgs(todo(), { domain: "example.com" }))),
      await record(projectProgram(programArgs(todo(), { domain: "example.com", stack: "staging" })), {
        stack: "staging",
      }),
    ];
    expect(names(one).length).toBeGreaterThan(25);
    expect(names(other).filter((name) => names(one).includes(name))).toEqual([]);
    expect(one.outputs["endpoints"]).toEqual({ web: "https://web.todo.example.com" });
    expect(other.outputs["endpoints"]).toEqual({ web: "https://web.staging.todo.example.com" });
  });

  test("the default stack's registry bears the project's name alone", async () => {
    const staging = await record(projectProgram(programArgs(todo(), { stack: "staging" })));
    const repository = staging.find("aws:ecr/repository:Repository", "todo/kaniko-build");
    expect(repository.inputs["name"]).toBe("todo/staging/kaniko-build");
  });
});
