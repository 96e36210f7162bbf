/** What ECS, Fargate, ECR and Application Auto Scaling refuse. */
import { ChoiceRule, DocumentRule, RangeRule, Rule } from "./rule";

const taskSize = "Amazon ECS Developer Guide: Task CPU and memory (Fargate)";
const fargate = "Amazon ECS Developer Guide: Task definition differences for Fargate";
const register = "Amazon ECS API: RegisterTaskDefinition";
const healthCheck = "Amazon ECS API: HealthCheck";
const ecsQuotas = "Amazon ECS Developer Guide: Amazon ECS service quotas";
const createService = "Amazon ECS API: CreateService";
const vpcConfiguration = "Amazon ECS API: AwsVpcConfiguration";
const strategyItem = "Amazon ECS API: CapacityProviderStrategyItem";
const scaling = "Application Auto Scaling API: RegisterScalableTarget";

export const taskRules = {
  cpu: new Rule({
    what: "CPU of a Fargate task, in units",
    limit: "256, 512, 1024, 2048, 4096, 8192, 16384",
    source: taskSize,
    fix: "set deploy.resources to a size that Fargate has",
  }),
  memory: new Rule({
    what: "memory of a Fargate task, in MiB",
    limit: "512, 1024 or 2048 with 256 units; 2 to 8 GiB for each vCPU with more, in steps of 1, 4 or 8 GiB",
    source: taskSize,
    fix: "set deploy.resources to a size that Fargate has",
  }),
  networkMode: new ChoiceRule("network mode of a Fargate task", ["awsvpc"], fargate),
  containerName: new Rule({
    what: "name of a container",
    limit: "1 to 255 letters, digits, hyphens and underscores",
    source: "Amazon ECS API: ContainerDefinition",
    fix: "use another name for the service",
  }),
  sameName: new Rule({
    what: "names of a task's containers",
    limit: "each once",
    source: register,
    fix: "use another name for the service",
  }),
  containers: new RangeRule("containers of a task definition", 1, 10, ecsQuotas),
  definitionSize: new Rule({
    what: "size of a task definition, in KiB",
    limit: "64",
    source: ecsQuotas,
    fix: "put long values of environment into configs, or into Parameter Store",
  }),
  containerList: new Rule({
    what: "containers of a task, as a text",
    limit: "a JSON list",
    source: register,
    fix: "write a JSON list of container definitions",
  }),
  image: new Rule({
    what: "image of a container",
    limit: "not empty",
    source: "Amazon ECS API: ContainerDefinition",
    fix: "name an image, or build one",
  }),
  essential: new Rule({
    what: "essential containers of a task",
    limit: "at least 1",
    source: register,
    fix: "let one container be essential",
  }),
  containerCpu: new Rule({
    what: "CPU of a task's containers",
    limit: "no more than the task's",
    source: taskSize,
    fix: "use a larger size",
  }),
  containerPort: new RangeRule("port of a container", 1, 65_535, "Amazon ECS API: PortMapping"),
  stopTimeout: new RangeRule(
    "seconds until a container on Fargate is killed",
    0,
    120,
    "Amazon ECS API: ContainerDefinition, stopTimeout",
    { fix: "set stop_grace_period to 2m or less" },
  ),
  healthInterval: new RangeRule("interval of a container's health check, in seconds", 5, 300, healthCheck),
  healthTimeout: new RangeRule("timeout of a container's health check, in seconds", 2, 60, healthCheck),
  healthRetries: new RangeRule("retries of a container's health check", 1, 10, healthCheck),
  healthStart: new RangeRule("start period of a container's health check, in seconds", 0, 300, healthCheck),
  dependency: new Rule({
    what: "container that another one waits for",
    limit: "one of the same task definition",
    source: "Amazon ECS API: ContainerDependency",
    fix: "name a container of the task",
  }),
  environment: new Rule({
    what: "value of an environment variable",
    limit: "text",
    source: "Amazon ECS API: KeyValuePair",
    fix: "put the value in quotes",
  }),
  mount: new Rule({
    what: "volume that a container mounts",
    limit: "one of its task definition",
    source: "Amazon ECS API: MountPoint",
    fix: "name a volume of the task",
  }),
  volumeRoot: new Rule({
    what: "root directory of a volume with an access point",
    limit: "/",
    source: "Amazon ECS API: EFSVolumeConfiguration",
    fix: "leave the root directory to the access point",
  }),
  volumeEncryption: new Rule({
    what: "way to a file system with an access point or IAM",
    limit: "encrypted",
    source: "Amazon ECS API: EFSVolumeConfiguration",
    fix: "set transitEncryption to ENABLED",
  }),
  capability: new ChoiceRule(
    "capability that Fargate adds to a container",
    ["SYS_PTRACE"],
    "Amazon ECS API: KernelCapabilities",
    { fix: "remove the capability from cap_add, or run the service elsewhere" },
  ),
  host: new Rule({
    what: "what a container on Fargate asks of its host",
    limit:
      "no devices, sharedMemorySize or swap; no privileged, dnsServers, dnsSearchDomains, extraHosts, hostname, links",
    source: fargate,
    fix: "remove it, or run the service elsewhere",
  }),
  memoryFolder: new Rule({
    what: "folder in memory of a container",
    limit: "an absolute path, a size of 1 MiB or more, and options of mount",
    source: "Amazon ECS API: Tmpfs",
    fix: "write tmpfs: /run:size=64m,mode=1777",
  }),
  sysctl: new Rule({
    what: "kernel parameter of a container",
    limit:
      "net.*, fs.mqueue.*, and kernel.msgmax, msgmnb, msgmni, sem, shmall, shmmax, shmmni, shm_rmid_forced; with a value",
    source: "Amazon ECS API: SystemControl",
    fix: "remove it from sysctls if the program runs with the default of the kernel",
  }),
  ephemeralStorage: new RangeRule(
    "disk of a Fargate task, in GiB",
    21,
    200,
    "Amazon ECS API: EphemeralStorage",
    { limit: "21 to 200, or the 20 that every task has" },
  ),
  executionRole: new Rule({
    what: "role of a Fargate task that sends logs or reads secrets",
    limit: "an execution role",
    source: "Amazon ECS Developer Guide: Task execution IAM role",
    fix: "name an execution role",
  }),
} as const;

