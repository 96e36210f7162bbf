/** CloudFront: distributions. The service is one for all regions; its limits: "Quotas" of the Developer Guide. */
import type { Properties, Refusal } from "../cloud/cloud";
import { ref, type ResourceType } from "../cloud/resource-type";
import { cloudFrontRules as rules } from "../rules/cloudfront";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { partitionOf } from "../../partitions";
import { checkCertificateRegion, nameConflicts } from "./cloudfront-names";
import { accessType, functionType, headersType, siteTypes } from "./cloudfront-parts";

export const distributionType = "aws:cloudfront/distribution:Distribution";

const commentLength = 128;

/** CloudFront's own policies have ids too; those of the stack are in the account. */
const managedPolicy = /^(67f7725c|5cc3b908|e61eb60c|60669652|eaab4381)-/;

/** What CloudFront answers for an account that AWS has not looked at yet, as its users report it. */
export const unverifiedAccount =
  "creating CloudFront Distribution: operation error CloudFront: CreateDistributionWithTags, https response error StatusCode: 403, AccessDenied: Your account must be verified before you can add new CloudFront resources. To verify your account, please contact AWS Support (https://console.aws.amazon.com/support/home#/) and include this error message.";

/** Sets of methods, sorted (CloudFront API, AllowedMethods). */
const methodSets = ["GET HEAD", "GET HEAD OPTIONS", "DELETE GET HEAD OPTIONS PATCH POST PUT"];

/** Developer Guide, Custom headers that CloudFront can't add to origin requests. */
const forbiddenHeader =
  /^(cache-control|connection|content-length|cookie|host|if-(match|modified-since|none-match|range|unmodified-since)|max-forwards|pragma|proxy-(authenticate|authorization|connection)|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-real-ip|x-amz-.*|x-edge-.*)$/i;

