/** The inline program of a project: what Berth declares in AWS, in the order in which it is understood. */
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { addressOutputs } from "../src/components/public/address-outputs";
import { alertsOf } from "../src/components/alerts/alerts-of";
import { awsProvider } from "../src/components/stack/aws-provider";
import { Cluster } from "../src/components/stack/cluster";
import { ContainerService, type ContainerServiceArgs } from "../src/components/service/container-service";
import { ImageBuild } from "../src/components/images/image-build";
import { LifecycleEvents } from "../src/components/stack/lifecycle-events";
import { ExistingNetwork, findNetwork } from "../src/components/network/existing";
import { natInstanceType } from "../src/components/network/nat-instance";
import { NewNetwork, type Network } from "../src/components/network/network";
import { OneOffTask } from "../src/components/service/one-off-task";
import { ScheduledTask } from "../src/components/service/scheduled-task";
import { findZones } from "../src/components/network/zones";
import { PrivateDns } from "../src/components/network/private-dns";
import { hostsWithRoom } from "../src/components/public/balancer-room";
import { publicEntry } from "../src/components/public/entry";
import { handoverOf, sealed } from "../src/components/public/names";
import { publishedOf } from "../src/components/public/published";
import { StaticSite } from "../src/components/public/static-site";
import {
  deletionProtection,
  endpoints,
  onDemand,
  rolloutNotes,
  rolloutWarnings,
  deployedOutputs,
  summary,
  type Containers,
  type MadeContainer,
  type Published,
} from "../src/components/stack/outputs";
import { Scope } from "../src/components/stack/scope";
import { Secrets } from "../src/components/stack/secrets";
import { groupIds, ServiceNetworks } from "../src/components/service/networks";
import { createStores, type Store, type Stores } from "../src/components/stores/stores";
import { TimeToLive } from "../src/components/stack/time-to-live";
import { Volumes } from "../src/components/service/volumes";
import type { Program, ProjectProgramArgs } from "../src/ports";
import { tellDeclared } from "../src/components/stack/declared";
import { definedOnly } from "../src/defined";
import { gpuPools } from "../src/modes/gpu";
import { withFullNames } from "../src/model/full-names";
import { containersOf } from "../src/model/containers";
import type { ContainerService as ContainerModel, Dependency } from "../src/model/project";
import { privateDomain } from "../src/model/naming";
import { noCertificates } from "../src/model/deployed-certificates";
import { hasSearchDomain } from "../src/modes/network-settings";
import { separatingNetworks } from "../src/model/networks";
import { volumesOf } from "../src/model/volumes";
import { buildSources, cachedServices, cacheOutputs, pulledImages } from "./images";
import { inGroups } from "./in-groups";
import { runOf, waitsFor } from "./waiting";

export type { ProjectProgramArgs } from "../src/ports";

/**
 * The program of a stack. Its outputs: `endpoints` (service to the URL of its first published port), `services`
 * (service to its kind, its host inside the network, and its URLs or endpoint; a one-off task has its kind alone, a scheduled one its times
 * besides),
 * `cluster`, `logGroup`, `eventsLogGroup`, `fileSystem` where a volume is mounted, `onDemand` (the services that run on
 * demand since Spot had no room for them), and what `AddressOutputs` lists.
 *
 * @throws BerthError (project) where what is published can't be: before the first resource
 */
export function projectProgram(given: ProjectProgramArgs): Program {
  const { project, changed } = hasSearchDomain(given.mode.vpc)
    ? { project: given.project, changed: [] }
    : withFullNames(given.project, privateDomain(given.project.name, given.stack));
  const args = { ...given, project };
  const published = publishedOf(args);
  for (const service of project.services) {
    if (service.kind !== "container" || service.image.kind !== "build") continue;
    if (args.images[service.name] === undefined) {
      throw new Error(`The build of service ${service.name} has no context digest.`);
    }
  }
  return () => declare(args, published, changed);
}

