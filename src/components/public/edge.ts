/** CloudFront in front of the load balancer: distributions with names of their own, or with the services' (docs/edge.md). */
import { Distribution, type DistributionArgs } from "@pulumi/aws/cloudfront/distribution";
import { getManagedPrefixListOutput } from "@pulumi/aws/ec2/getManagedPrefixList";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import type { Proofs } from "./certificate";
import type { Door } from "./doors";
import type { RecordZone } from "./record-zone";
import type { PublicRoute } from "./routes";
import { namesAndCertificate } from "./site-certificate";

/** The addresses that CloudFront asks origins from (CloudFront Developer Guide, Use the CloudFront managed prefix list). */
const prefixListName = "com.amazonaws.global.cloudfront.origin-facing";

/** @returns the id of {@link prefixListName} in the provider's region */
export function cloudFrontAddresses(options: pulumi.InvokeOptions): pulumi.Output<string> {
  return getManagedPrefixListOutput({ name: prefixListName }, options).id;
}

/** The header that tells the load balancer which distribution a request comes from, and that it comes from one of them. */
export const edgeHeader = "X-Berth-Edge";

/**
 * That the viewer speaks HTTPS, in the words of RFC 7239: the load balancer writes X-Forwarded-Proto itself, and leaves this
 * one as it is. A request by HTTP is redirected before it gets here.
 */
const viewerProtocol = { name: "Forwarded", value: "proto=https" } as const;

/**
 * Characters. With a dot and a port's name, a label of DNS, it stays below the 128 that a condition of a rule takes
 * (Elastic Load Balancing API, HttpHeaderConditionConfig).
 */
const keyLength = 48;

/** CloudFront's own policies, which are the same in every account (Developer Guide, Use managed … policies). */
const managed = {
  /** CachingDisabled. */
  cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** AllViewerAndCloudFrontHeaders-2022-06. */
  originRequestPolicyId: "33f36d7e-f396-46d9-90e0-52428a34d9dc",
} as const;

/**
 * Seconds that CloudFront waits for an answer and between two packets of it, and that it keeps a connection without
 * requests: what every account may have without asking (Developer Guide, Quotas; 60 until 2025, 120 since). The load
 * balancer closes a silent connection later.
 */
export const originSeconds = 60;

export const methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

export interface EdgeArgs {
  readonly scope: Scope;
  readonly secrets: Secrets;
  readonly routes: readonly PublicRoute[];
  /** Distributions with names of the services. @default none */
  readonly doors?: readonly Door[];
  /** Names of distributions that are static sites', which {@link Edge.adopt} returns. @default none */
  readonly sites?: readonly string[];
}

/** How distributions with names of the services reach the load balancer, and prove their names. */
export interface DoorWay {
  /** A name that leads to the load balancer, which has a certificate for it. */
  readonly origin: string;
  /** What has to exist before they ask it. */
  readonly ready: readonly pulumi.Resource[];
  readonly proofs: Proofs;
  readonly zoneOf: (name: string) => RecordZone;
  /** What the records that prove names have to wait for. */
  readonly zoneReady: readonly pulumi.Resource[];
}

/** A distribution for each port that has an address or names of its own. */
export class Edge extends pulumi.ComponentResource {
  readonly #scope: Scope;
  readonly #names: readonly string[];
  readonly #doors: readonly Door[];
  readonly #key: pulumi.Output<string>;
  readonly #domainNames = new Map<string, pulumi.Output<string>>();
  /** ARNs of its certificates. */
  readonly certificates: pulumi.Output<string>[] = [];

  /** Without the distributions, which need the load balancer: {@link publish}. */
  constructor(
    name: string,
    { scope, secrets, routes, doors = [], sites = [] }: EdgeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("berth:aws:Edge", name, {}, opts);
    this.#scope = scope;
    this.#doors = doors;
    const named = new Set(doors.map(({ label }) => label));
    const names = routes.flatMap(({ at }) => ("edge" in at && !sites.includes(at.edge) ? [at.edge] : []));
    this.#names = [...new Set(names)].filter((each) => !named.has(each));
    this.#key = secrets.originKey(keyLength, this);
  }

  /** Whether one of its distributions has names of services. */
  get hasDoors(): boolean {
    return this.#doors.length > 0;
  }