const hostName = /^(?![0-9.]+$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/i;

function checkOrigin(origin: Properties, at: string): readonly Refusal[] {
  const domain = origin["domainName"];
  const custom = recordOf(origin["customOriginConfig"]);
  const config = `${at}.customOriginConfig`;
  const ports = ["httpPort", "httpsPort"].flatMap((property) => {
    const port = numberOf(custom[property]);
    const fine = port === undefined || port === 80 || port === 443 || (port >= 1024 && port <= 65_535);
    return rules.originPort.unless(fine, `${config}.${property}`, () => `${port} is none (InvalidArgument)`);
  });
  const headers = listOf(origin["customHeaders"]).flatMap((header, index) => {
    const name = textOf(recordOf(header)["name"]);
    return rules.customHeader.unless(!forbiddenHeader.test(name), `${at}.customHeaders[${index}]`, () => {
      return `'${name}' can't be added (InvalidArgument)`;
    });
  });
  return [
    ...rules.originDomain.unless(
      typeof domain !== "string" || hostName.test(domain),
      `${at}.domainName`,
      () => {
        return `'${String(domain)}' is no name of DNS (InvalidArgument)`;
      },
    ),
    ...rules.originProtocol.check(custom, "originProtocolPolicy", `${config}.originProtocolPolicy`),
    ...rules.readTimeout.check(custom, "originReadTimeout", `${config}.originReadTimeout`),
    ...rules.keepalive.check(custom, "originKeepaliveTimeout", `${config}.originKeepaliveTimeout`),
    ...ports,
    ...headers,
  ];
}

function checkBehavior(behavior: Properties, ids: readonly unknown[], at: string): readonly Refusal[] {
  const {
    targetOriginId: target,
    allowedMethods,
    originRequestPolicyId,
    cachePolicyId,
    pathPattern,
  } = behavior;
  const events = listOf(behavior["functionAssociations"]).map((each) => textOf(recordOf(each)["eventType"]));
  const methods = listOf(allowedMethods).map(textOf).sort().join(" ");
  return [
    ...rules.origins.unless(target === undefined || ids.includes(target), `${at}.targetOriginId`, () => {
      return `'${String(target)}' is no origin of the distribution (NoSuchOrigin)`;
    }),
    ...rules.viewerProtocol.check(behavior, "viewerProtocolPolicy", `${at}.viewerProtocolPolicy`),
    ...rules.methods.unless(methods === "" || methodSets.includes(methods), `${at}.allowedMethods`, () => {
      return `'${methods}' is none of the sets (InvalidArgument)`;
    }),
    ...rules.functionKind.unless(new Set(events).size === events.length, `${at}.functionAssociations`, () => {
      return `${events.join(", ")} (InvalidFunctionAssociation)`;
    }),
    ...rules.pathPattern.unless(
      typeof pathPattern !== "string" || pathForm.test(pathPattern),
      `${at}.pathPattern`,
      () => `'${String(pathPattern)}' is none (InvalidArgument)`,
    ),
    ...rules.policies.unless(
      originRequestPolicyId === undefined || cachePolicyId !== undefined,
      `${at}.originRequestPolicyId`,
      () => "there is no cache policy (InvalidArgument)",
    ),
  ];
}

/** CloudFront API, CacheBehavior, PathPattern. */
const pathForm = /^[A-Za-z0-9_\-.*$/~"'@:+?&]{1,255}$/;

const mostBehaviors = 75;

function checkPaths(inputs: Properties): readonly Refusal[] {
  const patterns = listOf(inputs["orderedCacheBehaviors"]).map((each) =>
    textOf(recordOf(each)["pathPattern"]),
  );
  const twice = patterns.find((pattern, index) => patterns.indexOf(pattern) !== index);
  const pages = listOf(inputs["customErrorResponses"]).map(recordOf);
  return [
    ...rules.behaviors.unless(
      patterns.length <= mostBehaviors && twice === undefined,
      "orderedCacheBehaviors",
      () =>
        twice === undefined
          ? `${patterns.length} (TooManyCacheBehaviors)`
          : `${twice} twice (InvalidArgument)`,
    ),
    ...pages.flatMap(({ responseCode, responsePagePath: page }, index) =>
      rules.errorPage.unless(
        (page === undefined) === (responseCode === undefined) &&
          (typeof page !== "string" || page.startsWith("/")),
        `customErrorResponses[${index}]`,
        () => `'${textOf(page)}' with status ${textOf(responseCode)} (InvalidArgument)`,
      ),
    ),
  ];
}

function check(inputs: Properties): readonly Refusal[] {
  const origins = listOf(inputs["origins"]).map(recordOf);
  const ids = origins.map(({ originId }) => originId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  const behaviors: readonly (readonly [string, Properties])[] = [
    ["defaultCacheBehavior", recordOf(inputs["defaultCacheBehavior"])],
    ...listOf(inputs["orderedCacheBehaviors"]).map(
      (behavior, index) => [`orderedCacheBehaviors[${index}]`, recordOf(behavior)] as const,
    ),
  ];
  const aliases = listOf(inputs["aliases"]);
  const own = recordOf(inputs["viewerCertificate"])["cloudfrontDefaultCertificate"] === true;
  const comment = textOf(inputs["comment"]);
  return [
    ...rules.origins.unless(twice < 0, `origins[${twice}].originId`, () => {
      return `'${String(ids[twice])}' is there twice (InvalidArgument)`;
    }),
    ...origins.flatMap((origin, index) => checkOrigin(origin, `origins[${index}]`)),
    // What isn't known yet is left out: without origins there is nothing to hold a behavior against.
    ...behaviors.flatMap(([at, behavior]) => (ids.length === 0 ? [] : checkBehavior(behavior, ids, at))),
    ...checkPaths(inputs),
    ...checkCertificateRegion(inputs),
    ...rules.alias.unless(!own || aliases.length === 0, "aliases", () => {
      return `${aliases.map(textOf).join(", ")}: the certificate is CloudFront's own (InvalidViewerCertificate)`;
    }),
    ...rules.comment.unless(comment.length <= commentLength, "comment", () => {
      return `${comment.length} characters (InvalidArgument)`;
    }),
  ];
}

export const cloudFront: readonly ResourceType[] = [
  ...siteTypes,
  {
    token: distributionType,
    references: [
      ref("origins[].originAccessControlId", accessType),
      ref("defaultCacheBehavior.functionAssociations[].functionArn", functionType),
      ref("defaultCacheBehavior.responseHeadersPolicyId", headersType, managedPolicy),
    ],
    replaces: ["continuousDeploymentPolicyId", "staging"],
    id: (making) => `E${making.hex(13).toUpperCase()}`,
    check,
    conflicts: nameConflicts(distributionType),
    refusesCreate: ({ verified }) => (verified ? undefined : unverifiedAccount),
    // Changes reach every location in some minutes; a deletion waits for the distribution to be disabled there first
    // (Developer Guide, Delete a distribution).
    latency: { create: 240, update: 240, delete: 300 },
    outputs: (making, id) => ({
      arn: `arn:${partitionOf(making.world.region).id}:cloudfront::${making.world.accountId}:distribution/${id}`,
      callerReference: `terraform-${making.hex(26)}`,
      domainName: `d${making.hex(13, "domain")}.cloudfront.net`,
      // Alias records to a distribution (Route 53 API, AliasTarget: HostedZoneId).
      hostedZoneId: "Z2FDTNDATAQYW2",
      status: "Deployed",
    }),
  },
];
