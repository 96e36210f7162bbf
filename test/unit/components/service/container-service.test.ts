import { projectProgram } from "../../../../stacks/project";
import type { ContainerService } from "../../../../src/model/project";
import { modeSettings } from "../../../../src/modes/modes";
import type { ProjectProgramArgs } from "../../../../src/ports";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf, todo } from "../../../support/projects";

async function deployed(
  own: Partial<ContainerService> = {},
  args: Partial<ProjectProgramArgs> = {},
): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([containerOf(own)]), args)));
}

function definition(recording: Recording, service = "web"): Record<string, unknown> {
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", service);
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
  return container ?? {};
}

function service(recording: Recording, name = "web"): Readonly<Record<string, unknown>> {
  return recording.find("aws:ecs/service:Service", name).inputs;
}

describe("the container", () => {
  test("has what the file says and no key that it does not", async () => {
    const container = definition(
      await deployed({ image: { kind: "reference", reference: "nginx:1.29" }, ports: [] }),
    );
    expect(container).toEqual({
      name: "web",
      image: "nginx:1.29",
      essential: true,
      environment: [],
      portMappings: [],
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/berth/todo/dev/logs",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "web",
        },
      },
    });
  });

  test.each<[Partial<ContainerService>, object]>([
    [{ command: ["serve", "--port=80"] }, { command: ["serve", "--port=80"] }],
    [{ entrypoint: ["/bin/sh"] }, { entryPoint: ["/bin/sh"] }],
    [{ workingDir: "/srv" }, { workingDirectory: "/srv" }],
    [{ user: "1000:1000" }, { user: "1000:1000" }],
    [{ readOnly: true }, { readonlyRootFilesystem: true }],
    [{ init: true }, { linuxParameters: { initProcessEnabled: true } }],
    [
      { capabilities: { add: ["SYS_PTRACE"], drop: ["NET_RAW"] } },
      { linuxParameters: { capabilities: { add: ["SYS_PTRACE"], drop: ["NET_RAW"] } } },
    ],
    [
      { ulimits: { nofile: { soft: 1024, hard: 4096 } } },
      { ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }] },
    ],
    [
      { tmpfs: [{ path: "/run", size: 64, options: ["noexec", "mode=1777"] }] },
      {
        linuxParameters: {
          tmpfs: [{ containerPath: "/run", size: 64, mountOptions: ["noexec", "mode=1777"] }],
        },
      },
    ],
    [{ sharedMemory: 1024 }, { linuxParameters: { sharedMemorySize: 1024 } }],
    [
      { sysctls: { "net.core.somaxconn": "1024" } },
      { systemControls: [{ namespace: "net.core.somaxconn", value: "1024" }] },
    ],
    [
      { logOptions: { mode: "non-blocking", "max-buffer-size": "4m" } },
      {
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/berth/todo/dev/logs", mode: "non-blocking", "max-buffer-size": "4m" },
        },
      },
    ],
    [{ labels: { "team.name": "blue" } }, { dockerLabels: { "team.name": "blue" } }],
    [
      { labels: { a: "b" }, environment: { KEY: { kind: "secret", name: "KEY" } } },
      { dockerLabels: { a: "b", "berth.secrets": expect.any(String) as string } },
    ],
    [{ stopTimeout: 90 }, { stopTimeout: 90 }],
    [
      {
        healthcheck: {
          command: ["CMD", "ok"],
          interval: 30,
          timeout: 5,
          retries: 3,
          startPeriod: 7,
          path: "/up",
        },
      },
      { healthCheck: { command: ["CMD", "ok"], interval: 30, timeout: 5, retries: 3, startPeriod: 7 } },
    ],
    [
      { ports: [{ target: 53, protocol: "udp", mode: "host", appProtocol: "http" }] },
      { portMappings: [{ containerPort: 53, hostPort: 53, protocol: "udp" }] },
    ],
  ])("of %j", async (own, expected) => {
    expect(definition(await deployed(own))).toMatchObject(expected);
  });

  test("has folders of the task's own beside its files", async () => {
    const recording = await deployed({
      readOnly: true,
      folders: ["/cache", "/data"],
      files: [{ path: "/run/secrets/a", mode: 0o444, uid: 0, gid: 0, content: { kind: "plain", value: "" } }],
    });
    expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").inputs["volumes"]).toEqual([
      { name: "files-0" },
      { name: "folder-0" },
      { name: "folder-1" },
    ]);
    expect(definition(recording)["mountPoints"]).toEqual([
      { sourceVolume: "files-0", containerPath: "/run/secrets", readOnly: true },
      { sourceVolume: "folder-0", containerPath: "/cache", readOnly: false },
      { sourceVolume: "folder-1", containerPath: "/data", readOnly: false },
    ]);
  });

  test("has the disk that it asks for", async () => {
    const { inputs } = (await deployed({ disk: 50 })).find("aws:ecs/taskDefinition:TaskDefinition", "web");
    expect(inputs["ephemeralStorage"]).toEqual({ sizeInGib: 50 });
  });

  test("has its size and platform", async () => {
    const recording = await deployed({ size: { cpu: 1024, memory: 3072 }, architecture: "ARM64" });
    expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").inputs).toMatchObject({
      cpu: "1024",
      memory: "3072",
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    });
  });
});

