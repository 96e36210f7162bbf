/** What holds for every resource, whatever the project: closed, tagged, encrypted, within AWS's names. */
import { projectProgram } from "../../../stacks/project";
import { modeNames, modeSettings } from "../../../src/project/modes";
import { nameLimits } from "../../../src/project/naming";
import { record, type RecordedResource, type Recording } from "../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf, redisOf, todo } from "../../support/projects";

const boundary = "arn:aws:iam::123456789012:policy/boundary";
const key = "arn:aws:kms:us-east-1:123456789012:key/1";

/** Types that AWS lets nobody tag. */
const untaggable = [
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:ec2/route:Route",
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:efs/backupPolicy:BackupPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  "aws:efs/mountTarget:MountTarget",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:route53/record:Record",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:servicediscovery/instance:Instance",
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
}

function statements(resource: RecordedResource): readonly Statement[] {
  return (JSON.parse(resource.inputs["policy"] as string) as { Statement: Statement[] }).Statement;
}

function tagsOf({ inputs }: RecordedResource): Record<string, unknown> {
  const tags = inputs["tags"] ?? {};
  if (!Array.isArray(tags)) return tags as Record<string, unknown>;
  return Object.fromEntries(
    (tags as { key: string; value: string }[]).map(({ key: name, value }) => [name, value]),
  );
}

