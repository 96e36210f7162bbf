/** The components of a run, and what each waits for: passed to the progress before the engine begins. */
import { componentKey, ComponentMap, type Component } from "../model/components";
import type { Project, Service } from "../model/project";
import type {
  ComponentTimes,
  DeclaredResource,
  EngineEvent,
  Outline,
  OutlineRow,
  StackResource,
} from "../ports";
import { isStore } from "../stores";

const network: Component = { kind: "network", name: "network" };
const entry: Component = { kind: "entry", name: "entry" };
const stack: Component = { kind: "stack", name: "stack" };

/** The rows of a project: what each waits for is known from the compose file alone. */
export function outlineOf(project: Project): readonly OutlineRow[] {
  const services = new Map(project.services.map((service) => [service.name, service]));
  const rows: OutlineRow[] = [
    { ...network, after: [] },
    { ...stack, after: [] },
    { ...entry, after: [componentKey(network)] },
  ];
  for (const service of project.services) {
    if (isStore(service)) rows.push({ ...storeOf(service), after: [componentKey(network)] });
  }
  for (const service of project.services) {
    if (service.kind !== "container") continue;
    const isBuilt =
      service.image.kind === "build" && (service.site === undefined || service.site.dir !== undefined);
    const image = isBuilt ? [{ kind: "image", name: service.name } as const] : [];
    rows.push(...image.map((row) => ({ ...row, after: [componentKey(network), componentKey(stack)] })));
    const needs = [...service.dependsOn.map((dependency) => dependency.service), ...service.uses];
    const others = [...new Set(needs)].flatMap((name) => services.get(name) ?? []).map(componentOf);
    const published = service.ports.some(({ mode }) => mode === "ingress") ? [entry] : [];
    const after = [...image, ...others, ...published, network, stack].map(componentKey);
    rows.push({ ...componentOf(service), after });
  }
  return rows;
}

function componentOf(service: Service): Component {
  return isStore(service) ? storeOf(service) : { kind: "service", name: service.name };
}

function storeOf({ name }: Service): Component {
  return { kind: "store", name };
}

/** Names the components of a run's resources, and passes them on. */
export class RunOutline {
  readonly #components: ComponentMap;
  #declared: DeclaredResource[] = [];

  /** @param before - what the state holds: what is deleted is known from there alone */
  constructor(
    before: readonly StackResource[],
    private readonly tell: (outline: Outline) => void,
  ) {
    this.#components = new ComponentMap(before);
  }

  /** Tells of the rows of a deployment. */
  begin(project: Project, times: ComponentTimes): void {
    this.tell({ rows: outlineOf(project), times });
  }

  /** Tells of what is going to be deleted. */
  deleting(before: readonly StackResource[]): void {
    const resources = this.#named(before);
    const rows = [
      ...new Map(resources.map(({ component }) => [componentKey(component), component])).values(),
    ];
    const after = this.#neededBy(before);
    this.tell({
      rows: rows.map((row) => ({ ...row, after: after.get(componentKey(row)) ?? [] })),
      resources,
    });
  }

  /** What goes before each component: those that need something of it. */
  #neededBy(before: readonly StackResource[]): ReadonlyMap<string, readonly string[]> {
    const needed = new Map<string, Set<string>>();
    const keyOf = (urn: string): string | undefined => {
      const component = this.#components.of(urn);
      return component === undefined ? undefined : componentKey(component);
    };
    for (const { urn, dependsOn } of before) {
      const own = keyOf(urn);
      for (const needs of dependsOn.map(keyOf)) {
        if (own === undefined || needs === undefined || needs === own) continue;
        needed.set(needs, (needed.get(needs) ?? new Set()).add(own));
      }
    }
    return new Map([...needed].map(([key, others]) => [key, [...others]]));
  }

  /** Takes a resource that the program declares; those of one moment are reported together. */
  declare(resource: DeclaredResource): void {
    this.#components.learn(resource);
    this.#declared.push(resource);
    if (this.#declared.length > 1) return;
    setImmediate(() => {
      const resources = this.#named(this.#declared);
      this.#declared = [];
      this.tell({ resources });
    });
  }

  /** The event, with the component of its resource. */
  named(event: EngineEvent): EngineEvent {
    const component = event.urn === undefined ? undefined : this.#components.of(event.urn);
    return component === undefined ? event : { ...event, component };
  }

  #named(resources: readonly DeclaredResource[]): NonNullable<Outline["resources"]> {
    return resources.flatMap(({ urn, type }) => {
      const component = isGroup(type) ? undefined : this.#components.of(urn);
      return component === undefined ? [] : [{ urn, component }];
    });
  }
}

/** Components end when what is in them does. */
function isGroup(type: string): boolean {
  return /^(berth|pulumi):/.test(type);
}
