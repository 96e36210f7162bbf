/** The estate of a plan as a Mermaid flowchart: what is where, and who talks to whom. */
import type { ResourceStep } from "../../src/ports";
import { engineTitle, storeTypes } from "../../src/stores";
import { dataTypes, isReplica, type StoreType } from "../../src/stores/data-types";
import { box, counted, Estate, group, idOf, plural, type Plan } from "./diagram-parts";
import { distributionType, ofBalancer, siteArrows, siteBoxes } from "./diagram-sites";

/**
 * Draws the resources of a plan: network, load balancer, services, stores and builds, a box each; the hundred parts that
 * these are made of are left out. The same plan gives the same text.
 */
export function estateDiagram(steps: Plan): string {
  const plan = new Estate(steps.filter(({ op }) => op !== "delete"));
  const inside = [
    ...group("public", `public subnets · ${plan.zones} zones`, [...balancer(plan), ...wayOut(plan)]),
    ...group("private", `private subnets · ${plan.zones} zones`, [
      ...workloads(plan),
      ...stores(plan),
      ...endpoints(plan),
    ]),
  ];
  return [
    "flowchart LR",
    ...outside(plan),
    ...group("vpc", plan.has("berth:aws:ExistingNetwork") ? "a VPC of yours" : "VPC", inside),
    ...around(plan),
    ...arrows(plan),
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------- boxes

function outside(plan: Estate): readonly string[] {
  const zones = new Set(plan.ofType("aws:route53/record:Record").map(({ inputs }) => inputs["zoneId"]));
  const before = ofBalancer(plan);
  return [
    ...(["aws:lb/loadBalancer:LoadBalancer", distributionType].some((type) => plan.has(type))
      ? [box("internet", ["internet"], "round")]
      : []),
    ...(zones.size > 0
      ? [
          box("dns", [
            "Route 53",
            plural(plan.ofType("aws:acm/certificate:Certificate").length, "certificate"),
          ]),
        ]
      : []),
    ...(before.length > 0 ? [box("edge", ["CloudFront", plural(before.length, "distribution")])] : []),
    ...siteBoxes(plan),
  ];
}

function balancer(plan: Estate): readonly string[] {
  if (!plan.has("aws:lb/loadBalancer:LoadBalancer")) return [];
  const { web, network } = listeners(plan);
  const ports = (steps: Plan): string =>
    steps
      .map(({ inputs }) => `${String(inputs["protocol"])} ${String(inputs["port"])}`)
      .sort()
      .join(", ");
  return [
    ...(web.length === 0 ? [] : [box("alb", ["load balancer", ports(web)])]),
    ...(network.length === 0 ? [] : [box("nlb", ["network load balancer", ports(network)])]),
  ];
}

function listeners(plan: Estate): { readonly web: Plan; readonly network: Plan } {
  const all = plan.ofType("aws:lb/listener:Listener");
  const ofNetwork = (step: ResourceStep): boolean => plan.above(step, "berth:aws:NetworkPort") !== undefined;
  return { web: all.filter((step) => !ofNetwork(step)), network: all.filter(ofNetwork) };
}

function wayOut(plan: Estate): readonly string[] {
  const gateways = plan.ofType("aws:ec2/natGateway:NatGateway").length;
  if (gateways > 0) return [box("nat", [plural(gateways, "NAT gateway")])];
  return plan.has("berth:aws:NatInstance") ? [box("nat", ["NAT instance", "replaces itself"])] : [];
}

/** Services, one-off tasks and scheduled ones. */
function workloads(plan: Estate): readonly string[] {
  const services = plan.ofType("berth:aws:ContainerService").map((component) => {
    const [service] = plan.below(component, "aws:ecs/service:Service");
    const count = Number(service?.inputs["desiredCount"] ?? 1);
    const scaled = plan.below(component, "aws:appautoscaling/target:Target")[0]?.inputs;
    const tasks =
      scaled === undefined
        ? plural(count, "task")
        : `${String(scaled["minCapacity"])} to ${String(scaled["maxCapacity"])} tasks`;
    return box(`svc_${component.name}`, [
      component.name,
      `${tasks} · ${sizeOf(plan, component)}`,
      networksOf(plan, service),
    ]);
  });
  const tasks = plan
    .ofType("berth:aws:OneOffTask")
    .map((component) =>
      box(`svc_${component.name}`, [component.name, "runs to its end", sizeOf(plan, component)], "round"),
    );
  const scheduled = plan.ofType("berth:aws:ScheduledTask").map((component) => {
    const times = plan
      .below(component, "aws:scheduler/schedule:Schedule")
      .map(({ inputs }) => String(inputs["scheduleExpression"]));
    return box(`svc_${component.name}`, [component.name, ...times, sizeOf(plan, component)], "round");
  });
  return [...services, ...tasks, ...scheduled];
}

/** The networks by which a service and others reach each other, where networks keep some apart. */
function networksOf(plan: Estate, service: ResourceStep | undefined): string {
  const groups = plan
    .ofType("berth:aws:ServiceNetworks")
    .flatMap((component) => plan.below(component, "aws:ec2/securityGroup:SecurityGroup"));
  const borne = groups.filter(({ urn }) => service?.dependsOn.includes(urn));
  return borne.length === 0 ? "" : `in ${borne.map(({ name }) => name).join(", ")}`;
}

function sizeOf(plan: Estate, component: ResourceStep): string {
  const [definition] = plan.below(component, "aws:ecs/taskDefinition:TaskDefinition");
  if (definition === undefined) return "";
  const { cpu, memory } = definition.inputs;
  return `${Number(cpu) / 1024} vCPU, ${Math.round(Number(memory) / 102.4) / 10} GB`;
}

/** What a box says of a store, below its name. */
const storeLines: Readonly<Record<StoreType, (inputs: ResourceStep["inputs"], readers: string) => string[]>> =
  {
    [dataTypes.database]: (inputs, readers) => [
      `${engineTitle(inputs["engine"], "postgres")} ${String(inputs["engineVersion"])}`,
      `${String(inputs["instanceClass"])}${inputs["multiAz"] === true ? ", standby" : ""}${readers}`,
    ],
    [dataTypes.cache]: (inputs) => [
      `${String(inputs["engine"])} ${String(inputs["engineVersion"])}`,
      `${counted(inputs["numCacheClusters"])}${String(inputs["nodeType"])}`,
    ],
  };

function stores(plan: Estate): readonly string[] {
  const drawn = storeTypes.flatMap((type) => {
    const all = plan.ofType(type);
    return all
      .filter((one) => !isReplica(one))
      .map(({ name, inputs, parent }) => {
        const count = all.filter((other) => isReplica(other) && other.parent === parent).length;
        const readers = count === 0 ? "" : `, ${plural(count, "replica")}`;
        return box(`store_${name}`, [name, ...storeLines[type](inputs, readers)], "store");
      });
  });
  const files = plan
    .ofType("aws:efs/fileSystem:FileSystem")
    .map(({ name }) =>
      box(
        `files_${name}`,
        ["EFS", plural(plan.ofType("aws:efs/accessPoint:AccessPoint").length, "volume")],
        "store",
      ),
    );
  return [...drawn, ...files];
}

function endpoints(plan: Estate): readonly string[] {
  const names = plan
    .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => inputs["vpcEndpointType"] === "Interface")
    .map(({ name }) => name);
  return names.length === 0 ? [] : [box("endpoints", ["interface endpoints", names.join(", ")])];
}

/** What no subnet holds. */
function around(plan: Estate): readonly string[] {
  const repositories = plan.ofType("aws:ecr/repository:Repository");
  return [
    ...(repositories.length === 0
      ? []
      : [
          box("registry", ["ECR", ...repositories.map(({ name }) => name)], "store"),
          box("builds", ["Kaniko build tasks", "amd64, arm64"]),
        ]),
    box(
      "logs",
      ["CloudWatch Logs", ...plan.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ name }) => name)],
      "store",
    ),
    ...alerts(plan),
  ];
}

