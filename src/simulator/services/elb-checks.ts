/** Whether Elastic Load Balancing takes what it is asked for. */
import { parseCidr } from "../awsx/cidr";
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { balancingRules as r } from "../rules/balancing";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { tokens, zonesOf } from "./common";
import { certificateStatus } from "./acm";
import { checkForwards, insecure } from "./elb-rule-checks";

const listener = "aws:lb/listener:Listener";
const listenerCertificate = "aws:lb/listenerCertificate:ListenerCertificate";

/** Protocols of listeners that end TLS. */
const secured = ["HTTPS", "TLS"];

const listenersPerBalancer = 50;
const certificatesPerBalancer = 25;

export function checkBalancer(inputs: Properties): readonly Refusal[] {
  const groups = listOf(inputs["securityGroups"]).length;
  return [
    ...r.idleTimeout.check(inputs, "idleTimeout"),
    ...r.balancerType.check(inputs, "loadBalancerType"),
    ...r.balancerGroups.unless(groups <= r.balancerGroups.maximum, "securityGroups", () => {
      return `${groups} security groups, of which it accepts ${r.balancerGroups.maximum}`;
    }),
  ];
}

export function balancerConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const subnets = listOf(inputs["subnets"]);
  const kind = inputs["loadBalancerType"] ?? "application";
  if (kind !== "application" || subnets.length === 0) return [];
  const zones = zonesOf({ world }, subnets);
  const small = subnets.filter((id) => {
    const range = parseCidr(textOf(world.find(tokens.subnet, id)?.outputs["cidrBlock"]));
    return range !== undefined && range.bits > 27;
  });
  return [
    ...r.zones.unless(zones.size >= 2, "subnets", () => {
      return "at least two subnets in two different zones have to be named (ValidationError)";
    }),
    ...r.zones.unless(zones.size < 2 || zones.size === subnets.length, "subnets", () => {
      return "a load balancer accepts one subnet in each zone (InvalidConfigurationRequest)";
    }),
    ...small.map((id) => r.subnetSize.refuse("subnets", `${String(id)} is smaller than /27 (InvalidSubnet)`)),
  ];
}

function checkHealth(inputs: Properties): readonly Refusal[] {
  const health = recordOf(inputs["healthCheck"]);
  const [path, interval, timeout] = [
    health["path"],
    numberOf(health["interval"]),
    numberOf(health["timeout"]),
  ];
  const hurried = interval !== undefined && timeout !== undefined && timeout >= interval;
  return [
    ...r.healthInterval.check(health, "interval", "healthCheck.interval"),
    ...r.healthTimeout.check(health, "timeout", "healthCheck.timeout"),
    ...r.healthyThreshold.check(health, "healthyThreshold", "healthCheck.healthyThreshold"),
    ...r.unhealthyThreshold.check(health, "unhealthyThreshold", "healthCheck.unhealthyThreshold"),
    ...r.healthPath.unless(
      typeof path !== "string" || (path.startsWith("/") && path.length <= 1024),
      "healthCheck.path",
      () => `'${String(path)}' has to begin with / and have at most 1024 characters`,
    ),
    ...r.healthPatience.unless(!hurried, "healthCheck.timeout", () => {
      return `${timeout} s has to be less than the interval of ${interval} s`;
    }),
    ...checkMatcher(textOf(health["matcher"]), inputs["protocolVersion"] === "GRPC"),
  ];
}

function checkMatcher(matcher: string, grpc: boolean): readonly Refusal[] {
  if (matcher === "") return [];
  const [from, to] = grpc ? [0, 99] : [200, 499];
  const form = /^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/.test(matcher);
  const inside = matcher.split(/[,-]/).every((code) => Number(code) >= from && Number(code) <= to);
  return r.healthMatcher.unless(form && inside, "healthCheck.matcher", () => {
    return `'${matcher}' is neither codes nor a range of codes from ${from} to ${to}`;
  });
}

export function checkTargetGroup(inputs: Properties): readonly Refusal[] {
  const slow = numberOf(inputs["slowStart"]) ?? 0;
  return [
    ...r.targetPort.check(inputs, "port"),
    ...r.deregistration.check(inputs, "deregistrationDelay"),
    ...r.targetProtocol.check(inputs, "protocol"),
    ...r.protocolVersion.check(inputs, "protocolVersion"),
    ...r.targetType.check(inputs, "targetType"),
    ...r.stickiness.check(recordOf(inputs["stickiness"]), "cookieDuration", "stickiness.cookieDuration"),
    ...r.slowStart.unless(slow === 0 || (slow >= 30 && slow <= 900), "slowStart", () => {
      return `${slow} is neither 0 nor between 30 and 900`;
    }),
    ...checkHealth(inputs),
  ];
}

/** A listener takes only a certificate of its region that has been issued. */
function certificateProblems(inputs: Properties, world: World): readonly Refusal[] {
  const arn = inputs["certificateArn"];
  if (typeof arn !== "string") return [];
  const region = arn.split(":")[3] ?? "no region";
  const ours = world.find(tokens.certificate, arn);
  const pending = ours !== undefined && certificateStatus(ours.outputs, world) !== "ISSUED";
  return [
    ...r.certificateRegion.unless(region === world.region, "certificateArn", () => {
      return `the certificate is in ${region}, the listener in ${world.region} (CertificateNotFound)`;
    }),
    ...r.certificateIssued.unless(!pending, "certificateArn", () => {
      return "the certificate has not been issued yet (UnsupportedCertificate)";
    }),
  ];
}

export function checkListener(inputs: Properties): readonly Refusal[] {
  const { protocol, certificateArn } = inputs;
  return [
    ...r.listenerPort.check(inputs, "port"),
    ...r.listenerProtocol.check(inputs, "protocol"),
    ...r.plainCertificate.unless(
      certificateArn === undefined || protocol === undefined || secured.includes(textOf(protocol)),
      "certificateArn",
      () => `a listener of ${textOf(protocol)} accepts no certificate (InvalidConfigurationRequest)`,
    ),
    ...checkForwards(inputs["defaultActions"], "defaultActions"),
  ];
}

export function listenerConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const { loadBalancerArn, port, protocol } = inputs;
  const others = world
    .all(listener)
    .filter(({ id, outputs }) => id !== self && outputs["loadBalancerArn"] === loadBalancerArn);
  const bare = secured.includes(textOf(protocol)) && inputs["certificateArn"] === undefined;
  return [
    ...r.listenerTaken.unless(!others.some(({ outputs }) => outputs["port"] === port), "port", () => {
      return `a listener has port ${String(port)} already (DuplicateListener)`;
    }),
    ...r.listeners.unless(others.length < listenersPerBalancer, "loadBalancerArn", () => {
      return `the load balancer has ${others.length} listeners (TooManyListeners)`;
    }),
    ...r.missingCertificate.unless(!bare, "certificateArn", () => {
      return `a listener of ${textOf(protocol)} needs a certificate (ValidationError)`;
    }),
    ...certificateProblems(inputs, world),
    ...insecure(inputs["defaultActions"], textOf(protocol), "defaultActions", world),
  ];
}

export function listenerCertificateConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const others = world
    .all(listenerCertificate)
    .filter(({ id, outputs }) => id !== self && outputs["listenerArn"] === inputs["listenerArn"]);
  return [
    ...certificateProblems(inputs, world),
    ...r.certificates.unless(others.length < certificatesPerBalancer, "certificateArn", () => {
      return `the load balancer has ${others.length} certificates (TooManyCertificates)`;
    }),
  ];
}
