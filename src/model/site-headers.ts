/**
 * Headers of a site's answers by the fields that a response headers policy has for them: CloudFront refuses those of
 * security and CORS among the others ("… is a security header and cannot be set as custom header").
 */

/** What a header says, by its field; `custom` has none. */
export type SiteHeader =
  | {
      readonly field: "strictTransportSecurity";
      readonly maxAge: number;
      readonly subdomains: boolean;
      readonly preload: boolean;
    }
  | { readonly field: "contentTypeOptions" }
  | { readonly field: "frameOptions" | "referrerPolicy" | "contentSecurityPolicy"; readonly value: string }
  | { readonly field: "xssProtection"; readonly protection: boolean; readonly block: boolean }
  | {
      readonly field: "allowOrigins" | "allowMethods" | "allowHeaders" | "exposeHeaders";
      readonly items: readonly string[];
    }
  | { readonly field: "allowCredentials"; readonly value: boolean }
  | { readonly field: "maxAge"; readonly seconds: number }
  | { readonly field: "custom"; readonly name: string; readonly value: string };

/** A value that its header has not. */
interface Fault {
  /** The values that it has. */
  readonly wants: string;
}

type Parse = (value: string) => SiteHeader | Fault;

/** CloudFront API, ResponseHeadersPolicyReferrerPolicy. */
const referrerPolicies = [
  "no-referrer",
  "no-referrer-when-downgrade",
  "origin",
  "origin-when-cross-origin",
  "same-origin",
  "strict-origin",
  "strict-origin-when-cross-origin",
  "unsafe-url",
];

/** CloudFront API, ResponseHeadersPolicyAccessControlAllowMethods. */
const corsMethods = ["GET", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "HEAD"];

const items = (field: "allowOrigins" | "allowHeaders" | "exposeHeaders"): Parse => {
  return (value) => ({ field, items: listOf(value) });
};

/** By name in lower case; every other header is `custom`. */
const parsers: Readonly<Record<string, Parse>> = {
  "strict-transport-security": (value) => {
    const [, age, rest = ""] =
      /^max-age=(\d{1,10})((?:\s*;\s*(?:includeSubDomains|preload))*)$/i.exec(value) ?? [];
    if (age === undefined)
      return { wants: "max-age=31536000; includeSubDomains; preload, the last two where they are meant" };
    const [subdomains, preload] = [/includeSubDomains/i.test(rest), /preload/i.test(rest)];
    return { field: "strictTransportSecurity", maxAge: Number(age), subdomains, preload };
  },
  "x-content-type-options": (value) =>
    /^nosniff$/i.test(value) ? { field: "contentTypeOptions" } : { wants: "nosniff" },
  "x-frame-options": (value) =>
    /^(DENY|SAMEORIGIN)$/i.test(value)
      ? { field: "frameOptions", value: value.toUpperCase() }
      : { wants: "DENY or SAMEORIGIN; frame-ancestors of Content-Security-Policy says more" },
  "referrer-policy": (value) =>
    referrerPolicies.includes(value)
      ? { field: "referrerPolicy", value }
      : { wants: `one of ${referrerPolicies.join(", ")}` },
  "content-security-policy": (value) => ({ field: "contentSecurityPolicy", value }),
  "x-xss-protection": (value) => {
    const [, on, mode] = /^([01])(\s*;\s*mode=block)?$/i.exec(value) ?? [];
    if (on === undefined) return { wants: "0, or 1; mode=block" };
    return { field: "xssProtection", protection: on === "1", block: mode !== undefined };
  },
  "access-control-allow-origin": items("allowOrigins"),
  "access-control-allow-headers": items("allowHeaders"),
  "access-control-expose-headers": items("exposeHeaders"),
  "access-control-allow-methods": (value) => {
    const methods = value === "*" ? ["ALL"] : listOf(value.toUpperCase());
    return methods.every((method) => method === "ALL" || corsMethods.includes(method))
      ? { field: "allowMethods", items: methods }
      : { wants: `*, or some of ${corsMethods.join(", ")}` };
  },
  "access-control-allow-credentials": (value) =>
    /^(true|false)$/.test(value)
      ? { field: "allowCredentials", value: value === "true" }
      : { wants: "true or false" },
  "access-control-max-age": (value) =>
    /^\d{1,9}$/.test(value) ? { field: "maxAge", seconds: Number(value) } : { wants: "seconds" },
};

export function parseSiteHeader(name: string, value: string): SiteHeader | Fault {
  return parsers[name.toLowerCase()]?.(value) ?? { field: "custom", name, value };
}

/** The headers without a field, name and value. */
export function customHeaders(
  headers: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(headers).filter(([name]) => parsers[name.toLowerCase()] === undefined);
}

function listOf(value: string): readonly string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
