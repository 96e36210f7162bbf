import { modeNames, modes } from "../../../src/modes/modes";
import { account } from "./plans";
import { part, some, text, type Row } from "./row";

/** Part C, what runs and what is kept. */
export const serviceRows: readonly Row[] = [
  {
    ...{ type: "servicediscovery/privateDnsNamespace", name: "everything.internal", parent: "PrivateDns" },
    has: { name: "everything.internal" },
    after: ["ec2/vpc net"],
  },
  ...["site", "api", "greeter", "clock"].flatMap((name): readonly Row[] => [
    {
      ...{ type: "ecs/service", name, parent: "ContainerService" },
      has: (mode) => ({
        deploymentCircuitBreaker: { enable: true, rollback: true },
        networkConfiguration: part({ assignPublicIp: false }),
        capacityProviderStrategies:
          modes[mode].capacity === "on-demand"
            ? [part({ capacityProvider: "FARGATE" })]
            : some(part({ capacityProvider: "FARGATE_SPOT" })),
      }),
      after: [`ecs/taskDefinition ${name}`, `servicediscovery/service ${name}`, "ecs/cluster cluster"],
    },
    {
      ...{ type: "ecs/taskDefinition", name, parent: "ContainerService" },
      after: [`iam/role ${name}-task-role`, "iam/role ecs-task-execution-role"],
    },
    { type: "iam/role", name: `${name}-task-role`, parent: "ContainerService" },
    { type: "servicediscovery/service", name, parent: "ContainerService" },
  ]),
  {
    ...{ type: "ecs/service", name: "site", parent: "ContainerService" },
    after: ["lb/listenerRule site", "lb/listenerRule site--9090", "ecs/service api"],
  },
  {
    type: "ecs/service",
    name: "api",
    parent: "ContainerService",
    after: ["ecs/taskDefinition migrate", "rds/instance db"],
  },
  {
    ...{ type: "ecs/service", name: "vision", parent: "ContainerService" },
    has: {
      capacityProviderStrategies: [{ capacityProvider: "gpu-everything-dev-g4dn-xlarge", weight: 1 }],
      networkConfiguration: part({ assignPublicIp: false }),
    },
    after: [
      "ecs/clusterCapacityProviders cluster-capacity-providers",
      "ecs/capacityProvider gpu-g4dn-xlarge",
    ],
  },
  {
    ...{ type: "ecs/taskDefinition", name: "vision", parent: "ContainerService" },
    has: {
      requiresCompatibilities: ["EC2"],
      containerDefinitions: text(/"resourceRequirements":\[\{"type":"GPU"/),
    },
  },
  {
    ...{ type: "ec2/launchTemplate", name: "gpu-g4dn-xlarge", parent: "GpuCapacity" },
    has: {
      metadataOptions: part({ httpTokens: "required", httpPutResponseHopLimit: 1 }),
      blockDeviceMappings: [part({ ebs: part({ encrypted: "true" }) })],
    },
    after: ["iam/instanceProfile ecs-agent-profile"],
  },
  {
    ...{ type: "autoscaling/group", name: "gpu-g4dn-xlarge", parent: "GpuCapacity" },
    has: { minSize: 0, protectFromScaleIn: true },
    after: ["ec2/launchTemplate gpu-g4dn-xlarge", "iam/rolePolicy ecs-agent-profile"],
  },
  {
    ...{ type: "ecs/capacityProvider", name: "gpu-g4dn-xlarge", parent: "GpuCapacity" },
    after: ["autoscaling/group gpu-g4dn-xlarge"],
  },
  ...["site", "site--9090", "api", "greeter"].map((route): Row => ({
    ...{ type: "cloudwatch/metricAlarm", name: `${route}-errors`, parent: "DeploymentAlarms" },
    has: { comparisonOperator: "GreaterThanOrEqualToThreshold", treatMissingData: "notBreaching" },
    modes: ["balanced", "high-availability"],
    after: [`lb/targetGroup ${route}`],
  })),
  {
    ...{ type: "ecs/service", name: "site", parent: "ContainerService" },
    has: (mode) =>
      modes[mode].deploymentAlarms
        ? { alarms: { enable: true, rollback: true, alarmNames: some(text(/-site-errors/)) } }
        : {},
  },
  { type: "servicediscovery/instance", name: "time", parent: "ContainerService" },
  { type: "ecs/taskDefinition", name: "migrate", parent: "OneOffTask", after: ["rds/instance db"] },
  {
    ...{ type: "iam/rolePolicyAttachment", name: "api-arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess" },
    parent: "ContainerService",
  },
  {
    ...{ type: "appautoscaling/target", name: "site", parent: "Autoscaling" },
    has: { minCapacity: 2, maxCapacity: 6 },
    after: ["ecs/service site"],
  },
  ...["cpu", "memory", "requests"].map((metric): Row => ({
    ...{ type: "appautoscaling/policy", name: `site-${metric}`, parent: "Autoscaling" },
    has: { policyType: "TargetTrackingScaling" },
    after: ["appautoscaling/target site"],
  })),
  {
    ...{ type: "rds/instance", name: "db", parent: "Postgres" },
    has: (mode) => ({
      ...{ engine: "postgres", engineVersion: "17", allocatedStorage: 30, storageEncrypted: true },
      ...{ publiclyAccessible: false, skipFinalSnapshot: false, password: "[secret]" },
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      multiAz: modes[mode].postgresMultiAz,
      backupRetentionPeriod: modes[mode].postgresBackupRetention,
      deletionProtection: modes[mode].postgresDeletionProtection,
      instanceClass: modes[mode].postgresInstanceClass,
    }),
    after: ["rds/subnetGroup db", "rds/parameterGroup db", "ec2/securityGroup db-server"],
  },
  {
    ...{ type: "rds/subnetGroup", name: "db", parent: "Postgres" },
    after: ["ec2/subnet net-private-1", "ec2/subnet net-private-2"],
  },
  {
    ...{ type: "rds/parameterGroup", name: "db", parent: "Postgres" },
    has: (mode) => ({
      family: "postgres17",
      parameters: some(
        part({ name: "rds.force_ssl", value: modes[mode].postgresTls === "required" ? "1" : "0" }),
      ),
    }),
  },
  {
    ...{ type: "elasticache/replicationGroup", name: "cache", parent: "Redis" },
    has: (mode) => ({
      ...{ atRestEncryptionEnabled: true, transitEncryptionEnabled: true },
      ...(modes[mode].redisTls === "required"
        ? { transitEncryptionMode: "required", authToken: "[secret]" }
        : { transitEncryptionMode: "preferred" }),
      nodeType: modes[mode].redisNodeType,
      numCacheClusters: modes[mode].redisNodes,
      automaticFailoverEnabled: modes[mode].redisNodes > 1,
      snapshotRetentionLimit: modes[mode].redisSnapshotRetention,
    }),
    after: ["elasticache/subnetGroup cache", "ec2/securityGroup cache-server"],
  },
  { type: "elasticache/subnetGroup", name: "cache", parent: "Redis", after: ["ec2/subnet net-private-1"] },
  ...["db", "cache", "ledger", "queue"].flatMap((store): readonly Row[] => [
    { type: "ec2/securityGroup", name: `${store}-server`, parent: "*" },
    { type: "ec2/securityGroup", name: `${store}-clients`, parent: "*" },
    { type: "servicediscovery/service", name: store, parent: "*" },
    { type: "servicediscovery/instance", name: store, parent: "*" },
  ]),
  ...["api/DATABASE_URL", "site/QUEUE_URL", "queue/auth-token", "api/REDIS_URL", "cache/auth-token"].map(
    (name): Row => ({
      ...{ type: "ssm/parameter", name, parent: "*" },
      modes: /REDIS_URL|^cache/.test(name) ? ["high-availability"] : modeNames,
      has: { type: "SecureString", keyId: account.BERTH_SECRETS_KEY_ARN, value: "[secret]" },
      called: /^\/berth\/everything\/dev\//,
    }),
  ),
  {
    type: "ssm/parameter",
    name: "site/files/etc/site/features.json",
    parent: "*",
    has: { type: "SecureString" },
  },
  {
    ...{ type: "efs/fileSystem", name: "volumes", parent: "Volumes" },
    has: (mode) => ({ encrypted: true, throughputMode: modes[mode].volumeThroughput }),
  },
  {
    ...{ type: "efs/accessPoint", name: "uploads", parent: "Volumes" },
    has: { rootDirectory: part({ path: text(/uploads/) }) },
    after: ["efs/fileSystem volumes"],
  },
  ...[1, 2].map((n): Row => ({
    ...{ type: "efs/mountTarget", name: `volumes-${n}`, parent: "Volumes" },
    after: [`ec2/subnet net-private-${n}`, "ec2/securityGroup volumes-server"],
  })),
  {
    type: "efs/fileSystemPolicy",
    name: "volumes",
    parent: "Volumes",
    has: { policy: text(/SecureTransport/) },
  },
];
