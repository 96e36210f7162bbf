/** What the CD task is granted and no recorded call asks for: each with its reason. Nothing else may be granted unasked. */

const tags =
  "provider 6.x writes and clears tags in calls of their own where a resource is made without them";
const restores = "databases and caches from snapshots, by stores that are restored or moved";

export const unusedOfCd: Readonly<Record<string, string>> = {
  "ec2:GetSecurityGroupsForVpc": "asked of the caller of SetSecurityGroups (Service Authorization Reference)",
  "ec2:UpdateSecurityGroupRuleDescriptionsEgress":
    "a changed description of a rule, by older state of the provider",
  "ec2:UpdateSecurityGroupRuleDescriptionsIngress":
    "a changed description of a rule, by older state of the provider",
  "ecr:BatchDeleteImage": "a repository that is deleted with its images (forceDelete)",
  "ecr:GetRepositoryPolicy": "read by the provider where a repository has one",
  "ecr:ListImages": "a repository that is deleted with its images (forceDelete)",
  "ecs:UpdateClusterSettings": "Container Insights of a cluster, by provider 6.x",
  "elasticache:CreateSnapshot": restores,
  "elasticache:DeleteSnapshot": restores,
  "elasticache:ModifyCacheCluster": "a member of a replication group whose class changes",
  "elasticache:ModifyReplicationGroupShardConfiguration": "a cache whose shards change",
  "elasticfilesystem:ListTagsForResource": tags,
  "elasticloadbalancing:Deregister*":
    "targets of a group are ECS's; the provider takes out those that it finds at deletion",
  "elasticloadbalancing:Register*": "targets of a group that are no service's, as a function's",
  "iam:ListInstanceProfileTags": tags,
  "kms:ListAliases": "RDS looks the account's own key up in the caller's name",
  "logs:DescribeLogStreams": "the last lines of a task that failed",
  "rds:CopyDBSnapshot": restores,
  "rds:DeleteDBSnapshot": restores,
  "rds:RestoreDBInstanceFromDBSnapshot": restores,
  "rds:RestoreDBInstanceToPointInTime": restores,
  "route53:AssociateVPCWithHostedZone": "Cloud Map joins a private zone to its VPC in the caller's name",
  "route53:UpdateHostedZoneComment": "a changed comment of a delegated zone",
  "s3:GetObjectVersion": "an archive that is named with its version",
};

/** Statements that no call here can show, with the reason. */
export const unprovable: Readonly<Record<string, string>> = {
  "StatePolicy: s3:GetObject, s3:PutObject, s3:DeleteObject":
    "DataPolicy allows it too: buckets of projects begin as the account's does, and long names are cut",
  "StatePolicy: s3:ListBucket, s3:ListBucketVersions, s3:GetBucketLocation": "the same",
  "StatePolicy: ssm:GetParameter, ssm:GetParameters":
    "the evaluator takes no ARN without an account, as AWS's own parameters have it",
};
