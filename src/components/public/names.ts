/**
 * The names of services, and what answers for them: they change hands in an order in which none of their requests is lost
 * (docs/edge.md).
 */
import type { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { noNames, type DeployedNames } from "../../model/deployed-names";
import type { ProjectProgramArgs } from "../../ports";
import type { Edge } from "./edge";
import type { LoadBalancer } from "./load-balancer";
import { alias, pointTo, pointToDistribution } from "./pointing";
import type { RecordZone } from "./record-zone";

export interface NamesArgs {
  readonly loadBalancer: LoadBalancer;
  /** What answers in front of it. @default it answers for the names itself */
  readonly edge?: Edge;
  /** @default the stack is new */
  readonly deployed?: DeployedNames;
  /** Resolves once nobody is led by a former record of these names. @default at once */
  readonly forgotten?: (names: readonly string[]) => Promise<void>;
}

/** An output of a run in which every rule has been declared: {@link Names.seal}. */
export function sealed<T>({ names }: { readonly names?: Names }, output: T): T | pulumi.Output<T> {
  return names === undefined ? output : names.seal(output);
}

/** What a run is given for it. */
export function handoverOf({
  names,
  forgotten,
}: Pick<ProjectProgramArgs, "names" | "forgotten">): Pick<NamesArgs, "deployed" | "forgotten"> {
  return definedOnly({ deployed: names, forgotten });
}

/**
 * To CloudFront: distributions first, which may have a name whose record leads elsewhere; then the records; and once the former
 * ones are forgotten, the rules ask for CloudFront's key, and the load balancer's group is closed at the end of the run. Back:
 * the group is opened and the rules take everybody's requests, then the records, and the distributions go when those are forgotten.
 */
export class Names {
  readonly #args: NamesArgs;
  readonly #rules = new Map<string, pulumi.Resource[]>();
  readonly #records = new Map<string, readonly DnsRecord[]>();
  /** Whether the load balancer is public now, and is not to. */
  readonly #closes: boolean;
  /** Whether CloudFront alone reaches it now, and everybody is to. */
  readonly #opens: boolean;
  readonly #sealed: Promise<void>;
  #seal: () => void = () => undefined;

  constructor(args: NamesArgs) {
    this.#args = args;
    const { https } = args.deployed ?? noNames;
    const behind = args.edge?.hasDoors === true;
    this.#closes = behind && https.world;
    this.#opens = !behind && https.cloudFront;
    this.#sealed = new Promise((resolve) => {
      this.#seal = resolve;
    });
  }

  /** Leads a host to what answers for it. */
  point(host: string, zone: RecordZone, opts: pulumi.CustomResourceOptions): void {
    const { loadBalancer, edge, deployed = noNames } = this.#args;
    const domainName = edge?.doorOf(host);
    if (domainName !== undefined) {
      this.#records.set(host, pointToDistribution(host, { domainName, zone }, opts));
      return;
    }
    const after = this.#opens ? { ...opts, dependsOn: this.#opened(host) } : opts;
    const target = { zone, name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId };
    // Route 53 has no address of IPv6 for it. Were the record deleted, its end would be seen after that of the distribution.
    const six = deployed.sixes.has(host) ? [alias(host, "AAAA", target, after)] : [];
    this.#records.set(host, [pointTo(host, { loadBalancer, zone }, after), ...six]);
  }

  /** What a rule has to wait for that takes the requests of hosts. */
  before(hosts: readonly string[]): readonly pulumi.Input<pulumi.Resource>[] {
    const records = this.#closes ? this.#recordsOf(hosts) : [];
    const [first] = records;
    return first === undefined ? [] : [this.#forgotten(hosts, records).apply(() => first)];
  }

  /** A rule takes the requests of hosts. */
  taken(hosts: readonly string[], rule: pulumi.Resource): void {
    for (const host of hosts) this.#rules.set(host, [...(this.#rules.get(host) ?? []), rule]);
  }

  /**
   * Every rule has been declared.
   *
   * @param output - of the run, which takes down what it no longer has once its outputs are known
   * @returns the same, when what answered before may go
   */
  seal<T>(output: T): T | pulumi.Output<T> {
    this.#seal();
    const hosts = [...this.#records.keys()];
    return this.#opens ? this.#forgotten(hosts, this.#recordsOf(hosts)).apply(() => output) : output;
  }

  #recordsOf(hosts: readonly string[]): readonly DnsRecord[] {
    return hosts.flatMap((host) => this.#records.get(host) ?? []);
  }

  /** In a preview nobody waits. */
  #forgotten(hosts: readonly string[], records: readonly DnsRecord[]): pulumi.Output<void> {
    const { forgotten } = this.#args;
    return pulumi.all(records.map(({ urn }) => urn)).apply(async () => {
      if (!pulumi.runtime.isDryRun()) await forgotten?.(hosts);
    });
  }

  /** Once everybody's requests for the host are let in and taken. */
  async #opened(host: string): Promise<pulumi.Resource[]> {
    await this.#sealed;
    return [...this.#args.loadBalancer.letIn, ...(this.#rules.get(host) ?? [])];
  }
}
