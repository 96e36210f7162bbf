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

/** The command that asks AWS for more. @param value - what is wanted */
export function increaseCommand({ service, code }: Omit<AccountQuota, "words">, value: number): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}`;
}
