/**
 * AWS's list prices, on demand, in US dollars without tax, of us-east-1 as its pricing pages gave them in 2026-03.
 * us-east-2 and us-west-2 are billed by the same figures. The page of each is named beside it.
 */
export const prices = {
  region: "us-east-1",
  /** Regions whose prices these are. */
  regions: ["us-east-1", "us-east-2", "us-west-2"],
  /** Year and month. */
  asOf: "2026-03",
  source: "AWS's pricing pages, on demand",
  /** Hours that AWS's own calculator takes for a month. */
  hours: 730,

  /** AWS Fargate Pricing, Linux: one vCPU, and one GB of memory, for an hour. */
  fargate: {
    X86_64: { vcpu: 0.04048, memory: 0.004445 },
    ARM64: { vcpu: 0.03238, memory: 0.00356 },
  },
  /** A GB of a task's disk above the first 20, for an hour. */
  fargateDisk: 0.000111,
  /** Elastic Load Balancing pricing: an application load balancer, and a network load balancer, for an hour. */
  loadBalancer: 0.0225,
  networkBalancer: 0.0225,
  /** Amazon VPC pricing: a NAT gateway, a public IPv4 address, an interface endpoint in one zone; an hour each. */
  natGateway: 0.045,
  publicAddress: 0.005,
  interfaceEndpoint: 0.01,
  /** Amazon EBS pricing: gp3, a GB for a month. */
  disk: 0.08,
  /** Amazon EC2 On-Demand Pricing, Linux: an hour. */
  instances: {
    "t4g.nano": 0.0042,
    "t4g.micro": 0.0084,
    "t4g.small": 0.0168,
    "t4g.medium": 0.0336,
    "g4dn.xlarge": 0.526,
    "g4dn.2xlarge": 0.752,
    "g4dn.4xlarge": 1.204,
    "g4dn.8xlarge": 2.176,
    "g4dn.12xlarge": 3.912,
    "g4dn.16xlarge": 4.352,
    "g4dn.metal": 7.824,
    "g5.xlarge": 1.006,
    "g5.2xlarge": 1.212,
    "g5.4xlarge": 1.624,
    "g5.8xlarge": 2.448,
    "g5.12xlarge": 5.672,
    "g5.16xlarge": 4.096,
    "g5.24xlarge": 8.144,
    "g5.48xlarge": 16.288,
    "g6.xlarge": 0.8048,
    "g6.2xlarge": 0.9776,
    "g6.4xlarge": 1.3232,
    "g6.8xlarge": 2.0144,
    "g6.12xlarge": 4.6016,
    "g6.16xlarge": 3.3968,
    "g6.24xlarge": 6.6752,
    "g6.48xlarge": 13.3504,
  },
  /** Amazon RDS for PostgreSQL Pricing, one zone: an hour. A standby in a second zone doubles it, and the storage. */
  databases: {
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.t3.micro": 0.018,
    "db.t3.small": 0.036,
    "db.t3.medium": 0.072,
    "db.m6g.large": 0.159,
    "db.m7g.large": 0.168,
    "db.m7g.xlarge": 0.337,
    "db.m7g.2xlarge": 0.674,
    "db.r6g.large": 0.225,
    "db.r7g.large": 0.239,
  },
  /** Amazon RDS for MySQL, and for MariaDB, Pricing, as above; of other classes Postgres's price is the upper bound. */
  mysqlDatabases: {
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.t3.micro": 0.017,
    "db.t3.small": 0.034,
    "db.t3.medium": 0.068,
    "db.m6g.large": 0.152,
    "db.r6g.large": 0.215,
  },
  /** General purpose storage of RDS, one zone: a GB for a month. */
  databaseStorage: 0.115,
  /** Amazon ElastiCache Pricing, Redis OSS nodes: an hour. Nodes of Valkey cost a fifth less. */
  caches: {
    "cache.t4g.micro": 0.016,
    "cache.t4g.small": 0.032,
    "cache.t4g.medium": 0.065,
    "cache.t3.micro": 0.017,
    "cache.t3.small": 0.034,
    "cache.t3.medium": 0.068,
    "cache.m6g.large": 0.149,
    "cache.m7g.large": 0.158,
    "cache.r6g.large": 0.206,
    "cache.r7g.large": 0.219,
  },
  valkeyShare: 0.8,
  /** Amazon Route 53 pricing: a hosted zone for a month; a private namespace of Cloud Map is one too. */
  hostedZone: 0.5,
  /** AWS Cloud Map pricing: an address that is registered for a month; those that ECS registers are free. */
  registeredName: 0.1,
  /** AWS KMS pricing, a key; AWS Secrets Manager pricing, a secret; Amazon CloudWatch pricing, an alarm: a month each. */
  key: 1,
  secret: 0.4,
  alarm: 0.1,
} as const;