describe("secrets", () => {
  const environment = {
    PLAIN: { kind: "plain", value: "1" },
    KEY: { kind: "secret", name: "API_KEY" },
    URL: { kind: "template", parts: ["http://:", { secret: "API_KEY" }, "@", { secret: "HOST" }] },
  } as const;

  test("are injected by name; a text composed of them is a parameter of its own", async () => {
    const recording = await deployed({ environment });
    expect(definition(recording)).toMatchObject({
      environment: [{ name: "PLAIN", value: "1" }],
      secrets: [
        { name: "KEY", valueFrom: "/berth/todo/dev/API_KEY" },
        { name: "URL", valueFrom: "/berth/todo/dev/web/URL" },
      ],
    });
    const parameter = recording.find("aws:ssm/parameter:Parameter", "web/URL");
    expect(parameter.inputs).toMatchObject({
      type: "SecureString",
      value: "http://:value-of-/berth/todo/dev/API_KEY@value-of-/berth/todo/dev/HOST",
    });
    expect(parameter.secretInputs).toEqual(["value"]);
  });

  test("that ECS alone injects are not read", async () => {
    const recording = await deployed({ environment: { KEY: environment.KEY } });
    expect(recording.calls.map(({ token }) => token)).not.toContain("aws:ssm/getParameter:getParameter");
  });

  test("are each read once, decrypted", async () => {
    const recording = await record(projectProgram(programArgs(todo())));
    const read = recording.calls.filter(({ token }) => token === "aws:ssm/getParameter:getParameter");
    expect(read.map(({ inputs }) => inputs as unknown)).toEqual([
      { name: "/berth/todo/dev/POSTGRES_PASSWORD", withDecryption: true },
    ]);
  });

  test("of another version start the tasks anew, of the same do not", async () => {
    const label = async (secretVersions: Record<string, string>): Promise<unknown> =>
      definition(await deployed({ environment }, { secretVersions }))["dockerLabels"];
    const first = await label({ API_KEY: "1", HOST: "1" });
    expect(await label({ API_KEY: "1", HOST: "1" })).toEqual(first);
    expect(await label({ API_KEY: "1", HOST: "2" })).not.toEqual(first);
    expect(definition(await deployed({ environment: { PLAIN: environment.PLAIN } }))).not.toHaveProperty(
      "dockerLabels",
    );
  });
});

