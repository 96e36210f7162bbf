/**
 * The one factory of AWS SDK clients: region, profile, endpoint, retries and user agent are decided here.
 *
 * Each client's package is loaded when that client is first asked for, so that a command pays for what it uses.
 */
import type { ACM } from "@aws-sdk/client-acm";
import type { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import type { CloudFormation } from "@aws-sdk/client-cloudformation";
import type { CloudFront } from "@aws-sdk/client-cloudfront";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { ECR } from "@aws-sdk/client-ecr";
import type { ECS } from "@aws-sdk/client-ecs";
import type { EFS } from "@aws-sdk/client-efs";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElastiCache } from "@aws-sdk/client-elasticache";
import type { IAM } from "@aws-sdk/client-iam";
import type { Pricing } from "@aws-sdk/client-pricing";
import type { RDS } from "@aws-sdk/client-rds";
import type { ResourceGroupsTaggingAPI } from "@aws-sdk/client-resource-groups-tagging-api";
import type { Route53 } from "@aws-sdk/client-route-53";
import type { S3 } from "@aws-sdk/client-s3";
import type { Scheduler } from "@aws-sdk/client-scheduler";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import type { SFN } from "@aws-sdk/client-sfn";
import type { SSM } from "@aws-sdk/client-ssm";
import type { STS } from "@aws-sdk/client-sts";

import http from "node:http";
import https from "node:https";
import type { AwsConfig, AwsKeys } from "./config";
import { withProfile } from "./faults";

export type { AwsConfig, AwsKeys };

/** What every client is made with; the SDK's types of the single clients agree on these. */
interface CommonConfig {
  region?: string;
  profile?: string;
  endpoint?: string;
  credentials?: AwsKeys;
  maxAttempts: number;
  retryMode: "standard";
  customUserAgent: [string, string][];
  requestHandler: {
    connectionTimeout: number;
    socketTimeout: number;
    httpAgent?: http.Agent;
    httpsAgent?: https.Agent;
  };
}

/** A handler of a call, and what of a client's stack of them is used here. */
type Handler = (args: object) => Promise<object>;
interface MiddlewareStack {
  add(middleware: (next: Handler) => Handler, options: object): void;
}

/** Milliseconds until a connection must stand. */
const connectionTimeout = 5_000;
/** Milliseconds that an open connection may stay silent, also in the middle of a body. */
const socketTimeout = 60_000;