/** Who is notified of what goes wrong. */
function alerts(plan: Estate): readonly string[] {
  if (!plan.has("berth:aws:Alerts")) return [];
  const mails = plan.ofType("aws:sns/topicSubscription:TopicSubscription").length;
  const webhooks = plan.ofType("aws:cloudwatch/eventApiDestination:EventApiDestination").length;
  return [
    box("alerts", [
      "alerts",
      ...(mails === 0 ? [] : [plural(mails, "mail address", "mail addresses")]),
      ...(webhooks === 0 ? [] : [plural(webhooks, "webhook")]),
    ]),
  ];
}

// ---------------------------------------------------------------------------------------------- arrows

function arrows(plan: Estate): readonly string[] {
  const { web, network } = listeners(plan);
  const edge = ofBalancer(plan).length > 0;
  const entries = [...(web.length === 0 ? [] : ["alb"]), ...(network.length === 0 ? [] : ["nlb"])];
  const found = [
    ...entries.map((entry) => `internet --> ${entry === "alb" && edge ? "edge" : entry}`),
    ...(edge ? ["edge --> alb"] : []),
    ...(plan.has("aws:route53/record:Record")
      ? entries.map((entry) => `dns -.-> ${entry === "alb" && edge ? "edge" : entry}`)
      : []),
    ...siteArrows(plan),
    ...plan.ofType("berth:aws:ContainerService").flatMap((service) => addressed(plan, service)),
    ...["ContainerService", "OneOffTask", "ScheduledTask"]
      .flatMap((type) => plan.ofType(`berth:aws:${type}`))
      .flatMap((component) => used(plan, component)),
    ...(wayOut(plan).length === 0 ? [] : ["private --> nat"]),
    ...(plan.has("aws:ecr/repository:Repository") ? ["builds --> registry", "registry -.-> private"] : []),
    "private -.-> logs",
    ...(plan.has("berth:aws:Alerts") ? ["private -.-> alerts"] : []),
  ];
  return found.map((arrow) => `  ${arrow}`);
}