describe("the service", () => {
  test("rolls a failed deployment back, and is done when it is steady", async () => {
    expect(service(await deployed())).toMatchObject({
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: false,
      propagateTags: "SERVICE",
    });
  });

  test.each([
    ["affordable", 1, { desiredCount: 1, deploymentMinimumHealthyPercent: 0 }, ["FARGATE_SPOT", "FARGATE"]],
    ["affordable", 3, { desiredCount: 3, deploymentMinimumHealthyPercent: 50 }, ["FARGATE_SPOT", "FARGATE"]],
    ["affordable", 0, { desiredCount: 0 }, ["FARGATE_SPOT", "FARGATE"]],
    ["balanced", 1, { desiredCount: 1, deploymentMinimumHealthyPercent: 100 }, ["FARGATE", "FARGATE_SPOT"]],
    ["high-availability", 1, { desiredCount: 2, deploymentMinimumHealthyPercent: 100 }, ["FARGATE"]],
  ] as const)("mode %s, %i replicas", async (mode, replicas, expected, providers) => {
    const inputs = service(await deployed({ replicas }, { mode: modeSettings(mode) }));
    expect(inputs).toMatchObject(expected);
    const shares = inputs["capacityProviderStrategies"] as { capacityProvider: string }[];
    expect(shares.map(({ capacityProvider }) => capacityProvider)).toEqual(providers);
  });

  test("has a grace period by its start period, where a load balancer asks", async () => {
    const healthcheck = { command: ["CMD", "ok"], interval: 10, timeout: 5, retries: 3, startPeriod: 40 };
    expect(service(await deployed({ healthcheck }))["healthCheckGracePeriodSeconds"]).toBe(60);
    expect(service(await deployed())["healthCheckGracePeriodSeconds"]).toBe(60);
    expect(service(await deployed({ healthcheck, ports: [] }))).not.toHaveProperty(
      "healthCheckGracePeriodSeconds",
    );
  });

  test("registers each published port once its rule stands", async () => {
    const second = { target: 9090, protocol: "tcp", mode: "ingress", appProtocol: "http" } as const;
    const recording = await deployed({ ports: [...containerOf().ports, second] });
    expect(service(recording)["loadBalancers"]).toMatchObject([
      { containerName: "web", containerPort: 8080 },
      { containerName: "web", containerPort: 9090 },
    ]);
    const rules = recording.ofType("aws:lb/listenerRule:ListenerRule").map(({ urn }) => urn);
    expect(recording.find("aws:ecs/service:Service", "web").dependsOn).toEqual(expect.arrayContaining(rules));
  });

  test("bears the client groups of what it uses, and no other's", async () => {
    const recording = await record(
      projectProgram(
        programArgs(projectOf([postgresOf(), containerOf({ uses: ["db"] }), containerOf({ name: "other" })])),
      ),
    );
    const groups = (name: string): unknown =>
      (service(recording, name)["networkConfiguration"] as Record<string, unknown>)["securityGroups"];
    expect(groups("web")).toEqual(["todo_app-sg-id", "db-clients-id"]);
    expect(groups("other")).toEqual(["todo_app-sg-id"]);
  });

  test("has its name and its aliases inside the network", async () => {
    const recording = await deployed({ aliases: ["frontend"] });
    expect(recording.find("aws:servicediscovery/service:Service", "web").inputs).toMatchObject({
      name: "web",
      dnsConfig: { routingPolicy: "MULTIVALUE", dnsRecords: [{ type: "A", ttl: 10 }] },
    });
    expect(recording.find("aws:servicediscovery/instance:Instance", "frontend").inputs["attributes"]).toEqual(
      {
        AWS_INSTANCE_CNAME: "web.todo.internal",
      },
    );
  });
});

