/** Prefix lists that AWS manages: their ids, and how many rules of a security group they count as. */
import { hexOf } from "./naming";

/** Amazon VPC User Guide, AWS-managed prefix lists: the weight of each. */
const weights: Readonly<Record<string, number>> = {
  "com.amazonaws.global.cloudfront.origin-facing": 55,
};

/** @returns `undefined` where AWS has no such list */
export function managedPrefixListId(region: string, name: string): string | undefined {
  return name in weights ? `pl-${hexOf(8, region, name)}` : undefined;
}

/** Rules that a rule counts as: the weight of its prefix list, else one. */
export function weightOf(region: string, prefixListId: unknown): number {
  const found = Object.entries(weights).find(([name]) => managedPrefixListId(region, name) === prefixListId);
  return found?.[1] ?? 1;
}
