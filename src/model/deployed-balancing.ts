/**
 * What a stack's state says of its load balancing. A deployment changes it step by step (docs/rollouts.md), so a run has
 * to know which target groups exist, and where the rules lead now.
 */
import type { StateResource } from "./state-resource";
import { recordOf } from "../defined";

/** A target group of the state. */
export interface DeployedGroup {
  /** Its logical name. */
  readonly logicalName: string;
  /** The published port that it belongs to: the name of its route. */
  readonly route: string;
  /** Its name in AWS. */
  readonly name: string;
  /** The port that it was made with: a task is registered with its own, whatever this one is. */
  readonly port: number;
  /** As {@link groupIdentity} gives it. */
  readonly identity: string;
  /** Whether the rule of the route's main address leads to it. */
  readonly leads: boolean;
}

/** A rule of a load balancer, or a listener of a network load balancer, by which requests reach the tasks of a port. */
export interface DeployedRule {
  readonly arn: string;
  /** Names of all target groups that its port has had. */
  readonly groups: readonly string[];
}

/** A target group of a service, and the container port by which ECS registers tasks with it. */
export interface BalancedTarget {
  readonly targetGroupArn: string;
  readonly containerPort: number;
  /** By what ECS moves requests itself. @default it does not: the tasks of both revisions are in the one group */
  readonly shift?: TrafficShift;
}

/** What ECS needs for a blue/green or a canary deployment (ECS API reference, AdvancedConfiguration). */
export interface TrafficShift {
  readonly alternateTargetGroupArn: string;
  readonly productionListenerRule: string;
  readonly roleArn: string;
}

/** A rule of the load balancer, as it counts among the others. */
export interface NamedRule {
  /** Its logical name, which is one of its route's. */
  readonly name: string;
  /** The published port that it belongs to. */
  readonly route: string;
  /** Its listener: HTTPS, or HTTP. A rule never moves to another one: that one has another rule. */
  readonly https: boolean;
}

export interface DeployedBalancing {
  readonly groups: readonly DeployedGroup[];
  /** Of all ports. Those that the file no longer asks for are among them. */
  readonly leading: readonly DeployedRule[];
  /** Routes whose rule leads to a pair of target groups: which of the two gets the requests is ECS's. */
  readonly paired: ReadonlySet<string>;
  /** Routes whose own domains have rules apart from the main one. */
  readonly apart: ReadonlySet<string>;
  /** Routes whose next target group has a rule, or a listener, of its own already. */
  readonly parked: ReadonlySet<string>;
  /** The targets of each compose service of the state, as the engine last asked for them. */
  readonly targets: ReadonlyMap<string, readonly BalancedTarget[]>;
  /** Compose services whose strategy the engine has passed to ECS: one that is left out stays as it was. */
  readonly strategic: ReadonlySet<string>;
  /** All that the load balancer has beside its default ones. */
  readonly rules: readonly NamedRule[];
}

/** A stack that does not exist yet. */
export const noBalancing: DeployedBalancing = {
  groups: [],
  leading: [],
  paired: new Set(),
  apart: new Set(),
  parked: new Set(),
  targets: new Map(),
  strategic: new Set(),
  rules: [],
};

/**
 * The logical names that the second target group of a pair may have. No route has an underscore in its name, so the second of
 * them is that of no other group; the first is also that of a service `web-alternate` beside `web`.
 */
export function alternateNames(logicalName: string): readonly [string, string] {
  return [`${logicalName}-alternate`, `${logicalName}_alternate`];
}

/**
 * The logical names that the rule of a domain may have. The first is also that of `b.com` at `web-a`, where this is `a-b.com` at
 * `web`; the second is that of no other rule.
 */
export function domainRuleNames(route: string, domain: string): readonly [string, string] {
  return [`${route}-${domain}`, `${route}_${domain}`];
}

/**
 * The logical name of the rule by which a route's next target group belongs to the load balancer. No route has an underscore in
 * its name, and no domain one at its end, so it is that of no other rule.
 */
export function parkedName(route: string): string {
  return `${route}_next`;
}

/** The same of a network listener, and until 2026-12 of a rule as well: a service `web-next` beside `web` has that one. */
export function parkedListenerName(route: string): string {
  return `${route}-next`;
}

/** Whether a rule, or a listener, of a route is its parked one. */
function isParked(name: string, route: string): boolean {
  return name === parkedName(route) || name === parkedListenerName(route);
}

const groupType = "aws:lb/targetGroup:TargetGroup";
const ruleType = "aws:lb/listenerRule:ListenerRule";
const listenerType = "aws:lb/listener:Listener";
const serviceType = "aws:ecs/service:Service";
/** URNs of what a group belongs to end with its route. */
const ports = /\bberth:aws:(?:PublicPort|NetworkPort)::(.+)$/;

/**
 * What two revisions of a service can't share in one target group: the protocol, which never changes, and the check,
 * which the tasks of both would have to pass. The port is none of it.
 */
export function groupIdentity(inputs: Readonly<Record<string, unknown>>): string {
  const given = recordOf(inputs["healthCheck"]);
  // Groups of before 2026-12 say the port's number where they are asked at the port itself.
  const atPort = typeof inputs["port"] === "number" && given["port"] === String(inputs["port"]);
  const check = atPort ? { ...given, port: "traffic-port" } : given;
  return JSON.stringify([
    inputs["protocol"],
    inputs["protocolVersion"] ?? "HTTP1",
    ...["path", "port", "protocol", "matcher", "interval", "timeout"].map((key) => check[key] ?? ""),
    ...["healthyThreshold", "unhealthyThreshold"].map((key) => check[key] ?? ""),
  ]);
}

