/** HTTPS where there is no domain: CloudFront distributions, whose own names have certificates (docs/edge.md). */
import { Distribution } from "@pulumi/aws/cloudfront/distribution";
import { getManagedPrefixListOutput } from "@pulumi/aws/ec2/getManagedPrefixList";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import type { PublicRoute } from "./routes";

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
  /** Names of distributions that are static sites', which {@link Edge.adopt} tells of. @default none */
  readonly sites?: readonly string[];
}

/** A distribution for each port that has an address of its own. */
export class Edge extends pulumi.ComponentResource {
  readonly #scope: Scope;
  readonly #names: readonly string[];
  readonly #key: pulumi.Output<string>;
  readonly #domainNames = new Map<string, pulumi.Output<string>>();

  /** Without the distributions, which need the load balancer: {@link publish}. */
  constructor(
    name: string,
    { scope, secrets, routes, sites = [] }: EdgeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("berth:aws:Edge", name, {}, opts);
    this.#scope = scope;
    const names = routes.flatMap(({ at }) => ("edge" in at && !sites.includes(at.edge) ? [at.edge] : []));
    this.#names = [...new Set(names)];
    this.#key = secrets.originKey(keyLength, this);
  }

  /** @param origin - the load balancer's DNS name */
  publish(origin: pulumi.Input<string>): void {
    for (const name of this.#names) this.#domainNames.set(name, this.#distribution(name, origin).domainName);
    this.registerOutputs({});
  }

  /** A static site's distribution, below whose name services have paths. */
  adopt(name: string, domainName: pulumi.Output<string>): void {
    this.#domainNames.set(name, domainName);
  }

  /** What {@link edgeHeader} holds in the requests of one distribution. */
  headerValue(name: string): pulumi.Output<string> {
    return pulumi.secret(pulumi.interpolate`${this.#key}.${name}`);
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

  #distribution(name: string, origin: pulumi.Input<string>): Distribution {
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
            domainName: origin,
            customHeaders: [...this.originHeaders(name)],
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              // The load balancer has no domain, so no certificate that CloudFront would take.
              originProtocolPolicy: "http-only",
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
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { cloudfrontDefaultCertificate: true },
        tags: this.#scope.tags(undefined, name),
      },
      { parent: this, additionalSecretOutputs: ["origins"] },
    );
  }
}
