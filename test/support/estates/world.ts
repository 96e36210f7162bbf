/** An estate as policies look at it: what exists, by type and by id. */
import { parseCidr } from "../../../src/simulator/awsx/cidr";
import type { StoredResource } from "../../../src/simulator/cloud/store";
import { listOf, recordOf, textOf } from "../../../src/simulator/cloud/values";
import type { Estate } from "./plans";

export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export class EstateWorld {
  private readonly ids: ReadonlyMap<string, StoredResource>;

  constructor(readonly estate: Estate) {
    this.ids = new Map(estate.cloud.map((resource) => [resource.id, resource]));
  }

  /** What has this ending of its type: `lb/loadBalancer:LoadBalancer`. */
  ofType(ending: string): readonly StoredResource[] {
    return this.estate.cloud.filter(({ type }) => type === `aws:${ending}`);
  }

  byId(id: unknown): StoredResource | undefined {
    return this.ids.get(textOf(id));
  }

  /** `project, mode: type name`, for a list of what breaks a policy. */
  label({ urn, type }: StoredResource): string {
    return `${this.estate.name}: ${type.split(":")[1] ?? ""} ${nameOf(urn)}`;
  }

  /** Whether a subnet gives addresses of the internet, or leads there by itself. */
  isPublicSubnet(id: unknown): boolean {
    const table = this.ofType("ec2/routeTableAssociation:RouteTableAssociation").find(
      ({ outputs }) => outputs["subnetId"] === id,
    )?.outputs["routeTableId"];
    const leadsOut = this.ofType("ec2/route:Route").some(
      ({ outputs }) => outputs["routeTableId"] === table && textOf(outputs["gatewayId"]) !== "",
    );
    return leadsOut || this.byId(id)?.outputs["mapPublicIpOnLaunch"] === true;
  }

  /** Statements of every document that grants something, with the resource that bears each. */
  statements(): readonly (readonly [StoredResource, Statement])[] {
    return this.estate.cloud.flatMap((resource) =>
      ["policy", "policyDocument", "assumeRolePolicy"].flatMap((property) => {
        const text = textOf(resource.outputs[property]);
        if (!text.startsWith("{")) return [];
        const document = recordOf(JSON.parse(text));
        return [document["Statement"]].flat().map((item) => [resource, statementOf(recordOf(item))] as const);
      }),
    );
  }
}

function statementOf(item: Readonly<Record<string, unknown>>): Statement {
  const texts = (value: unknown): readonly string[] =>
    (Array.isArray(value) ? listOf(value) : [value]).map(textOf).filter((text) => text !== "");
  return {
    Effect: textOf(item["Effect"]),
    Action: texts(item["Action"]),
    Resource: texts(item["Resource"]),
    Principal: item["Principal"],
    Condition: item["Condition"],
  };
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Whether a range of a security group's rule holds addresses outside of the private ranges (RFC 1918). */
export function isOpen(rule: Readonly<Record<string, unknown>>): boolean {
  if (textOf(rule["cidrIpv6"]) !== "") return true;
  const range = parseCidr(textOf(rule["cidrIpv4"]));
  if (range === undefined) return textOf(rule["cidrIpv4"]) !== "";
  const [first, second] = [Math.floor(range.base / 2 ** 24), Math.floor(range.base / 2 ** 16) % 256];
  if (first === 10) return range.bits < 8;
  if (first === 172) return range.bits < 12 || second < 16 || second > 31;
  return first !== 192 || second !== 168 || range.bits < 16;
}