/** The clients of one run, each made once. */
export class AwsClients {
  readonly #config: AwsConfig;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(config: AwsConfig) {
    this.#config = config;
  }

  /** Clients like these that sign with other keys: those of a role that was taken. */
  withKeys(credentials: AwsKeys): AwsClients {
    const { profile: _, ...config } = this.#config;
    return new AwsClients({ ...config, credentials });
  }

  /** @param region - another one than the calls' own */
  acm(region?: string): Promise<ACM> {
    return this.#client("acm", async () => (await import("@aws-sdk/client-acm")).ACM, region);
  }

  s3(): Promise<S3> {
    return this.#once("s3", async () => {
      const { S3 } = await import("@aws-sdk/client-s3");
      // Virtual-hosted addresses (bucket.host) need DNS that an endpoint of one's own seldom has.
      const forcePathStyle = this.#config.endpointUrl !== undefined;
      return new S3({ ...this.#common(), forcePathStyle, followRegionRedirects: true });
    });
  }

  cloudFormation(): Promise<CloudFormation> {
    return this.#client(
      "cloudformation",
      async () => (await import("@aws-sdk/client-cloudformation")).CloudFormation,
    );
  }

  cloudFront(): Promise<CloudFront> {
    return this.#client("cloudFront", async () => (await import("@aws-sdk/client-cloudfront")).CloudFront);
  }

  ec2(): Promise<EC2> {
    return this.#client("ec2", async () => (await import("@aws-sdk/client-ec2")).EC2);
  }

  /** @param region - another one than the calls' own */
  ecr(region?: string): Promise<ECR> {
    return this.#client("ecr", async () => (await import("@aws-sdk/client-ecr")).ECR, region);
  }

  ecs(): Promise<ECS> {
    return this.#client("ecs", async () => (await import("@aws-sdk/client-ecs")).ECS);
  }

  efs(): Promise<EFS> {
    return this.#client("efs", async () => (await import("@aws-sdk/client-efs")).EFS);
  }

  elastiCache(): Promise<ElastiCache> {
    return this.#client("elastiCache", async () => (await import("./stores")).ElastiCache);
  }

  iam(): Promise<IAM> {
    return this.#client("iam", async () => (await import("@aws-sdk/client-iam")).IAM);
  }

  loadBalancing(): Promise<ElasticLoadBalancingV2> {
    return this.#client(
      "loadBalancing",
      async () => (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2,
    );
  }

  logs(): Promise<CloudWatchLogs> {
    return this.#client("logs", async () => (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs);
  }

  /** @param region - one in which the price list answers. It is asked twice at most: an estimate doesn't wait for it. */
  pricing(region: string): Promise<Pricing> {
    return this.#once(`pricing ${region}`, async () => {
      const { Pricing } = await import("@aws-sdk/client-pricing");
      return new Pricing({ ...this.#common(), region, maxAttempts: 2 });
    });
  }

  rds(): Promise<RDS> {
    return this.#client("rds", async () => (await import("./stores")).RDS);
  }

  route53(): Promise<Route53> {
    return this.#client("route53", async () => (await import("@aws-sdk/client-route-53")).Route53);
  }

  /** @param region - another one than the calls' own */
  secretsManager(region?: string): Promise<SecretsManager> {
    return this.#client(
      "secretsManager",
      async () => (await import("@aws-sdk/client-secrets-manager")).SecretsManager,
      region,
    );
  }

  serviceQuotas(): Promise<ServiceQuotas> {
    return this.#client(
      "serviceQuotas",
      async () => (await import("@aws-sdk/client-service-quotas")).ServiceQuotas,
    );
  }

  scaling(): Promise<ApplicationAutoScaling> {
    return this.#client(
      "scaling",
      async () => (await import("@aws-sdk/client-application-auto-scaling")).ApplicationAutoScaling,
    );
  }

  scheduler(): Promise<Scheduler> {
    return this.#client("scheduler", async () => (await import("@aws-sdk/client-scheduler")).Scheduler);
  }

  sfn(): Promise<SFN> {
    return this.#client("sfn", async () => (await import("@aws-sdk/client-sfn")).SFN);
  }

  ssm(): Promise<SSM> {
    return this.#client("ssm", async () => (await import("@aws-sdk/client-ssm")).SSM);
  }

  sts(): Promise<STS> {
    return this.#client("sts", async () => (await import("@aws-sdk/client-sts")).STS);
  }

  /** @param region - another one than the calls' own */
  tagging(region?: string): Promise<ResourceGroupsTaggingAPI> {
    return this.#client(
      "tagging",
      async () => (await import("@aws-sdk/client-resource-groups-tagging-api")).ResourceGroupsTaggingAPI,
      region,
    );
  }

  /** The region that calls go to, from the configuration, the environment or the profile. Rejects where none names one. */
  async region(): Promise<string> {
    try {
      return await (await this.ssm()).config.region();
    } catch (error) {
      throw withProfile(error, this.#config.profile);
    }
  }

  /** Closes the connections of every client that was made. */
  async close(): Promise<void> {
    for (const client of await Promise.allSettled(this.#made.values())) {
      if (client.status === "fulfilled") (client.value as { destroy(): void }).destroy();
    }
    this.#made.clear();
  }

  /** @param region - another one than the calls' own */
  #client<T>(
    name: string,
    load: () => Promise<new (config: CommonConfig) => T>,
    region?: string,
  ): Promise<T> {
    const own = region === undefined ? {} : { region };
    return this.#once(
      `${name} ${region ?? ""}`,
      async () => new (await load())({ ...this.#common(), ...own }),
    );
  }

  #once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(name) as Promise<T> | undefined) ?? this.#make(make);
    this.#made.set(name, made);
    return made;
  }

  /** A client whose errors know the profile that was asked for: the SDK's own words name it seldom. */
  async #make<T>(make: () => Promise<T>): Promise<T> {
    const client = await make();
    const { profile } = this.#config;
    if (profile === undefined) return client;
    const { middlewareStack } = client as { readonly middlewareStack: MiddlewareStack };
    middlewareStack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          throw withProfile(error, profile);
        }
      },
      { step: "initialize", priority: "high", name: "berthProfile" },
    );
    return client;
  }

  #common(): CommonConfig {
    const { region, profile, endpointUrl, credentials, version, maxAttempts = 6, proxied } = this.#config;
    return {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
      ...(credentials === undefined ? {} : { credentials }),
      maxAttempts,
      retryMode: "standard",
      customUserAgent: [["berth", version]],
      // The SDK's own agents know no proxy; the process's do.
      requestHandler: {
        connectionTimeout,
        socketTimeout,
        ...(proxied === true ? { httpAgent: http.globalAgent, httpsAgent: https.globalAgent } : {}),
      },
    };
  }
}
