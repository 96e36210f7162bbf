import type { Properties } from "../../../src/simulator/cloud/cloud";
import { balancingRules as rules } from "../../../src/simulator/rules/balancing";
import { make, type World } from "../simulated-world";
import { networkBalancingRules as n } from "../../../src/simulator/rules/network-balancing";
import { breaking, changing, upTo, type Ids } from "./cases";

const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const targetsType = "aws:lb/targetGroup:TargetGroup";
const listenerType = "aws:lb/listener:Listener";
const ruleType = "aws:lb/listenerRule:ListenerRule";
const network = ({ subnetA, subnetB, group }: Ids): Properties => ({
  name: "net",
  loadBalancerType: "network",
  subnets: [subnetA, subnetB],
  securityGroups: [group],
});
const tcpTargets = ({ vpcId }: Ids): Properties => ({
  name: "tcp",
  port: 25565,
  protocol: "TCP",
  healthCheck: { protocol: "TCP", interval: 10, timeout: 5 },
  vpcId,
});
const tcpListener = ({ network: arn, tcp: group }: Ids): Properties => ({
  loadBalancerArn: arn,
  port: 25566,
  protocol: "TCP",
  defaultActions: [{ type: "forward", targetGroupArn: group }],
});
const certificateType = "aws:lb/listenerCertificate:ListenerCertificate";

const targets = ({ vpcId }: Ids): Properties => ({ name: "web", port: 80, protocol: "HTTP", vpcId });
const balancer = ({ subnetA, subnetB }: Ids): Properties => ({ name: "web", subnets: [subnetA, subnetB] });
const rule = ({ listener, targets: group }: Ids): Properties => ({
  listenerArn: listener,
  priority: 2,
  actions: [{ type: "forward", targetGroupArn: group }],
  conditions: [{ hostHeader: { values: ["b.example.com"] } }],
});
const listener = ({ balancer: arn, targets: group }: Ids): Properties => ({
  loadBalancerArn: arn,
  port: 8080,
  defaultActions: [{ type: "forward", targetGroupArn: group }],
});
const foreign = (name: string): string => `arn:aws:acm:us-east-1:123456789012:certificate/${name}`;
const hosts = (...values: string[]): Properties => ({ conditions: [{ hostHeader: { values } }] });
const paths = (...values: string[]): Properties => ({ conditions: [{ pathPattern: { values } }] });
const header = (httpHeaderName: string, value: string): Properties => ({
  conditions: [{ httpHeader: { httpHeaderName, values: [value] } }],
});
const forward = (...arns: (string | undefined)[]): Properties[] => [
  { type: "forward", forward: { targetGroups: arns.map((arn) => ({ arn })) } },
];

/** @param apart - whether each has a target group of its own */
async function moreRules({ aws, ids }: World, count: number, apart = false): Promise<void> {
  for (const n of upTo(count)) {
    const name = `t${n}`;
    const group = apart ? await make(aws, targetsType, name, { ...targets(ids), name }) : ids["targets"];
    const actions = [{ type: "forward", targetGroupArn: group }];
    await make(aws, ruleType, `r${n}`, {
      ...rule(ids),
      priority: 100 + n,
      actions,
      ...hosts(`h${n}.example.com`),
    });
  }
}

