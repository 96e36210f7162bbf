/**
 * From the canonical compose form to the typed project, with a verdict for each key (docs/design.md, Compose).
 */
import { definedOnly } from "../defined";
import { knownConfig } from "../images/known-configs";
import type { ImageConfig } from "../model/image-config";
import type { DeployedServices } from "../model/deployed";
import type { Problem } from "../errors";
import { isStore, stores, valuesOf } from "../stores";
import { secretsManagerSecret } from "../model/registry-login";
import { hostNames, readerName, takenReader } from "../model/readers";
import { dependencyOrder } from "../compose/graph";
import type { LoadedProject } from "../compose";
import type { ContainerService, Project, ProjectResult, Service } from "../model/project";
import { alertsKey, readAlerts, secretsOfAlerts } from "./alerts";
import { judgeTakenServices } from "./build-contexts";
import { readContainer, type ContainerContext } from "./container";
import { coverProject } from "./coverage";
import { readDependencies } from "./dependencies";
import { secretsOf } from "../model/values";
import type { FilesContext, ProjectFiles } from "./files";
import { judgeInitNames, waitingForScripts, withInitTasks } from "./init-scripts";
import { judgeUnknown, readLifecycles } from "./lifecycle";
import { managedKind, managedKinds } from "./managed";
import { judgeServiceNames, readProjectName } from "./names";
import { judgeNetworks, readAliases, withNetworks } from "./networks";
import { judgeNetworkPorts } from "./network-ports";
import { imagesIn, type ImageRequest } from "./image-facts";
import { isRecord, Node } from "./node";
import { withExtensions } from "./overlay";
import { planProjectMounts } from "./project-folders";
import { judgeDomains } from "./public";
import { Report } from "./report";
import { isSite } from "./site-key";
import { readStore } from "./store";
import { usedServices } from "../model/uses";

export { coverageRows, type CoverageRow } from "./coverage";

/** What is known besides the project's files. */
export interface Known {
  /** The services that the stack runs already, which keep what tables would decide otherwise now. @default none */
  readonly deployed?: DeployedServices;
  /** What an image says of itself, by its reference. @default by the table of known images */
  readonly images?: (reference: string) => ImageConfig | undefined;
}

/**
 * Makes the project of a canonical form. Whatever is there, it throws nothing of its own.
 *
 * @param loaded - with unset variables as secret marks (`LoadOptions.unset: "secret"`)
 * @param checks - problems that were found before, to be reported together with those of this step
 * @param files - the project's files, for the content of `secrets` and `configs`; what `read` throws and is no
 * BerthError passes through
 * @param known - what is known of the stack and of images besides
 * @returns the project, or every problem at once, each with its path and, where it is known, its place in the file
 */
export function interpretProject(
  loaded: Pick<LoadedProject, "canonical" | "extensions" | "locate"> &
    Partial<Pick<LoadedProject, "folder" | "disabled" | "profiles" | "secretVariables">>,
  checks: readonly Problem[] = [],
  files: ProjectFiles = { read: () => undefined },
  { deployed = new Map(), images = knownConfig }: Known = {},
): ProjectResult {
  const report = new Report((path) => loaded.locate(path), checks, new Set(loaded.secretVariables));
  const written = withExtensions(loaded.canonical, loaded.extensions);
  coverProject(new Node(written, "", report), (service) =>
    managedKind(service) !== undefined ? "store" : isSite(service) ? "site" : undefined,
  );
  judgeInitNames(new Node(written, "", report).get("services"));
  const root = new Node(withInitTasks(written), "", report);
  const name = readProjectName(root.get("name"));
  judgeNetworks(root);
  judgeServiceNames(root.get("services"));
  judgeNone(root.get("services"), loaded);
  const services = orderServices(
    readServices({ root, folder: loaded.folder ?? ".", files, deployed, images }),
    root.get("services"),
  );
  const { [alertsKey]: _, ...overrides } = readOverrides(root.get("x-berth"));
  const alerts = readAlerts(root.get("x-berth"));
  if (report.problems.length > 0) return { ok: false, problems: report.problems };
  const project: Project = {
    name,
    services,
    secrets: secretNames(services, alerts),
    coverage: report.coverage,
    warnings: report.warnings,
    overrides,
    ...definedOnly({ alerts }),
  };
  return { ok: true, project };
}

/** A project without services, or with none that a profile enables. */
function judgeNone(
  services: Node,
  { disabled = [], profiles = [] }: Parameters<typeof interpretProject>[0],
): void {
  if (services.entries().length > 0 || services.report.problems.length > 0) return;
  if (disabled.length === 0)
    services.problem("the project has no services", "write at least one under services");
  else
    services.problem(
      `no profile is enabled, and every service is in one: ${disabled.join(", ")}`,
      `--profile NAME, or COMPOSE_PROFILES, with one or more of ${profiles.join(", ")}`,
    );
}

/** The images of a project of which it helps to know what they say of themselves. */
export function imagesOf(
  loaded: Pick<LoadedProject, "canonical" | "extensions"> & Partial<Pick<LoadedProject, "folder">>,
  files: ProjectFiles,
): readonly ImageRequest[] {
  const written = withInitTasks(withExtensions(loaded.canonical, loaded.extensions));
  const root = new Node(written, "", new Report(() => undefined));
  const context = { root, folder: loaded.folder ?? ".", files, deployed: new Map(), images: () => undefined };
  return imagesIn(root.get("services"), context);
}

