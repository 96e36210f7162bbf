/**
 * Reads the path and the port that a health check asks for, so that the load balancer asks for the same.
 */

export interface HttpTarget {
  /** With a leading `/`; holds the query, where there is one. */
  readonly path: string;
  readonly port: number;
}

/** Options of curl by which a request is more than a plain GET or HEAD: method, body, headers, credentials, socket. */
const curlOptions =
  /^(-[A-Za-z]*[XdHuFT].*|--(request|data.*|json|header|user|form.*|upload-file|unix-socket|cert|oauth2-bearer)(=.*)?)$/;
const wgetOptions =
  /^--(post-data|post-file|body-data|body-file|method|header|user|password|http-user|http-password)(=.*)?$/;

/** Longest path that a target group's health check takes (Elastic Load Balancing API reference, HealthCheckPath). */
const longestPath = 1024;

/**
 * The one URL of this container that a check's command asks for by plain HTTP.
 *
 * @param words - the words of the command; a shell command is one word
 * @param serviceName - a name under which the container reaches itself, besides `localhost` and its addresses
 * @returns `undefined` where there is no such URL, or more than one, or where the load balancer could not ask the same
 */
export function httpTarget(words: readonly string[], serviceName: string): HttpTarget | undefined {
  const shell = words.length === 1;
  const tokens = shell ? (words[0] ?? "").split(/[\s;|&()'"`]+/).filter((token) => token !== "") : words;
  const program = tokens[0]?.split("/").at(-1);
  if (program === "curl" && tokens.some((token) => curlOptions.test(token))) return undefined;
  if (program === "wget" && tokens.some((token) => wgetOptions.test(token))) return undefined;
  const plain = program === "curl" || program === "wget";
  const found = new Map<string, HttpTarget>();
  for (const token of tokens.slice(1)) {
    for (const target of targetsIn(token, serviceName, plain))
      found.set(`${target.port}${target.path}`, target);
  }
  const [only] = found.values();
  return found.size === 1 ? only : undefined;
}

/** Targets in one word: URLs anywhere in it; with curl and wget also the whole word without a scheme. */
function targetsIn(token: string, serviceName: string, bare: boolean): readonly HttpTarget[] {
  const urls = [...token.matchAll(/http:\/\/[^\s'"`)\\]+/gi)].map(([url]) => url);
  const candidates = bare && !token.includes("://") && !token.startsWith("-") ? [`http://${token}`] : urls;
  return candidates.flatMap((url) => parse(url, serviceName) ?? []);
}

function parse(text: string, serviceName: string): HttpTarget | undefined {
  const url = /[$*]/.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (url === undefined || url.username !== "" || url.password !== "") return undefined;
  const own = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", serviceName.toLowerCase()];
  const path = `${url.pathname}${url.search}`;
  if (!own.includes(url.hostname) || path.length > longestPath) return undefined;
  return { path, port: url.port === "" ? 80 : Number(url.port) };
}