export const balancingCases = [
  ...changing(balancerType, network, [[n.groupsLater, { securityGroups: [] }, "securityGroups"]]),
  ...changing(balancerType, (ids) => ({ ...network(ids), securityGroups: [] }), [
    [n.groupsLater, ({ group }) => ({ securityGroups: [group] }), "securityGroups"],
  ]),
  ...breaking(targetsType, tcpTargets, [
    [n.healthProtocol, { healthCheck: { protocol: "UDP" } }, "healthCheck.protocol"],
    [n.healthWords, { healthCheck: { protocol: "TCP", path: "/" } }, "healthCheck.path"],
  ]),
  ...breaking(listenerType, tcpListener, [
    [n.listenerOfBalancer, { protocol: "HTTP" }, "protocol"],
    [n.listenerOfBalancer, ({ balancer: arn }) => ({ loadBalancerArn: arn }), "protocol"],
    [n.targetsOfListener, { protocol: "UDP" }, "defaultActions[0]"],
    [
      n.targetsOfListener,
      ({ targets: group }) => ({ defaultActions: [{ type: "forward", targetGroupArn: group }] }),
      "defaultActions[0]",
    ],
    [rules.missingCertificate, { protocol: "TLS" }, "certificateArn"],
    [rules.plainCertificate, { certificateArn: foreign("a") }, "certificateArn"],
  ]),
  ...breaking(ruleType, rule, [
    [n.rulesOfBalancer, ({ tcpListener: arn }) => ({ listenerArn: arn }), "listenerArn"],
  ]),
  ...breaking(balancerType, balancer, [
    [rules.zones, ({ subnetA }) => ({ subnets: [subnetA] }), "subnets"],
    [rules.zones, ({ subnetA, subnetA2, subnetB }) => ({ subnets: [subnetA, subnetA2, subnetB] }), "subnets"],
    [rules.subnetSize, ({ subnetA, small }) => ({ subnets: [subnetA, small] }), "subnets"],
    [rules.balancerGroups, ({ group }) => ({ securityGroups: upTo(6).map(() => group) }), "securityGroups"],
    [rules.idleTimeout, { idleTimeout: 4001 }, "idleTimeout"],
    [rules.balancerType, { loadBalancerType: "classic" }, "loadBalancerType"],
  ]),
  ...breaking(targetsType, targets, [
    [rules.targetPort, { port: 65_536 }, "port"],
    [rules.targetProtocol, { protocol: "http" }, "protocol"],
    [rules.protocolVersion, { protocolVersion: "HTTP3" }, "protocolVersion"],
    [rules.targetType, { targetType: "task" }, "targetType"],
    [rules.deregistration, { deregistrationDelay: 3601 }, "deregistrationDelay"],
    [rules.slowStart, { slowStart: 29 }, "slowStart"],
    [
      rules.stickiness,
      { stickiness: { type: "lb_cookie", cookieDuration: 604_801 } },
      "stickiness.cookieDuration",
    ],
    [rules.healthInterval, { healthCheck: { interval: 4 } }, "healthCheck.interval"],
    [rules.healthTimeout, { healthCheck: { timeout: 121, interval: 300 } }, "healthCheck.timeout"],
    [rules.healthyThreshold, { healthCheck: { healthyThreshold: 1 } }, "healthCheck.healthyThreshold"],
    [rules.unhealthyThreshold, { healthCheck: { unhealthyThreshold: 11 } }, "healthCheck.unhealthyThreshold"],
    [rules.healthPatience, { healthCheck: { interval: 10, timeout: 10 } }, "healthCheck.timeout"],
    [rules.healthPath, { healthCheck: { path: "health" } }, "healthCheck.path"],
    [rules.healthMatcher, { healthCheck: { matcher: "ok" } }, "healthCheck.matcher"],
    [rules.healthMatcher, { healthCheck: { matcher: "200-599" } }, "healthCheck.matcher"],
    [
      rules.healthMatcher,
      { protocolVersion: "GRPC", healthCheck: { matcher: "200" } },
      "healthCheck.matcher",
    ],
  ]),
  ...breaking(listenerType, listener, [
    [rules.listenerPort, { port: 0 }, "port"],
    [rules.listenerProtocol, { protocol: "http" }, "protocol"],
    [rules.listenerTaken, { port: 80 }, "port"],
    [rules.plainCertificate, { protocol: "HTTP", certificateArn: foreign("a") }, "certificateArn"],
    [rules.missingCertificate, { protocol: "HTTPS" }, "certificateArn"],
    [
      rules.certificateIssued,
      ({ certificate }) => ({ protocol: "HTTPS", certificateArn: certificate }),
      "certificateArn",
    ],
    [
      rules.certificateRegion,
      { protocol: "HTTPS", certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/a" },
      "certificateArn",
    ],
    [
      rules.forwards,
      ({ targets: group }) => ({ defaultActions: forward(...upTo(6).map(() => group)) }),
      "defaultActions[0].forward",
    ],
    [
      rules.listeners,
      {},
      "loadBalancerArn",
      async ({ aws, ids }) => {
        for (const n of upTo(49))
          await make(aws, listenerType, `l${n}`, { ...listener(ids), port: 9000 + n });
      },
    ],
  ]),
  ...breaking(ruleType, rule, [
    [rules.priority, { priority: 50_001 }, "priority"],
    [rules.priorityTaken, { priority: 1 }, "priority"],
    [rules.ruleValues, hosts("a", "b", "c", "d", "e", "f"), "conditions"],
    [rules.ruleWildcards, paths("/*/*/*/*", "/*/*/*"), "conditions"],
    [rules.ruleHost, hosts("a".repeat(129)), "conditions[0].hostHeader"],
    [rules.rulePath, paths("/straße"), "conditions[0].pathPattern"],
    [rules.ruleHeader, header("X-Key", "k".repeat(129)), "conditions[0].httpHeader"],
    [rules.ruleHeader, header("Host", "a.example.com"), "conditions[0].httpHeader"],
    [rules.sameConditions, hosts("a.example.com"), "conditions"],
    [
      rules.forwards,
      ({ targets: group }) => ({ actions: forward(...upTo(6).map(() => group)) }),
      "actions[0].forward",
    ],
    [rules.rules, {}, "listenerArn", (world) => moreRules(world, 98)],
    [
      rules.targetsPerBalancer,
      ({ loose }) => ({ actions: [{ type: "forward", targetGroupArn: loose }] }),
      "actions",
      (world) => moreRules(world, 98, true),
    ],
    [
      rules.secureProtocols,
      ({ grpc: group }) => ({ actions: [{ type: "forward", targetGroupArn: group }] }),
      "actions[0]",
    ],
  ]),
  ...breaking(
    certificateType,
    ({ listener: arn }) => ({ listenerArn: arn, certificateArn: foreign("own") }),
    [
      [
        rules.certificates,
        {},
        "certificateArn",
        async ({ aws, ids }) => {
          for (const n of upTo(25))
            await make(aws, certificateType, `c${n}`, {
              listenerArn: ids["listener"],
              certificateArn: foreign(`${n}`),
            });
        },
      ],
    ],
  ),
];
