/** The certificate of a distribution's names: one for all of them, in the region that CloudFront takes certificates from. */
import type * as pulumi from "@pulumi/pulumi";
import { proofName, provenBase } from "../../model/deployed-certificates";
import type { Scope } from "../stack/scope";
import {
  issued,
  proof,
  requested,
  validationRecord,
  type Proofs,
  type ValidationRecord,
} from "./certificate";
import { isShort } from "./certificate-groups";
import type { RecordZone } from "./record-zone";

/** CloudFront Developer Guide, Requirements for using SSL/TLS certificates with CloudFront. */
export const certificateRegion = "us-east-1";

/** The oldest TLS of viewers that are greeted by name (CloudFront API, ViewerCertificate). */
const viewers = { sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" } as const;

export interface CertifiedName {
  readonly name: string;
  readonly zone: RecordZone;
}

export interface CertificateArgs {
  readonly scope: Scope;
  /** Whose names they are. @default several services' */
  readonly service?: string;
  /** What the records have to wait for. */
  readonly zoneReady: readonly pulumi.Resource[];
  /** The records that prove names for other certificates of the stack as well. @default its own prove this one */
  readonly proofs?: Proofs;
}

/** What a distribution says of its names. */
export interface NamesOfDistribution {
  readonly aliases?: string[];
  readonly viewerCertificate: {
    readonly cloudfrontDefaultCertificate?: boolean;
    readonly acmCertificateArn?: pulumi.Output<string>;
    readonly sslSupportMethod?: string;
    readonly minimumProtocolVersion?: string;
  };
}

/** @returns a distribution's names with their certificate, once that is issued; CloudFront's own name alone where there are none */
export function namesAndCertificate(
  names: readonly CertifiedName[],
  args: CertificateArgs,
  parent: pulumi.Resource,
): NamesOfDistribution {
  if (names.length === 0) return { viewerCertificate: { cloudfrontDefaultCertificate: true } };
  const certified = [...names.filter(isShort), ...names.filter((each) => !isShort(each))];
  const acmCertificateArn = siteCertificate(certified, args, parent);
  return { aliases: names.map(({ name }) => name), viewerCertificate: { acmCertificateArn, ...viewers } };
}

/**
 * @param names - at least one, the first with at most 64 octets
 * @returns the ARN, once the certificate is issued
 */
function siteCertificate(
  names: readonly CertifiedName[],
  { scope, service, zoneReady, proofs }: CertificateArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const [first, ...others] = names;
  if (first === undefined) throw new RangeError("A certificate has a name.");
  const elsewhere = scope.region === certificateRegion ? {} : { region: certificateRegion };
  const tags = scope.tags(service, first.name);
  const certificate = requested([first, ...others], { tags, ...elsewhere }, parent);
  const prove = (base: string, zone: RecordZone, record: pulumi.Output<ValidationRecord>) =>
    proofs?.of({ name: base, zone, zoneReady }, record, parent) ??
    proof(proofName(base), { zone, record }, { parent, dependsOn: [...zoneReady] });
  // A name and its wildcard are proved by one record.
  const bases = new Map(names.map((each) => [provenBase(each.name), each]));
  const records = [...bases].map(([base, { zone }]) =>
    prove(base, zone, validationRecord(certificate, base)),
  );
  return issued(first.name, certificate, records, elsewhere, parent);
}
