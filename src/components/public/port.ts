/** One published port: its target group, the listener's rules that lead there, and its public name. */
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { parkedName } from "../../model/deployed-balancing";
import { domainRule, domainsApart, movedHosts, placeGroups, type GroupInputs } from "./port-groups";
import { createRule, type PublicPortArgs, type Rule } from "./port-rule";
import { isSecure } from "./places";
import { mainPrefix, type PublicRoute } from "./routes";
import { joinedHosts } from "./shiftable";
import type { GroupPlace } from "./target-group";

export class PublicPort extends pulumi.ComponentResource {
  /** The one that its service names. */
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, by which CloudWatch knows them; the one that its service names first. */
  readonly targetGroupArnSuffixes: readonly [pulumi.Output<string>, ...pulumi.Output<string>[]];
  /** What ECS moves requests by, where both groups have their rule already. */
  readonly pair: { readonly other: TargetGroup; readonly rule: ListenerRule } | undefined;
  /** Under the first of the service's own domains that has a certificate, else under its name in the project. */
  readonly url: pulumi.Output<string>;
  /** A target group has to be in use before ECS registers tasks with it. */
  readonly ready: readonly pulumi.Resource[];
  /** Whether the rules wait for the tasks: {@link lead}. */
  readonly waits: boolean;
  /** The name of its route. */
  readonly route: string;
  readonly #groups: Groups;
  /** Whether its existing rules change once it is known which group of the pair has the requests. */
  readonly #later: boolean;

