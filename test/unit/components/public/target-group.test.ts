/** Which target group a port has, and when its rules wait for the tasks. */
import { placeGroup, waitsForTasks } from "../../../../src/components/public/target-group";
import { Scope } from "../../../../src/components/stack/scope";
import { modeSettings } from "../../../../src/modes/modes";
import { deployedBalancing, type DeployedBalancing } from "../../../../src/model/deployed-balancing";

const scope = new Scope({
  project: "shop",
  stack: "dev",
  region: "us-east-1",
  accountId: "123456789012",
  mode: modeSettings("affordable"),
});
const check = { path: "/up", port: "traffic-port", protocol: "HTTP", matcher: "200-399", interval: 15 };
const http = { protocol: "HTTP", protocolVersion: "HTTP1", healthCheck: check };

const portUrn = (route: string): string =>
  `urn:pulumi:dev::shop::berth:aws:ContainerService$berth:aws:PublicPort::${route}`;
const groupUrn = (name: string): string => `urn:pulumi:dev::shop::aws:lb/targetGroup:TargetGroup::${name}`;

interface Given {
  readonly group?: object;
  /** The logical name of the group that the rule leads to. */
  readonly leads?: string;
  /** The logical name of the parked rule. */
  readonly parked?: string;
}

/** A state with a service, one group of route `web`, and its rules. */
function state({ group = http, leads = "web", parked }: Given = {}): DeployedBalancing {
  const rule = (name: string, dependsOn: readonly string[]) => ({
    urn: `rule ${name}`,
    type: "aws:lb/listenerRule:ListenerRule",
    name,
    parent: portUrn("web"),
    inputs: {},
    dependsOn,
  });
  return deployedBalancing([
    {
      urn: groupUrn("web"),
      type: "aws:lb/targetGroup:TargetGroup",
      name: "web",
      parent: portUrn("web"),
      inputs: { name: "shop-dev-web-1", port: 80, ...group },
      dependsOn: [],
    },
    rule("web", [groupUrn(leads)]),
    ...(parked === undefined ? [] : [rule(parked, [])]),
    {
      urn: "service",
      type: "aws:ecs/service:Service",
      name: "web",
      inputs: { loadBalancers: [{ targetGroupArn: "arn:one", containerPort: 80, containerName: "web" }] },
      dependsOn: [],
    },
  ]);
}

function place(inputs: object, balancing?: DeployedBalancing, route = "web") {
  const own = { scope, service: "web", route, port: 8080, firstName: ["8080", "HTTP1"], balancing };
  return placeGroup({ ...own, inputs: inputs as Record<string, unknown> });
}

test("the first group of a route has the route's name and the container's port", () => {
  expect(place(http)).toMatchObject({ logicalName: "web", port: 8080 });
});

test("another port keeps the group, with the port that it was made with", () => {
  expect(place(http, state())).toEqual({ logicalName: "web", name: "shop-dev-web-1", port: 80 });
});

test("a group of before 2026-12 that names its own port as the check's is the same", () => {
  const before = state({ group: { ...http, healthCheck: { ...check, port: "80" } } });
  expect(place(http, before)).toMatchObject({ name: "shop-dev-web-1" });
  const elsewhere = state({ group: { ...http, healthCheck: { ...check, port: "81" } } });
  expect(place(http, elsewhere)).not.toMatchObject({ name: "shop-dev-web-1" });
});

test.each<[string, object]>([
  ["protocol", { ...http, protocol: "HTTPS" }],
  ["version", { ...http, protocolVersion: "GRPC" }],
  ["path", { ...http, healthCheck: { ...check, path: "/new" } }],
  ["interval", { ...http, healthCheck: { ...check, interval: 5 } }],
])("another %s is another group, with names of its own", (_, inputs) => {
  const made = place(inputs, state());
  expect(made.logicalName).toMatch(/^web-[0-9a-f]{8}$/);
  expect(made.name).not.toBe("shop-dev-web-1");
  expect(made.port).toBe(8080);
});

test("no two groups share a name in AWS: a route's first one looks at those of other routes", () => {
  const first = place(http).name;
  expect(place(http, state({ group: { ...http, name: first } }), "web--8080").name).not.toBe(first);
});

describe("the rules", () => {
  test("are made at once in a new stack, and where they lead there already", () => {
    expect(waitsForTasks("web", "web")).toBe(false);
    expect(waitsForTasks("web", "web", state())).toBe(false);
  });

  test.each<[string, Given, string]>([
    ["another group takes the traffic", {}, "web-12345678"],
    ["the group is there, and the rule still leads elsewhere", { leads: "web-12345678" }, "web"],
    ["an earlier change has left the parked rule", { parked: "web_next" }, "web"],
    ["it has left that of before 2026-12", { parked: "web-next" }, "web"],
  ])("wait where %s", (_, given, logicalName) => {
    expect(waitsForTasks("web", logicalName, state(given))).toBe(true);
  });

  test("wait where the route is new in a stack that has services", () => {
    expect(waitsForTasks("api", "api", state())).toBe(true);
  });
});

test("the targets that the engine asked for last are known by service", () => {
  expect(state().targets.get("web")).toEqual([{ targetGroupArn: "arn:one", containerPort: 80 }]);
});

test("requests reach a port by its rules and listeners, but not by redirects or the parked one", () => {
  const rule = (name: string, type: string, parent = portUrn("web")) => ({
    urn: `rule ${name}`,
    id: `arn ${name}`,
    type: "aws:lb/listenerRule:ListenerRule",
    name,
    parent,
    inputs: { actions: [{ type }] },
    dependsOn: [groupUrn("web")],
  });
  const { leading } = deployedBalancing([
    {
      urn: groupUrn("web"),
      type: "aws:lb/targetGroup:TargetGroup",
      name: "web",
      parent: portUrn("web"),
      inputs: { name: "shop-dev-web-1" },
      dependsOn: [],
    },
    rule("web", "forward"),
    rule("web-www.shop.com", "forward"),
    rule("web-shop.com", "redirect"),
    rule("web-next", "forward"),
    rule("web_next", "forward"),
    rule("other", "forward", "urn:pulumi:dev::shop::berth:aws:Entry::entry"),
    {
      ...rule("net", "none", "urn:pulumi:dev::shop::berth:aws:NetworkPort::net"),
      type: "aws:lb/listener:Listener",
      inputs: { defaultActions: [{ type: "forward" }] },
    },
  ]);
  expect(leading).toEqual([
    { arn: "arn web", groups: ["shop-dev-web-1"] },
    { arn: "arn web-www.shop.com", groups: ["shop-dev-web-1"] },
    { arn: "arn net", groups: [] },
  ]);
});
