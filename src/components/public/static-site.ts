/** A compose service whose files CloudFront serves: a closed bucket, a distribution, and no task (docs/static-sites.md). */
import { Distribution, type DistributionArgs } from "@pulumi/aws/cloudfront/distribution";
import { Function as ViewerFunction } from "@pulumi/aws/cloudfront/function";
import type { ResponseHeadersPolicy } from "@pulumi/aws/cloudfront/responseHeadersPolicy";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl";
import type { Record as DnsRecord } from "@pulumi/aws/route53/record";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../model/naming";
import type { Site } from "../../model/project";
import type { ImageTags, SitePublisher, SiteSource } from "../../ports";
import type { TaskImage } from "../images/image-build";
import { bucketPolicy, bucketWithoutPolicy, type OpenBucket } from "../stack/bucket";
import type { Scope } from "../stack/scope";
import type { Edge } from "./edge";
import type { LoadBalancer } from "./load-balancer";
import { pointToDistribution } from "./pointing";
import type { RecordZone } from "./record-zone";
import { namesAndCertificate, type NamesOfDistribution } from "./site-certificate";
import { siteFunction } from "./site-function";
import { headersPolicy } from "./site-headers";
import { apiBehaviors, apiOrigins } from "./site-paths";
import type { PlacedSite, SiteName } from "./sites";

/** Of a name whose zone was not looked for. */
const noZone: RecordZone = { id: "" };

/** CachingOptimized: it asks for no cookies and no query, and keeps what says `no-cache` for a second at most. */
const cachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6";

export interface StaticSiteArgs {
  readonly scope: Scope;
  readonly placed: PlacedSite;
  /** Of what its files are made of. */
  readonly tags: ImageTags;
  /** Of its names, in their order. */
  readonly zones: readonly RecordZone[];
  /** What records in the project's zone have to wait for. */
  readonly zoneReady: readonly pulumi.Resource[];
  /** What the paths of other services lead to. @default there are none */
  readonly loadBalancer?: LoadBalancer;
  readonly edge?: Edge;
}

export interface PublishArgs {
  readonly image: TaskImage;
  readonly publisher: SitePublisher;
  /** What has to exist before its files do: what `depends_on` names. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
  /** URNs that the run is restricted to. @default all */
  readonly targets?: readonly string[];
}

