import type { ResourceStep } from "../../../../src/ports";
import { withBootstrap } from "../../../../src/report/cost/bootstrap";
import { costLine, monthlyCost } from "../../../../src/report/cost/cost";
import { pricesOf } from "../../../../src/report/cost/price-table";
import { prices } from "../../../../src/report/cost/prices";
import { regionalPrices } from "../../../../src/report/cost/regional-prices";

type Inputs = Readonly<Record<string, unknown>>;

function step(type: string, inputs: Inputs = {}, own: Partial<ResourceStep> = {}): ResourceStep {
  const name = own.name ?? "it";
  return {
    urn: `urn::${type}::${name}`,
    type,
    name,
    op: "create",
    inputs,
    dependsOn: [],
    protect: false,
    ...own,
  };
}

const serviceType = "aws:ecs/service:Service";
const definitionType = "aws:ecs/taskDefinition:TaskDefinition";

function task(inputs: Inputs, service: Inputs): readonly ResourceStep[] {
  const definition = step(definitionType, { cpu: "256", memory: "512", ...inputs }, { parent: "p" });
  return [definition, step(serviceType, service, { parent: "p", dependsOn: [definition.urn] })];
}

/** What and dollars of each line. */
function lines(steps: readonly ResourceStep[], region = "us-east-1"): readonly (readonly [string, number])[] {
  return monthlyCost(steps, region).lines.map(({ what, usd }) => [what, usd]);
}

const subnets = (count: number): Partial<ResourceStep> => ({
  dependsOn: Array.from({ length: count }, (_, n) => `urn::aws:ec2/subnet:Subnet::net-${n}`),
});

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

test.each<[string, readonly ResourceStep[], readonly (readonly [string, number])[]]>([
  ["an alarm of a metric", [step(alarmType, { metricName: "CPUUtilization" })], [["alarm", 0.1]]],
  [
    "an alarm of an expression: each metric in it",
    [
      step(alarmType, {
        metricQueries: [{ metric: {} }, { metric: {} }, { metric: {} }, { expression: "a / b" }],
      }),
    ],
    [["alarm", 0.3]],
  ],
  // 730 h × (0.25 × 0.04048 + 0.5 × 0.004445) = 9.01
  ["a task", task({}, { desiredCount: 1 }), [["a task of 0.25 vCPU and 0.5 GB (X86_64)", 9.01]]],
  [
    "tasks on Graviton",
    task({ runtimePlatform: { cpuArchitecture: "ARM64" } }, { desiredCount: 2 }),
    [["2 tasks of 0.25 vCPU and 0.5 GB (ARM64)", 14.42]],
  ],
  [
    "more disk than the 20 GB that are free",
    task({ ephemeralStorage: { sizeInGib: 120 } }, { desiredCount: 1 }),
    [["a task of 0.25 vCPU and 0.5 GB (X86_64)", 17.11]],
  ],
  ["no tasks", task({}, { desiredCount: 0 }), []],
  [
    "tasks on instances, which are billed themselves",
    task({}, { desiredCount: 1, capacityProviderStrategies: [{ capacityProvider: "gpu" }] }),
    [],
  ],
  [
    "a load balancer in two zones",
    [step("aws:lb/loadBalancer:LoadBalancer", { subnets: ["a", "b"] })],
    [
      ["load balancer", 16.43],
      ["2 × public IPv4 address of the load balancer", 7.3],
    ],
  ],
  [
    "a load balancer whose subnets a preview does not know yet",
    [step("aws:lb/loadBalancer:LoadBalancer", { subnets: "[unknown]" }, subnets(3))],
    [
      ["load balancer", 16.43],
      ["3 × public IPv4 address of the load balancer", 10.95],
    ],
  ],
  [
    "a NAT gateway with its address",
    [step("aws:ec2/natGateway:NatGateway"), step("aws:ec2/eip:Eip")],
    [
      ["public IPv4 address", 3.65],
      ["NAT gateway", 32.85],
    ],
  ],
  [
    "an interface endpoint",
    [step("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface", subnetIds: ["a", "b"] })],
    [["2 × interface endpoint", 14.6]],
  ],
  ["a gateway endpoint", [step("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" })], []],
  [
    "Postgres",
    [step("aws:rds/instance:Instance", { instanceClass: "db.t4g.micro", allocatedStorage: 20 })],
    [
      ["Postgres db.t4g.micro", 11.68],
      ["20 GB of database storage", 2.3],
    ],
  ],
  [
    "Postgres with a standby",
    [
      step("aws:rds/instance:Instance", {
        instanceClass: "db.m7g.large",
        allocatedStorage: 20,
        multiAz: true,
      }),
    ],
    [
      ["Postgres db.m7g.large with a standby", 245.28],
      ["20 GB of database storage with a standby", 4.6],
    ],
  ],
  [
    "Redis",
    [
      step("aws:elasticache/replicationGroup:ReplicationGroup", {
        nodeType: "cache.t4g.micro",
        numCacheClusters: 2,
      }),
    ],
    [["2 × Redis cache.t4g.micro", 23.36]],
  ],
  [
    "Valkey, a fifth less",
    [
      step("aws:elasticache/replicationGroup:ReplicationGroup", {
        nodeType: "cache.t4g.micro",
        engine: "valkey",
      }),
    ],
    [["Valkey cache.t4g.micro", 9.34]],
  ],
  ["a hosted zone", [step("aws:route53/zone:Zone")], [["hosted zone", 0.5]]],
  ["what costs nothing", [step("aws:iam/role:Role"), step("aws:ecs/cluster:Cluster")], []],
  ["what goes", [step("aws:ec2/natGateway:NatGateway", {}, { op: "delete" })], []],
])("%s", (_, steps, expected) => {
  expect(lines(steps)).toEqual(expected);
});

