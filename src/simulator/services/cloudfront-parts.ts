/** CloudFront: what a distribution names besides: origin access controls, functions, response headers policies. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { Making, ResourceType } from "../cloud/resource-type";
import { cloudFrontRules as rules } from "../rules/cloudfront";
import { listOf, recordOf, textOf } from "../cloud/values";
import { partitionOf } from "../../partitions";

export const accessType = "aws:cloudfront/originAccessControl:OriginAccessControl";
export const functionType = "aws:cloudfront/function:Function";
export const headersType = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";

/** Defined here and not beside its type: that one names these. */
const distributionType = "aws:cloudfront/distribution:Distribution";

const securityHeader =
  /^(strict-transport-security|x-content-type-options|x-frame-options|referrer-policy|content-security-policy|x-xss-protection|access-control-.*)$/i;

function arnOf({ world }: Making, rest: string): string {
  return `arn:${partitionOf(world.region).id}:cloudfront::${world.accountId}:${rest}`;
}

function checkHeaders(inputs: Properties): readonly Refusal[] {
  const custom = listOf(recordOf(inputs["customHeadersConfig"])["items"]).map((each) =>
    textOf(recordOf(each)["header"]),
  );
  const wrong = custom.find((header) => securityHeader.test(header));
  return [
    ...rules.headersCustom.unless(custom.length <= 10 && wrong === undefined, "customHeadersConfig", () =>
      wrong === undefined
        ? `${custom.length} headers (TooManyCustomHeadersInResponseHeadersPolicy)`
        : `The parameter CustomHeaders contains ${wrong} that is a security header and cannot be set as custom header (InvalidArgument)`,
    ),
  ];
}

const name = (source: string, maximum: number, pattern: RegExp, says: string) => ({
  property: "name",
  ...{ maximum, pattern, says, source: `CloudFront API: ${source}` },
});

export const siteTypes: readonly ResourceType[] = [
  {
    token: accessType,
    name: name("OriginAccessControlConfig", 64, /^[^\0]+$/, "any characters"),
    replaces: [],
    id: (making) => `E${making.hex(13).toUpperCase()}`,
    check: (inputs) => [
      ...rules.accessType.check(inputs, "originAccessControlOriginType"),
      ...rules.accessSigning.check(inputs, "signingBehavior"),
    ],
    usedBy: [distributionType],
    outputs: (making, id) => ({
      arn: arnOf(making, `origin-access-control/${id}`),
      etag: making.hex(13).toUpperCase(),
    }),
  },
  {
    token: functionType,
    name: name("CreateFunction", 64, /^[A-Za-z0-9_-]*$/, "letters, digits, - and _"),
    replaces: ["name"],
    id: (making) => making.text("name"),
    check: (inputs) => [
      ...rules.functionRuntime.check(inputs, "runtime"),
      ...rules.functionSize.check(
        typeof inputs["code"] === "string" ? { code: Buffer.byteLength(inputs["code"]) } : {},
        "code",
      ),
    ],
    usedBy: [distributionType],
    outputs: (making, id) => ({ arn: arnOf(making, `function/${id}`), status: "UNASSOCIATED" }),
  },
  {
    token: headersType,
    name: name("ResponseHeadersPolicyConfig", 128, /^[^\0]+$/, "any characters"),
    replaces: [],
    id: (making) =>
      [
        making.hex(8),
        making.hex(4, "b"),
        `4${making.hex(3, "c")}`,
        `a${making.hex(3, "d")}`,
        making.hex(12, "e"),
      ].join("-"),
    check: checkHeaders,
    usedBy: [distributionType],
    outputs: (making, id) => ({
      arn: arnOf(making, `response-headers-policy/${id}`),
      etag: making.hex(13).toUpperCase(),
    }),
  },
];
