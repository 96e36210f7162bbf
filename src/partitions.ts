/** AWS's partitions: parts of AWS with accounts, ARNs and host names of their own. */

export interface Partition {
  /** As ARNs begin: `arn:<id>:`. */
  readonly id: string;
  /** At the end of host names. */
  readonly dnsSuffix: string;
  /** Where what has no region is seen (Resource Groups Tagging API: "global services"). */
  readonly homeRegion: string;
}

/** By how their regions begin, all but the first one (the AWS SDK's partitions, with which a test compares them). */
const others: readonly (readonly [prefix: string, partition: Partition])[] = [
  ["cn-", { id: "aws-cn", dnsSuffix: "amazonaws.com.cn", homeRegion: "cn-northwest-1" }],
  ["us-gov-", { id: "aws-us-gov", dnsSuffix: "amazonaws.com", homeRegion: "us-gov-west-1" }],
  ["us-iso-", { id: "aws-iso", dnsSuffix: "c2s.ic.gov", homeRegion: "us-iso-east-1" }],
  ["us-isob-", { id: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", homeRegion: "us-isob-east-1" }],
  ["eu-isoe-", { id: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", homeRegion: "eu-isoe-west-1" }],
  ["us-isof-", { id: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", homeRegion: "us-isof-south-1" }],
  ["eusc-", { id: "aws-eusc", dnsSuffix: "amazonaws.eu", homeRegion: "eusc-de-east-1" }],
];

const usual: Partition = { id: "aws", dnsSuffix: "amazonaws.com", homeRegion: "us-east-1" };

/** The partition that a region is in. */
export function partitionOf(region: string): Partition {
  return others.find(([prefix]) => region.startsWith(prefix))?.[1] ?? usual;
}

/** Every partition's id. */
export const partitionIds: readonly string[] = [usual, ...others.map(([, partition]) => partition)].map(
  ({ id }) => id,
);
