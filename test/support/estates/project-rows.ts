import { modes } from "../../../src/modes/modes";
import { account } from "./plans";
import { part, some, text, zone, type Row } from "./row";

/** Part B of the estate: what each project and stack has. */
export const projectRows: readonly Row[] = [
  {
    ...{ type: "ecr/repository", name: "everything/kaniko-build", parent: "ImageBuild" },
    called: /^everything\/kaniko-build$/,
    has: { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  },
  {
    ...{ type: "ecr/lifecyclePolicy", name: "everything/kaniko-build", parent: "ImageBuild" },
    has: { policy: text(/imageCountMoreThan/) },
    after: ["ecr/repository everything/kaniko-build"],
  },
  {
    ...{ type: "ecr/repository", name: "everything/kaniko-build/cache", parent: "ImageBuild" },
    has: { imageTagMutability: "MUTABLE" },
  },
  {
    ...{ type: "ecr/lifecyclePolicy", name: "everything/kaniko-build/cache", parent: "ImageBuild" },
    has: { policy: text(/sinceImagePushed/) },
  },
  {
    ...{ type: "acm/certificate", name: `*.${zone}`, parent: "Certificate" },
    has: { domainName: `*.${zone}`, validationMethod: "DNS" },
  },
  {
    ...{ type: "route53/record", name: `validation-*.${zone}`, parent: "Certificate" },
    after: [`acm/certificate *.${zone}`],
  },
  {
    ...{ type: "acm/certificateValidation", name: `*.${zone}`, parent: "Certificate" },
    after: [`acm/certificate *.${zone}`, `route53/record validation-*.${zone}`],
  },
  { type: "acm/certificate", name: "everything.example.org", parent: "Certificate" },
  {
    ...{ type: "iam/role", name: "ecs-task-execution-role", parent: "Cluster" },
    has: { permissionsBoundary: account.BERTH_PERMISSIONS_BOUNDARY_ARN, path: "/berth/" },
    called: /^everything-dev-/,
  },
  ...["iam/role", "iam/instanceProfile"].map((type): Row => ({
    ...{ type, name: "ecs-agent-profile", parent: "GpuCapacity" },
    has: { path: "/berth/" },
    called: /^everything-dev-ecs-agent-profile(-[0-9a-f]{8})?-us-east-1$/,
  })),
  {
    ...{ type: "cloudwatch/eventRule", name: "everything-ecs-lifecycle-rule", parent: "LifecycleEvents" },
    has: { eventPattern: text(/ECS Task State Change.*ECS Deployment State Change/s) },
  },
  {
    ...{ type: "cloudwatch/eventTarget", name: "everything-ecs-event-cw-target", parent: "LifecycleEvents" },
    after: ["cloudwatch/eventRule everything-ecs-lifecycle-rule", "cloudwatch/logGroup events"],
  },
  {
    ...{ type: "ec2/vpcDhcpOptions", name: "dhcp-options", parent: "PrivateDns", network: true },
    has: { domainName: "everything.internal", domainNameServers: ["AmazonProvidedDNS"] },
  },
  {
    ...{ type: "ec2/vpcDhcpOptionsAssociation", name: "dhcp-options-association", parent: "PrivateDns" },
    network: true,
    after: ["ec2/vpcDhcpOptions dhcp-options", "ec2/vpc net"],
  },
  ...["builds", "logs"].map((name): Row => ({
    ...{ type: "cloudwatch/logGroup", name },
    parent: { builds: "ImageBuild", logs: "Cluster" }[name] ?? "LifecycleEvents",
    has: (mode) => ({ name: `/berth/everything/dev/${name}`, retentionInDays: modes[mode].logRetention }),
  })),
  {
    ...{ type: "cloudwatch/logGroup", name: "events", parent: "LifecycleEvents" },
    // EventBridge writes to groups under this prefix alone.
    has: (mode) => ({
      name: "/aws/events/berth/everything/dev/ecs",
      retentionInDays: modes[mode].logRetention,
    }),
  },
  {
    ...{ type: "iam/role", name: "kaniko-task-role", parent: "ImageBuild" },
    has: { assumeRolePolicy: text(/"ecs-tasks\.amazonaws\.com"/) },
  },
  {
    ...{ type: "iam/rolePolicy", name: "kaniko-task-role", parent: "ImageBuild" },
    has: { policy: text(/repository\/everything\/kaniko-build/) },
  },
  ...(["Arm64", "Amd64"] as const).map((architecture): Row => ({
    ...{ type: "ecs/taskDefinition", name: `kanikoTaskDef${architecture}`, parent: "ImageBuild" },
    has: {
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: part({ cpuArchitecture: architecture === "Arm64" ? "ARM64" : "X86_64" }),
    },
    after: ["iam/role kaniko-task-role", "iam/role ecs-task-execution-role"],
  })),
  {
    type: "s3/bucket",
    name: "everything-build",
    parent: "ImageBuild",
    called: /^berth-everything-dev-123456789012-/,
  },
  {
    ...{ type: "s3/bucketPublicAccessBlock", name: "everything-build-block", parent: "ImageBuild" },
    has: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  },
  { type: "s3/bucketServerSideEncryptionConfiguration", name: "everything-build", parent: "ImageBuild" },
  {
    ...{ type: "ecs/cluster", name: "cluster", parent: "Cluster" },
    called: /^everything-dev/,
  },
  {
    ...{ type: "ecs/clusterCapacityProviders", name: "cluster-capacity-providers", parent: "Cluster" },
    has: { capacityProviders: some("FARGATE", "FARGATE_SPOT") },
    after: ["ecs/cluster cluster"],
  },
  { type: "ec2/securityGroup", name: "everything_app-sg", parent: "Cluster", after: ["ec2/vpc net"] },
  ...["default", "greetings"].flatMap((name): readonly Row[] => [
    { type: "ec2/securityGroup", name: `everything_${name}-sg`, parent: "ServiceNetworks" },
    {
      type: "vpc/securityGroupIngressRule",
      name: `everything_network.${name}-self`,
      parent: "ServiceNetworks",
      has: { ipProtocol: "-1" },
      after: [`ec2/securityGroup everything_${name}-sg`],
    },
  ]),
  { type: "ec2/securityGroup", name: "bootstrap", parent: "ImageBuild", after: ["ec2/vpc net"] },
];
