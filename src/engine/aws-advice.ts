/** What to do about an answer of AWS's that a run failed with: a full quota, a call that is not allowed. Pure. */

/** A quota, by the error code that says it is used up. */
interface Quota {
  readonly name: string;
  /** Service and quota code of Service Quotas. */
  readonly service: string;
  readonly code: string;
}

const quota = (service: string, code: string, name: string): Quota => ({ name, service, code });

/**
 * Error codes of each service's API reference, and the quotas' codes of Service Quotas (AWS General Reference, Service
 * endpoints and quotas; looked up 2026-11).
 */
const quotas: Readonly<Record<string, Quota>> = {
  AddressLimitExceeded: quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs"),
  VcpuLimitExceeded: quota("ec2", "L-1216C47A", "Running On-Demand Standard instances, in vCPU"),
  VpcLimitExceeded: quota("vpc", "L-F678F1CE", "VPCs per Region"),
  InternetGatewayLimitExceeded: quota("vpc", "L-A4707A72", "Internet gateways per Region"),
  NatGatewayLimitExceeded: quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone"),
  SecurityGroupLimitExceeded: quota("vpc", "L-E79EC296", "VPC security groups per Region"),
  RulesPerSecurityGroupLimitExceeded: quota(
    "vpc",
    "L-0EA8095F",
    "Inbound or outbound rules per security group",
  ),
  TooManyLoadBalancers: quota("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region"),
  TooManyTargetGroups: quota("elasticloadbalancing", "L-B22855CB", "Target Groups per Region"),
  InstanceQuotaExceeded: quota("rds", "L-7B6409FD", "DB instances"),
  NodeQuotaForCustomerExceeded: quota("elasticache", "L-DFE45DF3", "Nodes per Region"),
  FileSystemLimitExceeded: quota("elasticfilesystem", "L-848C634D", "File systems per account"),
};

/** Fargate names no code of its own for it (Amazon ECS, API failure reasons). */
const fargate = quota("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count");

/**
 * The hint for a failure that AWS has answered.
 *
 * @param message - as the provider passes AWS's words on
 * @returns `undefined` for every other failure
 */
export function awsHint(message: string): string | undefined {
  return (
    quotaHint(message) ??
    deniedHint(message) ??
    certificateHint(message) ??
    storageHint(message) ??
    takenNameHint(message)
  );
}

/**
 * One distribution of CloudFront has a name, whatever account it is in (CloudFront API, CreateDistribution, CNAMEAlreadyExists).
 * What CloudFront itself says of other accounts' (ListConflictingAliases, ListDomainConflicts) it says to those alone who have a
 * distribution with a certificate of the name, and this one was not made.
 */
function takenNameHint(message: string): string | undefined {
  return /CNAMEAlreadyExists/.test(message)
    ? `another distribution of CloudFront has one of these names. ${ownDistribution} finds it in this account: take the name off there (without a gap: docs/edge.md, "A name that another distribution has") and run again. Where it finds none, another account has it, whose owner has to do so. Or have the load balancer answer for services: x-berth: {edge: balancer}. What is made stays`
    : undefined;
}

/** The distribution of the caller's account that has a name. */
const ownDistribution = `aws cloudfront list-distributions --output text --query "DistributionList.Items[?Aliases.Items && contains(Aliases.Items, 'NAME')].[Id, Comment]"`;

/** RDS changes an instance's storage once in six hours (RDS API: ModifyDBInstance, AllocatedStorage). */
function storageHint(message: string): string | undefined {
  return /storage change is being optimized|storage[- ]optimization/i.test(message)
    ? "RDS takes a change of storage six hours after the last one at the earliest: write what it has until then, and berth up again later"
    : undefined;
}

/** What to do before the certificate is asked for again, by ACM's reason (ACM API, CertificateDetail, FailureReason). */
const certificateFixes: Readonly<Record<string, string>> = {
  CAA_ERROR:
    'a CAA record of the domain, or of one above it, lets others issue its certificates and not Amazon: set one more there, CAA 0 issue "amazon.com" (issuewild for a wildcard; berth doctor names the place)',
  DOMAIN_NOT_ALLOWED: "a list of unsafe sites has the domain: have it taken off, or use another one",
  ADDITIONAL_VERIFICATION_REQUIRED:
    "ACM wants more proof for this domain, as for well-known names: ask AWS Support",
  INVALID_PUBLIC_DOMAIN: "no public registry has the domain: look at its spelling",
  DOMAIN_VALIDATION_DENIED: "whoever owns the domain has refused it",
};

/** A certificate that has failed is never issued: the next one is another. */
function certificateHint(message: string): string | undefined {
  const reason = Object.keys(certificateFixes).find((word) => new RegExp(`\\b${word}\\b`).test(message));
  if (reason === undefined) return undefined;
  return `${certificateFixes[reason] ?? ""}; then run berth up again, which asks for another certificate in its place`;
}

function quotaHint(message: string): string | undefined {
  const full = quotaIn(message);
  if (full === undefined) return undefined;
  const { name, service, code } = full;
  return `the account's quota "${name}" is used up (it is ${code} of ${service}): remove what nobody needs, or ask for more: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value NUMBER; then run again, nothing is lost. berth doctor counts the quotas`;
}

function quotaIn(message: string): Quota | undefined {
  for (const [word] of message.matchAll(/\b[A-Z]\w+/g)) {
    const name = word.replace(/(Fault|Exception)$/, "");
    if (Object.hasOwn(quotas, name)) return quotas[name];
  }
  return /reached the limit on the number of (vCPUs|tasks)/i.test(message) ? fargate : undefined;
}

/** Who forbids a call (IAM User Guide, Troubleshoot access denied error messages). */
const forbidders: readonly (readonly [RegExp, (call: string) => string])[] = [
  [
    /permissions boundary/,
    (call) =>
      `the permissions boundary of the caller forbids ${call}: whoever made the role has to allow it there; berth bootstrap puts this version's own boundary in its place where it made the role`,
  ],
  [
    /service control policy|resource control policy/,
    (call) =>
      `a policy of the AWS organization forbids ${call}: its administrators have to allow it in this account and region`,
  ],
  [
    /resource-based policy|VPC endpoint policy/,
    (call) => `the resource's own policy forbids ${call}: whoever made it has to allow the caller there`,
  ],
  [
    /session policy/,
    (call) => `the policy of the caller's session forbids ${call}: begin a session that allows it`,
  ],
];

function deniedHint(message: string): string | undefined {
  const [, call] = /is not authorized to perform: ([a-z0-9-]+:\w+)/.exec(message) ?? [];
  if (call === undefined) return undefined;
  const [, hint] = forbidders.find(([words]) => words.test(message)) ?? [];
  const decode = /Encoded authorization failure message: ?\S/.test(message)
    ? "; aws sts decode-authorization-message --encoded-message … says which statement decided"
    : "";
  const own = `the caller may not do ${call}: run berth bootstrap with this version, for the permissions of the CD task change with versions; with credentials of your own, let them do it`;
  return (hint?.(call) ?? own) + decode;
}
