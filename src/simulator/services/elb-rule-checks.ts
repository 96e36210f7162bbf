/** Whether Elastic Load Balancing takes a listener's rules and the target groups that it sends requests to. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { balancingRules as r } from "../rules/balancing";
import type { Rule } from "../rules/rule";
import { isRecord, listOf, recordOf, same, textOf } from "../cloud/values";
import { tokens } from "./common";

const listener = "aws:lb/listener:Listener";
const listenerRule = "aws:lb/listenerRule:ListenerRule";

const targetsPerBalancer = 100;
const rulesPerBalancer = 100;
const valuesPerRule = 5;
const wildcardsPerRule = 6;

/** The ARNs of the target groups that a list of actions sends requests to, and the place of each. */
function forwardsOf(actions: unknown, at: string): readonly (readonly [path: string, arn: string])[] {
  return listOf(actions).flatMap((action, index) => {
    const { targetGroupArn, forward } = recordOf(action);
    const several = listOf(recordOf(forward)["targetGroups"]).map((group) => recordOf(group)["arn"]);
    return [targetGroupArn, ...several]
      .filter((arn) => typeof arn === "string")
      .map((arn) => [`${at}[${index}]`, arn] as const);
  });
}

export function checkForwards(actions: unknown, at: string): readonly Refusal[] {
  return listOf(actions).flatMap((action, index) => {
    const count = listOf(recordOf(recordOf(action)["forward"])["targetGroups"]).length;
    return r.forwards.unless(
      count <= 5,
      `${at}[${index}].forward`,
      () => `${count} target groups (TooManyTargets)`,
    );
  });
}

/** HTTP/2 and gRPC are used to a target only where the listener uses HTTPS. */
export function insecure(actions: unknown, protocol: string, at: string, world: World): readonly Refusal[] {
  if (protocol === "HTTPS") return [];
  return forwardsOf(actions, at).flatMap(([path, arn]) => {
    const version = textOf(world.find(tokens.targetGroup, arn)?.outputs["protocolVersion"]);
    return r.secureProtocols.unless(!["HTTP2", "GRPC"].includes(version), path, () => {
      return `a target group of ${version} is behind a listener of HTTP (InvalidConfigurationRequest)`;
    });
  });
}
const kinds = ["hostHeader", "pathPattern", "httpHeader", "queryStrings", "sourceIp", "httpRequestMethod"];

export function checkRule(inputs: Properties): readonly Refusal[] {
  const conditions = listOf(inputs["conditions"]).map(recordOf);
  const valuesOf = (condition: Properties, kind: string): readonly unknown[] =>
    listOf(isRecord(condition[kind]) ? condition[kind]["values"] : condition[kind]);
  const values = conditions.flatMap((condition) => kinds.flatMap((kind) => valuesOf(condition, kind)));
  const wildcards = values.join("").match(/[*?]/g)?.length ?? 0;
  const each = (kind: string, rule: Rule, form: RegExp): readonly Refusal[] =>
    conditions.flatMap((condition, index) =>
      valuesOf(condition, kind)
        .filter((value) => typeof value === "string" && !form.test(value))
        .map((value) =>
          rule.refuse(`conditions[${index}].${kind}`, `'${String(value)}' is none (ValidationError)`),
        ),
    );
  return [
    ...r.priority.check(inputs, "priority"),
    ...r.ruleValues.unless(values.length <= valuesPerRule, "conditions", () => {
      return `${values.length} values; a rule accepts ${valuesPerRule} (TooManyRules)`;
    }),
    ...r.ruleWildcards.unless(wildcards <= wildcardsPerRule, "conditions", () => {
      return `${wildcards} wildcards; a rule accepts ${wildcardsPerRule} (TooManyRules)`;
    }),
    ...each("hostHeader", r.ruleHost, /^[A-Za-z0-9.*?_-]{1,128}$/),
    ...each("pathPattern", r.rulePath, /^[A-Za-z0-9_\-.$/~"'@:+&*?]{1,128}$/),
    ...each("httpHeader", r.ruleHeader, /^.{1,128}$/s),
    ...conditions.flatMap(({ httpHeader }, index) => {
      const name = recordOf(httpHeader)["httpHeaderName"];
      const fine = typeof name !== "string" || /^(?!host$)[a-z0-9-]{1,40}$/i.test(name);
      return r.ruleHeader.unless(fine, `conditions[${index}].httpHeader`, () => {
        return `'${String(name)}' is none (ValidationError)`;
      });
    }),
    ...checkForwards(inputs["actions"], "actions"),
  ];
}

export function ruleConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const { listenerArn, priority, conditions } = inputs;
  const siblings = world
    .all(listenerRule)
    .filter(({ id, outputs }) => id !== self && outputs["listenerArn"] === listenerArn);
  // AWS takes both, and while a domain moves from one service to another both exist for a moment.
  const twin = siblings.find((rule) => world.isFresh(rule) && same(rule.outputs["conditions"], conditions));
  const taken = priority !== undefined && siblings.some(({ outputs }) => outputs["priority"] === priority);
  const balancerArn = world.find(listener, listenerArn)?.outputs["loadBalancerArn"];
  const onBalancer = world
    .all(listenerRule)
    .filter(({ id, outputs }) => id !== self && balancerOf(outputs, world) === balancerArn);
  const protocol = textOf(world.find(listener, listenerArn)?.outputs["protocol"]);
  return [
    ...r.priorityTaken.unless(
      !taken,
      "priority",
      () => `priority ${String(priority)} is in use (PriorityInUse)`,
    ),
    ...r.sameConditions.unless(twin === undefined, "conditions", () => {
      return `rule '${twin?.urn.split("::").pop() ?? ""}' has the same conditions: ${valuesText(conditions)}`;
    }),
    ...r.rules.unless(onBalancer.length < rulesPerBalancer, "listenerArn", () => {
      return `rule ${onBalancer.length + 1} of a load balancer that accepts ${rulesPerBalancer} (TooManyRules)`;
    }),
    ...insecure(inputs["actions"], protocol, "actions", world),
    ...tooManyTargets(inputs, onBalancer, world, balancerArn),
  ];
}

function balancerOf(rule: Properties, world: World): unknown {
  return world.find(listener, rule["listenerArn"])?.outputs["loadBalancerArn"];
}

function valuesText(conditions: unknown): string {
  return listOf(conditions)
    .flatMap((condition) =>
      Object.values(recordOf(condition)).flatMap((kind) => listOf(recordOf(kind)["values"])),
    )
    .join(", ");
}

/** Target groups of all rules and listeners of one load balancer, each counted once. */
function tooManyTargets(
  inputs: Properties,
  rules: readonly { readonly outputs: Properties }[],
  world: World,
  balancerArn: unknown,
): readonly Refusal[] {
  const listeners = world.all(listener).filter(({ outputs }) => outputs["loadBalancerArn"] === balancerArn);
  const groups = new Set([
    ...listeners.flatMap(({ outputs }) => forwardsOf(outputs["defaultActions"], "")).map(([, arn]) => arn),
    ...rules.flatMap(({ outputs }) => forwardsOf(outputs["actions"], "")).map(([, arn]) => arn),
    ...forwardsOf(inputs["actions"], "").map(([, arn]) => arn),
  ]);
  return r.targetsPerBalancer.unless(groups.size <= targetsPerBalancer, "actions", () => {
    return `target group ${groups.size} of a load balancer that accepts ${targetsPerBalancer} (TooManyTargetGroups)`;
  });
}
