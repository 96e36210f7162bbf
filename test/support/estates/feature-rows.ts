import { modes } from "../../../src/modes/modes";
import { part, some, text, zone, type Row } from "./row";

const handbook = ["handbook.example.org", `handbook.${zone}`] as const;

/** The static site `handbook`. */
const siteRows: readonly Row[] = [
  {
    ...{ type: "s3/bucket", name: "handbook-site", parent: "StaticSite" },
    called: /^berth-sites-everything-dev-123456789012-us-east-1-/,
  },
  {
    ...{ type: "s3/bucketPublicAccessBlock", name: "handbook-site-block", parent: "StaticSite" },
    has: { blockPublicPolicy: true, restrictPublicBuckets: true },
  },
  {
    ...{ type: "s3/bucketPolicy", name: "handbook-site", parent: "StaticSite" },
    has: { policy: text(/cloudfront\.amazonaws\.com.*AWS:SourceArn/) },
    after: ["s3/bucket handbook-site", "cloudfront/distribution handbook"],
  },
  {
    ...{ type: "acm/certificate", name: "handbook.example.org", parent: "StaticSite" },
    has: { domainName: handbook[0], subjectAlternativeNames: [handbook[1]] },
  },
  {
    ...{ type: "acm/certificateValidation", name: "handbook.example.org", parent: "StaticSite" },
    after: handbook.map((name) => `route53/record validation-${name}`),
  },
  { type: "cloudfront/function", name: "handbook", parent: "StaticSite" },
  {
    ...{ type: "cloudfront/originAccessControl", name: "handbook", parent: "StaticSite" },
    has: { originAccessControlOriginType: "s3", signingBehavior: "always" },
  },
  {
    ...{ type: "cloudfront/responseHeadersPolicy", name: "handbook", parent: "StaticSite" },
    has: { customHeadersConfig: { items: [part({ header: "X-Robots-Tag", value: "noindex" })] } },
  },
  {
    ...{ type: "cloudfront/distribution", name: "handbook", parent: "StaticSite" },
    has: {
      aliases: handbook,
      defaultRootObject: "index.html",
      defaultCacheBehavior: part({ viewerProtocolPolicy: "redirect-to-https" }),
      viewerCertificate: part({ sslSupportMethod: "sni-only" }),
    },
    after: ["acm/certificateValidation handbook.example.org", "cloudfront/function handbook"],
  },
  {
    ...{ type: "s3/bucketObjectv2", name: "handbook-version", parent: "StaticSite" },
    after: ["s3/bucketPolicy handbook-site"],
  },
  ...handbook.map((name): Row => ({
    ...{ type: "route53/record", name, parent: "StaticSite" },
    has: { type: "A", aliases: [part({})] },
    after: ["cloudfront/distribution handbook"],
  })),
];

/** The schedule of `ledger-report`. */
const scheduleRows: readonly Row[] = [
  {
    ...{ type: "ecs/taskDefinition", name: "ledger-report", parent: "ScheduledTask" },
    has: { containerDefinitions: text(/"name":"MYSQL_PWD","valueFrom":/) },
    after: ["rds/instance ledger", "iam/role ledger-report-task-role"],
  },
  {
    ...{ type: "sfn/stateMachine", name: "ledger-report-runs", parent: "ScheduledTask" },
    has: { definition: text(/ecs:runTask\.sync/) },
    after: ["ecs/taskDefinition ledger-report", "iam/rolePolicy ledger-report-runs-role"],
  },
  {
    ...{ type: "scheduler/schedule", name: "ledger-report-runs", parent: "ScheduledTask" },
    has: { scheduleExpression: "cron(30 3 ? * MON-FRI *)", scheduleExpressionTimezone: "Europe/Berlin" },
    after: ["sfn/stateMachine ledger-report-runs", "iam/rolePolicy ledger-report-schedule-role"],
  },
];