export function deployedBalancing(resources: readonly StateResource[]): DeployedBalancing {
  const leading = resources.filter(({ type }) => type === ruleType || type === listenerType);
  const groups = resources.flatMap(
    ({ urn, type, name: logicalName, parent = "", inputs }): DeployedGroup[] => {
      const route = routeOf(parent);
      if (type !== groupType || route === undefined) return [];
      const [name, port] = [String(inputs["name"]), Number(inputs["port"])];
      const leads = leading.some(
        (rule) => routeOf(rule.parent) === route && rule.name === route && rule.dependsOn.includes(urn),
      );
      return [{ logicalName, route, name, port, identity: groupIdentity(inputs), leads }];
    },
  );
  const parked = resources.flatMap(({ type, name, parent = "" }) => {
    const route = routeOf(parent);
    const isRule = type === ruleType || type === listenerType;
    return isRule && route !== undefined && isParked(name, route) ? [route] : [];
  });
  const services = resources.filter(({ type }) => type === serviceType);
  const led = groups.filter(({ leads }) => leads).map(({ route }) => route);
  return {
    groups,
    leading: leading.flatMap((rule) => deployedRule(rule, groups)),
    paired: new Set(led.filter((route, index) => led.indexOf(route) !== index)),
    apart: new Set(resources.flatMap((resource) => apartOf(resource, groups))),
    parked: new Set(parked),
    targets: new Map(services.map(({ name, inputs }) => [name, targetsOf(inputs["loadBalancers"])])),
    strategic: new Set(
      services.flatMap(({ name, inputs }) => (inputs["deploymentConfiguration"] === undefined ? [] : [name])),
    ),
    rules: namedRules(resources),
  };
}

function namedRules(resources: readonly StateResource[]): readonly NamedRule[] {
  const secure = new Set(
    resources.flatMap(({ type, id, inputs }) =>
      type === listenerType && inputs["protocol"] === "HTTPS" ? [id] : [],
    ),
  );
  return resources
    .filter(({ type }) => type === ruleType)
    .map(({ name, parent, inputs: { listenerArn } }) => ({
      ...{ name, route: routeOf(parent) ?? "" },
      https: typeof listenerArn === "string" && secure.has(listenerArn),
    }));
}

/** A parked rule, or a redirect, leads no request to tasks. */
function deployedRule(
  { id, name, parent = "", inputs }: StateResource,
  groups: readonly DeployedGroup[],
): readonly DeployedRule[] {
  const route = routeOf(parent);
  if (id === undefined || route === undefined || isParked(name, route)) return [];
  const actions: unknown = inputs["actions"] ?? inputs["defaultActions"];
  const forwards = Array.isArray(actions) && actions.some((action) => recordOf(action)["type"] === "forward");
  const own = groups.filter((group) => group.route === route);
  return forwards ? [{ arn: id, groups: own.map((group) => group.name) }] : [];
}

/** The route of a rule for a domain alone. A redirect leads to no group. */
function apartOf(
  { type, name, parent = "", dependsOn }: StateResource,
  groups: readonly DeployedGroup[],
): readonly string[] {
  const route = routeOf(parent);
  if (type !== ruleType || route === undefined || name === route || isParked(name, route)) return [];
  const leads = groups.some(
    (group) =>
      group.route === route && dependsOn.some((urn) => urn.endsWith(`${groupType}::${group.logicalName}`)),
  );
  return leads ? [route] : [];
}

function routeOf(parent = ""): string | undefined {
  return ports.exec(parent)?.[1];
}

function targetsOf(balancers: unknown): readonly BalancedTarget[] {
  if (!Array.isArray(balancers)) return [];
  return balancers.map(recordOf).map(({ targetGroupArn, containerPort, advancedConfiguration }) => ({
    targetGroupArn: String(targetGroupArn),
    containerPort: Number(containerPort),
    ...shiftOf(advancedConfiguration),
  }));
}

/** The target groups that a service's inputs name as its own. */
export function groupsIn(service: Readonly<Record<string, unknown>>): readonly string[] {
  return targetsOf(service["loadBalancers"]).flatMap(({ targetGroupArn, shift }) => [
    targetGroupArn,
    ...(shift === undefined ? [] : [shift.alternateTargetGroupArn]),
  ]);
}

/** Whether a service's inputs have ECS move its requests from one target group to another. */
export function shiftsRequests(service: Readonly<Record<string, unknown>>): boolean {
  const { strategy } = recordOf(service["deploymentConfiguration"]);
  return strategy === "CANARY" || strategy === "BLUE_GREEN";
}

/** An empty one is none. */
export function shiftOf(configuration: unknown): Pick<BalancedTarget, "shift"> {
  const { alternateTargetGroupArn, productionListenerRule, roleArn } = recordOf(configuration);
  if (typeof alternateTargetGroupArn !== "string" || alternateTargetGroupArn === "") return {};
  const shift = { alternateTargetGroupArn, productionListenerRule: String(productionListenerRule) };
  return { shift: { ...shift, roleArn: String(roleArn) } };
}
