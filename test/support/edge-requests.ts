/**
 * Requests to a CloudFront name, played through what a simulated AWS holds: the distribution and its policies, the security
 * group, the listener and its rules. What each does: CloudFront Developer Guide (Request and response behavior for custom
 * origins; Use managed … policies), Elastic Load Balancing User Guide (HTTP headers and Application Load Balancers).
 */
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import type { Properties } from "../../src/simulator/cloud/cloud";
import { managedPrefixListId } from "../../src/simulator/cloud/prefix-lists";
import { listOf, numberOf, recordOf, textOf } from "../../src/simulator/cloud/values";

type Headers = Readonly<Record<string, string>>;

export interface Request {
  /** @default "GET" */
  readonly method?: string;
  readonly url: string;
  /** Names in lower case. @default none */
  readonly headers?: Headers;
  /** @default it has none */
  readonly upload?: Upload;
}

/** The body of a request on its way. */
export interface Upload {
  readonly bytes: number;
  /** The most seconds between two packets of it. @default they come without a pause */
  readonly pause?: number;
}

/** Somebody says something over a WebSocket, so many seconds after it was opened. */
export interface Said {
  readonly at: number;
  readonly by: "viewer" | "service";
}

export interface Response {
  readonly status: number;
  readonly headers?: Headers;
}

/** What a service is asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly upload?: Upload;
}

/** A service's answer; `silence` are the most seconds before or within it in which nothing comes. */
export type App = (asked: Asked) => Response & { readonly silence?: number };

const distributionType = "aws:cloudfront/distribution:Distribution";
const ruleType = "aws:lb/listenerRule:ListenerRule";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/**
 * CloudFront Developer Guide, Quotas: characters of a URL; bytes of a request's headers and query string. Of a body there
 * is no limit but 30 GB of what is kept.
 */
const longest = { url: 8_192, headers: 20_480 };

/**
 * Seconds in which the service says nothing to the viewer, after which CloudFront takes a WebSocket for idle (Developer
 * Guide, Quotas on WebSocket connections). The load balancer's idle timeout counts what either of the two says.
 */
const webSocketIdle = 600;

const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

export class Internet {
  /** What CloudFront keeps: answers by method, address and cookies. */
  readonly #kept = new Map<string, Response>();

  /** @param apps - by service */
  constructor(
    private readonly aws: SimulatedAws,
    private readonly apps: Readonly<Record<string, App>>,
  ) {}