test("an auto scaling group is what its template says, with its disks", () => {
  const template = step("aws:ec2/launchTemplate:LaunchTemplate", {
    instanceType: "t4g.nano",
    blockDeviceMappings: [{ ebs: { volumeSize: 8 } }],
  });
  const group = step(
    "aws:autoscaling/group:Group",
    { desiredCapacity: 1, minSize: 1, maxSize: 1 },
    { dependsOn: [template.urn] },
  );
  expect(lines([template, group])).toEqual([
    ["instance t4g.nano", 3.07],
    ["8 GB of disk", 0.64],
  ]);
  const grown = { ...group, inputs: { desiredCapacity: 0, minSize: 0, maxSize: 4 } };
  expect(monthlyCost([template, grown], "us-east-1")).toMatchObject({
    lines: [{ what: "instance t4g.nano", usd: 3.07, note: expect.stringContaining("up to 4") as string }],
    unknown: [],
  });
});

test("a task on Spot is told at its highest price", () => {
  const strategies = [{ capacityProvider: "FARGATE_SPOT" }, { capacityProvider: "FARGATE" }];
  const [line] = monthlyCost(
    task({}, { desiredCount: 1, capacityProviderStrategies: strategies }),
    "us-east-1",
  ).lines;
  expect(line).toMatchObject({ usd: 9.01, note: expect.stringMatching(/at most: on Spot/) as string });
});

test("what has no known price is told, and is in no total", () => {
  const steps = [
    step("aws:rds/instance:Instance", { instanceClass: "db.x99.huge", allocatedStorage: 20 }),
    step("aws:route53/zone:Zone"),
  ];
  const cost = monthlyCost(steps, "us-east-1");
  expect(cost.total).toBe(2.8);
  expect(cost.unknown).toMatchObject([{ name: "it", what: "Postgres db.x99.huge" }]);
  expect(costLine(cost)).toBe(
    `about $3 a month in us-east-1 before anybody uses it: list prices of ${prices.asOf}, without traffic, requests and what grows; without a known price: Postgres db.x99.huge`,
  );
});

test("in a region whose prices are not known it says whose prices it took", () => {
  const cost = monthlyCost([step("aws:ec2/natGateway:NatGateway")], "eu-south-2");
  expect(cost).toMatchObject({ region: "eu-south-2", prices: { region: "us-east-1" } });
  expect(costLine(cost)).toContain(
    "$33 a month at us-east-1's prices (those of eu-south-2 are not known here)",
  );
  expect(monthlyCost([], "us-west-2").prices.region).toBe("us-west-2");
});

test("the table has the prices of the regions that people use, with their dates", () => {
  const database = step("aws:rds/instance:Instance", {
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    engine: "postgres",
  });
  const steps = [
    ...task({}, { desiredCount: 1 }),
    database,
    step("aws:ec2/natGateway:NatGateway"),
    step("aws:lb/loadBalancer:LoadBalancer", { subnets: ["a"] }),
  ];
  const cost = monthlyCost(steps, "eu-central-1");
  expect(cost.lines.map(({ what, usd }) => [what, usd])).toEqual([
    ["NAT gateway", 37.96],
    // 730 h × (0.25 × 0.04656 + 0.5 × 0.00511)
    ["a task of 0.25 vCPU and 0.5 GB (X86_64)", 10.36],
    ["load balancer", 19.71],
    ["public IPv4 address of the load balancer", 3.65],
    ["Postgres db.t4g.micro", 13.87],
    ["20 GB of database storage", 2.74],
  ]);
  expect(costLine(cost)).toContain(
    "$88 a month in eu-central-1 before anybody uses it: list prices of 2024-08 to 2026-09,",
  );
  expect(lines([step(alarmType)], "sa-east-1")).toEqual([["alarm", 0.14]]);
});

