/** The ports of a service that are published, and the target groups by which ECS registers its tasks with them. */
import type { Role } from "@pulumi/aws/iam/role";
import type { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { DeployedBalancing } from "../../model/deployed-balancing";
import type { Network } from "../network/network";
import type { Edge } from "../public/edge";
import type { Names } from "../public/names";
import type { LoadBalancer } from "../public/load-balancer";
import type { NetworkBalancer } from "../public/network-balancer";
import { NetworkPort } from "../public/network-port";
import type { NetworkRoute } from "../public/network-routes";
import { PublicPort } from "../public/port";
import type { RecordZone } from "../public/record-zone";
import type { PublicRoute } from "../public/routes";
import type { Scope } from "../stack/scope";
import type { PortRule } from "./watch";

export interface PublishArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The ports of this service that are published over HTTP. */
  readonly routes: readonly PublicRoute[];
  /** Those that are published as TCP or UDP. @default none */
  readonly networkRoutes?: readonly NetworkRoute[];
  /** @default nothing of the project is published over HTTP */
  readonly loadBalancer?: LoadBalancer;
  /** @default nothing is in front of the load balancer */
  readonly edge?: Edge;
  /** @default no name leads to what is published over HTTP */
  readonly names?: Names;
  /** @default nothing of the project is published as TCP or UDP */
  readonly networkBalancer?: NetworkBalancer;
  readonly zone?: RecordZone;
  /** Own domains that have a certificate. @default none */
  readonly secured?: ReadonlySet<string>;
  /** What the state says of the stack's load balancing. @default the stack is new */
  readonly balancing?: DeployedBalancing;
}

/** @param shifted - whether ECS is to move requests between two target groups of each port */
export function publish(args: PublishArgs, shifted: boolean, parent: pulumi.Resource): readonly PublicPort[] {
  const { scope, network, loadBalancer, edge, names, zone, secured, balancing } = args;
  if (loadBalancer === undefined) return [];
  return args.routes.map(
    (route) =>
      new PublicPort(
        route.name,
        {
          scope,
          network,
          loadBalancer,
          route,
          shifted,
          ...definedOnly({ edge, names, zone, secured, balancing }),
        },
        { parent },
      ),
  );
}

/** By the names of their routes. */
export function publishNetwork(
  { scope, network, networkBalancer: balancer, networkRoutes = [], zone, balancing }: PublishArgs,
  parent: pulumi.Resource,
): ReadonlyMap<string, NetworkPort> {
  if (balancer === undefined) return new Map();
  const args = { scope, network, balancer, ...definedOnly({ zone, balancing }) };
  return new Map(
    networkRoutes.map((route) => [route.name, new NetworkPort(route.name, { ...args, route }, { parent })]),
  );
}

/** A target group of the service, with what has to exist before ECS registers tasks with it. */
export interface ServiceTarget {
  readonly targetGroupArn: pulumi.Input<string>;
  readonly containerPort: number;
  readonly ready: readonly pulumi.Resource[];
  /** @default ECS doesn't move its requests */
  readonly shift?: ServiceShift;
}

/** What ECS moves the requests of a port by. */
export interface ServiceShift {
  readonly alternateTargetGroupArn: pulumi.Input<string>;
  readonly productionListenerRule: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
}

export function targetsOf(
  { routes, networkRoutes = [] }: PublishArgs,
  publicPorts: readonly PublicPort[],
  networkPorts: readonly NetworkPort[],
  role?: { readonly role: Role; readonly policy?: RolePolicy },
): readonly ServiceTarget[] {
  return [
    ...publicPorts.map(({ targetGroupArn, ready, pair }, index) => ({
      targetGroupArn,
      containerPort: routes[index]?.port.target ?? 0,
      ready: [...ready, ...(role?.policy === undefined ? [] : [role.policy])],
      ...(pair === undefined || role === undefined
        ? {}
        : {
            shift: {
              alternateTargetGroupArn: pair.other.arn,
              productionListenerRule: pair.rule.arn,
              roleArn: role.role.arn,
            },
          }),
    })),
    ...networkPorts.map(({ targetGroupArn, ready }, index) => ({
      targetGroupArn,
      containerPort: networkRoutes[index]?.target ?? 0,
      ready,
    })),
  ];
}

/** The rules of the ports that wait for their tasks, made or moved when those are healthy. */
export function leadPorts(
  ports: readonly (PublicPort | NetworkPort)[],
  { balancing }: PublishArgs,
  healthy: pulumi.Input<pulumi.Resource>,
  groupOf: (index: number) => pulumi.Output<string>,
): readonly PortRule[] {
  return ports.flatMap((port, index) => {
    const known = (balancing?.groups ?? []).filter(({ route }) => route === port.route);
    const groups = known.map(({ name }) => name);
    const targetGroupArn = groupOf(index);
    return port.lead(healthy, targetGroupArn).map((rule) => ({ rule, targetGroupArn, groups }));
  });
}
