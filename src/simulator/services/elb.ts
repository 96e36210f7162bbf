/** Elastic Load Balancing. Limits: "Quotas for your Application Load Balancers" and the API reference of ELBv2. */
import { ref, type Making, type NameRule, type Reference, type ResourceType } from "../cloud/resource-type";
import { listOf, textOf } from "../cloud/values";
import { arnOf, groupReference, subnetReference, tokens, vpcReference } from "./common";
import {
  balancerConflicts,
  checkBalancer,
  checkListener,
  checkTargetGroup,
  listenerCertificateConflicts,
  listenerConflicts,
} from "./elb-checks";
import { checkRule, ruleConflicts } from "./elb-rule-checks";
import { checkNetworkHealth, groupConflicts, listenerKindConflicts, ruleKindConflicts } from "./nlb-checks";
import { partitionOf } from "../../partitions";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const listenerRule = "aws:lb/listenerRule:ListenerRule";

const name: NameRule = {
  property: "name",
  maximum: 32,
  pattern: /^(?!-|internal-)[A-Za-z0-9-]*[A-Za-z0-9]$/,
  says: "letters, digits and hyphens, no hyphen at either end, not beginning with internal-",
  source: "Elastic Load Balancing API: CreateLoadBalancer, CreateTargetGroup",
};

const certificate = ref("certificateArn", tokens.certificate, /^arn:aws[a-z-]*:acm:/);
/** Where a listener's or a rule's actions send requests to. */
const forwardsOf = (property: string): readonly Reference[] => [
  ref(`${property}[].targetGroupArn`, tokens.targetGroup),
  ref(`${property}[].forward.targetGroups[].arn`, tokens.targetGroup),
];

function elbArn(making: Making, kind: string, prefix: string): string {
  return arnOf(making, "elasticloadbalancing", `${kind}/${prefix}${making.text("name")}/${making.hex(16)}`);
}

/** `arn:…:listener/app/NAME/LB/LISTENER`: what belongs to a load balancer carries its name. */
function below(making: Making, property: string, kind: string): string {
  return `${making.text(property).replace(/:(loadbalancer|listener)\//, `:${kind}/`)}/${making.hex(16)}`;
}

function isNetwork(making: Making): boolean {
  return making.text("loadBalancerType") === "network";
}

export const elb: readonly ResourceType[] = [
  {
    token: loadBalancer,
    name,
    replaces: ["internal", "loadBalancerType", "customerOwnedIpv4Pool"],
    references: [
      subnetReference("subnets[]"),
      groupReference("securityGroups[]"),
      // The provider sends the bucket with enabled logs only.
      ref("accessLogs.bucket", tokens.bucket, /^$/),
    ],
    keeps: ["accessLogs"],
    id: (making) => elbArn(making, "loadbalancer", isNetwork(making) ? "net/" : "app/"),
    check: checkBalancer,
    conflicts: (inputs, world, self) => [
      ...balancerConflicts(inputs, world),
      ...groupConflicts(inputs, world, self),
    ],
    latency: { create: 120, delete: 15 },
    refusesDelete: ({ outputs }) =>
      outputs["enableDeletionProtection"] === true
        ? "OperationNotPermitted: it cannot be deleted because deletion protection is enabled"
        : undefined,
    outputs: (making, id) => ({
      arn: id,
      arnSuffix: id.split("loadbalancer/")[1] ?? "",
      dnsName: isNetwork(making)
        ? `${making.text("name")}-${making.hex(16)}.elb.${making.world.region}.${partitionOf(making.world.region).dnsSuffix}`
        : `${making.text("name")}-${Number.parseInt(making.hex(8), 16)}.${making.world.region}.elb.${partitionOf(making.world.region).dnsSuffix}`,
      vpcId: textOf(making.world.find(tokens.subnet, listOf(making.inputs["subnets"])[0])?.outputs["vpcId"]),
      // Elastic Load Balancing endpoints: hosted zones of us-east-1.
      zoneId: isNetwork(making) ? "Z26RNL4JYFTOTI" : "Z35SXDOTRQ7X7K",
      internal: making.inputs["internal"] ?? false,
      ipAddressType: making.inputs["ipAddressType"] ?? "ipv4",
    }),
  },
  {
    token: tokens.targetGroup,
    name,
    replaces: ["port", "protocol", "protocolVersion", "targetType", "vpcId", "ipAddressType"],
    references: [vpcReference()],
    id: (making) => elbArn(making, "targetgroup", ""),
    check: (inputs) => [...checkTargetGroup(inputs), ...checkNetworkHealth(inputs)],
    usedBy: [listener, listenerRule],
    // terraform-provider-aws, internal/service/elbv2/target_group.go: two minutes of tries after ResourceInUse.
    deletesWithPatience: true,
    outputs: (_, id) => ({ arn: id, arnSuffix: id.split(":").pop() ?? "", ipAddressType: "ipv4" }),
  },
  {
    token: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    replaces: ["targetGroupArn", "targetId", "port", "availabilityZone"],
    references: [ref("targetGroupArn", tokens.targetGroup)],
    id: (making) => `${making.text("targetGroupArn")}-${making.hex(26)}`,
  },
  {
    token: listener,
    replaces: ["loadBalancerArn"],
    references: [ref("loadBalancerArn", loadBalancer), certificate, ...forwardsOf("defaultActions")],
    id: (making) => below(making, "loadBalancerArn", "listener"),
    check: checkListener,
    conflicts: (inputs, world, self) => [
      ...listenerConflicts(inputs, world, self),
      ...listenerKindConflicts(inputs, world),
    ],
    outputs: (making, id) => ({
      arn: id,
      protocol: making.inputs["protocol"] ?? "HTTP",
      sslPolicy:
        making.inputs["sslPolicy"] ??
        (making.inputs["protocol"] === "HTTPS" ? "ELBSecurityPolicy-2016-08" : ""),
    }),
  },
  {
    token: listenerRule,
    replaces: ["listenerArn"],
    // terraform-provider-aws, internal/service/elbv2/listener_rule.go, resourceListenerRuleUpdate.
    sendsChanges: ["actions", "conditions", "transforms"],
    references: [ref("listenerArn", listener), ...forwardsOf("actions")],
    id: (making) => below(making, "listenerArn", "listener-rule"),
    check: checkRule,
    conflicts: (inputs, world, self) => [
      ...ruleConflicts(inputs, world, self),
      ...ruleKindConflicts(inputs, world),
    ],
    outputs: (making, id) => ({ arn: id, priority: making.inputs["priority"] ?? 1 }),
  },
  {
    token: "aws:lb/listenerCertificate:ListenerCertificate",
    replaces: ["listenerArn", "certificateArn"],
    references: [ref("listenerArn", listener), certificate],
    id: (making) => `${making.text("listenerArn")}_${making.text("certificateArn")}`,
    conflicts: listenerCertificateConflicts,
  },
];
