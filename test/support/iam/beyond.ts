/**
 * What terraform-provider-aws asks for and the recording has not: changes that the recorded runs don't make, operations
 * that the emulator hasn't, and what 6.x, on which the plugin stands, asks for beside 5.100. From the provider's source:
 * `internal/service/<service>/<resource>.go`, the update and tagging functions.
 */
import type { Operation, RecordedCalls, TypeCalls } from "./record/table";

const more: Readonly<Record<string, Readonly<Partial<Record<Operation, readonly string[]>>>>> = {
  "aws:acm/certificate:Certificate": {
    update: ["acm:AddTagsToCertificate certificate", "acm:RemoveTagsFromCertificate certificate"],
  },
  "aws:appautoscaling/target:Target": {
    update: [
      "application-autoscaling:RegisterScalableTarget ScalableTarget",
      "application-autoscaling:UntagResource ScalableTarget",
    ],
  },
  "aws:autoscaling/group:Group": {
    update: [
      "autoscaling:CancelInstanceRefresh autoScalingGroup",
      "autoscaling:CreateOrUpdateTags autoScalingGroup tags",
      "autoscaling:DeleteTags autoScalingGroup",
      "autoscaling:DescribeInstanceRefreshes *",
      "autoscaling:SetInstanceProtection autoScalingGroup",
      "autoscaling:StartInstanceRefresh autoScalingGroup",
    ],
  },
  "aws:cloudfront/distribution:Distribution": {
    update: [
      "cloudfront:GetDistribution distribution",
      "cloudfront:TagResource distribution tags",
      "cloudfront:UntagResource distribution",
      "cloudfront:UpdateDistribution distribution",
    ],
  },
  "aws:cloudfront/function:Function": {
    update: ["cloudfront:UpdateFunction *", "cloudfront:PublishFunction *"],
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    update: ["cloudfront:UpdateOriginAccessControl *"],
    delete: ["cloudfront:GetOriginAccessControl *"],
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    update: ["cloudfront:UpdateResponseHeadersPolicy *"],
    delete: ["cloudfront:GetResponseHeadersPolicy *"],
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    update: ["s3:PutObject object"],
  },
  "aws:cloudwatch/eventConnection:EventConnection": {
    update: ["events:DescribeConnection connection", "events:UpdateConnection connection"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    update: ["events:PutRule *", "events:UntagResource *"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    update: [
      "logs:DeleteRetentionPolicy log-group",
      "logs:PutRetentionPolicy log-group",
      "logs:TagResource log-group tags",
      "logs:UntagResource log-group",
    ],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    update: ["cloudwatch:UntagResource alarm"],
  },
  "aws:ec2/networkInterface:NetworkInterface": {
    update: ["ec2:AttachNetworkInterface network-interface", "ec2:DetachNetworkInterface network-interface"],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    update: ["ec2:ReplaceRouteTableAssociation route-table,subnet"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    update: ["ec2:CreateTags security-group tags", "ec2:DeleteTags security-group"],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    update: ["ec2:DeleteLaunchTemplateVersions launch-template"],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    update: ["ec2:ModifySecurityGroupRules security-group,security-group-rule"],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    update: ["ec2:ModifySecurityGroupRules security-group,security-group-rule"],
  },
  "aws:ecr/repository:Repository": {
    update: [
      "ecr:PutImageScanningConfiguration repository",
      "ecr:PutImageTagMutability repository",
      "ecr:UntagResource repository",
    ],
  },
  "aws:ecs/capacityProvider:CapacityProvider": {
    update: ["ecs:UpdateCapacityProvider capacity-provider"],
  },
  "aws:ecs/cluster:Cluster": {
    update: ["ecs:UpdateCluster cluster", "ecs:UntagResource cluster"],
  },
  "aws:ecs/service:Service": {
    read: ["ecs:DescribeServiceDeployments service-deployment", "ecs:ListServiceDeployments service"],
  },
  "aws:efs/fileSystem:FileSystem": {
    update: ["elasticfilesystem:UntagResource file-system"],
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    update: ["elasticfilesystem:PutFileSystemPolicy file-system"],
  },
  "aws:efs/mountTarget:MountTarget": {
    update: ["elasticfilesystem:ModifyMountTargetSecurityGroups file-system"],
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    update: [
      "elasticache:AddTagsToResource parametergroup tags",
      "elasticache:ModifyCacheParameterGroup parametergroup",
      "elasticache:RemoveTagsFromResource parametergroup",
      "elasticache:ResetCacheParameterGroup parametergroup",
    ],
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    update: [
      "elasticache:DecreaseReplicaCount replicationgroup",
      "elasticache:ModifyReplicationGroup replicationgroup",
      "elasticache:RemoveTagsFromResource replicationgroup",
    ],
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    update: ["elasticache:ModifyCacheSubnetGroup subnetgroup"],
  },
  "aws:iam/role:Role": {
    update: [
      "iam:PutRolePermissionsBoundary role",
      "iam:TagRole role tags",
      "iam:UntagRole role",
      "iam:UpdateAssumeRolePolicy role",
      "iam:UpdateRole role",
      "iam:UpdateRoleDescription role",
    ],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    update: ["iam:TagInstanceProfile instance-profile tags", "iam:UntagInstanceProfile instance-profile"],
  },
  "aws:lb/listener:Listener": {
    update: ["elasticloadbalancing:ModifyListener listener/app"],
  },
  "aws:lb/listenerRule:ListenerRule": {
    update: [
      "elasticloadbalancing:ModifyRule listener-rule/app",
      "elasticloadbalancing:SetRulePriorities listener-rule/app",
    ],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    update: [
      "elasticloadbalancing:RemoveTags loadbalancer",
      "elasticloadbalancing:SetIpAddressType loadbalancer/app/",
      "elasticloadbalancing:SetSecurityGroups loadbalancer/app/",
    ],
  },
  "aws:rds/instance:Instance": {
    create: ["rds:CreateDBInstanceReadReplica db,pg,subgrp tags"],
    update: ["rds:RebootDBInstance db"],
    delete: ["rds:CreateDBSnapshot db"],
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    update: ["rds:ResetDBParameterGroup pg"],
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    update: ["rds:ModifyDBSubnetGroup subgrp"],
  },
  "aws:s3/bucket:Bucket": {
    create: ["s3:TagResource bucket tags", "s3:ListTagsForResource bucket"],
    update: ["s3:UntagResource bucket"],
    delete: ["s3:DeleteObject object", "s3:DeleteObjectVersion object", "s3:ListBucketVersions bucket"],
  },
  "aws:secretsmanager/secret:Secret": {
    update: [
      "secretsmanager:TagResource Secret tags",
      "secretsmanager:UntagResource Secret",
      "secretsmanager:UpdateSecret Secret",
    ],
  },
  "aws:sfn/stateMachine:StateMachine": {
    create: ["states:ValidateStateMachineDefinition *"],
    update: [
      "states:TagResource statemachine tags",
      "states:UntagResource statemachine",
      "states:ValidateStateMachineDefinition *",
    ],
  },
  "aws:servicediscovery/service:Service": {
    update: ["servicediscovery:UpdateService service", "servicediscovery:UntagResource *"],
  },
  "aws:sns/topic:Topic": {
    update: ["sns:SetTopicAttributes topic", "sns:TagResource topic tags", "sns:UntagResource topic"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    update: ["sns:SetSubscriptionAttributes topic"],
    delete: ["sns:GetSubscriptionAttributes topic", "sns:Unsubscribe topic"],
  },
  "aws:sqs/queue:Queue": {
    create: ["sqs:SetQueueAttributes queue"],
    update: ["sqs:SetQueueAttributes queue", "sqs:TagQueue queue tags", "sqs:UntagQueue queue"],
  },
  "aws:ssm/parameter:Parameter": {
    update: ["ssm:AddTagsToResource parameter tags", "ssm:RemoveTagsFromResource parameter"],
  },
};

/** The recorded table with them. */
export function withMore(recorded: RecordedCalls): RecordedCalls {
  const types: Record<string, TypeCalls> = { ...recorded.types };
  for (const [type, calls] of Object.entries(more)) {
    const known = types[type] ?? {};
    const merged = Object.entries(calls).map(([operation, requests]) => [
      operation,
      [...new Set([...(known[operation as Operation] ?? []), ...requests])],
    ]);
    types[type] = { ...known, ...(Object.fromEntries(merged) as TypeCalls) };
  }
  return { ...recorded, types };
}
