/** Whether what a project refers to is there, and can be run together: asked before anything is deployed. */
import type { Problem } from "../errors";
import { dependencyOrder } from "./graph";
import { didYouMean } from "../nearest";
import { readable } from "./secret-marker";
import type { LoadedProject } from "./api";
import type { CanonicalFileMount, CanonicalService, Json } from "./canonical";

/** Extensions that put a managed service in the place of a container, which then needs no image. */
const managed = ["x-postgres", "x-mysql", "x-redis", "x-mongodb", "x-static-files", "x-static", "x-llm"];

/**
 * Every reference to what is not there, every cycle of dependencies, every service that cannot run.
 *
 * @returns problems with their paths and places; none where the project is consistent
 */
export function checkConsistency(loaded: LoadedProject): readonly Problem[] {
  return new Checker(loaded).check();
}

/**
 * A circle of dependencies, which `docker compose config` refuses too (compose-go, loader/validate.go: `checkConsistency` ends
 * with `graph.CheckCycle`, and the command checks consistency unless an option says not to).
 *
 * @returns one problem, or none
 */
export function checkCircles(loaded: LoadedProject): readonly Problem[] {
  const { services } = loaded.canonical;
  const sorted = dependencyOrder(Object.keys(services), (name) =>
    Object.keys(services[name]?.depends_on ?? {}),
  );
  if (sorted.ok) return [];
  const [first = ""] = sorted.cycle;
  const path = `services.${first}.depends_on`;
  const message = `services depend on each other in a circle: ${sorted.cycle.join(" -> ")}`;
  const hint = "remove one of these: the service that can start without the other";
  return [problemAt((at) => loaded.locate(at), path, message, hint)];
}

type Group = "services" | "networks" | "volumes" | "secrets" | "configs";

const kinds: Readonly<Record<Group, string>> = {
  services: "service",
  networks: "network",
  volumes: "volume",
  secrets: "secret",
  configs: "config",
};

class Checker {
  readonly #problems: Problem[] = [];
  readonly #names: Readonly<Record<Group, ReadonlySet<string>>>;
  readonly #disabled: ReadonlySet<string>;

