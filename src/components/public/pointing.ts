/** Public records that lead names to what answers for them. */
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { sixName } from "../../model/deployed-names";
import type { LoadBalancer } from "./load-balancer";
import { recordOptions, type RecordZone } from "./record-zone";

/** The hosted zone of CloudFront's names in alias records (Route 53 API, AliasTarget, HostedZoneId). */
const aliasZone = "Z2FDTNDATAQYW2";

/** The record that leads a host to the load balancer, whose addresses are of IPv4. */
export function pointTo(
  host: string,
  {
    loadBalancer: { dnsName, zoneId },
    zone,
  }: {
    readonly loadBalancer: Pick<LoadBalancer, "dnsName" | "zoneId">;
    readonly zone: RecordZone;
  },
  opts: pulumi.CustomResourceOptions,
): DnsRecord {
  return alias(host, "A", { zone, name: dnsName, zoneId }, opts);
}

/** The records that lead a host to a distribution, for both kinds of addresses. */
export function pointToDistribution(
  host: string,
  { domainName, zone }: { readonly domainName: pulumi.Input<string>; readonly zone: RecordZone },
  opts: pulumi.CustomResourceOptions,
): readonly DnsRecord[] {
  const target = { zone, name: domainName, zoneId: aliasZone };
  return [alias(host, "A", target, opts), alias(host, "AAAA", target, opts)];
}

export function alias(
  host: string,
  type: "A" | "AAAA",
  {
    zone,
    name,
    zoneId,
  }: {
    readonly zone: RecordZone;
    readonly name: pulumi.Input<string>;
    readonly zoneId: pulumi.Input<string>;
  },
  opts: pulumi.CustomResourceOptions,
): DnsRecord {
  return new DnsRecord(
    type === "A" ? host : sixName(host),
    { zoneId: zone.id, name: host, type, aliases: [{ name, zoneId, evaluateTargetHealth: false }] },
    recordOptions(zone, opts),
  );
}
