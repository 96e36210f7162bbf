import type { Properties } from "../../../src/simulator/cloud";
import { but, describeRefusals, type Ids } from "../../support/refusals";

const types = {
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  targets: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  rule: "aws:lb/listenerRule:ListenerRule",
} as const;

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

describeRefusals([
  [
    "a load balancer in one zone",
    types.balancer,
    balancer,
    but(balancer, ({ subnetA }) => ({ subnets: [subnetA] })),
    "subnets",
  ],
  [
    "two subnets of a zone",
    types.balancer,
    balancer,
    but(balancer, ({ subnetA, subnetA2, subnetB }) => ({ subnets: [subnetA, subnetA2, subnetB] })),
    "subnets",
  ],
  [
    "a load balancer's name's length",
    types.balancer,
    balancer,
    but(balancer, { name: "a".repeat(33) }),
    "name",
  ],
  ["a load balancer's name in use", types.balancer, balancer, but(balancer, { name: "alb" }), "name"],
  ["an idle timeout", types.balancer, balancer, but(balancer, { idleTimeout: 4001 }), "idleTimeout"],
  ["a target group's name's characters", types.targets, targets, but(targets, { name: "web_1" }), "name"],
  ["a port", types.targets, targets, but(targets, { port: 65_536 }), "port"],
  [
    "a health check's interval",
    types.targets,
    targets,
    but(targets, { healthCheck: { interval: 4 } }),
    "healthCheck.interval",
  ],
  [
    "a health check's timeout",
    types.targets,
    targets,
    but(targets, { healthCheck: { interval: 10, timeout: 10 } }),
    "healthCheck.timeout",
  ],
  [
    "a health check's path",
    types.targets,
    targets,
    but(targets, { healthCheck: { path: "health" } }),
    "healthCheck.path",
  ],
  [
    "a health check's threshold",
    types.targets,
    targets,
    but(targets, { healthCheck: { healthyThreshold: 1 } }),
    "healthCheck.healthyThreshold",
  ],
  [
    "a deregistration delay",
    types.targets,
    targets,
    but(targets, { deregistrationDelay: 3601 }),
    "deregistrationDelay",
  ],
  ["two listeners on a port", types.listener, listener, but(listener, { port: 80 }), "port"],
  [
    "a certificate that isn't issued",
    types.listener,
    listener,
    but(listener, ({ certificate }) => ({ protocol: "HTTPS", certificateArn: certificate })),
    "certificateArn",
  ],
  [
    "a certificate of another region",
    types.listener,
    listener,
    but(listener, { protocol: "HTTPS", certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/a" }),
    "certificateArn",
  ],
  ["two rules of one priority", types.rule, rule, but(rule, { priority: 1 }), "priority"],
  ["a rule's priority", types.rule, rule, but(rule, { priority: 50_001 }), "priority"],
  [
    "a rule's values",
    types.rule,
    rule,
    but(rule, { conditions: [{ hostHeader: { values: ["a", "b", "c", "d", "e", "f"] } }] }),
    "conditions",
  ],
]);
