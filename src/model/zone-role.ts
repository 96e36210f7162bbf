/** Roles of other accounts that change the records of their zones. Pure. */

/** IAM User Guide, IAM identifiers: an ARN of a role, with its path. */
export const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** How to write one. */
export const roleArnHint = "for example arn:aws:iam::123456789012:role/berth-dns";

/** How a run names itself to the zone's account (STS API, AssumeRole, RoleSessionName: 64 characters at most). */
export function sessionName(project: string, stack: string): string {
  return `berth-${project}-${stack}`.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
