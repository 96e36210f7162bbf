/** Elastic Load Balancing. Limits: "Quotas for your Application Load Balancers" and the API reference of ELBv2. */
import type { Properties, Refusal } from "../cloud";
import {
  ref,
  refusal,
  type Making,
  type NameRule,
  type Reference,
  type ResourceType,
  type World,
} from "../resource-type";
import { listOf, numberOf, recordOf, textOf } from "../values";
import {
  groupReference,
  inRange,
  oneOf,
  subnetReference,
  tokens,
  vpcReference,
  zonesOf,
  arnOf,
} from "./common";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const listenerRule = "aws:lb/listenerRule:ListenerRule";
const validation = "aws:acm/certificateValidation:CertificateValidation";

const name: NameRule = {
  property: "name",
  maximum: 32,
  pattern: /^(?!-|internal-)[A-Za-z0-9-]*[A-Za-z0-9]$/,
  says: "letters, digits and hyphens, no hyphen at either end",
};

/** "Rules per Application Load Balancer" (default rules not counted) and "Condition values per rule". */
const rulesPerBalancer = 100;
const valuesPerRule = 5;
const hostCharacters = 128;

const certificate = ref("certificateArn", tokens.certificate, /^arn:aws:acm:/);
/** Where a listener's or a rule's actions send requests to. */
const forwardsOf = (property: string): readonly Reference[] => [
  ref(`${property}[].targetGroupArn`, tokens.targetGroup),
  ref(`${property}[].forward.targetGroups[].arn`, tokens.targetGroup),
];

function checkHealth(inputs: Properties): readonly Refusal[] {
  const health = recordOf(inputs["healthCheck"]);
  const at = (property: string): string => `healthCheck.${property}`;
  const problems = [
    ...inRange(health, "interval", 5, 300, at("interval")),
    ...inRange(health, "timeout", 2, 120, at("timeout")),
    ...inRange(health, "healthyThreshold", 2, 10, at("healthyThreshold")),
    ...inRange(health, "unhealthyThreshold", 2, 10, at("unhealthyThreshold")),
  ];
  const path = health["path"];
  if (typeof path === "string" && (!path.startsWith("/") || path.length > 1024)) {
    problems.push(refusal(at("path"), `'${path}' has to begin with / and have at most 1024 characters`));
  }
  const [interval, timeout] = [numberOf(health["interval"]), numberOf(health["timeout"])];
  if (interval !== undefined && timeout !== undefined && timeout >= interval) {
    problems.push(refusal(at("timeout"), `${timeout} s has to be less than the interval of ${interval} s`));
  }
  const matcher = textOf(health["matcher"]);
  if (matcher !== "" && !/^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/.test(matcher)) {
    problems.push(refusal(at("matcher"), `'${matcher}' is neither codes nor a range of codes`));
  }
  return problems;
}

function checkTargetGroup(inputs: Properties): readonly Refusal[] {
  const problems = [
    ...inRange(inputs, "port", 1, 65_535),
    ...inRange(inputs, "deregistrationDelay", 0, 3600),
    ...oneOf(inputs, "protocol", ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"]),
    ...oneOf(inputs, "protocolVersion", ["HTTP1", "HTTP2", "GRPC"]),
    ...oneOf(inputs, "targetType", ["instance", "ip", "lambda", "alb"]),
    ...checkHealth(inputs),
  ];
  const slow = numberOf(inputs["slowStart"]) ?? 0;
  if (slow !== 0 && (slow < 30 || slow > 900)) {
    problems.push(refusal("slowStart", `${slow} is neither 0 nor between 30 and 900`));
  }
  return problems;
}

function balancerConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const subnets = listOf(inputs["subnets"]);
  const kind = inputs["loadBalancerType"] ?? "application";
  if (kind !== "application" || subnets.length === 0) return [];
  const zones = zonesOf({ world }, subnets);
  if (zones.size < 2) {
    return [
      refusal("subnets", "at least two subnets in two different zones have to be named (ValidationError)"),
    ];
  }
  return zones.size < subnets.length
    ? [refusal("subnets", "a load balancer takes one subnet in each zone (InvalidConfigurationRequest)")]
    : [];
}

/** A listener takes only a certificate of its region that has been issued. */
export function certificateProblems(inputs: Properties, world: World): readonly Refusal[] {
  const arn = inputs["certificateArn"];
  if (typeof arn !== "string") return [];
  const region = arn.split(":")[3];
  if (region !== world.region) {
    return [
      refusal(
        "certificateArn",
        `the certificate is in ${region ?? "no region"}, the listener in ${world.region} (CertificateNotFound)`,
      ),
    ];
  }
  const ours = world.find(tokens.certificate, arn);
  const validated = world.all(validation).some(({ outputs }) => outputs["certificateArn"] === arn);
  if (ours === undefined || validated || ours.outputs["validationMethod"] !== "DNS") return [];
  return [refusal("certificateArn", "the certificate has not been issued yet (UnsupportedCertificate)")];
}

