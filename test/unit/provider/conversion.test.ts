/** What Berth declares, as the configuration that the real provider is asked with. */
import { convert, foreignZones, together } from "../../provider/document";
import { labelOf, snake, terraformName, terraformType } from "../../provider/names";
import type { Declared } from "../../provider/references";
import type { ProviderSchema } from "../../provider/schema";

const text = { type: "string", optional: true } as const;
const computed = { type: "string", computed: true } as const;

const schema: ProviderSchema = {
  provider: { block: {} },
  resource_schemas: {
    aws_vpc: { block: { attributes: { id: computed, arn: computed, cidr_block: text } } },
    aws_subnet: { block: { attributes: { id: computed, vpc_id: text } } },
    aws_db_instance: {
      block: {
        attributes: { id: computed, password: text, parameter: { type: ["list", "string"], optional: true } },
        block_types: {
          restore: { nesting_mode: "list", block: { attributes: { source: text } } },
          timeouts: { nesting_mode: "single", block: { attributes: { create: text, delete: text } } },
        },
      },
    },
    aws_acm_certificate: {
      block: {
        attributes: {
          id: computed,
          domain_validation_options: {
            type: ["set", ["object", { domain_name: "string", resource_record_name: "string" }]],
            computed: true,
          },
        },
      },
    },
    aws_route53_record: { block: { attributes: { id: computed, name: text } } },
    aws_lb_listener_rule: { block: { attributes: { id: computed } } },
    aws_cloudwatch_log_resource_policy: {
      block: { attributes: { id: computed, policy_name: text, policy_document: text } },
    },
  },
};

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

function resource(type: string, name: string, more: Partial<Declared> = {}): Declared {
  const base = { urn: urnOf(type, name), type, custom: true, inputs: {}, outputs: {}, dependencies: [] };
  return { ...base, propertyDependencies: {}, ...more };
}

const converted = (...resources: readonly Declared[]): ReturnType<typeof convert> =>
  convert(resources, { schema, version: "5.100.0", region: "eu-west-1" });

type Bodies = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
const bodies = ({ document }: ReturnType<typeof convert>): Bodies => document.resource as Bodies;

const vpc = resource("aws:ec2/vpc:Vpc", "net", {
  id: "vpc-0123456789abcdef0",
  inputs: { cidrBlock: "10.0.0.0/16" },
  outputs: { arn: "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0", cidrBlock: "10.0.0.0/16" },
});

test("types and names follow a rule, and the few that don't are told", () => {
  const known = { aws_lb: 1, aws_db_instance: 1, aws_instance: 1, aws_ecs_service: 1, aws_vpc: 1 };
  const typed = (token: string): string | undefined => terraformType(token, known);
  expect(typed("aws:lb/loadBalancer:LoadBalancer")).toBe("aws_lb");
  expect(typed("aws:rds/instance:Instance")).toBe("aws_db_instance");
  expect(typed("aws:ec2/instance:Instance")).toBe("aws_instance");
  expect(typed("aws:ecs/service:Service")).toBe("aws_ecs_service");
  expect(typed("aws:ec2/subnet:Subnet")).toBeUndefined();
  expect(snake("preferredCacheClusterAZs")).toBe("preferred_cache_cluster_a_zs");
  expect(terraformName("aws_x.preferredCacheClusterAzs", ["preferred_cache_cluster_azs"])).toBe(
    "preferred_cache_cluster_azs",
  );
  expect(terraformName("aws_x.ingresses", ["egress", "ingress"])).toBe("ingress");
  expect(terraformName("aws_x.policies", ["policy"])).toBe("policy");
  expect(terraformName("aws_x.other", ["policy"])).toBeUndefined();
  expect([labelOf("shop_app-sg"), labelOf("*.shop"), labelOf("2nd")]).toEqual([
    "shop_app-sg",
    "__shop",
    "_2nd",
  ]);
});

test("a value of another resource becomes a reference, whole or within a text, and brings the order", () => {
  const arn = String(vpc.outputs["arn"]);
  const run = converted(
    vpc,
    resource("aws:ec2/subnet:Subnet", "a", {
      inputs: { vpcId: vpc.id },
      dependencies: [vpc.urn],
      propertyDependencies: { vpcId: [vpc.urn] },
    }),
    resource("aws:rds/instance:Instance", "db", {
      inputs: { parameters: [`of ${arn} at \${here}`, arn] },
      dependencies: [vpc.urn],
      propertyDependencies: { parameters: [vpc.urn] },
    }),
  );
  expect(bodies(run)["aws_subnet"]?.["a"]).toEqual({
    vpc_id: "${aws_vpc.net.id}",
    depends_on: ["aws_vpc.net"],
  });
  expect(bodies(run)["aws_db_instance"]?.["db"]).toEqual({
    parameter: ["of ${aws_vpc.net.arn} at $${here}", "${aws_vpc.net.arn}"],
    depends_on: ["aws_vpc.net"],
    timeouts: { create: "4m", delete: "4m" },
  });
  expect(run.undeclared).toEqual([]);
});

test("a component stands for what it holds, and what nothing depends on is told", () => {
  const component = resource("shop:Network", "net", { custom: false });
  const inside = { ...vpc, parent: component.urn };
  const subnet = (dependencies: readonly string[]): Declared =>
    resource("aws:ec2/subnet:Subnet", "a", { inputs: { vpcId: vpc.id }, dependencies });
  const ordered = converted(component, inside, subnet([component.urn]));
  expect(bodies(ordered)["aws_subnet"]?.["a"]?.["depends_on"]).toEqual(["aws_vpc.net"]);
  expect(ordered.undeclared).toEqual([]);
  const loose = converted(component, inside, subnet([]));
  expect(loose.undeclared).toEqual([
    { urn: urnOf("aws:ec2/subnet:Subnet", "a"), property: "vpcId", uses: vpc.urn },
  ]);
});