  constructor(
    name: string,
    private readonly args: PublicPortArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("berth:aws:PublicPort", name, {}, opts);
    const { scope, loadBalancer, edge, route, zone, names, balancing, secured = new Set<string>() } = args;
    this.route = route.name;
    const groups = createTargetGroups(args, this);
    const { own, alternate } = groups;
    this.#groups = groups;
    this.targetGroupArn = own.arn;
    this.targetGroupArnSuffixes = [own.arnSuffix, ...(alternate === undefined ? [] : [alternate.arnSuffix])];
    this.waits = groups.waits;
    this.#later = alternate !== undefined && needsFurtherRules(args);
    const host = "host" in route.at ? route.at.host : undefined;
    if (host !== undefined && zone !== undefined) names?.point(host, zone, { parent: this });
    const rules = this.waits
      ? [createParkedRule(args, own, this)]
      : this.#later
        ? []
        : this.#createRules([], own.arn);
    this.ready = [...rules, ...(this.waits ? [] : this.#createRedirects([]))];
    const [rule] = rules;
    const other = own === alternate ? groups.first : alternate;
    // A rule of a domain alone goes at the end of the run: until then it leads to the group that the requests would leave.
    const alone = !this.waits && balancing?.apart.has(route.name) !== true;
    this.pair = !alone || other === undefined || rule === undefined ? undefined : { other, rule };
    const distribution = "edge" in route.at ? route.at.edge : undefined;
    const shown = route.domains.find(
      ({ name: domain, redirect }) =>
        secured.has(domain) && redirect === undefined && !domain.startsWith("*."),
    );
    const prefix = route.prefix?.prefix ?? "";
    const secure =
      shown?.name ??
      host ??
      (distribution === undefined
        ? undefined
        : (edge?.door(distribution)?.shown ?? edge?.domainName(distribution)));
    this.url =
      secure === undefined
        ? pulumi.interpolate`http://${loadBalancer.dnsName}${"path" in route.at ? route.at.path : "/"}`
        : pulumi.interpolate`https://${secure}${prefix}`;
    this.registerOutputs({ url: this.url, project: scope.project });
  }

  /**
   * Makes or moves the rules that wait for healthy tasks: all of them where {@link waits}, and where a pair's one rule no
   * longer has room for all of the port's names.
   *
   * @param healthy - resolves when the target group has healthy tasks
   * @param group - the target group that the service names in this run
   */
  lead(healthy: pulumi.Input<pulumi.Resource>, group: pulumi.Output<string>): readonly ListenerRule[] {
    if (this.waits) {
      this.#createRedirects([healthy]);
      return this.#createRules([healthy], this.#groups.own.arn);
    }
    return this.#later ? this.#createRules([healthy], group) : [];
  }

  #createRules(
    after: readonly pulumi.Input<pulumi.Resource>[],
    group: pulumi.Input<string>,
  ): readonly ListenerRule[] {
    const { route, balancing } = this.args;
    const { first, alternate } = this.#groups;
    const rule = { ...mainRule(route), ...definedOnly({ hosts: this.#joined() }) };
    const known = balancing?.paired.has(route.name) === true;
    const to = alternate === undefined ? group : { first: first.arn, alternate: alternate.arn, known };
    // Hosts that were the main rule's have their own before it loses them.
    const further = this.#furtherRules(after, group);
    const main = { rule, to, after: [...after, ...further] };
    return [createRule(route.name, this.args, main, this), ...further];
  }

  /** The hosts of the one rule that ECS moves. */
  #joined(): readonly string[] | undefined {
    const { route, secured = new Set<string>() } = this.args;
    return movedHosts(route, this.#groups, secured);
  }

  #furtherRules(
    after: readonly pulumi.Input<pulumi.Resource>[],
    to: pulumi.Input<string>,
  ): readonly ListenerRule[] {
    const { route, balancing, secured = new Set<string>() } = this.args;
    return domainsApart(route, this.#joined(), secured).map(({ name: domain, priority }) => {
      const own = { hosts: [domain], https: secured.has(domain), priority };
      const rule = { ...own, ...definedOnly({ prefix: route.prefix }) };
      return createRule(domainRule(route, domain, balancing), this.args, { rule, to, after }, this);
    });
  }

  /** They lead to no group. */
  #createRedirects(after: readonly pulumi.Input<pulumi.Resource>[]): readonly ListenerRule[] {
    const { route, balancing, secured = new Set<string>() } = this.args;
    return route.domains.flatMap(({ name: domain, priority, redirect }) => {
      if (redirect === undefined) return [];
      const rule = { hosts: [domain], redirect, https: secured.has(domain), priority };
      const to = this.#groups.own.arn;
      return createRule(domainRule(route, domain, balancing), this.args, { rule, to, after }, this);
    });
  }
}

/** Whether own domains lead to the port by rules apart from its main one. */
function needsFurtherRules({ route, secured = new Set() }: PublicPortArgs): boolean {
  const own = route.domains.some(({ redirect }) => redirect === undefined);
  return own && joinedHosts(route, secured) === undefined;
}

function mainRule(route: PublicRoute): Rule {
  const host = "host" in route.at ? route.at.host : undefined;
  const distribution = "edge" in route.at ? route.at.edge : undefined;
  const hosts = host === undefined ? undefined : [host];
  const address = definedOnly({ hosts, prefix: mainPrefix(route), distribution });
  return { ...address, https: isSecure(route.at), priority: route.priority };
}

interface Groups {
  readonly first: TargetGroup;
  readonly alternate?: TargetGroup;
  /** That of the two which the service names. */
  readonly own: TargetGroup;
  readonly waits: boolean;
}

function createTargetGroups(args: PublicPortArgs, parent: pulumi.Resource): Groups {
  const { inputs, first: place, alternate: other, swapped, waits } = placeGroups(args);
  const first = createTargetGroup(place, inputs, args, parent);
  if (other === undefined) return { first, own: first, waits };
  const alternate = createTargetGroup(other, inputs, args, parent);
  return { first, alternate, own: swapped ? alternate : first, waits };
}

function createTargetGroup(
  { logicalName, ...place }: GroupPlace,
  inputs: GroupInputs,
  { scope, network, route: { service } }: PublicPortArgs,
  parent: pulumi.Resource,
): TargetGroup {
  return new TargetGroup(
    logicalName,
    {
      ...place,
      targetType: "ip",
      vpcId: network.vpcId,
      ...inputs,
      deregistrationDelay: scope.mode.deregistrationDelay,
      ...(service.stickiness === undefined
        ? {}
        : { stickiness: { type: "lb_cookie", cookieDuration: service.stickiness, enabled: true } }),
      tags: scope.tags(service.name),
    },
    { parent },
  );
}

/** Addresses for documentation (RFC 5737), from which no request comes. */
const nobody = "192.0.2.0/24";

/**
 * The rule by which a target group belongs to the load balancer, so that ECS registers tasks with it and their health
 * is checked, while the requests still go elsewhere. It stays: a rule that came and went would be a change of its own.
 */
function createParkedRule(
  { scope, loadBalancer, route }: PublicPortArgs,
  targetGroup: TargetGroup,
  parent: pulumi.Resource,
): ListenerRule {
  const name = parkedName(route.name);
  const { https } = mainRule(route);
  return new ListenerRule(
    name,
    {
      listenerArn: (https ? loadBalancer.httpsArn : undefined) ?? loadBalancer.httpArn,
      priority: route.parkedPriority,
      conditions: [{ hostHeader: { values: [`${name}.invalid`] } }, { sourceIp: { values: [nobody] } }],
      actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: scope.tags(route.service.name, name),
    },
    { parent },
  );
}