describe.each(modeNames.flatMap((mode) => [[mode, "example.com"] as const, [mode, undefined] as const]))(
  "in mode %s with domain %s",
  (mode, domain) => {
    let recording: Recording;
    let resources: readonly RecordedResource[];
    beforeAll(async () => {
      const args = programArgs(todo(), {
        mode: modeSettings(mode),
        permissionsBoundaryArn: boundary,
        secretsKeyArn: key,
        pullThroughDockerHub: "docker-hub",
        ...(domain === undefined ? {} : { domain }),
      });
      recording = await record(projectProgram(args));
      resources = recording.resources.filter(({ type }) => /^aws(x?):/.test(type));
    });

    test("only the load balancer's 80 and 443 are open to the world", () => {
      const open = recording
        .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(
          ({ inputs }) =>
            inputs["cidrIpv4"] === "0.0.0.0/0" || "cidrIpv6" in inputs || "prefixListId" in inputs,
        );
      const ports = domain === undefined ? [80] : [80, 443];
      expect(
        open.map(({ inputs }) => [inputs["securityGroupId"], inputs["fromPort"], inputs["toPort"]]),
      ).toEqual(ports.map((port) => ["alb-id", port, port]));
    });

    test("rules are resources of their own, never inline", () => {
      const groups = recording.ofType("aws:ec2/securityGroup:SecurityGroup");
      expect(groups.filter(({ inputs }) => "ingress" in inputs || "egress" in inputs)).toEqual([]);
    });

    test("a database lets in its own clients and nobody else", () => {
      const rules = recording.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
      const into = (group: string): unknown[] =>
        rules
          .filter(({ inputs }) => inputs["securityGroupId"] === group)
          .map(({ inputs }) => [inputs["referencedSecurityGroupId"], inputs["fromPort"], inputs["toPort"]]);
      expect(into("db-server-id")).toEqual([["db-clients-id", 5432, 5432]]);
      expect(into("cache-server-id")).toEqual([["cache-clients-id", 6379, 6379]]);
      expect(into("bootstrap-id")).toEqual([]);
    });

    test("services and databases stand in private subnets, without public addresses", () => {
      for (const { inputs } of recording.ofType("aws:ecs/service:Service")) {
        const { subnets, assignPublicIp } = inputs["networkConfiguration"] as Record<string, unknown>;
        expect(assignPublicIp).toBe(false);
        expect((subnets as string[]).every((id) => id.startsWith("subnet-private-"))).toBe(true);
      }
      expect(recording.find("aws:rds/instance:Instance", "db").inputs["publiclyAccessible"]).toBe(false);
      const groups = resources.filter(({ type }) => type.endsWith(":SubnetGroup"));
      expect(groups.flatMap(({ inputs }) => inputs["subnetIds"] as string[])).not.toContainEqual(
        expect.stringContaining("public"),
      );
    });

    test("every resource that can bear them has the tags, a service's own its name", () => {
      const bare = resources.filter(
        (resource) =>
          !untaggable.includes(resource.type) &&
          (tagsOf(resource)["berth:project"] !== "todo" || tagsOf(resource)["berth:stack"] !== "dev"),
      );
      expect(bare.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
      const services = recording.ofType("aws:ecs/service:Service");
      expect(services.map((service) => tagsOf(service)["berth:service"])).toEqual(
        services.map(({ name }) => name),
      );
    });

    test("every role bears the boundary and no policy has * where a name can stand", () => {
      const roles = recording.ofType("aws:iam/role:Role");
      expect(roles.map(({ inputs }) => inputs["permissionsBoundary"])).toEqual(roles.map(() => boundary));
      const granted = recording.ofType("aws:iam/rolePolicy:RolePolicy").flatMap(statements);
      expect(granted.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
      const unbound = granted.filter(({ Resource }) => [Resource].flat().includes("*"));
      // The registry's token and the channels of ECS Exec are nobody's resource.
      const nameless = unbound.flatMap(({ Action }) => Action).filter((action) => !/^ssmmessages:/.test(action));
      expect(new Set(nameless)).toEqual(new Set(["ecr:GetAuthorizationToken"]));
    });

    test("the build role reads its contexts and the caches, and writes its two repositories", () => {
      const granted = statements(recording.find("aws:iam/rolePolicy:RolePolicy", "kaniko-task-role"));
      expect(granted.map(({ Resource }) => Resource)).toEqual([
        "*",
        [
          "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build",
          "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build/cache",
        ],
        ["arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/*"],
        expect.stringMatching(/^arn:aws:s3:::berth-todo-dev-123456789012-.*\/contexts\/\*$/),
      ]);
    });

    test("what is stored is encrypted and buckets are closed", () => {
      expect(recording.find("aws:rds/instance:Instance", "db").inputs["storageEncrypted"]).toBe(true);
      const cache = recording.find("aws:elasticache/replicationGroup:ReplicationGroup", "cache").inputs;
      expect(cache).toMatchObject({ atRestEncryptionEnabled: true, transitEncryptionEnabled: true });
      for (const { name } of recording.ofType("aws:s3/bucket:Bucket")) {
        const block = recording.find(
          "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
          `${name}-block`,
        );
        expect(block.inputs).toMatchObject({
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        });
        recording.find(
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
          name,
        );
        const [tls] = statements(recording.find("aws:s3/bucketPolicy:BucketPolicy", name));
        expect(tls).toMatchObject({
          Effect: "Deny",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        });
      }
    });

    test("no secret's value stands in a task definition, and where it stands it is secret in the state", () => {
      for (const { inputs } of recording.ofType("aws:ecs/taskDefinition:TaskDefinition")) {
        expect(inputs["containerDefinitions"]).not.toContain("value-of-");
      }
      const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("value-of-"));
      expect(holders.map(({ name, secretInputs }) => [name, secretInputs]).sort()).toEqual([
        ["db", ["password"]],
        ["web/DATABASE_URL", ["value"]],
        ["worker/DATABASE_URL", ["value"]],
      ]);
    });
  },
);

describe("names of the greatest length", () => {
  const longest = (letter: string): string => letter.repeat(63);

  test("stay within AWS's limits", async () => {
    const services = [
      postgresOf({ name: longest("d") }),
      redisOf({ name: longest("r") }),
      containerOf({ name: longest("w"), uses: [longest("d"), longest("r")] }),
    ];
    const stack = longest("s");
    const args = programArgs(projectOf(services, longest("p")), {
      stack,
      mode: modeSettings("high-availability"),
    });
    const recording = await record(projectProgram(args), { project: longest("p"), stack });
    const limits: readonly (readonly [string, string, number])[] = [
      ["aws:lb/loadBalancer:LoadBalancer", "name", nameLimits.loadBalancer],
      ["aws:lb/targetGroup:TargetGroup", "name", nameLimits.targetGroup],
      ["aws:iam/role:Role", "name", nameLimits.role],
      ["aws:rds/instance:Instance", "identifier", nameLimits.databaseInstance],
      ["aws:rds/instance:Instance", "finalSnapshotIdentifier", nameLimits.databaseSnapshot],
      ["aws:rds/subnetGroup:SubnetGroup", "name", nameLimits.databaseGroup],
      [
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "replicationGroupId",
        nameLimits.replicationGroup,
      ],
      ["aws:ecs/cluster:Cluster", "name", nameLimits.cluster],
      ["aws:ecs/service:Service", "name", nameLimits.service],
      ["aws:ecs/taskDefinition:TaskDefinition", "family", nameLimits.taskFamily],
      ["aws:cloudwatch/logGroup:LogGroup", "name", nameLimits.logGroup],
      ["aws:cloudwatch/eventRule:EventRule", "name", nameLimits.eventRule],
      ["aws:s3/bucket:Bucket", "bucket", nameLimits.bucket],
      ["aws:ecr/repository:Repository", "name", nameLimits.repository],
      ["aws:ec2/securityGroup:SecurityGroup", "name", nameLimits.securityGroup],
    ];
    for (const [type, property, limit] of limits) {
      const names = recording.ofType(type).map(({ inputs }) => inputs[property] as string);
      expect(names.length).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name.length).toBeLessThanOrEqual(limit);
    }
  });
});
