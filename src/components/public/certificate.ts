/** A certificate that AWS renews, proved by records in the zones of its names. */
import { Certificate as AcmCertificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { noCertificates, proofName, provenBase } from "../../model/deployed-certificates";
import { recordOptions, type RecordZone } from "./record-zone";
import type { Scope } from "../stack/scope";

/** A name of a certificate. */
export interface CertifiedName {
  /** `www.example.com`, `*.example.com` */
  readonly name: string;
  /** @default the zone is elsewhere: somebody sets the record of {@link Certificate.records} there */
  readonly zone?: RecordZone;
  /** What its record has to wait for. @default nothing */
  readonly zoneReady?: readonly pulumi.Resource[];
}

export interface CertificateArgs {
  readonly scope: Scope;
  /** All of them with a zone, or none. The first one is the certificate's common name: at most 64 octets. */
  readonly names: readonly [CertifiedName, ...CertifiedName[]];
  /** The records that prove names; they are shared by the certificates of a stack. */
  readonly proofs: Proofs;
}

/** The record that proves a domain to ACM. */
export interface ValidationRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** The record of a zone that proves a name to ACM. */
export function proof(
  logicalName: string,
  { zone, record }: { readonly zone: RecordZone; readonly record: pulumi.Output<ValidationRecord> },
  opts: pulumi.CustomResourceOptions,
): DnsRecord {
  return new DnsRecord(
    logicalName,
    {
      zoneId: zone.id,
      name: record.name,
      type: record.type,
      records: [record.value],
      ttl: 60,
      // The record depends on account and domain alone: every certificate of the name asks for the same one.
      allowOverwrite: true,
    },
    recordOptions(zone, opts),
  );
}

/** The records of a stack that prove names: one for each name and its wildcard, whichever certificates have them. */
export class Proofs {
  readonly #deployed: ReadonlyMap<string, string>;
  readonly #made = new Map<string, DnsRecord>();

  /** @param deployed - by the domain that it proves: the logical name under which the stack has its record already */
  constructor(deployed: ReadonlyMap<string, string> = noCertificates.proofs) {
    this.#deployed = deployed;
  }

  of(
    { name, zone, zoneReady = [] }: CertifiedName & { readonly zone: RecordZone },
    record: pulumi.Output<ValidationRecord>,
    parent: pulumi.Resource,
  ): DnsRecord {
    const base = provenBase(name);
    const opts = { parent, dependsOn: [...zoneReady] };
    const found =
      this.#made.get(base) ?? proof(this.#deployed.get(base) ?? proofName(name), { zone, record }, opts);
    this.#made.set(base, found);
    return found;
  }
}

type ProvedName = Pick<CertifiedName, "name">;

/** Of names that one record proves, the longest: the wildcard, where it is there. Each in the order of the first. */
function longestOfBase<T extends ProvedName>(names: readonly T[]): readonly T[] {
  const found = new Map<string, T>();
  for (const each of names) {
    const base = provenBase(each.name);
    const known = found.get(base);
    if (known === undefined || known.name.length < each.name.length) found.set(base, each);
  }
  return [...found.values()];
}

/** What ACM says of one name and its wildcard, in the words of a record. */
export function validationRecord(certificate: AcmCertificate, name: string): pulumi.Output<ValidationRecord> {
  return certificate.domainValidationOptions.apply((options) => {
    const option = options.find(({ domainName }) => provenBase(domainName) === provenBase(name));
    if (option === undefined) throw new RangeError(`No validation record came with ${name}.`);
    return {
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      value: option.resourceRecordValue,
    };
  });
}

/** Where a certificate is, if not in the stack's own region. */
interface Elsewhere {
  readonly region?: string;
}

/** Asks ACM for a certificate of the names, to be proved by DNS. */
export function requested(
  [{ name: domainName }, ...others]: readonly [ProvedName, ...ProvedName[]],
  more: Elsewhere & { readonly tags: Readonly<Record<string, string>> },
  parent: pulumi.Resource,
): AcmCertificate {
  const subjectAlternativeNames = others.map(({ name }) => name);
  return new AcmCertificate(
    domainName,
    {
      domainName,
      ...(others.length === 0 ? {} : { subjectAlternativeNames }),
      validationMethod: "DNS",
      ...more,
    },
    { parent },
  );
}

/** @returns the certificate's ARN, once the records have proved it */
export function issued(
  domainName: string,
  { arn: certificateArn }: AcmCertificate,
  records: readonly DnsRecord[],
  elsewhere: Elsewhere,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const validationRecordFqdns = records.map(({ fqdn }) => fqdn);
  const args = { certificateArn, validationRecordFqdns, ...elsewhere };
  return new CertificateValidation(domainName, args, { parent }).certificateArn;
}

export class Certificate extends pulumi.ComponentResource {
  /** Of the certificate once it is issued; where the zones are elsewhere, as soon as it is asked for. */
  readonly arn: pulumi.Output<string>;
  /** What proves each of its names; a name and its wildcard share one. */
  readonly records: readonly pulumi.Output<ValidationRecord>[];

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Certificate", name, {}, opts);
    const [{ name: domainName }] = args.names;
    const certificate = requested(args.names, { tags: args.scope.tags(undefined, domainName) }, this);
    const proved = longestOfBase(args.names);
    this.records = proved.map((each) => validationRecord(certificate, each.name));
    const records = proved.flatMap(({ zone, ...each }, index) => {
      const record = this.records[index];
      return zone === undefined || record === undefined
        ? []
        : [args.proofs.of({ ...each, zone }, record, this)];
    });
    this.arn = records.length === 0 ? certificate.arn : issued(domainName, certificate, records, {}, this);
    this.registerOutputs({ arn: this.arn });
  }
}