/** The alerts of `x-berth`, by mail and by a webhook whose URL is a secret. */
const alertRows: readonly Row[] = [
  { type: "sns/topic", name: "alerts", parent: "Alerts" },
  {
    ...{ type: "sns/topicSubscription", name: "mail-ops@example.com", parent: "Alerts" },
    has: { protocol: "email", endpoint: "ops@example.com" },
    after: ["sns/topic alerts"],
  },
  {
    ...{ type: "cloudwatch/eventApiDestination", name: "webhook-a39c67e6", parent: "Alerts" },
    has: { invocationEndpoint: "[secret]", httpMethod: "POST" },
    after: ["cloudwatch/eventConnection webhook-a39c67e6"],
  },
  {
    ...{ type: "sqs/queue", name: "alerts-undelivered", parent: "Alerts" },
    has: { sqsManagedSseEnabled: true, policy: text(/events\.amazonaws\.com/) },
  },
  ...["deployment", "placement", "start", "schedule", "alarm", "certificate"].flatMap(
    (kind): readonly Row[] => [
      { type: "cloudwatch/eventRule", name: `alert-${kind}`, parent: "Alerts" },
      ...["mail", "webhook-a39c67e6"].map((way): Row => ({
        ...{ type: "cloudwatch/eventTarget", name: `alert-${kind}-${way}`, parent: "Alerts" },
        after: [`cloudwatch/eventRule alert-${kind}`],
      })),
    ],
  ),
  ...["site", "api", "greeter", "clock", "vision"].map((name): Row => ({
    ...{ type: "cloudwatch/metricAlarm", name: `${name}-short`, parent: "Alerts" },
    // ECS counts a sample of each task in each minute.
    has: { metricName: "CPUUtilization", statistic: "SampleCount" },
  })),
  ...["db", "ledger"].map((name): Row => ({
    ...{ type: "cloudwatch/metricAlarm", name: `${name}-storage`, parent: "Alerts" },
    has: { metricName: "FreeStorageSpace" },
  })),
];

/** MySQL, and Valkey with TLS in every mode. */
const storeRows: readonly Row[] = [
  {
    ...{ type: "rds/instance", name: "ledger", parent: "Mysql" },
    has: (mode) => ({
      ...{ engine: "mysql", engineVersion: "8.4", allocatedStorage: 20, storageEncrypted: true },
      ...{ publiclyAccessible: false, skipFinalSnapshot: false, password: "[secret]" },
      ...{ dbName: "ledger", username: "ledger" },
      multiAz: modes[mode].postgresMultiAz,
      backupRetentionPeriod: modes[mode].postgresBackupRetention,
      deletionProtection: modes[mode].postgresDeletionProtection,
      instanceClass: modes[mode].postgresInstanceClass,
    }),
    after: ["rds/subnetGroup ledger", "rds/parameterGroup ledger", "ec2/securityGroup ledger-server"],
  },
  {
    ...{ type: "rds/parameterGroup", name: "ledger", parent: "Mysql" },
    has: (mode) => ({
      family: "mysql8.4",
      parameters: some(
        part({ name: "require_secure_transport", value: modes[mode].postgresTls === "required" ? "1" : "0" }),
        part({ name: "max_connections", value: "80" }),
      ),
    }),
  },
  {
    ...{ type: "elasticache/replicationGroup", name: "queue", parent: "Redis" },
    has: (mode) => ({
      ...{ engine: "valkey", engineVersion: "8.2", atRestEncryptionEnabled: true },
      ...{ transitEncryptionMode: "required", authToken: "[secret]" },
      nodeType: modes[mode].redisNodeType,
      numCacheClusters: modes[mode].redisNodes,
    }),
    after: ["elasticache/subnetGroup queue", "ec2/securityGroup queue-server"],
  },
  {
    ...{ type: "elasticache/parameterGroup", name: "queue", parent: "Redis" },
    has: { family: "valkey8", parameters: some(part({ name: "maxmemory-policy", value: "noeviction" })) },
  },
  { type: "cloudwatch/metricAlarm", name: "queue-memory", parent: "Redis" },
];

/** What stands beside services and their first stores: a site, a schedule, alerts, MySQL and Valkey. */
export const featureRows: readonly Row[] = [...siteRows, ...scheduleRows, ...alertRows, ...storeRows];