test("a class that the list of a region does not have has no known price there", () => {
  const inputs = { instanceClass: "db.m7g.large", allocatedStorage: 20, engine: "postgres" };
  const cost = monthlyCost([step("aws:rds/instance:Instance", inputs)], "eu-west-3");
  expect(cost.unknown).toMatchObject([{ what: "Postgres db.m7g.large" }]);
  expect(cost.total).toBe(2.66);
});

test.each(Object.entries(regionalPrices))(
  "the row of %s is whole, and near that of us-east-1",
  (region, row) => {
    expect(row.databases).toHaveLength(Object.keys(prices.databases).length);
    expect(row.mysqlDatabases).toHaveLength(Object.keys(prices.mysqlDatabases).length);
    expect(row.caches).toHaveLength(Object.keys(prices.caches).length);
    for (const [family, usd] of Object.entries(row.instances)) {
      const types = Object.keys(prices.instances).filter((type) => type.startsWith(`${family}.`));
      expect([family, usd.length]).toEqual([family, types.length]);
    }
    const { fargate, instances, databases, mysqlDatabases, caches, ...own } = pricesOf(region);
    const all: object[] = [fargate.X86_64, fargate.ARM64, instances, databases, mysqlDatabases, caches, own];
    const base: Readonly<Record<string, unknown>> = {
      ...{ ...prices, ...prices.fargate.X86_64 },
      ...{ ...prices.instances, ...prices.databases, ...prices.caches },
    };
    for (const [name, usd] of all.flatMap((table) => Object.entries(table))) {
      const known = base[name];
      if (typeof usd !== "number" || typeof known !== "number") continue;
      // A slip of a row or of a decimal point is further off than the dearest and the cheapest region.
      const share = usd / known;
      expect([name, share > 0.5 && share < 2.3]).toEqual([name, true]);
    }
  },
);

test("what comes with use is named, of what there is", () => {
  const { notCounted } = monthlyCost([step("aws:ec2/natGateway:NatGateway")], "us-east-1");
  expect(notCounted).toContain("bytes through the NAT gateway");
  expect(notCounted.join()).not.toMatch(/EFS|load balancer|static sites/);
});

test("the key of the bootstrap stack is in the sum, in the line of the stack's own resource", () => {
  const steps = [step("pulumi:pulumi:Stack"), step("aws:ec2/natGateway:NatGateway")];
  const own = monthlyCost(steps, "us-east-1");
  const { total, lines } = withBootstrap(own, steps);
  expect(total).toBe(own.total + 1);
  expect(lines.at(-1)).toMatchObject({ urn: steps[0]?.urn, usd: 1, what: "KMS key of the bootstrap stack" });
});

test("a static site has no price before anybody looks at it, and what is free is named", () => {
  const { total, notCounted } = monthlyCost(
    [
      step("aws:cloudfront/distribution:Distribution"),
      step("aws:cloudfront/function:Function"),
      step("aws:s3/bucket:Bucket"),
    ],
    "us-east-1",
  );
  expect(total).toBe(0);
  expect(notCounted).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/CloudFront beyond the free ones of each month \(10 million, 1 TB\)/),
      expect.stringMatching(/static sites beyond 2 million a month/),
      "what buckets hold",
    ]),
  );
});