async function declare(
  args: ProjectProgramArgs,
  published: Published,
  fullNames: readonly string[],
): Promise<Record<string, unknown>> {
  const { project, builds, domain, mode, onDeclared } = args;
  if (onDeclared !== undefined) tellDeclared({ project: project.name, stack: args.stack }, onDeclared);
  const provider = awsProvider("aws", args);
  const opts = { providers: { aws: provider } };
  const { scope, zones } = await place(args, provider);
  const own = { domain, deployed: args.certificates ?? noCertificates };
  const hosts = await hostsWithRoom(args, published, { scope, provider });
  const network = await makeNetwork(args, { scope, zones, provider });
  const dns = new PrivateDns(
    "private-dns",
    { scope, network, searchDomain: hasSearchDomain(mode.vpc) },
    opts,
  );
  const networked = separatingNetworks(project.services);
  const cluster = new Cluster(
    "services",
    {
      scope,
      network,
      ...pulledImages(args, scope),
      gpuPools: gpuPools(project.services, mode),
      separated: networked !== undefined,
    },
    opts,
  );
  const events = new LifecycleEvents("lifecycle-events", { scope, cluster }, opts);
  const living = args.timeToLive && new TimeToLive("time-to-live", { scope, ...args.timeToLive }, opts);
  const secrets = new Secrets(scope, { provider }, args.secretVersions);
  const imageBuild = new ImageBuild(
    "image-build",
    { scope, network, cluster, secrets, builds, tags: args.images, ...buildSources(args) },
    opts,
  );
  const { records, sites, certificates, ...entry } = publicEntry({
    scope,
    network,
    cluster,
    secrets,
    ...published,
    tags: args.images,
    ...own,
    ...{ hosts, provider, handover: handoverOf(args) },
  });

  const networks = networked && new ServiceNetworks("networks", { scope, network, names: networked }, opts);
  const shared = { scope, network, dns, secrets };
  const stores = createStores(project.services, { ...shared, alerted: "alerts" in project }, opts);
  const mounted = volumesOf(project.services);
  const volumes =
    mounted.length === 0
      ? undefined
      : new Volumes(
          "volumes",
          { scope, network, volumes: mounted, ...definedOnly({ given: args.mountTargets }) },
          opts,
        );
  const containers = await createContainers(
    args,
    { ...shared, ...entry, ...definedOnly({ volumes }), cluster },
    { stores, published, imageBuild, networks, sites },
    opts,
  );

  const alerts = alertsOf(args, { scope, secrets, cluster, routes: published.routes, certificates }, opts);
  const rollouts = rolloutNotes(containers);
  return {
    endpoints: endpoints(containers),
    services: Object.fromEntries(
      [...stores, ...containers].map(([name, made]) => [name, summary(name, made, dns)]),
    ),
    cluster: cluster.name,
    zones,
    logGroup: cluster.logGroupName,
    eventsLogGroup: events.logGroupName,
    ...livingOutputs(args, living),
    ...addressOutputs({ scope, ...published, hosts, records, domain, fullNames, root: args.root, rollouts }),
    ...rolloutWarnings(containers),
    ...deployedOutputs(published, mode),
    ...cacheOutputs(args),
    deletionProtection: sealed(entry, deletionProtection(args, published)),
    onDemand: onDemand(containers),
    ...definedOnly({ fileSystem: volumes?.fileSystemId, alerts }),
  };
}

/** A network of the stack's own, or the one that is there already. */
async function makeNetwork(
  { wayOut }: ProjectProgramArgs,
  { scope, zones, provider }: Placed & { readonly provider: Provider },
): Promise<Network> {
  const opts = { providers: { aws: provider } };
  const { vpc } = scope.mode;
  if (vpc === "new") return new NewNetwork("network", { scope, zones, ...definedOnly({ wayOut }) }, opts);
  const found = await findNetwork(vpc, scope.mode.zones, { provider });
  return new ExistingNetwork("network", { scope, found }, opts);
}

/** What the next run knows of the stack's time: it puts it off, also where nothing else has changed. */
function livingOutputs({ timeToLive }: ProjectProgramArgs, living: TimeToLive | undefined): object {
  if (timeToLive === undefined || living === undefined) return {};
  const { ttl, task } = timeToLive;
  return { timeToLive: { ttl, schedule: living.scheduleName, task } };
}

