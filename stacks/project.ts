/** The inline program of a project: what Berth declares in AWS, in the order in which it is understood. */
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import type { Provider } from "@pulumi/aws/provider";
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import * as pulumi from "@pulumi/pulumi";
import { awsProvider } from "../src/components/aws-provider";
import { Certificate } from "../src/components/certificate";
import { Cluster } from "../src/components/cluster";
import { ContainerService } from "../src/components/container-service";
import { ImageBuild } from "../src/components/image-build";
import { LifecycleEvents } from "../src/components/lifecycle-events";
import { LoadBalancer } from "../src/components/load-balancer";
import { Network } from "../src/components/network";
import { Postgres } from "../src/components/postgres";
import { PrivateDns } from "../src/components/private-dns";
import { publicRoutes, type PublicRoute } from "../src/components/public-routes";
import { Redis } from "../src/components/redis";
import { Scope } from "../src/components/scope";
import { Secrets } from "../src/components/secrets";
import type { Program, ProjectProgramArgs } from "../src/ports";
import type { ContainerService as ServiceModel, Service } from "../src/project/model";
import { domainPrefix } from "../src/project/naming";

export type { ProjectProgramArgs } from "../src/ports";

/**
 * The program of a stack. Its outputs: `endpoints` (service to URL), `services` (service to its kind and address
 * inside the network), `cluster`, `logGroup`, `eventsLogGroup`, and `notices`, what the user should know of the address.
 *
 * @throws BerthError (project) where what is published can't be: before the first resource
 */
export function projectProgram(args: ProjectProgramArgs): Program {
  const routes = publicRoutes(args.project, args.stack, args.domain);
  return () => declare(args, routes);
}

async function declare(
  args: ProjectProgramArgs,
  routes: readonly PublicRoute[],
): Promise<Record<string, unknown>> {
  const provider = awsProvider("aws", args);
  const opts = { providers: { aws: provider } };
  const { scope, zones } = await place(args, provider);
  const network = new Network("network", { scope, zones }, opts);
  const dns = new PrivateDns("private-dns", { scope, network }, opts);
  const secrets = new Secrets(scope, { provider }, args.secretVersions);
  const shared = { scope, network, dns, secrets };

  const cluster = new Cluster("services", { scope, network, imageReferences: imageReferences(args) }, opts);
  const events = new LifecycleEvents("lifecycle-events", { scope, cluster }, opts);
  const imageBuild = new ImageBuild("image-build", { ...args, scope, network, cluster }, opts);
  const entry = publicEntry(args, routes, { scope, network, cluster, provider });

  const stores = new Map(
    args.project.services.flatMap((service) => {
      if (service.kind === "container") return [];
      const store =
        service.kind === "postgres"
          ? new Postgres(service.name, { ...shared, service }, opts)
          : new Redis(service.name, { ...shared, service }, opts);
      return [[service.name, store] as const];
    }),
  );
  const containers = new Map<string, ContainerService>();
  for (const service of args.project.services) {
    if (service.kind !== "container") continue;
    const component = new ContainerService(
      service.name,
      {
        ...shared,
        ...entry,
        service,
        cluster,
        image: imageOf(service, args, imageBuild),
        routes: routes.filter((route) => route.service === service),
        clientGroupIds: service.uses.flatMap((name) => stores.get(name)?.clientGroupId ?? []),
        after: waitsFor(service).flatMap((name) => (stores.get(name) ?? containers.get(name))?.running ?? []),
      },
      opts,
    );
    containers.set(service.name, component);
  }
  return {
    endpoints: Object.fromEntries(
      [...containers].flatMap(([name, { url }]) => (url === undefined ? [] : [[name, url]])),
    ),
    services: Object.fromEntries(
      args.project.services.map((service) => [service.name, summary(service, dns, stores.get(service.name))]),
    ),
    cluster: cluster.name,
    logGroup: cluster.logGroupName,
    eventsLogGroup: events.logGroupName,
    notices: notices(args, routes),
  };
}