  /** A viewer's request. @throws Error for a name that no distribution has */
  view({ method = "GET", url, headers = {}, upload }: Request): Response {
    const { protocol, hostname, pathname } = new URL(url);
    if (url.length > longest.url) return { status: 414 };
    if (JSON.stringify(headers).length > longest.headers) return { status: 494 };
    const distribution = this.aws
      .all(distributionType)
      .find(({ outputs }) => outputs["domainName"] === hostname)?.outputs;
    if (distribution === undefined) throw new Error(`no distribution has the name ${hostname}`);
    const behavior = recordOf(distribution["defaultCacheBehavior"]);
    if (protocol === "http:" && behavior["viewerProtocolPolicy"] === "redirect-to-https") {
      const status = ["GET", "HEAD"].includes(method) ? 301 : 307;
      return { status, headers: { location: url.replace("http:", "https:") } };
    }
    if (!listOf(behavior["allowedMethods"]).includes(method)) return { status: 403 };
    const key = JSON.stringify([method, hostname, pathname, headers["cookie"]]);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const viewer = { host: hostname, "x-forwarded-for": "203.0.113.1", ...headers };
    const sent = originHeaders(behavior["originRequestPolicyId"], viewer, protocol.slice(0, -1));
    const answer = this.#askOrigin(recordOf(listOf(distribution["origins"])[0]), {
      method,
      path: pathname,
      headers: sent,
      ...(upload === undefined ? {} : { upload }),
    });
    if (behavior["cachePolicyId"] !== cachingDisabled && isCacheable(method, answer))
      this.#kept.set(key, answer);
    return answer;
  }

  /**
   * A WebSocket that a service has taken (101).
   *
   * @returns seconds after which somebody closes it, and who; `undefined` where it stands as long as something is said
   */
  socket(said: readonly Said[], until: number): { readonly at: number; readonly by: string } | undefined {
    const idle = numberOf(this.#balancer()["idleTimeout"]) ?? 60;
    const silence = (events: readonly Said[], most: number): number | undefined => {
      const times = [0, ...events.map(({ at }) => at), until];
      const after = times.findIndex((time, index) => time - (times[index - 1] ?? 0) > most);
      return after < 0 ? undefined : (times[after - 1] ?? 0) + most;
    };
    const balancer = silence(said, idle);
    const cloudFront = silence(
      said.filter(({ by }) => by === "service"),
      webSocketIdle,
    );
    const ends = [
      ...(balancer === undefined ? [] : [{ at: balancer, by: "the load balancer" }]),
      ...(cloudFront === undefined ? [] : [{ at: cloudFront, by: "CloudFront" }]),
    ];
    return ends.sort((a, b) => a.at - b.at)[0];
  }

  /** Follows redirects as a browser does. @throws Error after the tenth */
  browse(request: Request): Response {
    let url = request.url;
    for (let count = 0; count < 10; count++) {
      const answer = this.view({ ...request, url });
      const location = answer.headers?.["location"];
      if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
      url = new URL(location, url).toString();
    }
    throw new Error(`redirected for ever: ${url}`);
  }

  /** @returns `undefined` where the load balancer's group lets nothing in from there */
  askBalancer(from: "the world" | "CloudFront", asked: Asked): Response | undefined {
    const balancer = this.#balancer();
    const list = managedPrefixListId(this.aws.region, "com.amazonaws.global.cloudfront.origin-facing");
    const open = this.aws.all(ingressType).some(({ outputs }) => {
      const mine = listOf(balancer["securityGroups"]).includes(outputs["securityGroupId"]);
      const source =
        outputs["cidrIpv4"] === "0.0.0.0/0" || (from === "CloudFront" && outputs["prefixListId"] === list);
      return mine && source && outputs["fromPort"] === 80;
    });
    return open ? this.#route(asked, balancer) : undefined;
  }

  #balancer(): Properties {
    return this.aws.all("aws:lb/loadBalancer:LoadBalancer")[0]?.outputs ?? {};
  }

  #askOrigin(origin: Properties, { headers, ...asked }: Asked): Response {
    const added = Object.fromEntries(
      listOf(origin["customHeaders"])
        .map(recordOf)
        .map(({ name, value }) => [textOf(name).toLowerCase(), textOf(value)]),
    );
    const answer = this.askBalancer("CloudFront", { ...asked, headers: { ...headers, ...added } });
    const patience = numberOf(recordOf(origin["customOriginConfig"])["originReadTimeout"]) ?? 30;
    if (answer === undefined || (silenceOf(answer) ?? 0) > patience) return { status: 504 };
    return answer;
  }

  /** By the listener's rules, the lowest priority first. */
  #route(asked: Asked, balancer: Properties): Response {
    const listener = this.aws.all("aws:lb/listener:Listener").find(({ outputs }) => outputs["port"] === 80);
    const rules = this.aws
      .all(ruleType)
      .filter(({ outputs }) => outputs["listenerArn"] === listener?.id)
      .sort((a, b) => Number(a.outputs["priority"]) - Number(b.outputs["priority"]));
    const rule = rules.find(({ outputs }) =>
      listOf(outputs["conditions"]).every((condition) => holds(recordOf(condition), asked)),
    );
    if (rule === undefined) {
      const [action] = listOf(listener?.outputs["defaultActions"]);
      return { status: Number(recordOf(recordOf(action)["fixedResponse"])["statusCode"]) };
    }
    const service = textOf(recordOf(rule.outputs["tags"])["berth:service"]);
    const protocol = textOf(listener?.outputs["protocol"]).toLowerCase();
    const headers = {
      ...asked.headers,
      "x-forwarded-for": `${asked.headers["x-forwarded-for"] ?? ""}, 130.176.0.1`,
      // Written anew, whatever was there.
      "x-forwarded-proto": protocol,
      "x-forwarded-port": "80",
    };
    const idle = numberOf(balancer["idleTimeout"]) ?? 60;
    // Elastic Load Balancing User Guide, Troubleshoot: HTTP 408, the client did not send data before the idle timeout.
    if ((asked.upload?.pause ?? 0) > idle) return { status: 408 };
    const answer = this.apps[service]?.({ ...asked, headers }) ?? { status: 503 };
    return (answer.silence ?? 0) > idle ? { status: 504 } : answer;
  }
}

function silenceOf(answer: Response & { readonly silence?: number }): number | undefined {
  return answer.silence;
}

function originHeaders(policy: unknown, viewer: Headers, protocol: string): Headers {
  if (policy === allViewer) return viewer;
  if (policy === allViewerAndCloudFront) return { ...viewer, "cloudfront-forwarded-proto": protocol };
  return {};
}

/** The origin's own word, as `UseOriginCacheControlHeaders` takes it: Set-Cookie keeps nothing from being kept. */
function isCacheable(method: string, { headers = {} }: Response): boolean {
  const control = headers["cache-control"] ?? "";
  return method === "GET" && /max-age=[1-9]/.test(control) && !/private|no-store|no-cache/.test(control);
}

function holds(condition: Properties, { path, headers }: Asked): boolean {
  const { httpHeader, pathPattern, hostHeader } = condition;
  const { httpHeaderName, values } = recordOf(httpHeader);
  const given = headers[textOf(httpHeaderName).toLowerCase()];
  return (
    (httpHeader === undefined || listOf(values).includes(given)) &&
    (pathPattern === undefined ||
      listOf(recordOf(pathPattern)["values"]).some((value) => like(textOf(value), path))) &&
    (hostHeader === undefined || listOf(recordOf(hostHeader)["values"]).includes(headers["host"]))
  );
}

function like(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