/** Hosts and paths that lead to a service. */
function addressed(plan: Estate, service: ResourceStep): readonly string[] {
  const own = plan.below(service, "aws:lb/listener:Listener");
  const ports = own.map(({ inputs }) => `${String(inputs["protocol"])} ${String(inputs["port"])}`);
  const other = ports.length === 0 ? [] : [`nlb -->|"${ports.join("<br>")}"| ${idOf(`svc_${service.name}`)}`];
  const rules = plan.below(service, "aws:lb/listenerRule:ListenerRule");
  if (rules.length === 0) return other;
  const labels = new Set(
    rules
      .filter(({ inputs }) => !isRedirect(inputs["actions"]))
      .map(({ inputs }) => labelOf(inputs["conditions"]))
      .filter((label) => label !== ""),
  );
  const label = labels.size === 0 ? "" : `|"${[...labels].join("<br>")}"|`;
  return [`alb -->${label} ${idOf(`svc_${service.name}`)}`, ...other];
}

/** A name that the load balancer leads to another one by itself. */
function isRedirect(actions: unknown): boolean {
  return Array.isArray(actions) && actions.some(({ type }: { type?: unknown }) => type === "redirect");
}

function labelOf(conditions: unknown): string {
  if (!Array.isArray(conditions)) return "";
  const values = (key: string): readonly string[] =>
    conditions.flatMap((condition: Record<string, { values?: unknown }>) => {
      const list = condition[key]?.values;
      return Array.isArray(list)
        ? list.filter((value): value is string => typeof value === "string" && value !== "[unknown]")
        : [];
    });
  return `${values("hostHeader")[0] ?? ""}${values("pathPattern").at(-1) ?? ""}`;
}

/** The stores whose clients' group a service is a member of, and the volumes that its tasks mount. */
function used(plan: Estate, component: ResourceStep): readonly string[] {
  const parts = [
    ...plan.below(component, "aws:ecs/service:Service"),
    ...plan.below(component, "aws:ecs/taskDefinition:TaskDefinition"),
  ];
  const urns = new Set(parts.flatMap(({ dependsOn }) => dependsOn));
  const id = idOf(`svc_${component.name}`);
  const stored = storeTypes
    .flatMap((type) => plan.ofType(type))
    .filter(({ name }) => [...urns].some((urn) => urn.endsWith(`:SecurityGroup::${name}-clients`)));
  const mounts = [...urns].some((urn) => urn.includes("aws:efs/"));
  const files = mounts
    ? plan.ofType("aws:efs/fileSystem:FileSystem").map(({ name }) => idOf(`files_${name}`))
    : [];
  return [...stored.map(({ name }) => idOf(`store_${name}`)), ...files].map((store) => `${id} --> ${store}`);
}
