/**
 * Requests under names of services, and under CloudFront's own of distributions, played through what a simulated AWS holds at one instant: the record that a resolver has,
 * the distribution or the load balancer that it leads to, certificates, security groups and rules. What each does: see
 * edge-requests.ts; which certificate CloudFront takes of an origin: CloudFront Developer Guide, HTTP 502 status code.
 */
import { definedOnly } from "../../src/defined";
import type { Properties } from "../../src/simulator/cloud/cloud";
import { managedPrefixListId } from "../../src/simulator/cloud/prefix-lists";
import type { CloudData, StoredResource } from "../../src/simulator/cloud/store";
import { listOf, recordOf, textOf } from "../../src/simulator/cloud/values";

const types = {
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  beside: "aws:lb/listenerCertificate:ListenerCertificate",
  certificate: "aws:acm/certificate:Certificate",
  distribution: "aws:cloudfront/distribution:Distribution",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  listener: "aws:lb/listener:Listener",
  record: "aws:route53/record:Record",
  rule: "aws:lb/listenerRule:ListenerRule",
} as const;

const list = managedPrefixListId("us-east-1", "com.amazonaws.global.cloudfront.origin-facing");

/** What a request meets: who answers, or why nobody does. */
export type Met = { readonly service: string; readonly by: string } | { readonly lost: string };

interface Arrived {
  readonly from: "the world" | "CloudFront";
  readonly port: 80 | 443;
  readonly host: string;
  readonly path: string;
  /** What the distribution says of itself: the stack's key and its own name, sealed. @default it comes from nowhere known */
  readonly key?: string;
  /** Whether the viewer's protocol is among its headers, for an app that reads it there. */
  readonly forwarded: boolean;
}

export class NamedWorld {
  constructor(private readonly data: CloudData) {}

  /** What a name's records lead to. */
  targets(host: string): readonly string[] {
    if (host.endsWith(".cloudfront.net")) return [host];
    return this.#all(types.record)
      .filter(
        ({ outputs }) =>
          ["A", "AAAA"].includes(textOf(outputs["type"])) && like(textOf(outputs["name"]), host),
      )
      .flatMap(({ outputs }) => listOf(outputs["aliases"]).map((alias) => textOf(recordOf(alias)["name"])));
  }

  /** Asks what a record leads to, as a browser that follows redirects; the app insists on https by X-Forwarded-Proto. */
  ask(host: string, target: string, path = "/"): Met {
    const balancer = this.#all(types.balancer).find(({ outputs }) => outputs["dnsName"] === target);
    if (balancer !== undefined) {
      const [offered] = this.#offered(host);
      if (offered === undefined || !covers(offered, host))
        return { lost: `the load balancer has no certificate of ${host}` };
      return this.#arrive({ from: "the world", port: 443, host, path, forwarded: false }, target);
    }
    const found = this.#all(types.distribution).find(({ outputs }) => outputs["domainName"] === target);
    if (found === undefined) return { lost: `${target} is nothing any more` };
    return this.#atDistribution(found.outputs, { host, path, target });
  }

