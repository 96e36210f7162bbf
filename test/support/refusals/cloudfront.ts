import type { Properties } from "../../../src/simulator/cloud/cloud";
import { cloudFrontRules as rules } from "../../../src/simulator/rules/cloudfront";
import { distributionType } from "../../../src/simulator/services/cloudfront";
import { accessType, functionType, headersType } from "../../../src/simulator/services/cloudfront-parts";
import { make } from "../simulated-world";
import { breaking, upTo } from "./cases";

const origin = {
  originId: "web",
  domainName: "web.us-east-1.elb.amazonaws.com",
  customHeaders: [{ name: "X-Key", value: "key" }],
  customOriginConfig: { httpPort: 80, httpsPort: 443, originProtocolPolicy: "http-only" },
};
const behavior = {
  targetOriginId: "web",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["HEAD", "GET", "OPTIONS"],
  cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
};
const distribution = (): Properties => ({
  enabled: true,
  origins: [origin],
  defaultCacheBehavior: behavior,
  viewerCertificate: { cloudfrontDefaultCertificate: true },
});

/** Of a certificate that the stack has not made. */
const ownCertificate = { acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/own" };

const withOrigin = (change: Properties): Properties => ({ origins: [{ ...origin, ...change }] });
const withConfig = (change: Properties): Properties =>
  withOrigin({ customOriginConfig: { ...origin.customOriginConfig, ...change } });
const withBehavior = (change: Properties): Properties => ({
  defaultCacheBehavior: { ...behavior, ...change },
});

export const cloudFrontCases = breaking(distributionType, distribution, [
  [rules.origins, withBehavior({ targetOriginId: "api" }), "defaultCacheBehavior.targetOriginId"],
  [rules.origins, { origins: [origin, origin] }, "origins[1].originId"],
  [rules.originDomain, withOrigin({ domainName: "10.0.0.1" }), "origins[0].domainName"],
  [rules.originDomain, withOrigin({ domainName: "http://web.example.com" }), "origins[0].domainName"],
  [rules.originPort, withConfig({ httpPort: 81 }), "origins[0].customOriginConfig.httpPort"],
  [
    rules.originProtocol,
    withConfig({ originProtocolPolicy: "http" }),
    "origins[0].customOriginConfig.originProtocolPolicy",
  ],
  [
    rules.readTimeout,
    withConfig({ originReadTimeout: 300 }),
    "origins[0].customOriginConfig.originReadTimeout",
  ],
  [
    rules.keepalive,
    withConfig({ originKeepaliveTimeout: 0 }),
    "origins[0].customOriginConfig.originKeepaliveTimeout",
  ],
  [
    rules.customHeader,
    withOrigin({ customHeaders: [{ name: "Host", value: "a" }] }),
    "origins[0].customHeaders[0]",
  ],
  [
    rules.viewerProtocol,
    withBehavior({ viewerProtocolPolicy: "https" }),
    "defaultCacheBehavior.viewerProtocolPolicy",
  ],
  [rules.methods, withBehavior({ allowedMethods: ["GET", "POST"] }), "defaultCacheBehavior.allowedMethods"],
  [
    rules.policies,
    withBehavior({ cachePolicyId: undefined, originRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3" }),
    "defaultCacheBehavior.originRequestPolicyId",
  ],
  [rules.alias, { aliases: ["www.example.com"] }, "aliases"],
  [
    rules.certificateRegion,
    {
      aliases: ["www.example.com"],
      viewerCertificate: { acmCertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/a" },
    },
    "viewerCertificate.acmCertificateArn",
  ],
  [
    rules.certificateIssued,
    ({ certificate }) => ({
      aliases: ["www.example.com"],
      viewerCertificate: { acmCertificateArn: certificate },
    }),
    "viewerCertificate.acmCertificateArn",
  ],
  [
    rules.aliasCovered,
    ({ certificate }) => ({
      aliases: ["www.elsewhere.com"],
      viewerCertificate: { acmCertificateArn: certificate },
    }),
    "aliases[0]",
  ],
  [
    rules.aliasTaken,
    { aliases: ["www.example.com", "WWW.taken.com"], viewerCertificate: ownCertificate },
    "aliases[1]",
    async ({ aws }) => {
      await make(aws, distributionType, "other", {
        ...distribution(),
        aliases: ["www.taken.com"],
        viewerCertificate: ownCertificate,
      });
    },
  ],
  [rules.comment, { comment: "c".repeat(129) }, "comment"],
  [
    rules.behaviors,
    { orderedCacheBehaviors: upTo(76).map((n) => ({ ...behavior, pathPattern: `/${n}` })) },
    "orderedCacheBehaviors",
  ],
  [
    rules.behaviors,
    { orderedCacheBehaviors: upTo(2).map(() => ({ ...behavior, pathPattern: "/api" })) },
    "orderedCacheBehaviors",
  ],
  [
    rules.pathPattern,
    { orderedCacheBehaviors: [{ ...behavior, pathPattern: "/a b" }] },
    "orderedCacheBehaviors[0].pathPattern",
  ],
  [
    rules.errorPage,
    { customErrorResponses: [{ errorCode: 404, responsePagePath: "/404.html" }] },
    "customErrorResponses[0]",
  ],
  [
    rules.functionKind,
    withBehavior({ functionAssociations: upTo(2).map(() => ({ eventType: "viewer-request" })) }),
    "defaultCacheBehavior.functionAssociations",
  ],
]);

const access = (): Properties => ({
  name: "todo",
  originAccessControlOriginType: "s3",
  signingBehavior: "always",
  signingProtocol: "sigv4",
});

const viewerFunction = (): Properties => ({
  name: "todo",
  runtime: "cloudfront-js-2.0",
  code: "function handler() {}",
});

const headers = (): Properties => ({
  name: "todo",
  customHeadersConfig: { items: [{ header: "X-A", value: "b", override: true }] },
});

const customHeaders = (names: readonly string[]): Properties => ({
  customHeadersConfig: { items: names.map((header) => ({ header, value: "b", override: true })) },
});

export const cloudFrontPartCases = [
  ...breaking(accessType, access, [
    [rules.accessType, { originAccessControlOriginType: "alb" }, "originAccessControlOriginType"],
    [rules.accessSigning, { signingBehavior: "sometimes" }, "signingBehavior"],
  ]),
  ...breaking(functionType, viewerFunction, [
    [rules.functionRuntime, { runtime: "nodejs22.x" }, "runtime"],
    [rules.functionSize, { code: "x".repeat(10_241) }, "code"],
  ]),
  ...breaking(headersType, headers, [
    [rules.headersCustom, customHeaders(["X-Frame-Options"]), "customHeadersConfig"],
    [rules.headersCustom, customHeaders(upTo(11).map((n) => `X-${n}`)), "customHeadersConfig"],
  ]),
];
