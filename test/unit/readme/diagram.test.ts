import type { ResourceStep } from "../../../src/ports";
import { estateDiagram } from "../../../scripts/readme/diagram";

type Inputs = Readonly<Record<string, unknown>>;

function step(
  type: string,
  name: string,
  inputs: Inputs = {},
  own: Partial<ResourceStep> = {},
): ResourceStep {
  return {
    urn: `urn:${type}::${name}`,
    type,
    name,
    op: "same",
    inputs,
    dependsOn: [],
    protect: false,
    ...own,
  };
}

const component = step("berth:aws:ContainerService", "web-1");
const below = { parent: component.urn };
const plan: readonly ResourceStep[] = [
  component,
  step(
    "aws:ecs/service:Service",
    "web-1",
    { desiredCount: 2 },
    { ...below, dependsOn: ["urn:x:SecurityGroup::db-clients"] },
  ),
  step("aws:ecs/taskDefinition:TaskDefinition", "web-1", { cpu: "512", memory: "1024" }, below),
  step(
    "aws:lb/listenerRule:ListenerRule",
    "web-1",
    { conditions: [{ hostHeader: { values: ["a.com"] } }, { pathPattern: { values: ["/api", "/api/*"] } }] },
    below,
  ),
  step("aws:lb/loadBalancer:LoadBalancer", "alb"),
  step("aws:lb/listener:Listener", "https", { protocol: "HTTPS", port: 443 }),
  step("aws:rds/instance:Instance", "db", {
    engineVersion: "16",
    instanceClass: "db.t4g.micro",
    multiAz: true,
  }),
  step("aws:elasticache/replicationGroup:ReplicationGroup", "cache", {
    engine: "valkey",
    engineVersion: "8.0",
    nodeType: "cache.t4g.micro",
    numCacheClusters: 2,
  }),
  step("aws:ec2/natGateway:NatGateway", "a"),
  step("aws:ec2/natGateway:NatGateway", "b"),
];

test.each([
  ["a service with its size", 'svc_web_1["web-1<br>2 tasks · 0.5 vCPU, 1 GB"]'],
  ["where it answers", 'alb -->|"a.com/api/*"| svc_web_1'],
  ["what it uses", "svc_web_1 --> store_db"],
  ["a database", 'store_db[("db<br>Postgres 16<br>db.t4g.micro, standby")]'],
  ["a cache", 'store_cache[("cache<br>valkey 8.0<br>2 × cache.t4g.micro")]'],
  ["the way out", 'nat["2 NAT gateways"]'],
  ["the load balancer", 'alb["load balancer<br>HTTPS 443"]'],
])("draws %s", (_, line) => {
  expect(
    estateDiagram(plan)
      .split("\n")
      .map((text) => text.trim()),
  ).toContain(line);
});

test("draws CloudFront in front of the load balancer", () => {
  const drawn = estateDiagram([...plan, step("aws:cloudfront/distribution:Distribution", "web-1")]);
  expect(drawn).toContain('edge["CloudFront<br>1 distribution"]');
  expect(drawn).toMatch(/internet --> edge\n +edge --> alb/);
  expect(estateDiagram(plan)).toMatch(/internet --> alb/);
});

test("leaves out what goes, and the boxes of what is not there", () => {
  const gone = plan.map((resource) =>
    resource.name === "db" ? { ...resource, op: "delete" as const } : resource,
  );
  expect(estateDiagram(gone)).not.toContain("store_db");
  expect(estateDiagram([])).not.toMatch(/alb|nat|registry/);
});

test("draws the tasks that scaling may run, one-off tasks and endpoints", () => {
  const once = step("berth:aws:OneOffTask", "migrate");
  const drawn = estateDiagram([
    ...plan,
    step("aws:appautoscaling/target:Target", "web-1", { minCapacity: 1, maxCapacity: 4 }, below),
    once,
    step(
      "aws:ecs/taskDefinition:TaskDefinition",
      "migrate",
      { cpu: "256", memory: "512" },
      { parent: once.urn },
    ),
    step("aws:ec2/vpcEndpoint:VpcEndpoint", "logs", { vpcEndpointType: "Interface" }),
    step("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", { vpcEndpointType: "Gateway" }),
  ]);
  expect(drawn).toContain("web-1<br>1 to 4 tasks");
  expect(drawn).toContain('svc_migrate(["migrate<br>runs to its end<br>0.25 vCPU, 0.5 GB"])');
  expect(drawn).toContain('endpoints["interface endpoints<br>logs"]');
});

describe("a static site", () => {
  const site = step("berth:aws:StaticSite", "docs");
  const inside = { parent: site.urn };
  const named = step(
    "aws:cloudfront/distribution:Distribution",
    "docs",
    {
      aliases: ["docs.example.com"],
      orderedCacheBehaviors: [{ pathPattern: "/api" }, { pathPattern: "/api/*" }],
    },
    inside,
  );
  const record = step("aws:route53/record:Record", "docs.example.com", { zoneId: "Z1" }, inside);

  test("is no way to the load balancer but for other services' paths", () => {
    const lines = estateDiagram([...plan, site, named, record])
      .split("\n")
      .map((text) => text.trim());
    expect(lines).toContain('site_docs[("docs<br>static site<br>CloudFront, S3")]');
    expect(lines).toContain('internet -->|"docs.example.com"| site_docs');
    expect(lines).toContain('site_docs -->|"/api/*"| alb');
    expect(lines).toContain("dns -.-> site_docs");
    expect(lines).toContain("internet --> alb");
    expect(lines.filter((line) => line.startsWith("edge"))).toEqual([]);
  });

  test("stands without a load balancer", () => {
    const bare = step("aws:cloudfront/distribution:Distribution", "docs", {}, inside);
    const drawn = estateDiagram([site, bare]);
    expect(drawn).toContain('internet(["internet"])');
    expect(drawn).toContain("internet --> site_docs");
  });
});

test("draws who is told of what goes wrong", () => {
  const alerts = step("berth:aws:Alerts", "alerts");
  const mails = ["a@example.com", "b@example.com"].map((endpoint) =>
    step("aws:sns/topicSubscription:TopicSubscription", `mail-${endpoint}`, { endpoint }),
  );
  const webhook = step("aws:cloudwatch/eventApiDestination:EventApiDestination", "webhook-1");
  expect(estateDiagram([...plan, alerts, ...mails])).toContain('alerts["alerts<br>2 mail addresses"]');
  expect(estateDiagram([...plan, alerts, webhook])).toContain('alerts["alerts<br>1 webhook"]');
  expect(estateDiagram(plan)).not.toContain("alerts");
});

test("leaves out names that the load balancer leads elsewhere", () => {
  const redirect = step(
    "aws:lb/listenerRule:ListenerRule",
    "web-1-b.com",
    { actions: [{ type: "redirect" }], conditions: [{ hostHeader: { values: ["b.com"] } }] },
    below,
  );
  expect(estateDiagram([...plan, redirect])).not.toContain("b.com");
});