  #atDistribution(
    distribution: Properties,
    { host, path, target }: { readonly host: string; readonly path: string; readonly target: string },
  ): Met {
    // Its own name is always one that it has, with a certificate of AWS's.
    const isOwn = host === distribution["domainName"];
    if (!isOwn && !listOf(distribution["aliases"]).some((alias) => like(textOf(alias), host)))
      return { lost: `the distribution does not have ${host}` };
    const arn = textOf(recordOf(distribution["viewerCertificate"])["acmCertificateArn"]);
    if (!isOwn && !this.#namesOf(arn).some((name) => like(name, host)))
      return { lost: `the distribution has no certificate of ${host}` };
    const origin = recordOf(listOf(distribution["origins"])[0]);
    const domain = textOf(origin["domainName"]);
    const headers = headersOf(distribution);
    const arriving = {
      ...({ from: "CloudFront", host, path, forwarded: headers.has("Forwarded") } as const),
      ...definedOnly({ key: headers.get("X-Berth-Edge") }),
    };
    if (recordOf(origin["customOriginConfig"])["originProtocolPolicy"] !== "https-only")
      return this.#arrive({ ...arriving, port: 80 }, target);
    if (!this.#leadsToBalancer(domain)) return { lost: `${domain} does not lead to the load balancer` };
    // Whichever of the two names CloudFront greets it with.
    for (const greeted of [host, domain]) {
      const [offered] = this.#offered(greeted);
      if (offered === undefined || !(covers(offered, host) || covers(offered, domain)))
        return { lost: `502: the load balancer, greeted as ${greeted}, answers with another certificate` };
    }
    return this.#arrive({ ...arriving, port: 443 }, target);
  }

  #leadsToBalancer(name: string): boolean {
    const own = this.#all(types.balancer).map(({ outputs }) => textOf(outputs["dnsName"]));
    return own.includes(name) || this.targets(name).some((target) => own.includes(target));
  }

  #arrive({ from, port, host, path, key, forwarded }: Arrived, by: string): Met {
    const groups = listOf(this.#all(types.balancer)[0]?.outputs["securityGroups"]);
    const open = this.#all(types.ingress).some(
      ({ outputs }) =>
        groups.includes(outputs["securityGroupId"]) &&
        outputs["fromPort"] === port &&
        (outputs["cidrIpv4"] === "0.0.0.0/0" || (from === "CloudFront" && outputs["prefixListId"] === list)),
    );
    if (!open) return { lost: `the load balancer's group lets ${from} in at ${port} no more` };
    const listener = this.#all(types.listener).find(({ outputs }) => outputs["port"] === port);
    const rule = this.#all(types.rule)
      .filter(({ outputs }) => outputs["listenerArn"] === listener?.id)
      .sort((a, b) => Number(a.outputs["priority"]) - Number(b.outputs["priority"]))
      .find(({ outputs }) =>
        listOf(outputs["conditions"]).every((one) =>
          takes(recordOf(one), { host, path, hasKey: (values) => this.#hasKey(key, values) }),
        ),
      );
    if (rule === undefined) return { lost: "the load balancer has no rule for it" };
    const redirect = textOf(recordOf(recordOf(listOf(rule.outputs["actions"])[0])["redirect"])["host"]);
    if (redirect !== "") {
      const [next] = this.targets(redirect);
      return next === undefined ? { lost: `${redirect} leads nowhere` } : this.ask(redirect, next, path);
    }
    // Written by the load balancer; an app that insists on https redirects for ever, where it knows nothing else.
    if (listener?.outputs["protocol"] !== "HTTPS" && !forwarded)
      return { lost: "redirected to https for ever" };
    return { service: textOf(recordOf(rule.outputs["tags"])["berth:service"]), by };
  }

  /** A sealed value can be told from another one, and no more: one that no distribution has is the pattern for all of them. */
  #hasKey(key: string | undefined, values: readonly string[]): boolean {
    if (key === undefined) return false;
    const known = this.#all(types.distribution).map(({ outputs }) => headersOf(outputs).get("X-Berth-Edge"));
    return values.some((value) => value === key || !known.includes(value));
  }

  /** The certificate that the load balancer answers a greeting with: one that has the name, else its default one. */
  #offered(greeted: string): readonly (readonly string[])[] {
    const listener = this.#all(types.listener).find(({ outputs }) => outputs["port"] === 443);
    const own = textOf(listener?.outputs["certificateArn"]);
    const beside = this.#all(types.beside).map(({ outputs }) => textOf(outputs["certificateArn"]));
    const all = [own, ...beside].map((arn) => this.#namesOf(arn));
    return [...all.filter((names) => covers(names, greeted)), ...all].slice(0, 1);
  }

  #namesOf(arn: string): readonly string[] {
    const found = this.#all(types.certificate).find(({ id }) => id === arn)?.outputs ?? {};
    return [found["domainName"], ...listOf(found["subjectAlternativeNames"])].map(textOf);
  }

  #all(type: string): readonly StoredResource[] {
    return this.data.resources.filter((resource) => resource.type === type);
  }
}

/** What a distribution adds to the requests that it passes on. */
function headersOf(distribution: Properties): ReadonlyMap<string, string> {
  const origin = recordOf(listOf(distribution["origins"])[0]);
  const headers = listOf(origin["customHeaders"]).map(recordOf);
  return new Map(headers.map(({ name, value }) => [textOf(name), textOf(value)]));
}

function covers(names: readonly string[], host: string): boolean {
  return names.some((name) => like(name, host));
}

/** A wildcard of a certificate, an alias or a record stands for one label here. */
function like(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith("*.") && host.slice(host.indexOf(".") + 1) === pattern.slice(2);
}

function takes(
  condition: Properties,
  {
    host,
    path,
    hasKey,
  }: Pick<Arrived, "host" | "path"> & { readonly hasKey: (values: readonly string[]) => boolean },
): boolean {
  const { httpHeader, pathPattern, hostHeader, sourceIp } = condition;
  const values = (of: unknown): readonly string[] => listOf(recordOf(of)["values"]).map(textOf);
  return (
    sourceIp === undefined &&
    (httpHeader === undefined || hasKey(values(httpHeader))) &&
    (hostHeader === undefined || values(hostHeader).some((each) => like(each, host))) &&
    (pathPattern === undefined ||
      values(pathPattern).some((each) =>
        each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each,
      ))
  );
}
