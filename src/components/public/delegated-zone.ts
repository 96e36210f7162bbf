/** A public zone of the stack's own, to which the domain's zone delegates a part of the domain. */
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import { Zone } from "@pulumi/aws/route53/zone";
import * as pulumi from "@pulumi/pulumi";
import { recordOptions, type RecordZone } from "./record-zone";
import type { Scope } from "../stack/scope";

export interface DelegatedZoneArgs {
  readonly scope: Scope;
  /** `todo.example.com` */
  readonly domainName: string;
  /** The zone above: that of `example.com`. */
  readonly parentZone: RecordZone;
}

/** Seconds that resolvers keep the delegation. */
const timeToLive = 300;

export class DelegatedZone extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  /** What leads to the zone: a record in it is seen only once that exists. */
  readonly delegation: pulumi.Resource;

  constructor(name: string, args: DelegatedZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:DelegatedZone", name, {}, opts);
    const { scope, domainName, parentZone } = args;
    const zone = new Zone(
      domainName,
      { name: domainName, comment: "Names of the project's services", tags: scope.tags() },
      { parent: this },
    );
    this.zoneId = zone.zoneId;
    this.delegation = new DnsRecord(
      `delegation-${domainName}`,
      {
        zoneId: parentZone.id,
        name: domainName,
        type: "NS",
        ttl: timeToLive,
        records: zone.nameServers,
      },
      recordOptions(parentZone, { parent: this }),
    );
    this.registerOutputs({ zoneId: this.zoneId });
  }
}
