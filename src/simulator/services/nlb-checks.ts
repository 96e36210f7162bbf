/** Whether Elastic Load Balancing takes what a network load balancer is asked for. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { listOf, recordOf, textOf } from "../cloud/values";
import { networkBalancingRules as r } from "../rules/network-balancing";
import { tokens } from "./common";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";

const web = ["HTTP", "HTTPS"];
const network = ["TCP", "UDP", "TCP_UDP", "TLS"];

/** Protocols of target groups that a listener's protocol leads to. */
const behind: Readonly<Record<string, readonly string[]>> = {
  HTTP: web,
  HTTPS: web,
  TCP: ["TCP"],
  TLS: ["TCP", "TLS"],
  UDP: ["UDP"],
  TCP_UDP: ["TCP_UDP"],
};

/** Of a network load balancer that exists: whether it keeps at least one group, or none. */
export function groupConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const before = self === undefined ? undefined : world.find(loadBalancer, self);
  if (before === undefined || before.outputs["loadBalancerType"] !== "network") return [];
  if (inputs["securityGroups"] === undefined) return [];
  const [had, has] = [before.outputs["securityGroups"], inputs["securityGroups"]].map(
    (groups) => listOf(groups).length > 0,
  );
  return r.groupsLater.unless(had === has, "securityGroups", () => {
    return had === true
      ? "all security groups can't be removed (InvalidConfigurationRequest)"
      : "security groups can't be added to a network load balancer that was made without (InvalidConfigurationRequest)";
  });
}

export function listenerKindConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const balancer = world.find(loadBalancer, inputs["loadBalancerArn"]);
  const protocol = textOf(inputs["protocol"]);
  if (protocol === "") return [];
  const kind = textOf(balancer?.outputs["loadBalancerType"]) || "application";
  const taken = kind === "network" ? network : web;
  return [
    ...r.listenerOfBalancer.unless(balancer === undefined || taken.includes(protocol), "protocol", () => {
      return `a listener of ${protocol} on an ${kind} load balancer (ValidationError)`;
    }),
    ...targetConflicts(inputs["defaultActions"], protocol, "defaultActions", world),
  ];
}

/** @param protocol - the listener's */
export function targetConflicts(
  actions: unknown,
  protocol: string,
  at: string,
  world: World,
): readonly Refusal[] {
  return listOf(actions).flatMap((action, index) => {
    const group = world.find(tokens.targetGroup, recordOf(action)["targetGroupArn"]);
    const own = textOf(group?.outputs["protocol"]);
    const fits = own === "" || behind[protocol] === undefined || behind[protocol].includes(own);
    return r.targetsOfListener.unless(fits, `${at}[${index}]`, () => {
      return `a target group of ${own} behind a listener of ${protocol} (InvalidConfigurationRequest)`;
    });
  });
}

/** The listeners of a network load balancer have no rules. */
export function ruleKindConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const protocol = textOf(world.find(listener, inputs["listenerArn"])?.outputs["protocol"]);
  return r.rulesOfBalancer.unless(!network.includes(protocol), "listenerArn", () => {
    return `a rule of a listener of ${protocol} (UnsupportedOperation)`;
  });
}

/** The health check of a target group of TCP or UDP. */
export function checkNetworkHealth(inputs: Properties): readonly Refusal[] {
  if (!network.includes(textOf(inputs["protocol"]))) return [];
  const health = recordOf(inputs["healthCheck"]);
  const protocol = textOf(health["protocol"]);
  const words = ["path", "matcher"].filter((key) => health[key] !== undefined);
  const known = ["", "TCP", ...web].includes(protocol);
  return [
    ...r.healthProtocol.unless(known, "healthCheck.protocol", () => {
      return `'${protocol}' is none of TCP, HTTP and HTTPS (ValidationError)`;
    }),
    ...r.healthWords.unless(
      words.length === 0 || web.includes(protocol),
      `healthCheck.${words[0] ?? ""}`,
      () => {
        return `a check over TCP has no ${words.join(" and ")} (InvalidConfigurationRequest)`;
      },
    ),
  ];
}