/** The services that can be read, in file order; the rest has been reported. */
function readServices(context: FilesContext): readonly Service[] {
  const services = context.root.get("services");
  const entries = services.entries();
  const aliases = readAliases(services);
  const lifecycles = readLifecycles(services, context);
  const plans = planProjectMounts(context);
  const awaited = awaitedServices(services);
  const read = entries.flatMap(([name, node]): Service[] => {
    if (!isRecord(node.value)) {
      node.problem("not a service", "a map with image or build");
      return [];
    }
    const common = {
      name,
      aliases: aliases.get(name) ?? [],
      dependsOn: readDependencies(node, { services, lifecycles, files: context }),
    };
    return readService(node, common, { ...context, lifecycles, plans, awaited });
  });
  judgeUnknown(services, lifecycles);
  judgeDomains(read, services.report);
  judgeNetworkPorts(read, services.report);
  judgeTakenServices(read, services);
  judgeReaders(read, services);
  return withNetworks(waitingForScripts(withUses(read)), context.root);
}

/** The services that others wait for until they are healthy. */
function awaitedServices(services: Node): ReadonlySet<string> {
  const found = new Set<string>();
  for (const service of Object.values(isRecord(services.value) ? services.value : {})) {
    const dependencies = isRecord(service) && isRecord(service["depends_on"]) ? service["depends_on"] : {};
    for (const [name, dependency] of Object.entries(dependencies))
      if (isRecord(dependency) && dependency["condition"] === "service_healthy") found.add(name);
  }
  return found;
}

type Common = Pick<Service, "name" | "aliases" | "dependsOn">;

function readService(node: Node, common: Common, context: ContainerContext): Service[] {
  const [kind, other] = managedKinds(node);
  if (kind !== undefined && other !== undefined) {
    const [one, two] = [stores[kind].keys[0], stores[other].keys[0]];
    node.problem(`both ${one} and ${two}: a service is one or the other`, "make two services of it");
  }
  const service = kind === undefined ? readContainer(node, common, context) : readStore(kind, node, common);
  return service === undefined ? [] : [service];
}

/** Fills in which managed services each container connects to. */
function withUses(services: readonly Service[]): readonly Service[] {
  const managed = new Map(services.filter(isStore).map((store) => [store.name, hostNames(store)]));
  if (managed.size === 0) return services;
  return services.map((service) => {
    if (service.kind !== "container") return service;
    const dependencies = service.dependsOn.map((dependency) => dependency.service);
    const used: ContainerService = {
      ...service,
      uses: usedServices(managed, dependencies, service.environment),
    };
    return used;
  });
}

/** The replicas of a store have a name, which no service can have then. */
function judgeReaders(services: readonly Service[], node: Node): void {
  for (const store of services.filter(isStore)) {
    const taken = takenReader(store, services);
    if (taken === undefined) continue;
    const [key] = stores[store.kind].keys;
    node
      .at(store.name, key)
      .problem(
        `${readerName(store.name)} is the name of its replicas, and ${taken} is one of the project's already`,
        `rename ${taken}, or remove replicas`,
      );
  }
}

/** What is depended on first; the file's order where that leaves a choice. */
function orderServices(services: readonly Service[], node: Node): readonly Service[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const result = dependencyOrder([...byName.keys()], (name) =>
    (byName.get(name)?.dependsOn ?? []).map((dependency) => dependency.service),
  );
  if (result.ok) return result.order.flatMap((name) => byName.get(name) ?? []);
  const [first = ""] = result.cycle;
  node
    .at(first, "depends_on")
    .problem(
      `the services wait for each other: ${result.cycle.join(" -> ")}`,
      "remove one of these dependencies",
    );
  return services;
}

function secretNames(services: readonly Service[], alerts: Project["alerts"]): readonly string[] {
  return [...new Set([...services.flatMap(secretsOfService), ...secretsOfAlerts(alerts)])].sort();
}

/** The names of the secrets that a service needs from Parameter Store; one that it needs twice is there twice. */
export function secretsOfService(service: Service): readonly string[] {
  if (isStore(service)) return valuesOf(service).flatMap(secretsOf);
  const { environment, files = [], image, registryCredentials } = service;
  const built = image.kind === "build" ? (image.build.secrets ?? []) : [];
  const values = [...Object.values(environment), ...[...files, ...built].map(({ content }) => content)];
  const logins = image.kind === "build" ? (image.build.registries ?? []) : [];
  const ofRegistries = [
    ...(registryCredentials === undefined ? [] : [registryCredentials]),
    ...logins.map(({ secret }) => secret),
  ].filter((each) => secretsManagerSecret(each) === undefined);
  return [...values.flatMap(secretsOf), ...ofRegistries];
}

/** As written; `modeSettings` says what is wrong inside. */
function readOverrides(node: Node): Readonly<Record<string, unknown>> {
  if (!node.present) return {};
  if (isRecord(node.value)) return node.value;
  node.problem("x-berth is no map of settings", "x-berth: { logRetention: 7 }");
  return {};
}
