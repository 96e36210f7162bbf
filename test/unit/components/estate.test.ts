/** The rows of the estate: what a project and stack have in AWS, under which names. */
import { projectProgram } from "../../../stacks/project";
import { modeNames, modeSettings } from "../../../src/project/modes";
import { record, type Recording } from "../../support/mocks";
import { programArgs, todo } from "../../support/projects";

/** Type and logical name, for project `todo` under `example.com`. */
const rows: readonly (readonly [string, string])[] = [
  ["aws:ecr/repository:Repository", "todo/kaniko-build"],
  ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "todo/kaniko-build"],
  ["aws:ecr/repository:Repository", "todo/kaniko-build/cache"],
  ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "todo/kaniko-build/cache"],
  ["aws:acm/certificate:Certificate", "*.todo.example.com"],
  ["aws:acm/certificateValidation:CertificateValidation", "*.todo.example.com"],
  ["aws:route53/record:Record", "validation-*.todo.example.com"],
  ["aws:iam/role:Role", "ecs-task-execution-role"],
  ["aws:cloudwatch/eventRule:EventRule", "todo-ecs-lifecycle-rule"],
  ["aws:cloudwatch/eventTarget:EventTarget", "todo-ecs-event-cw-target"],
  ["aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "dhcp-options"],
  ["aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", "dhcp-options-association"],
  ["aws:cloudwatch/logGroup:LogGroup", "builds"],
  ["aws:cloudwatch/logGroup:LogGroup", "logs"],
  ["aws:iam/role:Role", "kaniko-task-role"],
  ["aws:ecs/taskDefinition:TaskDefinition", "kanikoTaskDefArm64"],
  ["aws:ecs/taskDefinition:TaskDefinition", "kanikoTaskDefAmd64"],
  ["aws:s3/bucket:Bucket", "todo-build"],
  ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "todo-build-block"],
  ["aws:ecs/cluster:Cluster", "cluster"],
  ["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "cluster-capacity-providers"],
  ["aws:ec2/securityGroup:SecurityGroup", "todo_app-sg"],
  ["aws:ec2/securityGroup:SecurityGroup", "bootstrap"],
  // What the architecture needs besides.
  ["awsx:ec2:Vpc", "net"],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", "s3"],
  ["aws:lb/loadBalancer:LoadBalancer", "alb"],
  ["aws:lb/listener:Listener", "http"],
  ["aws:lb/listener:Listener", "https"],
  ["aws:lb/targetGroup:TargetGroup", "web"],
  ["aws:lb/listenerRule:ListenerRule", "web"],
  ["aws:route53/record:Record", "web.todo.example.com"],
  ["aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "todo.internal"],
  ["aws:servicediscovery/service:Service", "web"],
  ["aws:servicediscovery/service:Service", "db"],
  ["aws:servicediscovery/instance:Instance", "cache"],
  ["aws:ecs/taskDefinition:TaskDefinition", "web"],
  ["aws:ecs/service:Service", "worker"],
  ["aws:iam/role:Role", "web-task-role"],
  ["aws:rds/instance:Instance", "db"],
  ["aws:rds/subnetGroup:SubnetGroup", "db"],
  ["aws:rds/parameterGroup:ParameterGroup", "db"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", "cache"],
  ["aws:elasticache/subnetGroup:SubnetGroup", "cache"],
  ["aws:ssm/parameter:Parameter", "web/DATABASE_URL"],
];

describe.each(modeNames)("in mode %s", (mode) => {
  let recording: Recording;
  beforeAll(async () => {
    const args = programArgs(todo(), { domain: "example.com", hostedZoneId: "Z1", mode: modeSettings(mode) });
    recording = await record(projectProgram(args));
  });

  test.each(rows)("there is one %s named %s", (type, name) => {
    expect(recording.find(type, name).custom).toBe(type !== "awsx:ec2:Vpc");
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
