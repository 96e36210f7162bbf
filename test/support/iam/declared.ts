/** The calls that a declared estate makes of AWS: the recorded ones, with the ARNs, tags and conditions of what is declared. */
import type { Properties } from "../../../src/simulator/cloud/cloud";
import { textOf } from "../../../src/simulator/cloud/values";
import { tagsOf, type Estate } from "../estates/plans";
import { arnPattern, kindsOfAction, type ActionKind } from "./actions";
import { contextOf } from "./conditions";
import type { Call } from "./evaluate";
import { impliedCalls } from "./implied";
import { operations, type Operation, type RecordedCalls } from "./record/table";

/** A call, and what makes it. */
export interface DeclaredCall extends Call {
  /** `everything, balanced: create aws:ecs/service:Service web` */
  readonly by: string;
  readonly operation: Operation;
}

/** A declared resource as the simulated AWS made it. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly arn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: Properties;
  readonly dependsOn: readonly string[];
}

/** What requests name and nobody declares, nor tags: by service and kind, of the resource that is asked for. */
const undeclared: Readonly<Record<string, (resource: Declared) => string>> = {
  "route53:change": () => "arn:aws:route53:::change/C0123456789",
  "elasticache:cluster": () => "arn:aws:elasticache:us-east-1:123456789012:cluster:shop-dev-cache-001",
  "elasticache:snapshot": () => "arn:aws:elasticache:us-east-1:123456789012:snapshot:shop-dev-cache-last",
  "ecs:service-deployment": ({ arn = "" }) =>
    `${arn.replace(":service/", ":service-deployment/")}/0123456789`,
  "s3:object": ({ arn = "" }) => `${arn}/an/object`,
};

/** A request of the table: `ecs:UpdateService service`. */
interface Request {
  readonly action: string;
  readonly kinds: readonly string[];
  readonly tagged: boolean;
}

/**
 * @throws Error with every type that the table has no calls of
 */
export async function declaredCalls(estate: Estate, table: RecordedCalls): Promise<readonly DeclaredCall[]> {
  const world = new DeclaredWorld(estate);
  const unknown = new Set(world.resources.map(({ type }) => type).filter((type) => !(type in table.types)));
  if (unknown.size > 0)
    throw new Error(`${estate.name}: no calls are recorded of ${[...unknown].join(", ")}`);
  const calls: DeclaredCall[] = [];
  for (const resource of world.resources) {
    for (const operation of operations) {
      const requests = (table.types[resource.type]?.[operation] ?? []).map(parseRequest);
      const by = `${estate.name}: ${operation} ${resource.type} ${resource.name}`;
      for (const call of await callsOf(resource, operation, requests, world))
        calls.push({ ...call, by, operation });
    }
  }
  return calls;
}

function parseRequest(line: string): Request {
  const [action = "", kinds = "", tags] = line.split(" ");
  return { action, kinds: kinds === "*" ? [] : kinds.split(","), tagged: tags !== undefined };
}

async function callsOf(
  resource: Declared,
  operation: Operation,
  requests: readonly Request[],
  world: DeclaredWorld,
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  // What isn't tagged by the call that makes it has no tags until the one that tags it.
  const born = operation !== "create" || requests.some(({ action, tagged }) => tagged && makes(action));
  for (const request of requests) {
    const { action } = request;
    const targets = await targetsOf(resource, request, world);
    for (const target of targets) {
      const own = target.resource === resource;
      const fresh = own && operation === "create" && makes(action);
      const tags = target.resource === undefined || fresh || (own && !born) ? {} : target.resource.tags;
      calls.push({
        action,
        resource: target.arn,
        context: {
          ...prefixed("aws:ResourceTag/", tags),
          ...(request.tagged ? requestTags(resource) : {}),
          ...contextOf(action, resource, world),
        },
      });
    }
    calls.push(
      ...impliedCalls(
        action,
        request.tagged,
        resource,
        targets.map(({ arn }) => arn),
        world,
      ),
    );
  }
  return calls;
}

/** Whether an action makes what it names. */
function makes(action: string): boolean {
  return /:(Create|Allocate|Register|Request|Run|Put(Rule|MetricAlarm|Parameter)$)/.test(action);
}

export function requestTags({ tags }: Declared): Readonly<Record<string, string | readonly string[]>> {
  return { ...prefixed("aws:RequestTag/", tags), "aws:TagKeys": Object.keys(tags) };
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}

interface Target {
  readonly arn: string;
  readonly resource?: Declared;
}

