/** `x-static.headers`: headers of a site's answers, as a response headers policy of CloudFront takes them. */
import { customHeaders, parseSiteHeader } from "../model/site-headers";
import { isRecord, type Node } from "./node";

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;

/**
 * What says how an answer travels or is kept, which CloudFront or the files decide (CloudFront Developer Guide, Understand response
 * headers policies), and cookies, which every viewer would get.
 */
const notOurs =
  /^(age|cache-control|connection|content-(encoding|length|range|type)|date|etag|expires|host|keep-alive|last-modified|location|proxy-.*|server|set-cookie|te|trailer|transfer-encoding|upgrade|vary|via|warning|x-amz-.*|x-cache|x-edge-.*)$/i;

/** CloudFront Developer Guide, Quotas on response headers policies: custom headers, their characters, those of one value. */
const most = { custom: 10, all: 10_240, value: 1_783 };

export function readSiteHeaders(node: Node): Readonly<Record<string, string>> {
  if (!node.present) return {};
  if (!isRecord(node.value)) {
    node.problem("headers are no map", "headers: { X-Frame-Options: DENY }");
    return {};
  }
  const found: [string, string][] = [];
  for (const [name, value] of node.entries()) {
    const text = value.text();
    if (text === undefined || !judgeHeader(name, text, value)) continue;
    if (found.some(([other]) => other.toLowerCase() === name.toLowerCase()))
      value.problem(`the header ${name} is there twice`, "names of headers have no case: keep one");
    found.push([name, text.trim()]);
  }
  const headers = Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  const custom = customHeaders(headers);
  if (custom.length > most.custom)
    node.problem(
      `${custom.length} headers are not among those that CloudFront has fields for, and it takes ${most.custom} of them`,
      `remove some of ${custom.map(([name]) => name).join(", ")}`,
    );
  const characters = custom.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (characters > most.all)
    node.problem(
      `the headers have ${characters} characters, and CloudFront takes ${most.all}`,
      "write shorter ones",
    );
  return headers;
}

/** @returns whether it can be used */
function judgeHeader(name: string, text: string, node: Node): boolean {
  if (!token.test(name))
    node.problem(`${JSON.stringify(name)} is no name of a header`, "such as X-Frame-Options");
  else if (notOurs.test(name))
    node.problem(
      `${name} is decided by CloudFront and by the files themselves`,
      "remove it; docs/static-sites.md says what is kept how long",
    );
  else if (!/^[\x20-\x7e]*$/.test(text) || text.trim() === "" || text.length > most.value)
    node.problem(
      `${JSON.stringify(text.slice(0, 40))} is no value of a header that CloudFront takes`,
      `1 to ${most.value} characters of ASCII on one line`,
    );
  else {
    const fault = parseSiteHeader(name, text.trim());
    if (!("wants" in fault)) return true;
    node.problem(`${name}: ${JSON.stringify(text)} is none of its values`, fault.wants);
  }
  return false;
}
