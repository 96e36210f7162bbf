/** A certificate that AWS renews, proved by records in the domain's own zone. */
import { Certificate as AcmCertificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

export interface CertificateArgs {
  readonly scope: Scope;
  /** `*.todo.example.com` */
  readonly domainName: string;
  readonly zoneId: pulumi.Input<string>;
}

export class Certificate extends pulumi.ComponentResource {
  /** Of the certificate once it is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Certificate", name, {}, opts);
    const { domainName } = args;
    const certificate = new AcmCertificate(
      domainName,
      { domainName, validationMethod: "DNS", tags: args.scope.tags() },
      { parent: this },
    );
    // One domain name, so one validation option.
    const option = certificate.domainValidationOptions.apply((options) => {
      const first = options[0];
      if (first === undefined) throw new RangeError(`No validation record came with ${domainName}.`);
      return first;
    });
    const record = new DnsRecord(
      `validation-${domainName}`,
      {
        zoneId: args.zoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        records: [option.resourceRecordValue],
        ttl: 60,
        // The record depends on account and domain alone: a certificate made anew asks for the same one.
        allowOverwrite: true,
      },
      { parent: this },
    );
    const validation = new CertificateValidation(
      domainName,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
