/** The port of whoever looks an account over before anything is deployed to it. Nothing here changes anything. */

/** Who calls. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
}

/** How many of a thing an account may have in its region, and has. */
export interface Quota {
  readonly limit: number;
  /** `undefined` where AWS gives no number. */
  readonly used?: number;
}

export const quotaNames = ["vpcs", "addresses", "loadBalancers", "fargate", "fargateSpot"] as const;
/** `fargate` and `fargateSpot` in vCPU. */
export type QuotaName = (typeof quotaNames)[number];

/** What one application load balancer of the account may have, its default rules and certificate apart. */
export interface BalancerLimits {
  readonly rules?: number;
  /** Target groups. */
  readonly groups?: number;
  readonly certificates?: number;
}

/** A public hosted zone of the account. */
export interface HostedZone {
  readonly id: string;
  /** Without the dot at its end. */
  readonly name: string;
  /** The servers that the domain has to be delegated to. */
  readonly nameServers: readonly string[];
}

/** A certificate of the account. */
export interface CertificateState {
  /** `ISSUED`, `PENDING_VALIDATION`, `FAILED` … (ACM API reference, CertificateDetail, Status). */
  readonly status: string;
  /** The records that prove the domain, which ACM waits for. */
  readonly records: readonly { readonly name: string; readonly type: string; readonly value: string }[];
}

/** Every method rejects with a BerthError (usage) where AWS refuses or can't be reached. */
export interface AccountInspector {
  identity(): Promise<CallerIdentity>;
  /** Those of the actions that the caller's own policies do not allow. */
  denied(principalArn: string, actions: readonly string[]): Promise<readonly string[]>;
  quota(name: QuotaName): Promise<Quota>;
  /** @param id - @default the zone with the longest name that the domain is in. @returns `undefined` where there is none */
  hostedZone(domain: string, id?: string): Promise<HostedZone | undefined>;
  /** The newest certificate for exactly this name. */
  certificate(domainName: string): Promise<CertificateState | undefined>;
  /** Whether the account has distributions of CloudFront, as far as they have tags. */
  hasDistributions(): Promise<boolean>;
  /** Whether the account's own registry has an image. @param reference - `<account>.dkr.ecr.<region>…/name:tag` or `@sha256:…` */
  hasImage(reference: string): Promise<boolean>;
}

/** What a first run in an account leaves to be looked at. Rejects with a BerthError (usage) where AWS refuses. */
export interface FirstDay {
  /** Those of the service-linked roles that the account has not (IAM API, GetRole). @param names - `AWSServiceRoleForECS` … */
  missingRoles(names: readonly string[]): Promise<readonly string[]>;
  /** When something was last written to a log group: milliseconds since the epoch; `undefined` where nothing was. */
  lastEvent(logGroupName: string): Promise<number | undefined>;
}
