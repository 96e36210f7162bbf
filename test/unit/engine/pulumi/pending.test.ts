import {
  childOf,
  derivedIdentity,
  isFoundByCreation,
  isFoundByTags,
} from "../../../../src/engine/pulumi/identities";
import {
  hasPending,
  needsTags,
  takePending,
  unready,
  withoutPending,
  type CheckpointResource,
} from "../../../../src/engine/pulumi/pending";
import type { TaggedResource } from "../../../../src/ports";
import { resourceTypes } from "../../../../src/simulator/services";

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;
const vpcType = "aws:ec2/vpc:Vpc";
const groupType = "aws:cloudwatch/logGroup:LogGroup";
const tags = { "berth:project": "shop", "berth:stack": "dev" };

function resource(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>> = {},
  more: Partial<CheckpointResource> = {},
): CheckpointResource {
  return { urn: urnOf(type, name), type, custom: true, inputs, ...more };
}

function checkpoint(
  pending: readonly (readonly [string, CheckpointResource])[],
  resources: readonly CheckpointResource[] = [],
): string {
  const pending_operations = pending.map(([type, one]) => ({ type, resource: one }));
  return JSON.stringify({ version: 3, checkpoint: { latest: { resources, pending_operations } } });
}

function resourcesOf(text: string): readonly CheckpointResource[] {
  const stored = JSON.parse(text) as { checkpoint: { latest: { resources: CheckpointResource[] } } };
  return stored.checkpoint.latest.resources;
}

const ec2 = (kind: string, id: string, more: Readonly<Record<string, string>> = {}): TaggedResource => ({
  arn: `arn:aws:ec2:us-east-1:123456789012:${kind}/${id}`,
  tags: { ...tags, ...more },
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ["aws:iam/rolePolicy:RolePolicy", { role: "r", name: "p" }, "r:p"],
  ["aws:s3/bucketPolicy:BucketPolicy", { bucket: "b" }, "b"],
  ["aws:rds/instance:Instance", { identifier: "shop-db" }, "shop-db"],
  // The suffix that the provider gives the default route everywhere.
  ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }, "r-rtb-11080289494"],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", { subnetId: "s", routeTableId: "t" }, "s/t"],
  [
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    { resourceArn: "arn:group", policyDocument: "{}" },
    "arn:group",
  ],
  ["aws:cloudwatch/eventTarget:EventTarget", { rule: "r", targetId: "logs" }, "r-logs"],
])("the id of a %s with %j follows from its inputs", (type, inputs, id) => {
  const text = checkpoint([["creating", resource(type, "it", inputs)]]);
  expect(needsTags(text)).toBe(false);
  const taken = takePending(text, []);
  expect(resourcesOf(taken.text)).toEqual([expect.objectContaining({ type, id })]);
  expect(taken.urns).toEqual([urnOf(type, "it")]);
  expect(hasPending(taken.text)).toBe(true);
  expect(hasPending(withoutPending(taken.text))).toBe(false);
});

test("a capacity provider is known by its ARN, which its tags tell", () => {
  const type = "aws:ecs/capacityProvider:CapacityProvider";
  const arn = "arn:aws:ecs:us-east-1:123456789012:capacity-provider/gpu-shop-dev";
  const text = checkpoint([["creating", resource(type, "gpu", { name: "gpu-shop-dev", tags })]]);
  expect(resourcesOf(takePending(text, [{ arn, tags }]).text)).toEqual([
    expect.objectContaining({ id: arn }),
  ]);
});

test("what AWS makes the id of up is found by its tags: the one with its own, that no state knows", () => {
  const inputs = { cidrBlock: "10.0.1.0/24", tags: { ...tags, Name: "b" } };
  const known = resource("aws:ec2/subnet:Subnet", "known", {}, { id: "subnet-0" });
  const text = checkpoint([["creating", resource("aws:ec2/subnet:Subnet", "b", inputs)]], [known]);
  expect(needsTags(text)).toBe(true);
  const found = takePending(text, [
    ec2("vpc", "vpc-1", { Name: "b" }),
    ec2("subnet", "subnet-0", { Name: "b" }),
    ec2("subnet", "subnet-1", { Name: "a" }),
    ec2("subnet", "subnet-2", { Name: "b" }),
  ]);
  expect(resourcesOf(found.text).at(-1)).toMatchObject({
    id: "subnet-2",
    outputs: { cidrBlock: "10.0.1.0/24", arn: expect.stringContaining("subnet/subnet-2") as string },
  });
  expect(found.notes).toEqual([
    "aws:ec2/subnet:Subnet b was being created: subnet-2 is added to the state, if it exists",
  ]);
  expect(found.missing).toBe(0);
});

