/** What a tunnel leads to: a store of the stack, or the port of one of its services. */
import { BerthError } from "../../errors";
import type { ClusterReader, NetworkReader, ServiceView, StackIdentity, StoreView } from "../../ports";
import { privateDomain, stackResourceName } from "../../model/naming";
import { didYouMean } from "../../nearest";
import { servicesOf } from "../core/services";
import type { Login } from "./client";

export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** How one logs in, but for the password and the port of this machine. */
  readonly login: Omit<Login, "port" | "password">;
  /** The store, where it is one. */
  readonly store?: StoreView;
  /** Whether a cache asks for a token. */
  readonly token: boolean;
}

export interface TargetReaders {
  readonly cluster: ClusterReader;
  readonly network: NetworkReader;
  /** The stack's stores, as they run. */
  readonly stores: readonly StoreView[];
}

/** States in which nobody is let in (RDS User Guide, "DB instance status"; ElastiCache API, ReplicationGroup). */
const closed =
  /^(creating|deleting|deleted|starting|stopping|stopped|create-failed|failed|restore-error|inaccessible-.*|incompatible-.*)$/;

/**
 * Where a service of that name is.
 *
 * @throws BerthError (usage) where the stack has none, or it can't be reached now
 */
export async function targetOf(
  stack: StackIdentity,
  name: string,
  readers: TargetReaders,
): Promise<TunnelTarget> {
  const services = await servicesOf(stack, readers.cluster);
  const store = readers.stores.find(({ service }) => service === name);
  if (store !== undefined) return storeTarget(stack, store, { ...readers, services });
  const service = services.find((one) => one.service === name);
  if (service === undefined) throw unknown(name, readers.stores, services);
  return serviceTarget(stack, service, readers.cluster);
}

function unknown(name: string, stores: readonly StoreView[], services: readonly ServiceView[]): BerthError {
  const names = [...stores, ...services].map(({ service }) => service);
  const known = names.length === 0 ? "berth up deploys them" : `the stack has ${names.join(", ")}`;
  return new BerthError("usage", {
    path: name,
    message: "no such store or service runs",
    hint: didYouMean(name, names, known),
  });
}

async function storeTarget(
  stack: StackIdentity,
  store: StoreView,
  { network, services }: TargetReaders & { readonly services: readonly ServiceView[] },
): Promise<TunnelTarget> {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(store.endpoint ?? "") ?? [];
  if (closed.test(store.status) || host === "") throw notOpen(store);
  const { subnetIds, ...reach } = await network.reach(store);
  const groups = [
    stackResourceName(stack, "securityGroup", "app"),
    stackResourceName(stack, "securityGroup", `${store.service}-clients`),
  ];
  const found = await network.groups(stack, groups);
  const securityGroupIds = groups.flatMap((name) => found.get(name) ?? []);
  const subnets = services.find((service) => service.subnetIds.length > 0)?.subnetIds ?? subnetIds;
  if (securityGroupIds.length < groups.length || subnets.length === 0) throw noNetwork(store.service);
  const { token, tls, user, database } = reach;
  return {
    ...{ host, port: Number(port), subnetIds: subnets, securityGroupIds, store, token },
    login: {
      ...{ kind: store.kind, tls },
      ...(user === undefined ? {} : { user }),
      ...(database === undefined ? {} : { database }),
    },
  };
}

function notOpen({ service, status }: StoreView): BerthError {
  const stopped = status === "stopped" || status === "stopping";
  return new BerthError("usage", {
    path: service,
    message: `it is ${status === "" ? "not there yet" : status}, and lets nobody in`,
    hint: stopped ? `berth start ${service} starts it` : "berth ps shows when it is available",
  });
}

function noNetwork(path: string): BerthError {
  return new BerthError("usage", {
    path,
    message: "the stack's network or the groups that are let in can't be found",
    hint: "berth up makes what is missing",
  });
}

/** The first TCP port of its container, under the name that the network has of it. */
async function serviceTarget(
  stack: StackIdentity,
  { service, taskDefinitionArn, subnetIds, securityGroupIds, running, desired }: ServiceView,
  cluster: ClusterReader,
): Promise<TunnelTarget> {
  if (running === 0) {
    throw new BerthError("usage", {
      path: service,
      message: `no task of it runs (0 of ${desired})`,
      hint: desired === 0 ? `berth start ${service} starts it` : "berth ps says why",
    });
  }
  const definition = await cluster.definition(taskDefinitionArn);
  const own = definition?.containers.find(({ name }) => name === service);
  const port = own?.ports.find(({ protocol }) => protocol === "tcp")?.port;
  if (port === undefined) {
    throw new BerthError("usage", {
      path: service,
      message: "its container has no TCP port",
      hint: "add the port under expose in the compose file, and run berth up",
    });
  }
  return {
    host: `${service.toLowerCase()}.${privateDomain(stack.project, stack.stack)}`,
    ...{ port, subnetIds, securityGroupIds, token: false },
    login: { kind: "service", tls: false },
  };
}
