/** Projects whose images say something of themselves, or that a stack of an earlier version runs. */
import type { CanonicalProject } from "../../src/compose";
import { interpretProject, type Known } from "../../src/interpret";
import type { ContainerService, Service } from "../../src/model/project";
import { deployedServicesOf } from "../../src/model/deployed";
import type { Raw } from "./interpret";

/** A stack that an earlier version made, with a service `app`. */
export const older = deployedServicesOf({ services: { app: { kind: "container" } } });

export interface KnownProject {
  readonly services: readonly Service[];
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/** @param texts - the project's files by their paths */
export function read(
  services: Raw,
  known: Known = {},
  texts: Readonly<Record<string, string>> = {},
): KnownProject {
  const canonical = { name: "demo", services } as unknown as CanonicalProject;
  const loaded = { canonical, extensions: new Map(), locate: () => undefined };
  const result = interpretProject(loaded, [], { read: (path) => texts[path] }, known);
  return {
    services: result.ok ? result.project.services : [],
    warnings: result.ok ? result.project.warnings.map(({ path, message }) => `${path}: ${message}`) : [],
    problems: result.ok ? [] : result.problems.map(({ path, message }) => `${path ?? ""}: ${message}`),
  };
}

/** One container of such a project. */
export function container(
  services: Raw,
  name: string,
  known?: Known,
  texts?: Readonly<Record<string, string>>,
): ContainerService {
  const found = read(services, known, texts).services.find((service) => service.name === name);
  if (found?.kind !== "container") throw new Error(`no container ${name}`);
  return found;
}
