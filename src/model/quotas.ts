/** Quotas of an account that a stack takes of. */

/** One of a region's. */
export interface AccountQuota {
  /** Service and quota code of Service Quotas (AWS General Reference, Service endpoints and quotas; looked up 2026-11). */
  readonly service: string;
  readonly code: string;
  /** What it counts. */
  readonly words: string;
}

export const accountQuotas = {
  vpcs: { service: "vpc", code: "L-F678F1CE", words: "VPCs" },
  addresses: { service: "ec2", code: "L-0263D0A3", words: "Elastic IP addresses" },
  loadBalancers: {
    service: "elasticloadbalancing",
    code: "L-53DA6B97",
    words: "application load balancers",
  },
  fargate: { service: "fargate", code: "L-3032A538", words: "vCPU of Fargate on demand" },
  fargateSpot: { service: "fargate", code: "L-36FBB829", words: "vCPU of Fargate Spot" },
} as const satisfies Readonly<Record<string, AccountQuota>>;

/**
 * What one load balancer takes, its default rules and certificate apart, in an account that has not asked for more (Elastic
 * Load Balancing User Guide, Quotas for your Application Load Balancers; looked up 2026-11). What has a code is adjustable.
 */
export const balancerQuotas = {
  groups: { usual: 100 },
  rules: { service: "elasticloadbalancing", code: "L-7EED9B64", usual: 100 },
  certificates: { service: "elasticloadbalancing", code: "L-9365A611", usual: 25 },
} as const;

/** The command that asks AWS for more. @param value - what is wanted */
export function increaseCommand(
  { service, code }: Pick<AccountQuota, "service" | "code">,
  value: number,
): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}`;
}