export const serviceRules = {
  desired: new RangeRule("tasks of a service", 0, 5000, ecsQuotas),
  grace: new RangeRule("grace period of a service, in seconds", 0, 2_147_483_647, createService),
  graceBalancer: new Rule({
    what: "grace period of a service that nothing checks",
    limit: "none without a load balancer",
    source: createService,
    fix: "publish a port, or leave the grace period out",
  }),
  rebalancing: new ChoiceRule(
    "rebalancing of a service's tasks between zones",
    ["ENABLED", "DISABLED"],
    createService,
  ),
  rebalancingRoom: new Rule({
    what: "most percent of tasks that a deployment runs, where they are rebalanced between zones",
    limit: "more than 100",
    source: "Amazon ECS Developer Guide: Balancing an Amazon ECS service across Availability Zones",
    fix: "let a deployment run more than 100 %, or set availabilityZoneRebalancing to DISABLED",
  }),
  healthy: new RangeRule("percent of a service's tasks that stay up", 0, 100, createService),
  room: new Rule({
    what: "room of a deployment",
    limit: "the maximum percent is more than the minimum healthy percent",
    source: "Amazon ECS API: DeploymentConfiguration",
    fix: "raise the maximum, or lower minimumHealthyPercent",
  }),
  launchType: new ChoiceRule("launch type of a service", ["EC2", "FARGATE", "EXTERNAL"], createService),
  scheduling: new ChoiceRule("scheduling of a service", ["REPLICA", "DAEMON"], createService),
  capacity: new Rule({
    what: "launch type and capacity providers of a service",
    limit: "one of the two",
    source: createService,
    fix: "leave the launch type out",
  }),
  provider: new Rule({
    what: "capacity provider of a service",
    limit: "one that the cluster has",
    source: createService,
    fix: "associate the capacity provider with the cluster first",
  }),
  compatible: new Rule({
    what: "capacity of a task definition",
    limit: "what it requires: Fargate, or instances of EC2",
    source: "Amazon ECS Developer Guide: Amazon ECS launch types and capacity providers",
    fix: "name capacity providers of the kind that the task definition requires",
  }),
  base: new Rule({
    what: "base of a capacity provider strategy",
    limit: "0 to 100000, of one provider alone",
    source: strategyItem,
    fix: "give one provider a base",
  }),
  weight: new Rule({
    what: "weights of a capacity provider strategy",
    limit: "0 to 1000, at least one above 0",
    source: strategyItem,
    fix: "give one provider a weight above 0",
  }),
  groups: new RangeRule("security groups of a service", 1, 5, vpcConfiguration, {
    fix: "put the service into fewer networks, and use four databases and caches at most: remove names of others from its depends_on and environment",
  }),
  subnets: new RangeRule("subnets of a service", 1, 16, vpcConfiguration),
  targets: new RangeRule(
    "target groups of a service",
    0,
    5,
    "Amazon ECS Developer Guide: Registering multiple target groups with an Amazon ECS service",
    { fix: "publish five ports of the service at most: mode: host keeps one inside the network" },
  ),
  hung: new Rule({
    what: "target group of a service",
    limit: "one that a listener sends requests to",
    source: createService,
    fix: "make the listener's rule before the service",
  }),
  targetContainer: new Rule({
    what: "container and port behind a target group",
    limit: "of the service's task definition",
    source: "Amazon ECS API: LoadBalancer",
    fix: "name a container of the task, and a port that it maps",
  }),
  mutability: new ChoiceRule(
    "mutability of a repository's tags",
    ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"],
    "Amazon ECR API: CreateRepository",
  ),
  repositoryPolicy: new DocumentRule("policy of a repository", 30_720, "Amazon ECR API: PutLifecyclePolicy"),
  capacities: new RangeRule("capacities of a scalable target", 0, 5000, scaling),
  capacityOrder: new Rule({
    what: "order of a scalable target's capacities",
    limit: "minimum ≤ maximum",
    source: scaling,
    fix: "set x-autoscaling's min no higher than its max",
  }),
  scaled: new Rule({
    what: "service of a scalable target",
    limit: "one that exists",
    source: scaling,
    fix: "make the service first",
  }),
  registered: new Rule({
    what: "target of a scaling policy",
    limit: "one that is registered",
    source: "Application Auto Scaling API: PutScalingPolicy",
    fix: "register the service as a scalable target first",
  }),
  policyType: new ChoiceRule(
    "type of a scaling policy",
    ["StepScaling", "TargetTrackingScaling", "PredictiveScaling"],
    "Application Auto Scaling API: PutScalingPolicy",
  ),
  targetValue: new Rule({
    what: "value that target tracking keeps to",
    limit: "above 0; at most 100 for CPU and memory",
    source: "Application Auto Scaling API: TargetTrackingScalingPolicyConfiguration",
    fix: "set x-autoscaling's cpu and memory from 1 to 100, requests above 0",
  }),
} as const;