/** Where the stack stands: what AWS alone can tell, asked once before the first resource. */
async function place(
  args: ProjectProgramArgs,
  provider: Provider,
): Promise<{ readonly scope: Scope; readonly zones: readonly string[] }> {
  const [identity, available] = await Promise.all([
    getCallerIdentity({}, { provider }),
    getAvailabilityZones(
      // Local zones and others that an account has to opt in to hold no load balancer.
      { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      { provider },
    ),
  ]);
  const { project, ...rest } = args;
  const scope = new Scope({ ...rest, project: project.name, accountId: identity.accountId });
  return { scope, zones: [...available.names].sort().slice(0, args.mode.zones) };
}

/** The load balancer, with a certificate where there is a domain; nothing at all where nothing is published. */
function publicEntry(
  args: ProjectProgramArgs,
  routes: readonly PublicRoute[],
  base: {
    readonly scope: Scope;
    readonly network: Network;
    readonly cluster: Cluster;
    readonly provider: Provider;
  },
): { readonly loadBalancer?: LoadBalancer; readonly zoneId?: pulumi.Input<string> } {
  if (routes.length === 0) return {};
  const { scope, network, cluster, provider } = base;
  const opts = { providers: { aws: provider } };
  const balancer = {
    scope,
    network,
    services: cluster.securityGroupId,
    targetPorts: targetPorts(routes),
  };
  if (args.domain === undefined) return { loadBalancer: new LoadBalancer("load-balancer", balancer, opts) };
  const zoneId = args.hostedZoneId ?? getZoneOutput({ name: args.domain }, { provider }).zoneId;
  const domainName = `*.${domainPrefix(scope.project, scope.stack)}.${args.domain}`;
  const certificate = new Certificate("certificate", { scope, domainName, zoneId }, opts);
  const loadBalancer = new LoadBalancer(
    "load-balancer",
    { ...balancer, certificateArn: certificate.arn },
    opts,
  );
  return { loadBalancer, zoneId };
}

/** Ports that the load balancer asks, for traffic or for health; each once. */
function targetPorts(routes: readonly PublicRoute[]): readonly number[] {
  const ports = routes.flatMap(({ service, port }) => [
    port.target,
    service.healthcheck?.port ?? port.target,
  ]);
  return [...new Set(ports)].sort((a, b) => a - b);
}

function imageOf(
  service: ServiceModel,
  args: ProjectProgramArgs,
  imageBuild: ImageBuild,
): pulumi.Input<string> {
  if (service.image.kind === "reference") return service.image.reference;
  const digest = args.digests[service.name];
  if (digest === undefined) throw new Error(`The build of service ${service.name} has no context digest.`);
  return imageBuild.image(service, service.image.build, digest);
}

function imageReferences({ project }: ProjectProgramArgs): readonly string[] {
  return project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "reference" ? [service.image.reference] : [],
  );
}

/** The services whose end or start comes before this one's first task. */
function waitsFor(service: ServiceModel): readonly string[] {
  return [...new Set([...service.dependsOn.map((dependency) => dependency.service), ...service.uses])];
}

function summary(
  service: Service,
  dns: PrivateDns,
  store: Postgres | Redis | undefined,
): Record<string, unknown> {
  return {
    kind: service.kind,
    host: `${service.name}.${dns.domain}`,
    ...(store === undefined ? {} : { endpoint: store.endpoint }),
  };
}

function notices(args: ProjectProgramArgs, routes: readonly PublicRoute[]): readonly string[] {
  if (routes.length === 0 || args.domain !== undefined) return [];
  const paths = routes.flatMap(({ name, at }) =>
    "path" in at && at.path !== "/" ? [`${name} under ${at.path}`] : [],
  );
  const others = paths.length === 0 ? "" : `: ${paths.join(", ")}`;
  return [
    `There is no domain (BERTH_DOMAIN): services answer over HTTP on the load balancer's own name${others}.`,
  ];
}
