/** What a stack's state says of its certificates: names that have one keep it, whatever others come (docs/ports.md). */
import type { PlacedResource } from "./state-resource";

export interface DeployedCertificates {
  /**
   * The names of each certificate of services' own domains, its first one first. That of a listener that has it as its
   * default is first.
   */
  readonly groups: readonly (readonly string[])[];
  /** Those of them that a listener has beside its default one. */
  readonly beside: readonly (readonly string[])[];
  /** By the domain that it proves (`example.com`, of its wildcard too): the logical name of the record. */
  readonly proofs: ReadonlyMap<string, string>;
}

export const certificateType = "aws:acm/certificate:Certificate";
const recordType = "aws:route53/record:Record";
const besideType = "aws:lb/listenerCertificate:ListenerCertificate";

/** A stack that does not exist yet. */
export const noCertificates: DeployedCertificates = { groups: [], beside: [], proofs: new Map() };

const proofPrefix = "validation-";

/** The logical name of the record that proves a domain to ACM. */
export function proofName(name: string): string {
  return proofPrefix + name;
}

/** The logical name under which a listener has a certificate beside its default one. */
export function besideName(first: string): string {
  return `https-${first}`;
}

/** What one record proves: a name and its wildcard. */
export function provenBase(name: string): string {
  return name.replace(/^\*\./, "");
}

/** The project's own certificate is none of the groups: what it is for follows from the settings alone. */
export function deployedCertificates(resources: readonly PlacedResource[]): DeployedCertificates {
  const groups: (readonly string[])[] = [];
  const proofs = new Map<string, string>();
  const beside = new Set(resources.flatMap(({ type, name }) => (type === besideType ? [name] : [])));
  const isBeside = ([first = ""]: readonly string[]): boolean => beside.has(besideName(first));
  for (const { type, name, parent = "", inputs } of resources) {
    const [, own] = /\bberth:aws:Certificate::(.+)$/.exec(parent) ?? [];
    if (own === undefined) continue;
    if (type === recordType && name.startsWith(proofPrefix))
      proofs.set(provenBase(name.slice(proofPrefix.length)), name);
    if (type === certificateType && own.startsWith("certificate-")) groups.push(namesOf(inputs));
  }
  groups.sort((a, b) => Number(isBeside(a)) - Number(isBeside(b)));
  return { groups, beside: groups.filter(isBeside), proofs };
}

function namesOf({ domainName, subjectAlternativeNames }: PlacedResource["inputs"]): readonly string[] {
  const more: readonly unknown[] = Array.isArray(subjectAlternativeNames) ? subjectAlternativeNames : [];
  return [domainName, ...more].filter((name) => typeof name === "string");
}