  /**
   * @param origin - the load balancer's DNS name
   * @param way - where distributions have names of services
   */
  publish(origin: pulumi.Input<string>, way?: DoorWay): void {
    for (const name of this.#names) this.#domainNames.set(name, this.#nameless(name, origin).domainName);
    if (way !== undefined)
      for (const door of this.#doors) this.#domainNames.set(door.label, this.#named(door, way).domainName);
    this.registerOutputs({});
  }

  /** The CloudFront name of the distribution that has a host. @returns `undefined` where none has */
  doorOf(host: string): pulumi.Output<string> | undefined {
    const door = this.#doors.find(({ names }) => names.includes(host));
    return door && this.#domainNames.get(door.label);
  }

  /** The door that a port's distribution is. @returns `undefined` where it has CloudFront's own name alone */
  door(name: string): Door | undefined {
    return this.#doors.find(({ label }) => label === name);
  }

  /** A static site's distribution, below whose name services have paths. */
  adopt(name: string, domainName: pulumi.Output<string>): void {
    this.#domainNames.set(name, domainName);
  }

  /** What {@link edgeHeader} holds in the requests of one distribution. */
  headerValue(name: string): pulumi.Output<string> {
    return pulumi.secret(pulumi.interpolate`${this.#key}.${name}`);
  }

  /** What {@link edgeHeader} holds, whichever distribution a request comes from, as a rule of a load balancer takes it. */
  get anyHeaderValue(): pulumi.Output<string> {
    return pulumi.secret(pulumi.interpolate`${this.#key}.*`);
  }

  /** What a distribution's requests have beside the viewer's headers; what the viewer sent under these names is replaced. */
  originHeaders(name: string): readonly { readonly name: string; readonly value: pulumi.Input<string> }[] {
    return [{ name: edgeHeader, value: this.headerValue(name) }, viewerProtocol];
  }

  /** `d111111abcdef8.cloudfront.net`. @throws RangeError where there is no such distribution */
  domainName(name: string): pulumi.Output<string> {
    const found = this.#domainNames.get(name);
    if (found === undefined) throw new RangeError(`There is no distribution ${name}.`);
    return found;
  }

  #nameless(name: string, origin: pulumi.Input<string>): Distribution {
    return this.#distribution(
      name,
      // The load balancer has no domain, so no certificate that CloudFront would take.
      { domainName: origin, protocol: "http-only" },
      { viewerCertificate: { cloudfrontDefaultCertificate: true } },
    );
  }

  #named({ label, names, grpc }: Door, { origin, ready, zoneOf, ...way }: DoorWay): Distribution {
    const args = { scope: this.#scope, zoneReady: way.zoneReady, proofs: way.proofs };
    const certified = namesAndCertificate(
      names.map((name) => ({ name, zone: zoneOf(name) })),
      args,
      this,
    );
    const arn = certified.viewerCertificate.acmCertificateArn;
    if (arn !== undefined) this.certificates.push(arn);
    return this.#distribution(
      label,
      { domainName: origin, protocol: "https-only", ready },
      { ...certified, ...(grpc ? { grpcConfig: { enabled: true } } : {}) },
    );
  }

  #distribution(
    name: string,
    { domainName, protocol, ready = [] }: Origin,
    { grpcConfig, ...named }: Named,
  ): Distribution {
    const { project, stack } = this.#scope;
    return new Distribution(
      name,
      {
        // At most 128 characters (CloudFront API, DistributionConfig).
        comment: `${project} ${stack} ${name}`.slice(0, 128),
        enabled: true,
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        origins: [
          {
            originId: "load-balancer",
            domainName,
            customHeaders: [...this.originHeaders(name)],
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              originProtocolPolicy: protocol,
              originSslProtocols: ["TLSv1.2"],
              originReadTimeout: originSeconds,
              originKeepaliveTimeout: originSeconds,
            },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: "load-balancer",
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: methods,
          cachedMethods: ["GET", "HEAD"],
          compress: false,
          ...managed,
          ...(grpcConfig === undefined ? {} : { grpcConfig }),
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        ...named,
        tags: this.#scope.tags(undefined, name),
      },
      {
        parent: this,
        additionalSecretOutputs: ["origins"],
        ...(ready.length === 0 ? {} : { dependsOn: [...ready] }),
      },
    );
  }
}

/** By what name and protocol a distribution asks the load balancer. */
interface Origin {
  readonly domainName: pulumi.Input<string>;
  readonly protocol: "http-only" | "https-only";
  /** @default it need not wait */
  readonly ready?: readonly pulumi.Resource[];
}

/** What a distribution answers to. */
type Named = Pick<DistributionArgs, "aliases" | "viewerCertificate"> & {
  readonly grpcConfig?: { readonly enabled: boolean };
};
