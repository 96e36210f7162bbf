/** The response headers policy of a site's headers. */
import {
  ResponseHeadersPolicy,
  type ResponseHeadersPolicyArgs,
} from "@pulumi/aws/cloudfront/responseHeadersPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { parseSiteHeader, type SiteHeader } from "../../model/site-headers";

type Security = Exclude<ResponseHeadersPolicyArgs["securityHeadersConfig"], undefined>;

/** @returns `undefined` where the site has none of its own */
export function headersPolicy(
  name: string,
  physicalName: string,
  headers: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): ResponseHeadersPolicy | undefined {
  const parsed = Object.entries(headers).map(([header, value]) => parseSiteHeader(header, value));
  const fields = parsed.flatMap((header): SiteHeader[] => ("wants" in header ? [] : [header]));
  if (fields.length === 0) return undefined;
  const custom = fields.flatMap((field) => (field.field === "custom" ? [field] : []));
  const security = Object.fromEntries(fields.flatMap(securityOf));
  const cors = corsOf(fields);
  return new ResponseHeadersPolicy(
    name,
    {
      name: physicalName,
      ...(custom.length === 0
        ? {}
        : {
            customHeadersConfig: {
              items: custom.map(({ name: header, value }) => ({ header, value, override: true })),
            },
          }),
      ...(Object.keys(security).length === 0 ? {} : { securityHeadersConfig: security as Security }),
      ...(cors === undefined ? {} : { corsConfig: cors }),
    },
    { parent },
  );
}

function securityOf(header: SiteHeader): readonly (readonly [string, object])[] {
  const override = true;
  switch (header.field) {
    case "strictTransportSecurity": {
      const { maxAge, subdomains, preload } = header;
      const value = { accessControlMaxAgeSec: maxAge, includeSubdomains: subdomains, preload, override };
      return [[header.field, value]];
    }
    case "contentTypeOptions":
      return [[header.field, { override }]];
    case "frameOptions":
      return [[header.field, { frameOption: header.value, override }]];
    case "referrerPolicy":
      return [[header.field, { referrerPolicy: header.value, override }]];
    case "contentSecurityPolicy":
      return [[header.field, { contentSecurityPolicy: header.value, override }]];
    case "xssProtection": {
      const { protection, block } = header;
      return [[header.field, { protection, override, ...(block ? { modeBlock: true } : {}) }]];
    }
    default:
      return [];
  }
}

/** CloudFront wants origins, methods, headers and credentials together (CloudFront API, ResponseHeadersPolicyCorsConfig). */
function corsOf(fields: readonly SiteHeader[]): ResponseHeadersPolicyArgs["corsConfig"] {
  const lists = new Map<string, string[]>();
  let credentials = false;
  let maxAge: number | undefined;
  for (const field of fields) {
    if ("items" in field) lists.set(field.field, [...field.items]);
    if (field.field === "allowCredentials") credentials = field.value;
    if (field.field === "maxAge") maxAge = field.seconds;
  }
  if (lists.size === 0 && !credentials && maxAge === undefined) return undefined;
  const expose = lists.get("exposeHeaders");
  return {
    accessControlAllowCredentials: credentials,
    accessControlAllowOrigins: { items: lists.get("allowOrigins") ?? ["*"] },
    accessControlAllowMethods: { items: lists.get("allowMethods") ?? ["GET", "HEAD", "OPTIONS"] },
    accessControlAllowHeaders: { items: lists.get("allowHeaders") ?? ["*"] },
    ...(expose === undefined ? {} : { accessControlExposeHeaders: { items: expose } }),
    ...(maxAge === undefined ? {} : { accessControlMaxAgeSec: maxAge }),
    originOverride: true,
  };
}
