/**
 * The one factory of AWS SDK clients: region, profile, endpoint, retries and user agent are decided here.
 *
 * Each client's package is loaded when that client is first asked for, so that a command pays for what it uses.
 */
import type { ACM } from "@aws-sdk/client-acm";
import type { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import type { CloudFormation } from "@aws-sdk/client-cloudformation";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { ECR } from "@aws-sdk/client-ecr";
import type { ECS } from "@aws-sdk/client-ecs";
import type { EFS } from "@aws-sdk/client-efs";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElastiCache } from "@aws-sdk/client-elasticache";
import type { IAM } from "@aws-sdk/client-iam";
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
import { withProfile } from "./faults";

/** An access key of a user, or of a session where it has a token. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where AWS is and who calls it. What is left out, the SDK's own default chain decides. */
export interface AwsConfig {
  /** @default `AWS_REGION`, else the region of the profile in `~/.aws/config` */
  readonly region?: string;
  /** @default `AWS_PROFILE`, else `default` */
  readonly profile?: string;
  /** Another endpoint, for every client: an emulator. @default AWS's own */
  readonly endpointUrl?: string;
  /** Keys to sign with, in place of whatever the SDK's chain would find. @default the chain's */
  readonly credentials?: AwsKeys;
  /** Berth's version, for the user agent `berth/<version>`, by which CloudTrail tells its calls apart. */
  readonly version: string;
  /**
   * Attempts of a call, the first one counted, on throttling, 5xx, and cut or refused connections.
   * The wait before attempt n+1 is a random part of min(20 s, 100 ms × 2ⁿ⁻¹), throttling from 500 ms
   * (SDK reference guide, "Retry behavior", standard mode).
   * @default 6
   */
  readonly maxAttempts?: number;
  /** Calls go through the proxy that the process's own agents use (`src/wiring/proxies.ts`). @default false */
  readonly proxied?: boolean;
}

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

  acm(): Promise<ACM> {
    return this.#once("acm", async () => {
      const { ACM } = await import("@aws-sdk/client-acm");
      return new ACM(this.#common());
    });
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
    return this.#once("cloudformation", async () => {
      const { CloudFormation } = await import("@aws-sdk/client-cloudformation");
      return new CloudFormation(this.#common());
    });
  }

  ec2(): Promise<EC2> {
    return this.#once("ec2", async () => {
      const { EC2 } = await import("@aws-sdk/client-ec2");
      return new EC2(this.#common());
    });
  }

  /** @param region - another one than the calls' own */
  ecr(region?: string): Promise<ECR> {
    return this.#once(`ecr ${region ?? ""}`, async () => {
      const { ECR } = await import("@aws-sdk/client-ecr");
      return new ECR({ ...this.#common(), ...(region === undefined ? {} : { region }) });
    });
  }

  ecs(): Promise<ECS> {
    return this.#once("ecs", async () => {
      const { ECS } = await import("@aws-sdk/client-ecs");
      return new ECS(this.#common());
    });
  }

  efs(): Promise<EFS> {
    return this.#once("efs", async () => {
      const { EFS } = await import("@aws-sdk/client-efs");
      return new EFS(this.#common());
    });
  }

  elastiCache(): Promise<ElastiCache> {
    return this.#once("elastiCache", async () => {
      const { ElastiCache } = await import("./stores");
      return new ElastiCache(this.#common());
    });
  }

  iam(): Promise<IAM> {
    return this.#once("iam", async () => {
      const { IAM } = await import("@aws-sdk/client-iam");
      return new IAM(this.#common());
    });
  }

  loadBalancing(): Promise<ElasticLoadBalancingV2> {
    return this.#once("loadBalancing", async () => {
      const { ElasticLoadBalancingV2 } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      return new ElasticLoadBalancingV2(this.#common());
    });
  }

  logs(): Promise<CloudWatchLogs> {
    return this.#once("logs", async () => {
      const { CloudWatchLogs } = await import("@aws-sdk/client-cloudwatch-logs");
      return new CloudWatchLogs(this.#common());
    });
  }

  rds(): Promise<RDS> {
    return this.#once("rds", async () => {
      const { RDS } = await import("./stores");
      return new RDS(this.#common());
    });
  }

  route53(): Promise<Route53> {
    return this.#once("route53", async () => {
      const { Route53 } = await import("@aws-sdk/client-route-53");
      return new Route53(this.#common());
    });
  }

  secretsManager(): Promise<SecretsManager> {
    return this.#once("secretsManager", async () => {
      const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
      return new SecretsManager(this.#common());
    });
  }

  serviceQuotas(): Promise<ServiceQuotas> {
    return this.#once("serviceQuotas", async () => {
      const { ServiceQuotas } = await import("@aws-sdk/client-service-quotas");
      return new ServiceQuotas(this.#common());
    });
  }

  scaling(): Promise<ApplicationAutoScaling> {
    return this.#once("scaling", async () => {
      const { ApplicationAutoScaling } = await import("@aws-sdk/client-application-auto-scaling");
      return new ApplicationAutoScaling(this.#common());
    });
  }

  scheduler(): Promise<Scheduler> {
    return this.#once("scheduler", async () => {
      const { Scheduler } = await import("@aws-sdk/client-scheduler");
      return new Scheduler(this.#common());
    });
  }

  sfn(): Promise<SFN> {
    return this.#once("sfn", async () => {
      const { SFN } = await import("@aws-sdk/client-sfn");
      return new SFN(this.#common());
    });
  }

  ssm(): Promise<SSM> {
    return this.#once("ssm", async () => {
      const { SSM } = await import("@aws-sdk/client-ssm");
      return new SSM(this.#common());
    });
  }

  sts(): Promise<STS> {
    return this.#once("sts", async () => {
      const { STS } = await import("@aws-sdk/client-sts");
      return new STS(this.#common());
    });
  }

  /** @param region - another one than the calls' own */
  tagging(region?: string): Promise<ResourceGroupsTaggingAPI> {
    return this.#once(`tagging ${region ?? ""}`, async () => {
      const { ResourceGroupsTaggingAPI } = await import("@aws-sdk/client-resource-groups-tagging-api");
      return new ResourceGroupsTaggingAPI({ ...this.#common(), ...(region === undefined ? {} : { region }) });
    });
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
