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
  // No recording has a static site: internal/service/cloudfront/{function,origin_access_control,response_headers_policy}.go.
  "aws:cloudfront/function:Function": {
    create: ["cloudfront:CreateFunction *", "cloudfront:PublishFunction *", "cloudfront:DescribeFunction *"],
    read: ["cloudfront:DescribeFunction *", "cloudfront:GetFunction *"],
    update: ["cloudfront:UpdateFunction *", "cloudfront:PublishFunction *"],
    delete: ["cloudfront:DeleteFunction *"],
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    create: ["cloudfront:CreateOriginAccessControl *"],
    read: ["cloudfront:GetOriginAccessControl *"],
    update: ["cloudfront:UpdateOriginAccessControl *"],
    delete: ["cloudfront:DeleteOriginAccessControl *", "cloudfront:GetOriginAccessControl *"],
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    create: ["cloudfront:CreateResponseHeadersPolicy *"],
    read: ["cloudfront:GetResponseHeadersPolicy *"],
    update: ["cloudfront:UpdateResponseHeadersPolicy *"],
    delete: ["cloudfront:DeleteResponseHeadersPolicy *", "cloudfront:GetResponseHeadersPolicy *"],
  },
  // internal/service/s3/object.go.
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    create: ["s3:PutObject object"],
    read: ["s3:GetObject object", "s3:GetObjectTagging object"],
    update: ["s3:PutObject object"],
    delete: ["s3:DeleteObject object"],
  },
  "aws:cloudwatch/eventApiDestination:EventApiDestination": {
    create: [
      "events:CreateApiDestination api-destination,connection",
      "events:DescribeApiDestination api-destination,connection",
    ],
    read: ["events:DescribeApiDestination api-destination,connection"],
    update: ["events:UpdateApiDestination api-destination"],
    delete: ["events:DeleteApiDestination api-destination"],
  },
  "aws:cloudwatch/eventConnection:EventConnection": {
    create: ["events:CreateConnection connection", "events:DescribeConnection connection"],
    read: ["events:DescribeConnection connection"],
    update: ["events:DescribeConnection connection", "events:UpdateConnection connection"],
    delete: ["events:DeleteConnection connection", "events:DescribeConnection connection"],
  },
  "aws:cloudwatch/eventRule:EventRule": { update: ["events:PutRule *", "events:UntagResource *"] },
  "aws:cloudwatch/logGroup:LogGroup": {
    update: [
      "logs:DeleteRetentionPolicy log-group",
      "logs:PutRetentionPolicy log-group",
      "logs:TagResource log-group tags",
      "logs:UntagResource log-group",
    ],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { update: ["cloudwatch:UntagResource alarm"] },
  "aws:ec2/networkInterface:NetworkInterface": {
    update: ["ec2:AttachNetworkInterface network-interface", "ec2:DetachNetworkInterface network-interface"],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    update: ["ec2:ReplaceRouteTableAssociation route-table,subnet"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    update: ["ec2:CreateTags security-group tags", "ec2:DeleteTags security-group"],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": { update: ["ec2:DeleteLaunchTemplateVersions launch-template"] },
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
  "aws:ecs/capacityProvider:CapacityProvider": { update: ["ecs:UpdateCapacityProvider capacity-provider"] },
  "aws:ecs/cluster:Cluster": {
    create: ["ecs:DescribeClusters cluster"],
    update: ["ecs:UpdateCluster cluster", "ecs:UntagResource cluster"],
  },
  "aws:ecs/service:Service": {
    read: ["ecs:DescribeServiceDeployments service-deployment", "ecs:ListServiceDeployments service"],
  },
  "aws:efs/fileSystem:FileSystem": {
    create: ["elasticfilesystem:PutLifecycleConfiguration file-system"],
    update: ["elasticfilesystem:UntagResource file-system"],
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    update: ["elasticfilesystem:PutFileSystemPolicy file-system"],
  },
  "aws:efs/mountTarget:MountTarget": {
    update: ["elasticfilesystem:ModifyMountTargetSecurityGroups file-system"],
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    create: [
      "elasticache:CreateCacheParameterGroup parametergroup tags",
      "elasticache:DescribeCacheParameterGroups parametergroup",
      "elasticache:DescribeCacheParameters parametergroup",
      "elasticache:ListTagsForResource parametergroup",
      "elasticache:ModifyCacheParameterGroup parametergroup",
    ],
    read: [
      "elasticache:DescribeCacheParameterGroups parametergroup",
      "elasticache:DescribeCacheParameters parametergroup",
      "elasticache:ListTagsForResource parametergroup",
    ],
    update: [
      "elasticache:AddTagsToResource parametergroup tags",
      "elasticache:ModifyCacheParameterGroup parametergroup",
      "elasticache:RemoveTagsFromResource parametergroup",
      "elasticache:ResetCacheParameterGroup parametergroup",
    ],
    delete: ["elasticache:DeleteCacheParameterGroup parametergroup"],
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    update: [
      "elasticache:DecreaseReplicaCount replicationgroup",
      "elasticache:IncreaseReplicaCount replicationgroup",
      "elasticache:ModifyReplicationGroup replicationgroup",
      "elasticache:RemoveTagsFromResource replicationgroup",
    ],
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    update: ["elasticache:ModifyCacheSubnetGroup subnetgroup"],
    delete: ["elasticache:DeleteCacheSubnetGroup subnetgroup"],
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
  "aws:lb/listener:Listener": { update: ["elasticloadbalancing:ModifyListener listener/app"] },
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
    update: ["rds:RebootDBInstance db", "rds:RemoveTagsFromResource db"],
    delete: ["rds:CreateDBSnapshot db"],
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    update: ["rds:ModifyDBParameterGroup pg", "rds:ResetDBParameterGroup pg"],
  },
  "aws:rds/subnetGroup:SubnetGroup": { update: ["rds:ModifyDBSubnetGroup subgrp"] },
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
    create: [
      "states:CreateStateMachine statemachine tags",
      "states:DescribeStateMachine statemachine",
      "states:ListStateMachineVersions statemachine",
      "states:ListTagsForResource statemachine",
      "states:ValidateStateMachineDefinition *",
    ],
    read: [
      "states:DescribeStateMachine statemachine",
      "states:ListStateMachineVersions statemachine",
      "states:ListTagsForResource statemachine",
    ],
    update: [
      "states:TagResource statemachine tags",
      "states:UntagResource statemachine",
      "states:UpdateStateMachine statemachine",
      "states:ValidateStateMachineDefinition *",
    ],
    delete: ["states:DeleteStateMachine statemachine", "states:DescribeStateMachine statemachine"],
  },
  "aws:servicediscovery/service:Service": {
    update: ["servicediscovery:UpdateService service", "servicediscovery:UntagResource *"],
  },
  "aws:sns/topic:Topic": {
    create: [
      "sns:CreateTopic topic tags",
      "sns:GetTopicAttributes topic",
      "sns:ListTagsForResource topic",
      "sns:SetTopicAttributes topic",
    ],
    read: ["sns:GetTopicAttributes topic", "sns:ListTagsForResource topic"],
    update: ["sns:SetTopicAttributes topic", "sns:TagResource topic tags", "sns:UntagResource topic"],
    delete: ["sns:DeleteTopic topic"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    create: ["sns:GetSubscriptionAttributes topic", "sns:Subscribe topic"],
    read: ["sns:GetSubscriptionAttributes topic"],
    update: ["sns:SetSubscriptionAttributes topic"],
    delete: ["sns:GetSubscriptionAttributes topic", "sns:Unsubscribe topic"],
  },
  "aws:sqs/queue:Queue": {
    create: [
      "sqs:CreateQueue queue tags",
      "sqs:GetQueueAttributes queue",
      "sqs:ListQueueTags queue",
      "sqs:SetQueueAttributes queue",
    ],
    read: ["sqs:GetQueueAttributes queue", "sqs:ListQueueTags queue"],
    update: ["sqs:SetQueueAttributes queue", "sqs:TagQueue queue tags", "sqs:UntagQueue queue"],
    delete: ["sqs:DeleteQueue queue", "sqs:GetQueueAttributes queue"],
  },
  "aws:ssm/parameter:Parameter": {
    update: [
      "ssm:PutParameter parameter",
      "ssm:AddTagsToResource parameter tags",
      "ssm:RemoveTagsFromResource parameter",
    ],
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
