/** The networks of a compose file as security groups: whoever has one reaches whoever else does. */
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService } from "../../model/project";
import type { Network } from "../network/network";
import type { Scope } from "../stack/scope";
import { allowIn, securityGroup } from "../network/security-group";
import type { Stores } from "../stores/stores";
import type { Volumes } from "./volumes";

export interface ServiceNetworksArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** Keys of the networks, each once. */
  readonly names: readonly string[];
}

export class ServiceNetworks extends pulumi.ComponentResource {
  /** What a task waits for that has a group of these. */
  readonly ready: readonly pulumi.Resource[];
  readonly #groupIds: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: ServiceNetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:ServiceNetworks", name, {}, opts);
    const { scope } = args;
    const made = args.names.map((key) => {
      const group = createGroup(key, args, this);
      // The way out is that of the project's group, which every task has too.
      const rule = allowIn(
        `${scope.project}_network.${key}-self`,
        { scope, group: group.id, peer: { group: group.id } },
        this,
      );
      return { key, id: group.id, rule };
    });
    this.ready = made.map(({ rule }) => rule);
    this.#groupIds = new Map(made.map(({ key, id }) => [key, id]));
    this.registerOutputs({});
  }

  /** The groups of some of the networks. */
  groupIds(names: readonly string[]): readonly pulumi.Output<string>[] {
    return names.flatMap((name) => this.#groupIds.get(name) ?? []);
  }
}

/** The groups by which a service is let in: to its networks, to the databases that it uses, and to its volumes. */
export function groupIds(
  service: ContainerService,
  made: {
    readonly networks: ServiceNetworks | undefined;
    readonly stores: Stores;
    readonly volumes: Volumes | undefined;
  },
): readonly pulumi.Input<string>[] {
  const { networks, stores, volumes } = made;
  return [
    ...(networks?.groupIds(service.networks ?? []) ?? []),
    ...service.uses.flatMap((name) => stores.get(name)?.clientGroupId ?? []),
    ...(service.volumes === undefined || volumes === undefined ? [] : [volumes.clientGroupId]),
  ];
}

/** No service's group has a dot in its suffix, so that none has its name. */
function createGroup(key: string, { scope, network }: ServiceNetworksArgs, parent: pulumi.Resource) {
  return securityGroup(
    `${scope.project}_${key}-sg`,
    { scope, vpcId: network.vpcId, suffix: `network.${key}`, description: "A network of the project" },
    parent,
  );
}