  constructor(private readonly loaded: LoadedProject) {
    const { services, networks, volumes, secrets, configs } = loaded.canonical;
    const names = (group: Readonly<Record<string, unknown>> | undefined) => new Set(Object.keys(group ?? {}));
    this.#names = {
      services: names(services),
      networks: names(networks),
      volumes: names(volumes),
      secrets: names(secrets),
      configs: names(configs),
    };
    this.#disabled = new Set(loaded.disabled);
  }

  check(): readonly Problem[] {
    const { services } = this.loaded.canonical;
    for (const [name, service] of Object.entries(services)) this.#service(`services.${name}`, service);
    return [...this.#problems, ...checkCircles(this.loaded)];
  }

  #service(path: string, service: CanonicalService): void {
    this.#source(path, service);
    this.#dependencies(path, service);
    this.#references(path, service);
    this.#ports(path, service);
    this.#exclusions(path, service);
    this.#mounts(path, service);
  }

  #source(path: string, service: CanonicalService): void {
    const extensions: Readonly<Record<string, Json>> = this.loaded.extensions.get(path) ?? {};
    const isManaged = managed.some((key) =>
      isOn(extensions[key] ?? extensions[key.replace("x-", "x-defang-")]),
    );
    if (
      service.build !== undefined ||
      service.image !== undefined ||
      service.provider !== undefined ||
      isOn(extensions["x-build"]) ||
      isManaged
    )
      return;
    this.#add(path, "the service has neither an image nor a build", "write image: or build:");
  }

  #dependencies(path: string, service: CanonicalService): void {
    for (const [name, { required }] of Object.entries(service.depends_on ?? {})) {
      if (!required && this.#disabled.has(name)) continue;
      this.#exists("services", name, `${path}.depends_on.${name}`);
    }
    for (const [index, link] of (service.links ?? []).entries()) {
      this.#exists("services", link.split(":")[0] ?? "", `${path}.links[${index}]`);
    }
    for (const key of ["network_mode", "ipc", "pid"] as const) {
      const shared = service[key]?.match(/^service:(.*)$/s)?.[1];
      if (shared !== undefined) this.#exists("services", shared, `${path}.${key}`);
    }
    for (const [index, source] of (service.volumes_from ?? []).entries()) {
      if (!source.startsWith("container:")) {
        this.#exists("services", source.split(":")[0] ?? "", `${path}.volumes_from[${index}]`);
      }
    }
    for (const [name, context] of Object.entries(service.build?.additional_contexts ?? {})) {
      if (context.startsWith("service:")) {
        this.#exists(
          "services",
          context.slice("service:".length),
          `${path}.build.additional_contexts.${name}`,
        );
      }
    }
  }

  #references(path: string, service: CanonicalService): void {
    for (const name of Object.keys(service.networks ?? {}))
      this.#exists("networks", name, `${path}.networks.${name}`);
    for (const [index, { type, source }] of (service.volumes ?? []).entries()) {
      if (type === "volume" && source !== undefined)
        this.#exists("volumes", source, `${path}.volumes[${index}]`);
    }
    this.#fileMounts("secrets", service.secrets, `${path}.secrets`);
    this.#fileMounts("secrets", service.build?.secrets, `${path}.build.secrets`);
    this.#fileMounts("configs", service.configs, `${path}.configs`);
  }

  #fileMounts(
    group: "secrets" | "configs",
    mounts: readonly CanonicalFileMount[] | undefined,
    path: string,
  ): void {
    for (const [index, { source }] of (mounts ?? []).entries())
      this.#exists(group, source ?? "", `${path}[${index}]`);
  }

  #exists(group: Group, name: string, path: string): void {
    if (this.#names[group].has(name)) return;
    const kind = kinds[group];
    if (group === "services" && this.#disabled.has(name)) {
      const message = `the service ${JSON.stringify(name)} is needed, but none of its profiles is active`;
      this.#add(path, message, "activate one with --profile");
      return;
    }
    const undeclared = `declare it under ${group}:, here or in an override file beside it (compose.override.yaml)`;
    const hint = didYouMean(name, [...this.#names[group]], undeclared, JSON.stringify);
    this.#add(path, `there is no ${kind} ${JSON.stringify(name)}`, hint);
  }

  #ports(path: string, service: CanonicalService): void {
    for (const [index, port] of (service.ports ?? []).entries()) {
      const here = `${path}.ports[${index}]`;
      if (!isPort(port.target)) {
        this.#add(
          here,
          `the container port ${port.target ?? 0} is not from 1 to 65535`,
          "write another port",
        );
      }
      const published = port.published ?? "0";
      if (!published.split("-").every((part) => /^[0-9]{1,5}$/.test(part) && Number(part) <= 65535)) {
        this.#add(
          here,
          `the published port ${JSON.stringify(published)} is not from 0 to 65535`,
          "write another port",
        );
      }
    }
    for (const [index, exposed] of (service.expose ?? []).entries()) {
      const ports = exposed.split("/")[0]?.split("-") ?? [];
      if (
        ports.length === 0 ||
        ports.length > 2 ||
        !ports.every((port) => /^[0-9]+$/.test(port) && isPort(Number(port)))
      ) {
        this.#add(`${path}.expose[${index}]`, `${JSON.stringify(exposed)} is no port from 1 to 65535`);
      }
    }
  }

  #exclusions(path: string, service: CanonicalService): void {
    const { build, deploy, healthcheck, platform, scale } = service;
    if (build?.dockerfile !== undefined && build.dockerfile_inline !== undefined) {
      this.#add(`${path}.build`, "dockerfile and dockerfile_inline exclude each other", "keep one of them");
    }
    if (service.network_mode !== undefined && service.networks !== undefined) {
      this.#add(path, "network_mode and networks exclude each other", "keep one of them");
    }
    if (platform !== undefined && build?.platforms !== undefined && !build.platforms.includes(platform)) {
      this.#add(`${path}.build.platforms`, `must hold the service's platform ${JSON.stringify(platform)}`);
    }
    const kind = healthcheck?.test?.[0];
    if (kind !== undefined && !["CMD", "CMD-SHELL", "NONE"].includes(kind)) {
      this.#add(
        `${path}.healthcheck.test`,
        `must begin with CMD, CMD-SHELL or NONE, not ${JSON.stringify(kind)}`,
      );
    }
    if (scale !== undefined && deploy?.replicas !== undefined && scale !== deploy.replicas) {
      this.#add(
        `${path}.scale`,
        `differs from deploy.replicas: ${scale} and ${deploy.replicas}`,
        "keep one of them",
      );
    }
    for (const [key, count] of [
      ["scale", scale],
      ["deploy.replicas", deploy?.replicas],
    ] as const) {
      if (count !== undefined && count < 0) this.#add(`${path}.${key}`, `must be at least 0, not ${count}`);
    }
    this.#limits(path, service);
  }

  /** The two ways to write a limit have to agree. */
  #limits(path: string, service: CanonicalService): void {
    const { limits, reservations } = service.deploy?.resources ?? {};
    const pairs = [
      ["cpus", service.cpus, "limits.cpus", limits?.cpus],
      ["mem_limit", service.mem_limit, "limits.memory", limits?.memory],
      ["mem_reservation", service.mem_reservation, "reservations.memory", reservations?.memory],
      ["pids_limit", service.pids_limit, "limits.pids", limits?.pids],
    ] as const;
    for (const [key, one, other, two] of pairs) {
      if (one !== undefined && two !== undefined && one !== two) {
        this.#add(
          `${path}.${key}`,
          `differs from deploy.resources.${other}: ${one} and ${two}`,
          "keep one of them",
        );
      }
    }
  }

  #mounts(path: string, service: CanonicalService): void {
    const targets = new Map<string, string>();
    const mounts = [
      ...(service.tmpfs ?? []).map((tmpfs, index) => [tmpfs.split(":")[0] ?? "", `tmpfs[${index}]`] as const),
      ...(service.volumes ?? []).map(({ target }, index) => [target ?? "", `volumes[${index}]`] as const),
    ];
    for (const [target, place] of mounts) {
      const other = targets.get(target);
      if (other === undefined) targets.set(target, place);
      else this.#add(`${path}.${place}`, `${JSON.stringify(target)} is mounted by ${other} already`);
    }
  }

  #add(path: string, message: string, hint?: string): void {
    this.#problems.push(problemAt((at) => this.loaded.locate(at), path, message, hint));
  }
}

function problemAt(locate: LoadedProject["locate"], path: string, message: string, hint?: string): Problem {
  const location = locate(path);
  return {
    path: readable(path),
    message: readable(message),
    ...(hint === undefined ? {} : { hint: readable(hint) }),
    ...(location === undefined ? {} : { location }),
  };
}

function isPort(port: number | undefined): boolean {
  return port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Whether an extension that can be switched off is there. */
function isOn(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}