describe("depends_on", () => {
  let recording: Recording;
  const urn = (type: string, name: string): string => recording.find(type, name).urn;
  const waits = (name: string): readonly string[] =>
    recording.find("aws:ecs/service:Service", name).dependsOn;
  beforeAll(async () => {
    recording = await record(projectProgram(programArgs(todo())));
  });

  test("a service starts after the services and stores that it names", () => {
    const db = urn("aws:rds/instance:Instance", "db");
    expect(waits("worker")).toEqual(expect.arrayContaining([db, urn("aws:ecs/service:Service", "web")]));
    expect(waits("web")).toContain(db);
    expect(waits("web")).not.toContain(urn("aws:ecs/service:Service", "worker"));
  });

  test("a store that only the environment names is waited for too", () => {
    expect(waits("web")).toContain(urn("aws:elasticache/replicationGroup:ReplicationGroup", "cache"));
  });

  test("a service that the project does not have is nothing to wait for", async () => {
    const dependsOn = [{ service: "gone", condition: "service_started", required: false }] as const;
    await expect(deployed({ dependsOn })).resolves.toBeDefined();
  });

  test("a task waits for what it needs to start: capacity, logs, permissions, names, the way out", () => {
    expect(waits("web")).toEqual(
      expect.arrayContaining([
        urn("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "cluster-capacity-providers"),
        urn("aws:cloudwatch/logGroup:LogGroup", "logs"),
        urn("aws:iam/rolePolicy:RolePolicy", "ecs-task-execution-role"),
        urn("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", "dhcp-options-association"),
      ]),
    );
  });
});

test("an image in a private registry can be pulled, a public one asks for nothing", async () => {
  const reference = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/tool:1";
  const services = [
    containerOf({ name: "tool", ports: [], image: { kind: "reference", reference } }),
    containerOf({ name: "cache", ports: [], image: { kind: "reference", reference: "redis:8" } }),
  ];
  const recording = await record(projectProgram(programArgs(projectOf(services))));
  const policy = recording.find("aws:iam/rolePolicy:RolePolicy", "ecs-task-execution-role").inputs[
    "policy"
  ] as string;
  const { Statement: granted } = JSON.parse(policy) as {
    Statement: { Action: unknown; Resource: unknown }[];
  };
  expect(
    granted.find(({ Action }) => Array.isArray(Action) && Action.includes("ecr:BatchGetImage"))?.Resource,
  ).toEqual([
    "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build",
    "arn:aws:ecr:eu-west-1:210987654321:repository/team/tool",
  ]);
});

describe("a deployment", () => {
  const volumes = [{ volume: "data", folder: "/data", path: "/data", readOnly: false }];

  test.each<[Partial<ContainerService>, [number, number]]>([
    [{}, [0, 200]],
    [{ replicas: 4 }, [50, 200]],
    [{ rollout: { order: "start-first" } }, [100, 200]],
    [{ replicas: 3, rollout: { order: "start-first", parallelism: 1 } }, [100, 134]],
    [{ replicas: 3, rollout: { order: "stop-first", parallelism: 1 } }, [66, 100]],
    [{ replicas: 3, rollout: { order: "stop-first", parallelism: 0 } }, [0, 100]],
    [{ replicas: 3, rollout: { order: "stop-first" } }, [66, 100]],
    [{ replicas: 3, rollout: { order: "start-first" } }, [100, 200]],
    [{ rollout: { order: "stop-first" } }, [0, 100]],
    [{ replicas: 4, rollout: { parallelism: 1 } }, [75, 125]],
    [{ replicas: 2, rollout: { order: "stop-first", parallelism: 9 } }, [0, 100]],
    [{ volumes }, [0, 100]],
    [{ volumes, rollout: { parallelism: 1 } }, [0, 100]],
    [{ volumes, rollout: { order: "start-first" } }, [100, 200]],
  ])("of %j keeps %j percent", async (own, expected) => {
    const inputs = service(await deployed(own));
    expect([inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]]).toEqual(expected);
    expect(inputs["availabilityZoneRebalancing"]).toBe(expected[1] > 100 ? "ENABLED" : "DISABLED");
  });
});
