/** What a stack's state says of CloudFront in front of its own names: they change hands in an order (docs/edge.md). */
import type { PlacedResource } from "./state-resource";

/** The distribution that has a name. */
export interface DeployedAlias {
  /** Its logical name. */
  readonly label: string;
  /** Whether it is a static site's. */
  readonly site: boolean;
}

export interface DeployedNames {
  /** By name, in lower case. CloudFront lets one distribution have a name. */
  readonly aliases: ReadonlyMap<string, DeployedAlias>;
  /** Names of services whose record for addresses of IPv6 exists. */
  readonly sixes: ReadonlySet<string>;
  /** Who reaches the load balancer by HTTPS. Both, where a run has ended between the one and the other. */
  readonly https: { readonly world: boolean; readonly cloudFront: boolean };
}

/** A stack that does not exist yet. */
export const noNames: DeployedNames = {
  aliases: new Map(),
  sixes: new Set(),
  https: { world: false, cloudFront: false },
};

/** Logical names of the rules by which a load balancer's security group lets HTTPS in. */
export const httpsRules = { world: "alb-in-443", cloudFront: "alb-in-443-edge" } as const;

/** The logical name of a name's record for addresses of IPv6. */
export function sixName(host: string): string {
  return `${host}-AAAA`;
}

const distributionType = "aws:cloudfront/distribution:Distribution";
const recordType = "aws:route53/record:Record";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

export function deployedNames(resources: readonly PlacedResource[]): DeployedNames {
  const aliases = new Map<string, DeployedAlias>();
  const sixes = new Set<string>();
  const rules = new Set(resources.flatMap(({ type, name }) => (type === ingressType ? [name] : [])));
  for (const { type, name: label, parent = "", inputs } of resources) {
    const site = /\bberth:aws:StaticSite::/.test(parent);
    const names: readonly unknown[] = Array.isArray(inputs["aliases"]) ? inputs["aliases"] : [];
    if (type === distributionType)
      for (const name of names)
        if (typeof name === "string") aliases.set(name.toLowerCase(), { label, site });
    const host = inputs["name"];
    if (type === recordType && !site && typeof host === "string" && label === sixName(host)) sixes.add(host);
  }
  return {
    aliases,
    sixes,
    https: { world: rules.has(httpsRules.world), cloudFront: rules.has(httpsRules.cloudFront) },
  };
}
