/** What CloudFront does with a request before it looks for a file: a CloudFront function of a site. */

export interface SiteAddresses {
  readonly index: string;
  readonly spa: boolean;
  /** Names that are led to another one, in lower case. */
  readonly redirects: Readonly<Record<string, string>>;
}

/**
 * The code, for the runtime cloudfront-js-2.0. An address without an ending is a page: in a single-page site the first
 * one, else a folder, which browsers are led to, so that what its document names by relative addresses is found. What has an
 * ending, and what is in `/.well-known/`, is asked for as it is.
 */
export function siteFunction({ index, spa, redirects }: SiteAddresses): string {
  const page = spa
    ? [`  if (last.indexOf(".") < 0) request.uri = ${JSON.stringify(`/${index}`)};`]
    : [
        `  if (last === "") request.uri = uri + ${JSON.stringify(index)};`,
        `  else if (last.indexOf(".") < 0) return lead(uri.replace(/^[\\/\\\\]+/, "/") + "/", request);`,
      ];
  const names = Object.keys(redirects).length === 0 ? [] : redirectLines(redirects);
  return [
    "function query(parts) {",
    "  var found = [];",
    "  for (var name in parts) {",
    "    var values = parts[name].multiValue || [parts[name]];",
    "    for (var i = 0; i < values.length; i++)",
    '      found.push(values[i].value === "" ? name : name + "=" + values[i].value);',
    "  }",
    '  return found.length === 0 ? "" : "?" + found.join("&");',
    "}",
    "",
    "function lead(to, request) {",
    "  var location = { value: to + query(request.querystring) };",
    '  return { statusCode: 301, statusDescription: "Moved Permanently", headers: { location: location } };',
    "}",
    "",
    "function handler(event) {",
    "  var request = event.request;",
    "  var uri = request.uri;",
    ...names,
    '  if (uri.indexOf("/.well-known/") === 0) return request;',
    '  var last = uri.slice(uri.lastIndexOf("/") + 1);',
    ...page,
    "  return request;",
    "}",
    "",
  ].join("\n");
}

function redirectLines(redirects: SiteAddresses["redirects"]): readonly string[] {
  return [
    `  var names = ${JSON.stringify(redirects)};`,
    '  var host = (request.headers.host ? request.headers.host.value : "").toLowerCase();',
    '  if (names[host]) return lead("https://" + names[host] + uri, request);',
  ];
}