test("two of one kind and tags are given one each", () => {
  const inputs = { tags };
  const pending = ["a", "b"].map((name) => ["creating", resource(vpcType, name, inputs)] as const);
  const taken = takePending(checkpoint(pending), [ec2("vpc", "vpc-1"), ec2("vpc", "vpc-2")]);
  expect(
    resourcesOf(taken.text)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(["vpc-1", "vpc-2"]);
});

test("the newest revision of a task definition is the one in question", () => {
  const type = "aws:ecs/taskDefinition:TaskDefinition";
  const arn = (revision: number): string =>
    `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev-web:${revision}`;
  const old = resource(type, "web", {}, { id: arn(1) });
  const text = checkpoint([["creating", resource(type, "web", { family: "shop-dev-web", tags })]], [old]);
  const taken = takePending(
    text,
    [9, 10, 1].map((revision) => ({ arn: arn(revision), tags })),
  );
  expect(resourcesOf(taken.text).at(-1)).toMatchObject({ id: arn(10), delete: true });
});

test("of two that bear the same tags the one whose ARN has the name comes first", () => {
  const type = "aws:lb/targetGroup:TargetGroup";
  const arn = (name: string): string =>
    `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/0123456789abcdef`;
  const text = checkpoint([["creating", resource(type, "api", { name: "shop-api", tags })]]);
  const taken = takePending(text, [
    { arn: arn("shop-api"), tags },
    { arn: arn("shop-web"), tags },
  ]);
  expect(resourcesOf(taken.text)).toMatchObject([{ id: arn("shop-api") }]);
});

test("rules of security groups are told apart by their names: ids of both directions look alike", () => {
  const rule = (direction: string): string =>
    `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
  const pending = [
    ["creating", resource(rule("Ingress"), "nat-in", { tags: { ...tags, Name: "nat-in" } })],
    ["creating", resource(rule("Egress"), "nat-out", { tags: { ...tags, Name: "nat-out" } })],
  ] as const;
  const taken = takePending(checkpoint(pending), [
    ec2("security-group-rule", "sgr-2", { Name: "nat-out" }),
    ec2("security-group-rule", "sgr-1", { Name: "nat-in" }),
  ]);
  expect(resourcesOf(taken.text).map(({ id }) => id)).toEqual(["sgr-1", "sgr-2"]);
});

test("what is not found is left out, and told", () => {
  const taken = takePending(checkpoint([["creating", resource(vpcType, "net", { tags })]]), []);
  expect(resourcesOf(taken.text)).toEqual([]);
  expect([taken.urns, taken.missing]).toEqual([[], 1]);
  expect(taken.notes).toEqual([`${vpcType} net was being created: nothing with the stack's tags matches it`]);
});

test("what AWS answers a second creation with is left to it", () => {
  const type = "aws:sns/topicSubscription:TopicSubscription";
  const inputs = { topic: "arn:aws:sns:us-east-1:1:a", protocol: "email", endpoint: "ops@example.com" };
  const text = checkpoint([["creating", resource(type, "mail", inputs)]]);
  expect(needsTags(text)).toBe(false);
  const taken = takePending(text, []);
  expect(resourcesOf(taken.text)).toEqual([]);
  expect([taken.urns, taken.missing]).toEqual([[], 0]);
  expect(taken.notes).toEqual([
    `${type} mail was being created: it is created again; where AWS has it already, nothing is added`,
  ]);
});

test("the new half of a replacement is to be deleted: the old one still stands, and is replaced anew", () => {
  const old = resource(vpcType, "net", {}, { id: "vpc-1" });
  const made = resource(vpcType, "net", { tags: { Name: "net" } });
  const arn = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-2";
  const taken = takePending(checkpoint([["creating", made]], [old]), [{ arn, tags: { Name: "net" } }]);
  expect(resourcesOf(taken.text)).toEqual([old, expect.objectContaining({ id: "vpc-2", delete: true })]);
});

test("a new half whose id is made of its inputs takes the place of the old one: made again it would be the same", () => {
  const type = "aws:lb/listenerCertificate:ListenerCertificate";
  const of = (certificateArn: string) => ({ listenerArn: "listener", certificateArn });
  const [old, next] = [
    resource(type, "c", of("old"), { id: "listener_old" }),
    resource(type, "c", of("new")),
  ];
  const dependent = resource(groupType, "r", { name: "r" }, { id: "r" });
  const taken = takePending(checkpoint([["creating", next]], [old, dependent]), []);
  expect(resourcesOf(taken.text)).toEqual([
    expect.objectContaining({ id: "listener_new", inputs: of("new") }),
    dependent,
    { ...old, delete: true },
  ]);
  expect(resourcesOf(taken.text)[0]).not.toHaveProperty("delete");
  expect(taken.urns).toEqual([old.urn]);
  expect(taken.notes.join()).toMatch(/listener_new takes the place of listener_old, which is deleted/);
});

test("a new half whose old one was deleted first stands alone: to make it again would be refused, or be the same", () => {
  const gone = { pendingReplacement: true };
  const database = "aws:rds/instance:Instance";
  const oldStore = resource(database, "db", { identifier: "shop-db" }, { id: "shop-db", ...gone });
  const newStore = resource(database, "db", { identifier: "shop-db", snapshotIdentifier: "s" });
  const topic = "aws:sns/topic:Topic";
  const arn = "arn:aws:sns:us-east-1:123456789012:shop-alerts";
  const oldTopic = resource(topic, "alerts", { tags }, { id: arn, ...gone });
  const newTopic = resource(topic, "alerts", { name: "shop-alerts", tags });
  const dependent = resource(groupType, "r", { name: "r" }, { id: "r" });
  const text = checkpoint(
    [
      ["creating", newStore],
      ["creating", newTopic],
    ],
    [oldStore, oldTopic, dependent],
  );
  const taken = takePending(text, [{ arn, tags }]);
  expect(resourcesOf(taken.text)).toEqual([
    { ...newStore, id: "shop-db", outputs: newStore.inputs },
    { ...newTopic, id: arn, outputs: { ...newTopic.inputs, arn } },
    dependent,
  ]);
  expect(taken.urns).toEqual([newStore.urn, newTopic.urn]);
  expect(unready(taken.text, taken.urns)).toEqual([newStore.urn]);
});

test("tags that AWS still tells of what was deleted first are not taken for the new half's", () => {
  const type = "aws:lb/targetGroup:TargetGroup";
  const arn = (id: string): string =>
    `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-api/${id}`;
  const old = resource(type, "api", {}, { id: arn("1"), pendingReplacement: true });
  const text = checkpoint([["creating", resource(type, "api", { name: "shop-api", tags })]], [old]);
  const both = takePending(text, [
    { arn: arn("1"), tags },
    { arn: arn("0"), tags },
  ]);
  expect(resourcesOf(both.text).map(({ id }) => id)).toEqual([arn("0")]);
  expect(takePending(text, [{ arn: arn("1"), tags }])).toMatchObject({ missing: 1 });
});

test("what was taken by a run that was killed then is not taken twice", () => {
  const text = checkpoint([["creating", resource(groupType, "r", { name: "one" })]]);
  const once = takePending(text, []);
  const twice = takePending(once.text, []);
  expect(resourcesOf(twice.text)).toEqual(resourcesOf(once.text));
  expect(twice.urns).toEqual(once.urns);
});

test("an update is compared with what exists, a deletion is brought to its end; the old half of a replacement waits", () => {
  const deployed = resource(groupType, "r", {}, { id: "r" });
  const going = resource(vpcType, "net", {}, { id: "vpc-1" });
  const [half, whole] = [
    resource(groupType, "x", {}, { id: "x1", delete: true }),
    resource(groupType, "x", {}, { id: "x2" }),
  ];
  const taken = takePending(
    checkpoint(
      [
        ["updating", deployed],
        ["deleting", going],
        ["deleting", half],
      ],
      [deployed, going, half, whole],
    ),
    [],
  );
  expect(taken.deletions).toEqual([going.urn]);
  expect(taken.urns).toEqual([deployed.urn, whole.urn]);
  expect(resourcesOf(taken.text)).toEqual([deployed, going, half, whole]);
});

test("a database without its address is still being made", () => {
  const type = "aws:rds/instance:Instance";
  const made = resource(type, "a", {}, { id: "a", outputs: { endpoint: "a.rds:5432" } });
  const making = resource(type, "b", {}, { id: "b", outputs: { endpoint: "" } });
  const other = resource(type, "c", {}, { id: "c", outputs: {} });
  expect(unready(checkpoint([], [made, making, other]), [made.urn, making.urn])).toEqual([making.urn]);
});

test("a stack that was only made has nothing open", () => {
  expect(hasPending('{"version":3,"checkpoint":{"stack":"organization/shop/dev","latest":null}}')).toBe(
    false,
  );
});

/** Why a resource of this type can't be found again, or need not be. */
const lost: Readonly<Record<string, string>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "it is AWS's own, and adopted again",
  "aws:ec2/eipAssociation:EipAssociation": "not declared",
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": "not declared",
  "aws:s3/bucketObject:BucketObject": "not declared",
};

test("every type that the simulated AWS has is found again after a kill, or it is said why not", () => {
  const every = new Proxy({}, { get: (_target, property) => String(property) });
  const unknown = [...resourceTypes.keys()].filter(
    (type) =>
      !isFoundByTags(type) &&
      !isFoundByCreation(type) &&
      derivedIdentity(type, every) === undefined &&
      childOf(type, every) === undefined,
  );
  expect(unknown.sort()).toEqual(Object.keys(lost).sort());
});
