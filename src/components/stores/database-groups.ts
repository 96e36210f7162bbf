/** Who may reach a database: the services that have its client group, and nobody else. */
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network/network";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, securityGroup } from "../network/security-group";

export interface DatabaseGroupsArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The compose service that the database replaces. */
  readonly service: string;
  readonly port: number;
}

export interface DatabaseGroups {
  /** The database's own. */
  readonly serverId: pulumi.Output<string>;
  /** What a service has to be let in. */
  readonly clientId: pulumi.Output<string>;
}

export function databaseGroups(args: DatabaseGroupsArgs, parent: pulumi.Resource): DatabaseGroups {
  const { scope, network, service, port } = args;
  const group = (role: "server" | "clients", description: string): pulumi.Output<string> =>
    securityGroup(
      `${service}-${role}`,
      { scope, vpcId: network.vpcId, suffix: `${service}-${role}`, description, service },
      parent,
    ).id;
  const serverId = group("server", "A database of the project");
  const clientId = group("clients", "Services that use a database of the project");
  const rule = { scope, port, service };
  allowIn(`${service}-in`, { ...rule, group: serverId, peer: { group: clientId } }, parent);
  allowOut(`${service}-out`, { ...rule, group: clientId, peer: { group: serverId } }, parent);
  return { serverId, clientId };
}
