/**
 * Requests under names of services, played through what a simulated AWS holds at one instant: the record that a resolver has,
 * the distribution or the load balancer that it leads to, certificates, security groups and rules. What each does: see
 * edge-requests.ts; which certificate CloudFront takes of an origin: CloudFront Developer Guide, HTTP 502 status code.
 */
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
  /** Whether it has the key of the stack's distributions. */
  readonly keyed: boolean;
}

export class NamedWorld {
  constructor(private readonly data: CloudData) {}

  /** What a name's records lead to. */
  targets(host: string): readonly string[] {
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
      return this.#arrive({ from: "the world", port: 443, host, path, keyed: false }, target);
    }
    const found = this.#all(types.distribution).find(({ outputs }) => outputs["domainName"] === target);
    if (found === undefined) return { lost: `${target} is nothing any more` };
    return this.#atDistribution(found.outputs, { host, path, target });
  }

  #atDistribution(
    distribution: Properties,
    { host, path, target }: { readonly host: string; readonly path: string; readonly target: string },
  ): Met {
    if (!listOf(distribution["aliases"]).some((alias) => like(textOf(alias), host)))
      return { lost: `the distribution does not have ${host}` };
    const arn = textOf(recordOf(distribution["viewerCertificate"])["acmCertificateArn"]);
    if (!this.#namesOf(arn).some((name) => like(name, host)))
      return { lost: `the distribution has no certificate of ${host}` };
    const origin = recordOf(listOf(distribution["origins"])[0]);
    const domain = textOf(origin["domainName"]);
    const keyed = listOf(origin["customHeaders"]).some(
      (header) => recordOf(header)["name"] === "X-Berth-Edge",
    );
    if (recordOf(origin["customOriginConfig"])["originProtocolPolicy"] !== "https-only")
      return this.#arrive({ from: "CloudFront", port: 80, host, path, keyed }, target);
    if (!this.#leadsToBalancer(domain)) return { lost: `${domain} does not lead to the load balancer` };
    // Whichever of the two names CloudFront greets it with.
    for (const greeted of [host, domain]) {
      const [offered] = this.#offered(greeted);
      if (offered === undefined || !(covers(offered, host) || covers(offered, domain)))
        return { lost: `502: the load balancer, greeted as ${greeted}, answers with another certificate` };
    }
    return this.#arrive({ from: "CloudFront", port: 443, host, path, keyed }, target);
  }

  #leadsToBalancer(name: string): boolean {
    const own = this.#all(types.balancer).map(({ outputs }) => textOf(outputs["dnsName"]));
    return own.includes(name) || this.targets(name).some((target) => own.includes(target));
  }

  #arrive({ from, port, host, path, keyed }: Arrived, by: string): Met {
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
        listOf(outputs["conditions"]).every((one) => takes(recordOf(one), { host, path, keyed })),
      );
    if (rule === undefined) return { lost: "the load balancer has no rule for it" };
    const redirect = textOf(recordOf(recordOf(listOf(rule.outputs["actions"])[0])["redirect"])["host"]);
    if (redirect !== "") {
      const [next] = this.targets(redirect);
      return next === undefined ? { lost: `${redirect} leads nowhere` } : this.ask(redirect, next, path);
    }
    // Written by the load balancer; an app that insists on https redirects for ever.
    if (listener?.outputs["protocol"] !== "HTTPS") return { lost: "redirected to https for ever" };
    return { service: textOf(recordOf(rule.outputs["tags"])["berth:service"]), by };
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
  { host, path, keyed }: Pick<Arrived, "host" | "path" | "keyed">,
): boolean {
  const { httpHeader, pathPattern, hostHeader, sourceIp } = condition;
  const values = (of: unknown): readonly string[] => listOf(recordOf(of)["values"]).map(textOf);
  return (
    sourceIp === undefined &&
    // What the key is, the cloud does not keep.
    (httpHeader === undefined || keyed) &&
    (hostHeader === undefined || values(hostHeader).some((each) => like(each, host))) &&
    (pathPattern === undefined ||
      values(pathPattern).some((each) =>
        each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each,
      ))
  );
}
