/** The code that CloudFront runs before it looks for a file of a site, run here. */
import { runInNewContext } from "node:vm";
import { siteFunction, type SiteAddresses } from "../../../../src/components/public/site-function";

interface Answer {
  readonly uri?: string;
  readonly statusCode?: number;
  readonly headers?: { readonly location?: { readonly value: string } };
}

function asked(uri: string, addresses: Partial<SiteAddresses> = {}, host = "d1.cloudfront.net"): string {
  const code = siteFunction({ index: "index.html", spa: false, redirects: {}, ...addresses });
  const handler = runInNewContext(`${code}\nhandler;`) as (event: object) => Answer;
  const querystring = { a: { value: "1" }, b: { value: "2", multiValue: [{ value: "2" }, { value: "" }] } };
  const {
    uri: found,
    statusCode,
    headers,
  } = handler({
    request: { uri, querystring, headers: { host: { value: host } } },
  });
  return statusCode === undefined ? (found ?? "") : `${statusCode} ${headers?.location?.value ?? ""}`;
}

test.each([
  ["/", "/index.html"],
  ["/docs/", "/docs/index.html"],
  ["/style.css", "/style.css"],
  ["/docs", "301 /docs/?a=1&b=2&b"],
  ["/.well-known/apple-app-site-association", "/.well-known/apple-app-site-association"],
  // Neither is led to another host.
  ["//evil.example/x", "301 /evil.example/x/?a=1&b=2&b"],
  ["/\\evil.example/x", "301 /evil.example/x/?a=1&b=2&b"],
])("%s is asked for as %s", (uri, expected) => {
  expect(asked(uri)).toBe(expected);
});

test.each([
  ["/", "/index.html"],
  ["/user/7", "/index.html"],
  ["/user/", "/index.html"],
  ["/assets/x.js", "/assets/x.js"],
  ["/.well-known/x", "/.well-known/x"],
])("in a single-page site %s is asked for as %s", (uri, expected) => {
  expect(asked(uri, { spa: true })).toBe(expected);
});

test("a name that is led to another one keeps path and query", () => {
  const redirects = { "www.example.com": "example.com" };
  expect(asked("/a.html", { redirects }, "WWW.example.com")).toBe("301 https://example.com/a.html?a=1&b=2&b");
  expect(asked("/a.html", { redirects }, "example.com")).toBe("/a.html");
});