function listenerConflicts(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const twin = world
    .all(listener)
    .find(
      ({ id, outputs }) =>
        id !== self &&
        outputs["loadBalancerArn"] === inputs["loadBalancerArn"] &&
        outputs["port"] === inputs["port"],
    );
  const taken =
    twin === undefined ? [] : [refusal("port", "a listener has that port already (DuplicateListener)")];
  return [...taken, ...certificateProblems(inputs, world)];
}

function checkRule(inputs: Properties): readonly Refusal[] {
  const conditions = listOf(inputs["conditions"]).map(recordOf);
  const kinds = ["hostHeader", "pathPattern", "httpHeader", "queryStrings", "sourceIp", "httpRequestMethod"];
  const values = conditions.flatMap((condition) =>
    kinds.flatMap((kind) => listOf(recordOf(condition[kind])["values"] ?? condition[kind])),
  );
  const problems = [...inRange(inputs, "priority", 1, 50_000)];
  if (values.length > valuesPerRule) {
    problems.push(
      refusal("conditions", `${values.length} values; a rule takes ${valuesPerRule} (TooManyRules)`),
    );
  }
  conditions.forEach((condition, index) => {
    for (const host of listOf(recordOf(condition["hostHeader"])["values"])) {
      if (typeof host === "string" && (host.length > hostCharacters || !/^[A-Za-z0-9.*?_-]+$/.test(host))) {
        problems.push(
          refusal(
            `conditions[${index}].hostHeader`,
            `'${host}' is no host of at most ${hostCharacters} characters`,
          ),
        );
      }
    }
  });
  return problems;
}

function ruleConflicts(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const siblings = world
    .all(listenerRule)
    .filter(({ id, outputs }) => id !== self && outputs["listenerArn"] === inputs["listenerArn"]);
  const problems: Refusal[] = [];
  const priority = inputs["priority"];
  if (priority !== undefined && siblings.some(({ outputs }) => outputs["priority"] === priority)) {
    problems.push(
      refusal("priority", `priority ${textOf(priority) || Number(priority)} is in use (PriorityInUse)`),
    );
  }
  if (siblings.length >= rulesPerBalancer) {
    problems.push(refusal("listenerArn", `a load balancer takes ${rulesPerBalancer} rules (TooManyRules)`));
  }
  return problems;
}

function elbArn(making: Making, kind: string, prefix: string): string {
  return arnOf(making, "elasticloadbalancing", `${kind}/${prefix}${making.text("name")}/${making.hex(16)}`);
}

/** `arn:…:listener/app/NAME/LB/LISTENER`: what hangs on a load balancer carries its name. */
function below(making: Making, property: string, kind: string): string {
  return `${making.text(property).replace(/:(loadbalancer|listener)\//, `:${kind}/`)}/${making.hex(16)}`;
}

export const elb: readonly ResourceType[] = [
  {
    token: loadBalancer,
    name,
    replaces: ["internal", "loadBalancerType", "customerOwnedIpv4Pool"],
    references: [
      subnetReference("subnets[]"),
      groupReference("securityGroups[]"),
      ref("accessLogs.bucket", tokens.bucket),
    ],
    id: (making) => elbArn(making, "loadbalancer", "app/"),
    check: (inputs) => [
      ...inRange(inputs, "idleTimeout", 1, 4000),
      ...oneOf(inputs, "loadBalancerType", ["application", "network", "gateway"]),
    ],
    conflicts: balancerConflicts,
    latency: { create: 120, delete: 15 },
    refusesDelete: ({ outputs }) =>
      outputs["enableDeletionProtection"] === true
        ? "OperationNotPermitted: it cannot be deleted because deletion protection is enabled"
        : undefined,
    outputs: (making, id) => ({
      arn: id,
      arnSuffix: id.split("loadbalancer/")[1] ?? "",
      dnsName: `${making.text("name")}-${Number.parseInt(making.hex(8), 16)}.${making.world.region}.elb.amazonaws.com`,
      vpcId: textOf(making.world.find(tokens.subnet, listOf(making.inputs["subnets"])[0])?.outputs["vpcId"]),
      zoneId: "Z35SXDOTRQ7X7K",
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
    check: checkTargetGroup,
    heldBy: [listener, listenerRule],
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
    check: (inputs) => [
      ...inRange(inputs, "port", 1, 65_535),
      ...oneOf(inputs, "protocol", ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]),
      ...(inputs["protocol"] === "HTTP" && inputs["certificateArn"] !== undefined
        ? [refusal("certificateArn", "an HTTP listener takes no certificate (InvalidConfigurationRequest)")]
        : []),
    ],
    conflicts: listenerConflicts,
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
    references: [ref("listenerArn", listener), ...forwardsOf("actions")],
    id: (making) => below(making, "listenerArn", "listener-rule"),
    check: checkRule,
    conflicts: ruleConflicts,
    outputs: (making, id) => ({ arn: id, priority: making.inputs["priority"] ?? 1 }),
  },
  {
    token: "aws:lb/listenerCertificate:ListenerCertificate",
    replaces: ["listenerArn", "certificateArn"],
    references: [ref("listenerArn", listener), certificate],
    id: (making) => `${making.text("listenerArn")}_${making.text("certificateArn")}`,
    conflicts: certificateProblems,
  },
];