describe("what a plan says decides the price", () => {
  const rds = (inputs: Inputs): ResourceStep =>
    step("aws:rds/instance:Instance", { instanceClass: "db.t4g.micro", allocatedStorage: 20, ...inputs });
  const counted = (steps: readonly ResourceStep[], own: object = {}, today?: Date) =>
    monthlyCost(steps, "us-east-1", today, { ...prices, ...own });

  test("a network load balancer has a price of its own", () => {
    const balancer = step("aws:lb/loadBalancer:LoadBalancer", {
      loadBalancerType: "network",
      subnets: ["a"],
    });
    expect(counted([balancer], { networkBalancer: 1 }).lines).toMatchObject([
      { what: "network load balancer", usd: 730 },
      { what: "public IPv4 address of the network load balancer", usd: 3.65 },
    ]);
  });

  test("an application load balancer has another one", () => {
    const balancer = step("aws:lb/loadBalancer:LoadBalancer", { subnets: ["a"] });
    expect(counted([balancer], { networkBalancer: 1 }).lines[0]).toMatchObject({ usd: 16.43 });
  });

  test("of what a load balancer depends on, subnets alone are its zones", () => {
    const on = {
      dependsOn: ["urn::aws:ec2/subnet:Subnet::a", "urn::aws:ec2/securityGroup:SecurityGroup::b"],
    };
    const balancer = step("aws:lb/loadBalancer:LoadBalancer", { subnets: "[unknown]" }, on);
    expect(counted([balancer]).lines[1]).toMatchObject({
      what: "public IPv4 address of the load balancer",
      usd: 3.65,
    });
  });

  test("a gateway endpoint is free, and no price is missing", () => {
    const { lines: none, unknown } = counted([
      step("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" }),
    ]);
    expect([none, unknown]).toEqual([[], []]);
  });

  test("a secret has a price", () => {
    expect(counted([step("aws:secretsmanager/secret:Secret")]).lines).toMatchObject([
      { what: "secret", usd: 0.4 },
    ]);
  });

  test("instances are counted with their disks, and those that nothing says with as few as there may be", () => {
    const template = step("aws:ec2/launchTemplate:LaunchTemplate", {
      instanceType: "t4g.nano",
      blockDeviceMappings: [{ ebs: { volumeSize: 8 } }, { ebs: { volumeSize: 2 } }, { virtualName: "no" }],
    });
    const words = (inputs: Inputs) =>
      counted([
        step("aws:ec2/subnet:Subnet"),
        template,
        step("aws:autoscaling/group:Group", inputs, {
          dependsOn: ["urn::aws:ec2/subnet:Subnet::it", template.urn],
        }),
      ]).lines.map(({ what, usd }) => [what, usd]);
    const three = [
      ["3 × instance t4g.nano", 9.2],
      ["10 GB of disk", 2.4],
    ];
    expect(words({ desiredCapacity: 3, maxSize: 3 })).toEqual(three);
    expect(words({ minSize: 3, maxSize: 3 })).toEqual(three);
    expect(words({ desiredCapacity: 0, maxSize: 0 })).toEqual([]);
    const bare = step("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "t4g.nano" });
    const group = step("aws:autoscaling/group:Group", { desiredCapacity: 1 }, { dependsOn: [bare.urn] });
    expect(counted([bare, group]).lines).toHaveLength(1);
  });

  test("a task's size is that of the definition beside it, where it depends on another one too", () => {
    const other = step(definitionType, { cpu: "4096", memory: "8192" }, { name: "other", parent: "q" });
    const [definition, service] = task({}, { desiredCount: 1 });
    if (definition === undefined || service === undefined) throw new Error("a task is two resources");
    const both = { ...service, dependsOn: [other.urn, definition.urn] };
    expect(counted([other, definition, both]).lines).toMatchObject([
      { what: "a task of 0.25 vCPU and 0.5 GB (X86_64)" },
    ]);
  });

  test("prices in dollars; without a word of prices that are known", () => {
    const cost = counted([step("aws:kms/key:Key")]);
    expect(cost.currency).toBe("USD");
    expect(costLine(cost)).toMatch(/without traffic, requests and what grows$/);
  });

  test("a read replica takes from its source what it does not say, a database from no other", () => {
    const source = rds({ engine: "mysql", multiAz: true });
    const beside = { name: "second", dependsOn: [source.urn] };
    const replica = step("aws:rds/instance:Instance", { replicateSourceDb: "it" }, beside);
    expect(counted([source, replica]).lines.map(({ what }) => what)).toEqual([
      "MySQL db.t4g.micro with a standby",
      "20 GB of database storage with a standby",
      "MySQL db.t4g.micro of a read replica",
      "20 GB of database storage of a read replica",
    ]);
    const database = step("aws:rds/instance:Instance", { instanceClass: "db.t4g.micro" }, beside);
    expect(counted([source, database]).unknown).toMatchObject([{ what: "0 GB of database storage" }]);
  });

  test("addresses in zones that nobody knows have no known price", () => {
    expect(counted([step("aws:lb/loadBalancer:LoadBalancer")]).unknown).toMatchObject([
      { what: "public IPv4 address of the load balancer" },
    ]);
  });

  test("tasks on instances are in the instances' price", () => {
    expect(counted(task({}, { desiredCount: 2, launchType: "EC2" })).lines).toEqual([]);
  });

  test("what only stands while a task needs it is in no sum", () => {
    const template = step("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "g5.xlarge" });
    const group = (inputs: Inputs): ResourceStep =>
      step("aws:autoscaling/group:Group", inputs, { dependsOn: [template.urn] });
    const asked = counted([template, group({ desiredCapacity: 0, maxSize: 2 }), step("aws:kms/key:Key")]);
    expect([asked.total, asked.lines.length]).toEqual([1, 2]);
    const [unsaid] = counted([template, group({ maxSize: 2 })]).lines;
    expect(unsaid).toMatchObject({ passing: true, note: expect.stringContaining("up to 2") as string });
    const [steady] = counted([template, group({ desiredCapacity: 1, maxSize: 1 })]).lines;
    expect(steady).not.toHaveProperty("note");
    const [growing] = counted([template, group({ desiredCapacity: 1, maxSize: 3 })]).lines;
    expect(growing?.note).toBe("at least: up to 3 of them as services ask for them");
  });

  test("a version past its support costs more for each virtual CPU, where it is not switched off", () => {
    const old = { engine: "postgres", engineVersion: "13" };
    const today = new Date("2026-03-01");
    const words = (inputs: Inputs, day?: Date) =>
      counted([rds(inputs)], {}, day).lines.map(({ what, usd }) => [what, usd]);
    const plain = [
      ["Postgres db.t4g.micro", 11.68],
      ["20 GB of database storage", 2.3],
    ];
    expect(words(old, today)).toEqual([...plain, ["extended support of Postgres 13", 146]]);
    expect(words({ ...old, multiAz: true }, today).at(-1)).toEqual(["extended support of Postgres 13", 292]);
    const off = { ...old, engineLifecycleSupport: "open-source-rds-extended-support-disabled" };
    expect(words(off, today)).toEqual(plain);
    expect(words({ ...old, engineVersion: "17" }, today)).toEqual(plain);
    expect(words(old)).toEqual(plain);
  });

  test("a cache past its support costs a share of each node more; none of a node whose price is not known", () => {
    const cache = (nodeType: string) =>
      step("aws:elasticache/replicationGroup:ReplicationGroup", {
        ...{ engine: "redis", engineVersion: "5", nodeType, numCacheClusters: 2 },
      });
    const today = new Date("2026-03-01");
    // 730 h × 2 × 0.016, and 0.8 of it.
    const { lines: known } = counted([cache("cache.t4g.micro")], {}, today);
    expect(known.map(({ usd }) => usd)).toEqual([23.36, 18.69]);
    const { lines: none, unknown } = counted([cache("cache.x9.huge")], {}, today);
    expect([none, unknown.length]).toEqual([[], 2]);
  });

  test.each([{ cpu: undefined }, { memory: undefined }])("a task without %j has no known price", (inputs) => {
    expect(counted(task(inputs, { desiredCount: 1 })).unknown).toMatchObject([{ what: "tasks on Fargate" }]);
  });

  test("each engine has its prices; of a class that only Postgres has it is the most", () => {
    const own = { mariadbDatabases: { "db.t4g.micro": 1 }, mysqlDatabases: { "db.t4g.micro": 2 } };
    const usd = (engine: string) => counted([rds({ engine })], own).lines[0]?.usd;
    expect([usd("mariadb"), usd("mysql"), usd("postgres")]).toEqual([730, 1460, 11.68]);
    const dear = rds({ engine: "mysql", instanceClass: "db.m7g.large" });
    expect(counted([dear]).lines[0]).toMatchObject({ usd: 122.64, note: "at most: the price of Postgres" });
    expect(counted([rds({ engine: "mysql" })]).lines[0]).not.toHaveProperty("note");
  });

  test("Valkey has its own price where the list says so, and none where nobody knows Redis's", () => {
    const valkey = (nodeType: string) =>
      step("aws:elasticache/replicationGroup:ReplicationGroup", { nodeType, engine: "valkey" });
    expect(
      counted([valkey("cache.t4g.micro")], { valkeyCaches: { "cache.t4g.micro": 1 } }).lines[0]?.usd,
    ).toBe(730);
    expect(counted([valkey("cache.x9.huge")]).unknown).toMatchObject([{ what: "Valkey cache.x9.huge" }]);
  });

  test("storage of a size that nobody knows has no known price", () => {
    expect(counted([rds({ allocatedStorage: undefined })]).unknown).toMatchObject([
      { what: "0 GB of database storage" },
    ]);
  });
});
