/**
 * The one factory of AWS SDK clients: region, profile, endpoint, retries and user agent are decided here.
 *
 * Each client's package is loaded when that client is first asked for, so that a command pays for what it uses.
 */
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
  followRegionRedirects?: boolean;
  forcePathStyle?: boolean;
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

/** Milliseconds until a connection must be open. */
const connectionTimeout = 5_000;
/** Milliseconds that an open connection may stay silent, also in the middle of a body. */
const socketTimeout = 60_000;

/** The clients of one run, each made once. */
export class AwsClients {
  /** For each of the clients, those that were made, by region. */
  readonly #made: Map<string | undefined, Promise<{ destroy(): void }>>[] = [];

  readonly acm = this.#client(async () => (await import("@aws-sdk/client-acm")).ACM);
  readonly cloudFormation = this.#client(
    async () => (await import("@aws-sdk/client-cloudformation")).CloudFormation,
  );
  readonly cloudFront = this.#client(async () => (await import("@aws-sdk/client-cloudfront")).CloudFront);
  readonly ec2 = this.#client(async () => (await import("@aws-sdk/client-ec2")).EC2);
  readonly ecr = this.#client(async () => (await import("@aws-sdk/client-ecr")).ECR);
  readonly ecs = this.#client(async () => (await import("@aws-sdk/client-ecs")).ECS);
  readonly efs = this.#client(async () => (await import("@aws-sdk/client-efs")).EFS);
  readonly elastiCache = this.#client(async () => (await import("./stores")).ElastiCache);
  readonly iam = this.#client(async () => (await import("@aws-sdk/client-iam")).IAM);
  readonly loadBalancing = this.#client(
    async () => (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2,
  );
  readonly logs = this.#client(async () => (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs);
  readonly rds = this.#client(async () => (await import("./stores")).RDS);
  readonly route53 = this.#client(async () => (await import("@aws-sdk/client-route-53")).Route53);
  readonly scaling = this.#client(
    async () => (await import("@aws-sdk/client-application-auto-scaling")).ApplicationAutoScaling,
  );
  readonly scheduler = this.#client(async () => (await import("@aws-sdk/client-scheduler")).Scheduler);
  readonly secretsManager = this.#client(
    async () => (await import("@aws-sdk/client-secrets-manager")).SecretsManager,
  );
  readonly serviceQuotas = this.#client(
    async () => (await import("@aws-sdk/client-service-quotas")).ServiceQuotas,
  );
  readonly sfn = this.#client(async () => (await import("@aws-sdk/client-sfn")).SFN);
  readonly ssm = this.#client(async () => (await import("@aws-sdk/client-ssm")).SSM);
  readonly sts = this.#client(async () => (await import("@aws-sdk/client-sts")).STS);
  readonly tagging = this.#client(
    async () => (await import("@aws-sdk/client-resource-groups-tagging-api")).ResourceGroupsTaggingAPI,
  );
  readonly s3 = this.#client(async () => (await import("@aws-sdk/client-s3")).S3, {
    followRegionRedirects: true,
  });
  /** Asked twice at most: an estimate doesn't wait for it. */
  readonly pricing = this.#client(async () => (await import("@aws-sdk/client-pricing")).Pricing, {
    maxAttempts: 2,
  });

  constructor(private readonly config: AwsConfig) {}

  /** Clients like these that sign with other keys: those of a role that was taken. */
  withKeys(credentials: AwsKeys): AwsClients {
    const { profile: _, ...config } = this.config;
    return new AwsClients({ ...config, credentials });
  }

  /** The region that calls go to, from the configuration, the environment or the profile. Rejects where none names one. */
  async region(): Promise<string> {
    try {
      return await (await this.ssm()).config.region();
    } catch (error) {
      throw withProfile(error, this.config.profile);
    }
  }

  /** Closes the connections of every client that was made. */
  async close(): Promise<void> {
    const all = this.#made.flatMap((made) => [...made.values()]);
    for (const made of this.#made) made.clear();
    for (const client of await Promise.allSettled(all)) {
      if (client.status === "fulfilled") client.value.destroy();
    }
  }

  /**
   * @param own - what this client is made with beside the common configuration
   * @returns the client of the calls' own region or another one, made when it is first asked for
   */
  #client<T extends { destroy(): void }>(
    load: () => Promise<new (config: CommonConfig) => T>,
    own: Partial<CommonConfig> = {},
  ): (region?: string) => Promise<T> {
    const made = new Map<string | undefined, Promise<T>>();
    this.#made.push(made);
    return (region) => {
      const known = made.get(region);
      if (known !== undefined) return known;
      const config = { ...this.#common(), ...own, ...(region === undefined ? {} : { region }) };
      const client = this.#make(async () => new (await load())(config));
      made.set(region, client);
      return client;
    };
  }

  /** A client whose errors know the profile that was asked for: the SDK's own words rarely name it. */
  async #make<T>(make: () => Promise<T>): Promise<T> {
    const client = await make();
    const { profile } = this.config;
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
    const { region, profile, endpointUrl, credentials, version, maxAttempts = 6, proxied } = this.config;
    return {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      // Virtual-hosted addresses of S3 (bucket.host) need DNS that an endpoint of one's own rarely has.
      ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl, forcePathStyle: true }),
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
