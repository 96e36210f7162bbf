/** The certificate of a site's names: one for all of them, in the region that CloudFront takes certificates from. */
import type * as pulumi from "@pulumi/pulumi";
import { proofName, provenBase } from "../../model/deployed-certificates";
import type { Scope } from "../stack/scope";
import { issued, proof, requested, validationRecord } from "./certificate";
import type { RecordZone } from "./record-zone";

/** CloudFront Developer Guide, Requirements for using SSL/TLS certificates with CloudFront. */
const region = "us-east-1";

export interface CertifiedName {
  readonly name: string;
  readonly zone: RecordZone;
}

export interface CertificateArgs {
  readonly scope: Scope;
  /** Whose names they are. */
  readonly service: string;
  /** What the records have to wait for. */
  readonly zoneReady: readonly pulumi.Resource[];
}

/**
 * @param names - at least one, the first with at most 64 octets
 * @returns the ARN, once the certificate is issued
 */
export function siteCertificate(
  names: readonly CertifiedName[],
  { scope, service, zoneReady }: CertificateArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const [first, ...others] = names;
  if (first === undefined) throw new RangeError("A certificate has a name.");
  const elsewhere = scope.region === region ? {} : { region };
  const tags = scope.tags(service, first.name);
  const certificate = requested([first, ...others], { tags, ...elsewhere }, parent);
  // A name and its wildcard are proved by one record.
  const bases = new Map(names.map((each) => [provenBase(each.name), each]));
  const records = [...bases].map(([base, { zone }]) =>
    proof(
      proofName(base),
      { zone, record: validationRecord(certificate, base) },
      { parent, dependsOn: [...zoneReady] },
    ),
  );
  return issued(first.name, certificate, records, elsewhere, parent);
}
