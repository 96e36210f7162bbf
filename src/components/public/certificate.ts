/** A certificate that AWS renews, proved by a record in the domain's own zone. */
import { Certificate as AcmCertificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";

export interface CertificateArgs {
  readonly scope: Scope;
  /** `*.todo.example.com` */
  readonly domainName: string;
  /** Further names that the same record proves: `todo.example.com` beside the one above. @default none */
  readonly alternativeNames?: readonly string[];
  /** @default the zone is elsewhere: somebody sets {@link Certificate.record} there */
  readonly zoneId?: pulumi.Input<string>;
  /** What the record has to wait for. @default nothing */
  readonly zoneReady?: readonly pulumi.Resource[];
}

/** The record that proves a domain to ACM. */
export interface ValidationRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** The record of a zone that proves a name to ACM. */
export function proof(
  name: string,
  {
    zoneId,
    record,
  }: { readonly zoneId: pulumi.Input<string>; readonly record: pulumi.Output<ValidationRecord> },
  opts: pulumi.CustomResourceOptions,
): DnsRecord {
  return new DnsRecord(
    `validation-${name}`,
    {
      zoneId,
      name: record.name,
      type: record.type,
      records: [record.value],
      ttl: 60,
      // The record depends on account and domain alone: every certificate of the name asks for the same one.
      allowOverwrite: true,
    },
    opts,
  );
}

/** What ACM says of one name, in the words of a record. */
export function validationRecord(
  name: string,
  option:
    Readonly<Record<"resourceRecordName" | "resourceRecordType" | "resourceRecordValue", string>> | undefined,
): ValidationRecord {
  if (option === undefined) throw new RangeError(`No validation record came with ${name}.`);
  return {
    name: option.resourceRecordName,
    type: option.resourceRecordType,
    value: option.resourceRecordValue,
  };
}

export class Certificate extends pulumi.ComponentResource {
  /** Of the certificate once it is issued; where the zone is elsewhere, as soon as it is asked for. */
  readonly arn: pulumi.Output<string>;
  readonly record: pulumi.Output<ValidationRecord>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Certificate", name, {}, opts);
    const { domainName, alternativeNames = [], zoneId } = args;
    const certificate = new AcmCertificate(
      domainName,
      {
        domainName,
        ...(alternativeNames.length === 0 ? {} : { subjectAlternativeNames: [...alternativeNames] }),
        validationMethod: "DNS",
        tags: args.scope.tags(undefined, domainName),
      },
      { parent: this },
    );
    // All names have one base, so one record proves them all.
    this.record = certificate.domainValidationOptions.apply(([first]) => validationRecord(domainName, first));
    this.arn = zoneId === undefined ? certificate.arn : this.#prove(args, zoneId, certificate);
    this.registerOutputs({ arn: this.arn });
  }

  #prove(
    { domainName, zoneReady = [] }: CertificateArgs,
    zoneId: pulumi.Input<string>,
    certificate: AcmCertificate,
  ): pulumi.Output<string> {
    const opts = { parent: this, dependsOn: [...zoneReady] };
    const record = proof(domainName, { zoneId, record: this.record }, opts);
    const validation = new CertificateValidation(
      domainName,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    return validation.certificateArn;
  }
}