/** The ARNs that a request names: of the resource itself, and of what it refers to. */
async function targetsOf(
  resource: Declared,
  { action, kinds: named }: Request,
  world: DeclaredWorld,
): Promise<readonly Target[]> {
  const kinds = await kindsOfAction(action);
  const found = new Map<string, readonly Target[]>();
  for (const kind of kinds) found.set(kind.name, world.ofKind(resource, kind, named.includes(kind.name)));
  const all = [...found.values()].flat();
  // Names, rather than ids or ARNs, are not seen in a recorded request: what the resource refers to is taken then.
  const targets = all.length > 0 ? all : kinds.flatMap((kind) => world.referred(resource, kind));
  const service = action.split(":")[0] ?? "";
  const others = named
    .filter((kind) => found.get(kind)?.length === 0)
    .flatMap((kind) => undeclared[`${service}:${kind}`]?.(resource) ?? [])
    .map((arn) => ({ arn }));
  const every = [...targets, ...others];
  if (every.length === 0 && named.length > 0)
    throw new Error(`${resource.urn}: ${action} names ${named.join(", ")}, and none is declared`);
  return every.length === 0
    ? [{ arn: "*" }]
    : [...new Map(every.map((target) => [target.arn, target])).values()];
}

export class DeclaredWorld {
  readonly resources: readonly Declared[];
  private readonly byUrn: ReadonlyMap<string, Declared>;

  constructor(readonly estate: Estate) {
    const stored = new Map(estate.cloud.map((resource) => [resource.urn, resource]));
    this.resources = estate.plan.resources
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ urn, type, name, dependsOn, parent }) => {
        const { id = "", outputs: made = {} } = stored.get(urn) ?? {};
        return {
          urn,
          type,
          name,
          id,
          arn: arnOf(type, id, made),
          tags: tagsOf(made) as Readonly<Record<string, string>>,
          outputs: made,
          dependsOn: [...dependsOn, ...(parent === undefined ? [] : [parent])],
        };
      });
    this.byUrn = new Map(this.resources.map((resource) => [resource.urn, resource]));
  }

  /** What of a kind a resource's request names. @param wanted - whether it must name something beside itself */
  ofKind(resource: Declared, kind: ActionKind, wanted: boolean): readonly Target[] {
    const matches = matcher(kind);
    if (matches(resource)) return [{ arn: resource.arn ?? "", resource }];
    if (!wanted) return [];
    const referred = this.referred(resource, kind);
    if (referred.length > 0) return referred;
    return this.nearest(resource, matches).map((other) => ({ arn: other.arn ?? "", resource: other }));
  }

  /** What of a kind stands in the resource's own properties, by ARN, id or name. */
  referred(resource: Declared, kind: ActionKind): readonly Target[] {
    const matches = matcher(kind);
    const text = JSON.stringify(resource.outputs);
    return this.resources
      .filter((other) => other !== resource && matches(other) && mentions(text, other))
      .map((other) => ({ arn: other.arn ?? "", resource: other }));
  }

  private nearest(resource: Declared, matches: (other: Declared) => boolean): readonly Declared[] {
    const seen = new Set([resource.urn]);
    let layer: readonly Declared[] = [resource];
    while (layer.length > 0) {
      const next = layer
        .flatMap(({ dependsOn }) => dependsOn)
        .filter((urn) => !seen.has(urn) && seen.add(urn))
        .flatMap((urn) => this.byUrn.get(urn) ?? []);
      const found = next.filter(matches);
      if (found.length > 0) return found;
      layer = next;
    }
    return [];
  }

  byArn(arn: unknown): Declared | undefined {
    return this.resources.find((resource) => resource.arn === arn);
  }
}

function matcher({ arn: wanted }: ActionKind): (resource: Declared) => boolean {
  const pattern = arnPattern(wanted);
  return ({ arn }) => arn !== undefined && wanted !== "" && pattern.test(arn);
}

function mentions(text: string, { arn, id }: Declared): boolean {
  return (arn !== undefined && text.includes(arn)) || (id.length > 3 && text.includes(`"${id}"`));
}

/** The ARN of a resource; of what has none, that of what its calls name. */
function arnOf(type: string, id: string, outputs: Properties): string | undefined {
  if (type === "aws:route53/record:Record")
    return `arn:aws:route53:::hostedzone/${textOf(outputs["zoneId"])}`;
  if (type === "aws:ec2/natGateway:NatGateway") return `arn:aws:ec2:us-east-1:123456789012:natgateway/${id}`;
  // Their own is that of what they belong to, which has the tags.
  if (/:(EventTarget|SecretVersion)$/.test(type)) return undefined;
  const { arn, bucket } = outputs;
  if (typeof arn === "string") return arn;
  return type.startsWith("aws:s3/") && typeof bucket === "string" ? `arn:aws:s3:::${bucket}` : undefined;
}