test("an item of a set is found by its first property", () => {
  const certificate = resource("aws:acm/certificate:Certificate", "tls", {
    id: "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    outputs: {
      domainValidationOptions: [
        { domainName: "shop.example", resourceRecordName: "_a1.shop.example." },
        { domainName: "*.shop.example", resourceRecordName: "_b2.shop.example." },
      ],
    },
  });
  const record = resource("aws:route53/record:Record", "proof", {
    inputs: { name: "_b2.shop.example." },
    dependencies: [certificate.urn],
    propertyDependencies: { name: [certificate.urn] },
  });
  expect(bodies(converted(certificate, record))["aws_route53_record"]?.["proof"]?.["name"]).toBe(
    "${[for item in aws_acm_certificate.tls.domain_validation_options : item.resource_record_name " +
      'if item.domain_name == "*.shop.example"][0]}',
  );
});

test("a single item becomes the block that it is in Terraform, and a sealed secret a text of its own", () => {
  const db = resource("aws:rds/instance:Instance", "db", {
    inputs: { password: "\ue001sealed:0f1e2d", restore: { source: "snapshot" }, __defaults: [] },
  });
  expect(bodies(converted(db))["aws_db_instance"]?.["db"]).toMatchObject({
    password: "Secret-0f1e2d",
    restore: [{ source: "snapshot" }],
  });
});

test("what an older provider doesn't know is left out by the list, anything else is told", () => {
  const run = converted(
    resource("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "events", {
      inputs: { resourceArn: "arn:aws:logs:eu-west-1:123456789012:log-group:x", policyDocument: "{}" },
    }),
    resource("aws:lb/listenerRule:ListenerRule", "web", {
      inputs: { transforms: [{ type: "x" }], priorty: 1 },
    }),
    resource("aws:dsql/cluster:Cluster", "new"),
  );
  expect(bodies(run)["aws_cloudwatch_log_resource_policy"]?.["events"]).toEqual({
    policy_name: "events",
    policy_document: "{}",
  });
  expect([...run.leftOut].map(({ property }) => property)).toEqual(["resourceArn", "transforms"]);
  expect(run.unplaced).toEqual([{ type: "aws_lb_listener_rule", path: "priorty", value: 1 }]);
  expect(run.untyped).toEqual([urnOf("aws:dsql/cluster:Cluster", "new")]);
});

test("a zone that the stack doesn't make is known by what its records have in common", () => {
  const record = (label: string, name: string, zone: string): readonly [string, Record<string, string>] => [
    label,
    { name, zone_id: zone },
  ];
  const records = Object.fromEntries([
    record("a", "web.shop.example.com", "Z1"),
    record("b", "*.shop.example.com", "Z1"),
    record("proof", "${aws_acm_certificate.tls.name}", "Z1"),
    record("own", "api", "${aws_route53_zone.own.zone_id}"),
    record("c", "shop.example.org", "Z2"),
  ]);
  const document = { terraform: {}, provider: { aws: [] }, resource: { aws_route53_record: records } };
  expect(foreignZones(document)).toEqual({ Z1: "shop.example.com", Z2: "shop.example.org" });
});

test("stacks of several regions stand in one configuration, and an ARN of another partition is told", () => {
  const policy = (region: string, partition: string): Declared =>
    resource("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "events", {
      inputs: {
        policyName: "events",
        policyDocument: `{"Resource":"arn:${partition}:logs:${region}:1:log-group:x"}`,
      },
    });
  const version = "5.100.0";
  const first = convert([policy("us-east-1", "aws")], { schema, version, region: "us-east-1" });
  const second = convert([policy("cn-north-1", "aws")], {
    schema,
    version,
    region: "cn-north-1",
    alias: "cn-north-1",
  });
  const both = together(first, [second]);
  expect(both.document.provider.aws).toMatchObject([
    { region: "us-east-1" },
    { region: "cn-north-1", alias: "cn-north-1" },
  ]);
  expect(Object.entries(bodies(both)["aws_cloudwatch_log_resource_policy"] ?? {})).toMatchObject([
    ["events", { policy_name: "events" }],
    ["cn-north-1_events", { provider: "aws.cn-north-1" }],
  ]);
  expect(both.wrongArns).toEqual(["arn:aws:logs:cn-north-1:1:log-group:x"]);
});

test("a resource of another region has a provider of that region, where the provider knows no region of a resource", () => {
  const certificate = resource("aws:acm/certificate:Certificate", "shop", {
    inputs: { region: "us-east-1" },
  });
  const one = converted(vpc, certificate);
  expect(one.unplaced).toEqual([]);
  expect(bodies(one)["aws_acm_certificate"]?.["shop"]?.["provider"]).toBe("aws.us-east-1");
  expect(bodies(one)["aws_vpc"]?.["net"]).not.toHaveProperty("provider");
  const regions = ({ document }: typeof one): unknown =>
    document.provider.aws.map((each) => (each as { region?: string; alias?: string }).alias);
  expect(regions(one)).toEqual([undefined, "us-east-1"]);
  expect(regions(together(one, [one]))).toEqual([undefined, "us-east-1"]);
});