export class StaticSite extends pulumi.ComponentResource {
  readonly placed: PlacedSite;
  /** Hexadecimal: of its files, and of what is made of them. */
  readonly version: string;
  readonly url: pulumi.Output<string>;
  readonly domainName: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  /** ARN of its certificate. @default it has no name of its own */
  readonly certificate: pulumi.Output<string> | undefined;
  readonly bucketName: string;
  readonly #bucket: OpenBucket;
  readonly #distribution: Distribution;
  readonly #ready: readonly pulumi.Resource[];

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:StaticSite", name, {}, opts);
    const { scope, placed } = args;
    this.placed = placed;
    this.version = versionOf(placed.site, args.tags);
    this.#bucket = bucketWithoutPolicy(
      `${name}-site`,
      { scope, kind: "sites", suffix: placed.label, disposable: true, service: name },
      this,
    );
    this.bucketName = this.#bucket.name;
    const named = this.#named(args);
    this.certificate = named.viewerCertificate.acmCertificateArn;
    this.#distribution = this.#distribute(args, named);
    this.domainName = this.#distribution.domainName;
    this.distributionId = this.#distribution.id;
    const policy = bucketPolicy(
      `${name}-site`,
      this.#bucket,
      readers(this.#bucket, this.#distribution),
      this,
    );
    const records = this.#records(args);
    this.#ready = [policy, ...records];
    const shown = placed.names.find(
      ({ name: host, redirect }) => redirect === undefined && !host.startsWith("*."),
    );
    this.url = pulumi.interpolate`https://${shown?.name ?? this.domainName}`;
    this.registerOutputs({ url: this.url });
  }

  /**
   * Publishes its files, in a run and never in a preview, and has the version in the plan.
   *
   * @returns the object that says which version is served
   */
  publish({ image, publisher, after, targets }: PublishArgs): BucketObjectv2 {
    const { service, site } = this.placed;
    const { version } = this;
    const published = pulumi
      .output({
        reference: site.dir === undefined ? "" : image.reference,
        distributionId: this.distributionId,
        urn: this.#distribution.urn,
        ready: [...this.#ready, ...after].map((resource) => pulumi.output(resource).apply(({ urn }) => urn)),
      })
      .apply(async ({ reference, distributionId, urn }) => {
        if (pulumi.runtime.isDryRun() || targets?.includes(urn) === false) return version;
        await publisher.publish({
          ...{ service: service.name, bucket: this.bucketName, distributionId, version },
          ...{ index: site.index, spa: site.spa, source: sourceOf(this.placed, reference) },
        });
        return version;
      });
    return new BucketObjectv2(
      `${service.name}-version`,
      {
        bucket: this.#bucket.bucket.id,
        key: "berth/version",
        content: pulumi.runtime.isDryRun() ? version : published,
        contentType: "text/plain",
      },
      { parent: this, dependsOn: [...this.#ready, ...(site.dir === undefined ? [] : image.needs)] },
    );
  }

  #named({ scope, placed: { service, names }, zones, zoneReady }: StaticSiteArgs): NamesOfDistribution {
    const certified = names.map(({ name }, index) => ({ name, zone: zones[index] ?? noZone }));
    return namesAndCertificate(certified, { scope, service: service.name, zoneReady }, this);
  }

  #distribute({ scope, placed, ...args }: StaticSiteArgs, named: NamesOfDistribution): Distribution {
    const { service, site, names } = placed;
    const { project, stack, region } = scope;
    const physical = scope.name("cloudFront", service.name, "site", region);
    const access = new OriginAccessControl(
      service.name,
      {
        name: physical,
        ...{ originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
      },
      { parent: this },
    );
    const rewrite = new ViewerFunction(
      service.name,
      {
        ...{
          name: physical,
          ...{ runtime: "cloudfront-js-2.0", publish: true },
          comment: `${project} ${stack}`.slice(0, 128),
        },
        code: siteFunction({ ...site, redirects: redirectsOf(names) }),
      },
      { parent: this },
    );
    const headers = headersPolicy(service.name, physical, site.headers, this);
    return new Distribution(
      placed.label,
      {
        comment: `${project} ${stack} ${service.name}`.slice(0, 128),
        ...{ enabled: true, httpVersion: "http2and3", isIpv6Enabled: true, defaultRootObject: site.index },
        origins: [
          {
            originId: "files",
            domainName: this.#bucket.bucket.bucketRegionalDomainName,
            originPath: "/site",
            originAccessControlId: access.id,
          },
          ...apiOrigins(placed, args),
        ],
        defaultCacheBehavior: fileBehavior(rewrite, headers),
        orderedCacheBehaviors: apiBehaviors(placed),
        customErrorResponses: errorResponses(placed),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        ...named,
        tags: scope.tags(service.name, placed.label),
      },
      { parent: this, ...(args.edge === undefined ? {} : { additionalSecretOutputs: ["origins"] }) },
    );
  }

  /** A record of each name, for both kinds of addresses. */
  #records({ placed, zones, zoneReady }: StaticSiteArgs): readonly DnsRecord[] {
    return placed.names.flatMap(({ name }, index) =>
      pointToDistribution(
        name,
        { domainName: this.domainName, zone: zones[index] ?? noZone },
        { parent: this, dependsOn: [...zoneReady] },
      ),
    );
  }
}

function fileBehavior(
  rewrite: ViewerFunction,
  headers: ResponseHeadersPolicy | undefined,
): DistributionArgs["defaultCacheBehavior"] {
  return {
    targetOriginId: "files",
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId,
    functionAssociations: [{ eventType: "viewer-request", functionArn: rewrite.arn }],
    ...(headers === undefined ? {} : { responseHeadersPolicyId: headers.id }),
  };
}

function versionOf({ dir = "", index, spa }: Site, { tag }: ImageTags): string {
  return shortHash([tag, dir, index, String(spa)]) + tag.slice(0, 24);
}

function sourceOf({ service, site }: PlacedSite, reference: string): SiteSource {
  if (service.image.kind !== "build") throw new RangeError(`The site ${service.name} has no build.`);
  if (site.dir === undefined) return { kind: "folder", build: service.image.build };
  return { kind: "image", reference, architecture: service.architecture, dir: site.dir };
}

function redirectsOf(names: readonly SiteName[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap(({ name, redirect }) => (redirect === undefined ? [] : [[name, redirect] as const])),
  );
}

/**
 * CloudFront reads what is served, and nothing else of the bucket; that it may list it has S3 answer 404 in place of 403 for
 * what is not there (S3 API, GetObject, Permissions).
 */
function readers({ arn }: OpenBucket, { arn: distribution }: Distribution) {
  const cloudFront = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "AWS:SourceArn": distribution } },
  } as const;
  return [
    { ...cloudFront, Action: "s3:GetObject", Resource: `${arn}/site/*` },
    { ...cloudFront, Action: "s3:ListBucket", Resource: arn },
  ];
}

/**
 * What is not there yet is asked for again with the next request. A page of its own for it counts for all of a distribution:
 * where another service has a path, its answers are its own.
 */
function errorResponses({ apis }: PlacedSite): NonNullable<DistributionArgs["customErrorResponses"]> {
  const page = apis.length > 0 ? {} : { responseCode: 404, responsePagePath: "/404.html" };
  return [
    { errorCode: 403, errorCachingMinTtl: 0 },
    { errorCode: 404, errorCachingMinTtl: 0, ...page },
  ];
}
