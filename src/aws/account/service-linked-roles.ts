/** The roles with which AWS's services work in an account: made before what needs them. */
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";

/**
 * The services whose roles Berth's stacks need, as IAM knows them, and what they need them for. An account has none of
 * them at first; the first cluster of ECS in one fails with "Unable to assume the service linked role" where the role is
 * made with the cluster (aws/containers-roadmap #2614).
 */
export const linkedServices = {
  "ecs.amazonaws.com": "clusters and services",
  "elasticloadbalancing.amazonaws.com": "load balancers",
  "autoscaling.amazonaws.com": "NAT instances and GPUs",
  "ecs.application-autoscaling.amazonaws.com": "autoscaling of services",
  "rds.amazonaws.com": "databases",
  "elasticache.amazonaws.com": "caches",
  "elasticfilesystem.amazonaws.com": "backups of volumes",
} as const;

/** IAM's words for a role that is there: InvalidInput with these, and of other roles EntityAlreadyExists. */
const taken = /has been taken in this account|already exists/;

/**
 * Makes those that are missing.
 *
 * @returns the services whose role was made
 * @throws BerthError (deployment) where AWS refuses, with the service
 */
export async function makeServiceLinkedRoles(clients: AwsClients): Promise<readonly string[]> {
  const iam = await clients.iam();
  const made: string[] = [];
  for (const service of Object.keys(linkedServices)) {
    try {
      await iam.createServiceLinkedRole({ AWSServiceName: service });
      made.push(service);
    } catch (error) {
      const { code, message } = faultOf(error);
      if (/^(InvalidInput|EntityAlreadyExists)/.test(code) && taken.test(message)) continue;
      throw awsError("deployment", `the role of ${service}`, error);
    }
  }
  return made;
}
