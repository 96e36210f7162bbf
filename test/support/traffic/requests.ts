/**
 * Requests to a simulated AWS at one instant: through the listener's rules, the target groups and what is registered with
 * them, to the tasks that run then.
 */
import type { CloudData, StoredDeployment, StoredResource } from "../../../src/simulator/cloud/store";
import { listOf, numberOf, recordOf, textOf } from "../../../src/simulator/cloud/values";
import { isRunning } from "../../../src/simulator/plays/rollout-state";
import { groupsOf } from "../../../src/simulator/plays/shift-plays";
import type { Properties } from "../../../src/simulator/cloud/cloud";

/** How the program in an image answers. */
export interface Answering {
  readonly port: number;
  /** `HTTP1`, `HTTP2` or `GRPC`. */
  readonly version: string;
  /** The one path at which its health can be asked. */
  readonly healthPath: string;
}

/** By image. */
export type Answers = (image: string) => Answering;

export interface Address {
  /** @default the load balancer's own name */
  readonly host?: string;
  readonly path: string;
}

/** What a request meets: an answer of one of these task definitions, or none. */
export interface Met {
  readonly revisions: readonly string[];
  /** Why nobody answers. */
  readonly lost?: string;
}

type Resources = CloudData["resources"];

const types = {
  listener: "aws:lb/listener:Listener",
  rule: "aws:lb/listenerRule:ListenerRule",
  group: "aws:lb/targetGroup:TargetGroup",
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  opening: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
} as const;

/** Sends one request. Every group that a rule may lead to has to answer: which one is chance. */
export function send(data: CloudData, { host, path }: Address, answers: Answers): Met {
  const { resources } = data;
  const all = ofType(resources, types.listener);
  const port = host === undefined ? 80 : 443;
  const listener = all.find(({ outputs }) => outputs["port"] === port);
  if (listener === undefined) return { revisions: [], lost: `no listener of port ${port}` };
  const own = host ?? textOf(ofType(resources, types.balancer)[0]?.outputs["dnsName"]);
  const rule = ofType(resources, types.rule)
    .filter(({ outputs }) => outputs["listenerArn"] === listener.id)
    .sort((a, b) => Number(a.outputs["priority"]) - Number(b.outputs["priority"]))
    .find(({ outputs }) => listOf(outputs["conditions"]).every((condition) => takes(condition, own, path)));
  if (rule === undefined) return { revisions: [], lost: "no rule" };
  const groups = listOf(rule.outputs["actions"]).flatMap((action) => leadingTo(recordOf(action)));
  const met = groups.map((group) => atGroup(data, group, answers));
  return (
    met.find(({ lost }) => lost !== undefined) ?? { revisions: met.flatMap(({ revisions }) => revisions) }
  );
}

/** The groups that get any of a rule's requests (ELB user guide, "Forward actions": a weight of 0 gets none). */
function leadingTo({ targetGroupArn, forward }: Properties): readonly string[] {
  const groups = listOf(recordOf(forward)["targetGroups"]).map(recordOf);
  if (groups.length === 0) return [textOf(targetGroupArn)];
  return groups.filter(({ weight }) => weight !== 0).map(({ arn }) => textOf(arn));
}

/** Whether the rules that requests meet lead to different target groups, each of them to one. */
export function isHalfLed({ resources }: CloudData): boolean {
  const led = ofType(resources, types.rule)
    .filter(({ outputs }) =>
      listOf(outputs["conditions"]).every((one) => valuesOf(one, "sourceIp").length === 0),
    )
    .map(({ outputs }) => listOf(outputs["actions"]).flatMap((action) => leadingTo(recordOf(action))))
    .filter((groups) => groups.length === 1 && groups[0] !== "");
  return new Set(led.flat()).size > 1;
}

function ofType(resources: Resources, type: string): readonly StoredResource[] {
  return resources.filter((resource) => resource.type === type);
}

function valuesOf(condition: unknown, kind: string): readonly string[] {
  return listOf(recordOf(recordOf(condition)[kind])["values"]).map(textOf);
}

function takes(condition: unknown, host: string, path: string): boolean {
  const of = (kind: string): readonly string[] => valuesOf(condition, kind);
  const fits = (patterns: readonly string[], text: string): boolean =>
    patterns.length === 0 || patterns.some((pattern) => wildcard(pattern).test(text));
  // No request comes from the networks that are kept for documentation.
  return of("sourceIp").length === 0 && fits(of("hostHeader"), host) && fits(of("pathPattern"), path);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replace(/[.+$^(){}|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
}

/** A group sends requests to its healthy targets alone: a task that fails its check is stopped by ECS soon after. */
function atGroup({ resources, rollouts = [] }: CloudData, arn: string, answers: Answers): Met {
  const group = ofType(resources, types.group).find(({ id }) => id === arn);
  if (group === undefined) return { revisions: [], lost: "no target group" };
  const registered = rollouts.flatMap(({ deployments }) =>
    deployments.filter(isRunning).flatMap((deployment) => portsIn(deployment, arn, resources)),
  );
  if (registered.length === 0) return { revisions: [], lost: "no target is registered" };
  const healthy = registered.filter(
    ({ deployment, port }) =>
      isHealthy(group, port, answers(imageOf(deployment, resources))) && isOpen(resources, port),
  );
  if (healthy.length === 0) return { revisions: [], lost: "no target is healthy" };
  return { revisions: [...new Set(healthy.map(({ deployment }) => deployment.taskDefinition))] };
}

interface Registered {
  readonly deployment: StoredDeployment;
  readonly port: number;
}

function portsIn(deployment: StoredDeployment, arn: string, resources: Resources): readonly Registered[] {
  const known = resources.some(({ id }) => id === deployment.taskDefinition);
  const groups = groupsOf(deployment);
  return listOf(deployment.targets)
    .map(recordOf)
    .filter((_, index) => known && groups[index] === arn)
    .map(({ containerPort }) => ({ deployment, port: numberOf(containerPort) ?? 0 }));
}

function isHealthy({ outputs }: StoredResource, port: number, program: Answering): boolean {
  const check = recordOf(outputs["healthCheck"]);
  const asked = check["port"] === "traffic-port" ? port : Number(check["port"]);
  const spoken = textOf(outputs["protocolVersion"]) === program.version;
  return spoken && port === program.port && asked === program.port && check["path"] === program.healthPath;
}

/** Whether a security group lets the load balancer in at the port. */
function isOpen(resources: Resources, port: number): boolean {
  return ofType(resources, types.opening).some(
    ({ outputs }) => outputs["fromPort"] === port && textOf(outputs["referencedSecurityGroupId"]) !== "",
  );
}

function imageOf({ taskDefinition }: StoredDeployment, resources: Resources): string {
  const definition = resources.find(({ id }) => id === taskDefinition);
  const containers: unknown = JSON.parse(textOf(definition?.outputs["containerDefinitions"]) || "[]");
  return textOf(recordOf(listOf(containers)[0])["image"]);
}
