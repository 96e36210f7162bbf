/** The certificates of a stack: the project's own first, then those of own domains. */
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";
import { Certificate, type CertifiedName, type Proofs } from "./certificate";
import type { CertificateGroup, NeededName } from "./certificate-groups";
import type { PublicHosts } from "./hosts";
import type { OwnHost } from "./own-host";
import type { RecordZone } from "./record-zone";

/** The zone of the project's names, and what has to exist before a record in it can be seen. */
export interface ProjectZone extends RecordZone {
  readonly ready: readonly pulumi.Resource[];
}

export interface MadeCertificate {
  readonly domains: readonly [string, ...string[]];
  readonly made: Certificate;
  /** Whether a listener takes it in this run. */
  readonly usable: boolean;
}

interface CertificatesArgs {
  readonly scope: Scope;
  readonly hosts: PublicHosts;
  /** The records that prove names. */
  readonly proofs: Proofs;
  /** Whether anything is published over TLS. */
  readonly secured: boolean;
}

export function createCertificates(
  { scope, hosts, proofs, secured }: CertificatesArgs,
  zone: ProjectZone | undefined,
  opts: pulumi.ComponentResourceOptions,
): readonly MadeCertificate[] {
  const make = <T extends NeededName>(
    logicalName: string | undefined,
    { names: [head, ...more], first }: CertificateGroup<T>,
    zoneOf: (each: T) => Omit<CertifiedName, "name">,
  ): Pick<MadeCertificate, "domains" | "made"> => {
    const named = (each: T, name = each.name): CertifiedName => ({ name, ...zoneOf(each) });
    const asked = [named(head), ...more.map((each) => named(each))] as const;
    const names = first === undefined ? asked : ([named(head, first), ...asked] as const);
    const [{ name }, ...others] = names;
    const made = new Certificate(
      logicalName ?? `certificate-${name}`,
      { scope, names: [...names], proofs },
      opts,
    );
    return { domains: [name, ...others.map((other) => other.name)], made };
  };
  const own = secured && zone !== undefined ? hosts.projectGroup : undefined;
  return [
    ...(own === undefined ? [] : [{ ...make("certificate", own, () => inZone(zone)), usable: true }]),
    ...hosts.groups.map((group) => ({
      ...make(undefined, group, (host) => inZone(host.zone === "project" ? zone : host.zone)),
      usable: group.names.every(isSecured),
    })),
  ];
}

function inZone(
  zone: (RecordZone & { readonly ready?: readonly pulumi.Resource[] }) | undefined,
): Omit<CertifiedName, "name"> {
  return zone === undefined ? {} : { zone, zoneReady: zone.ready ?? [] };
}

/** Whether a domain has a certificate that a listener can take. */
export function isSecured({ certificate }: OwnHost): boolean {
  return certificate !== "pending";
}
