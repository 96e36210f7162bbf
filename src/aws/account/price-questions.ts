/**
 * What AWS's price list is asked: a question for each kind of thing, and which of its products is meant by their usage
 * types (`EUC1-Fargate-ARM-GB-Hours`: a region's own prefix, and none in us-east-1 for older services).
 *
 * The list's own words (attributes and usage types) are those of the public offer files, for a region
 * https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/eu-central-1/index.json and its like.
 */
import type { PriceWants } from "../../ports";

export interface PriceQuestion {
  readonly service: string;
  /** Attributes that the products have, besides `regionCode`. */
  readonly filters: Readonly<Record<string, string>>;
  /** By the name of a price: the usage type without the region's prefix. */
  readonly names: Readonly<Record<string, RegExp>>;
}

const engines: Readonly<Record<string, string>> = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  redis: "Redis",
  valkey: "Valkey",
};

const usual: readonly PriceQuestion[] = [
  {
    service: "AmazonECS",
    filters: { productFamily: "Compute" },
    names: {
      "fargate X86_64 vcpu": /^Fargate-vCPU-Hours:perCPU$/,
      "fargate X86_64 memory": /^Fargate-GB-Hours$/,
      "fargate ARM64 vcpu": /^Fargate-ARM-vCPU-Hours:perCPU$/,
      "fargate ARM64 memory": /^Fargate-ARM-GB-Hours$/,
    },
  },
  {
    service: "AmazonECS",
    filters: {},
    names: { "fargate disk": /^Fargate-EphemeralStorage-GB-Hours$/ },
  },
  {
    service: "AWSELB",
    filters: { productFamily: "Load Balancer-Application" },
    names: { "load balancer": /^LoadBalancerUsage$/ },
  },
  {
    service: "AWSELB",
    filters: { productFamily: "Load Balancer-Network" },
    names: { "network balancer": /^LoadBalancerUsage$/ },
  },
  {
    service: "AmazonEC2",
    filters: { productFamily: "NAT Gateway" },
    names: { "NAT gateway": /^NatGateway-Hours$/ },
  },
  {
    service: "AmazonVPC",
    filters: { group: "VPCPublicIPv4Address" },
    names: { "public address": /^PublicIPv4:InUseAddress$/ },
  },
  {
    service: "AmazonVPC",
    filters: { productFamily: "VpcEndpoint" },
    names: { "interface endpoint": /^VpcEndpoint-Hours$/ },
  },
  {
    service: "AmazonEC2",
    filters: { productFamily: "Storage", volumeApiName: "gp3" },
    names: { disk: /^EBS:VolumeUsage\.gp3$/ },
  },
];

/** The questions whose answers are not known. */
export function priceQuestions(
  { instances, databases, caches }: PriceWants,
  known: ReadonlySet<string>,
): readonly PriceQuestion[] {
  const all: readonly PriceQuestion[] = [
    ...usual,
    ...instances.map((type) => ({
      service: "AmazonEC2",
      filters: {
        ...{ instanceType: type, operatingSystem: "Linux", tenancy: "Shared" },
        ...{ preInstalledSw: "NA", capacitystatus: "Used" },
      },
      names: { [`instance ${type}`]: /^BoxUsage:/ },
    })),
    ...databases.map(({ engine, type }) => ({
      service: "AmazonRDS",
      filters: {
        ...{ productFamily: "Database Instance", instanceType: type },
        ...{ databaseEngine: engines[engine] ?? engine, deploymentOption: "Single-AZ" },
      },
      names: { [`database ${engine} ${type}`]: /^InstanceUsage:/ },
    })),
    ...(databases.length === 0
      ? []
      : [
          {
            service: "AmazonRDS",
            filters: { productFamily: "Database Storage", deploymentOption: "Single-AZ" },
            names: { "database storage": /^RDS:GP3-Storage$/ },
          },
        ]),
    ...caches.map(({ engine, type }) => ({
      service: "AmazonElastiCache",
      filters: {
        ...{ productFamily: "Cache Instance", instanceType: type },
        ...{ cacheEngine: engines[engine] ?? engine },
      },
      names: { [`cache ${engine} ${type}`]: /^NodeUsage:/ },
    })),
  ];
  const open = all.filter(({ names }) => Object.keys(names).some((name) => !known.has(name)));
  return [
    ...new Map(
      open.map((question) => [JSON.stringify(question.filters) + question.service, question]),
    ).values(),
  ];
}

/** A usage type without the prefix of its region: `EU-`, or letters and a digit (`USE1-`, `APS3-`). */
export function bareUsage(usageType: string): string {
  return usageType.replace(/^(?:EU|[A-Z]{2,4}\d)-/, "");
}