interface Placed {
  readonly scope: Scope;
  readonly zones: readonly string[];
}

/** Where the stack is: what AWS alone knows, asked once before the first resource. */
async function place(args: ProjectProgramArgs, provider: Provider): Promise<Placed> {
  const { region, mode, deployedZones: deployed } = args;
  const instanceType = mode.natStrategy === "instance" ? natInstanceType : undefined;
  const [identity, zones] = await Promise.all([
    getCallerIdentity({}, { provider }),
    findZones({ region, count: mode.zones, ...definedOnly({ deployed, instanceType }) }, { provider }),
  ]);
  const { project, ...rest } = args;
  const scope = new Scope({ ...rest, project: project.name, accountId: identity.accountId });
  return { scope, zones };
}
/** In dependency order: what a service waits for is made before it. */
async function createContainers(
  args: ProjectProgramArgs,
  shared: Omit<
    ContainerServiceArgs,
    "service" | "image" | "routes" | "networkRoutes" | "groupIds" | "after" | "watch"
  >,
  made: {
    readonly stores: Stores;
    readonly published: Published;
    readonly imageBuild: ImageBuild;
    readonly networks: ServiceNetworks | undefined;
    readonly sites: readonly StaticSite[];
  },
  opts: pulumi.ComponentResourceOptions,
): Promise<Containers> {
  const { stores, published, imageBuild, networks, sites } = made;
  const containers = new Map<string, MadeContainer>();
  const services = containersOf(args.project);
  const images = imageBuild.images(cachedServices(services, args, shared.scope));
  await inGroups(services, (service) => {
    const own = {
      ...shared,
      service,
      image: images.get(service.name) ?? { reference: "", needs: [] },
      groupIds: groupIds(service, { networks, stores, volumes: shared.volumes }),
      after: [
        ...(networks?.ready ?? []),
        ...waitsFor(service).flatMap(({ service: name, condition }) =>
          awaited(stores.get(name) ?? containers.get(name), condition),
        ),
      ],
    };
    const site = sites.find(({ placed }) => placed.service === service);
    const { sites: publisher } = args;
    site?.publish({ ...own, publisher, ...definedOnly({ targets: args.targets }) });
    containers.set(service.name, site ?? createContainer(own, args, published, opts));
  });
  return containers;
}

function createContainer(
  own: Omit<ContainerServiceArgs, "routes" | "networkRoutes" | "watch">,
  args: ProjectProgramArgs,
  published: Published,
  opts: pulumi.ComponentResourceOptions,
): MadeContainer {
  const { service } = own;
  const { schedule } = service;
  if (schedule !== undefined) return new ScheduledTask(service.name, { ...own, schedule }, opts);
  if (service.lifecycle === "task")
    return new OneOffTask(service.name, { ...own, ...runOf(service, args) }, opts);
  const more = {
    ...watchOf(args),
    ...publishedBy(service, published),
    ...definedOnly({ scaled: args.scaled?.[service.name] }),
  };
  return new ContainerService(service.name, { ...own, ...more }, opts);
}

function publishedBy(service: ContainerModel, { routes, networkRoutes }: Published) {
  return {
    routes: routes.filter((route) => route.service === service),
    networkRoutes: networkRoutes.filter((route) => route.service === service),
  };
}

/** What a dependency's condition requires of the component that represents the service. */
function awaited(
  made: Store | MadeContainer | undefined,
  condition: Dependency["condition"],
): readonly pulumi.Input<pulumi.Resource>[] {
  // Nothing waits for what runs at its own times, or never: the reader says so.
  if (made === undefined || made instanceof ScheduledTask || made instanceof StaticSite) return [];
  if (made instanceof ContainerService)
    return [condition === "service_started" ? made.watched.started() : made.watched.steady];
  if (!(made instanceof OneOffTask)) return made.running;
  return [condition === "service_completed_successfully" ? made.completed : made.started];
}

function watchOf({
  watch,
  targets,
  moved,
  balancing,
}: ProjectProgramArgs): Pick<ContainerServiceArgs, "watch" | "targets" | "moved" | "balancing"> {
  return { watch, ...definedOnly({ targets, moved, balancing }) };
}
