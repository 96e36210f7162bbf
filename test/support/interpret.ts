/** Short ways to a project for tests: canonical services in, the result or its telling parts out. */
import { interpretProject } from "../../src/interpret";
import type { CanonicalProject } from "../../src/compose";
import type { ContainerService, Project, ProjectResult, Service } from "../../src/model/project";

/** Canonical values as a test writes them: extensions inline, no defaults filled in. */
export type Raw = Readonly<Record<string, unknown>>;

/**
 * The outcome for canonical services, with further top-level keys beside them. One that says nothing of `restart` is
 * always restarted: what is taken for a server without a word is a matter of the tests of lifecycles alone.
 */
export function interpret(services: Raw, top: Raw = {}): ProjectResult {
  const restarted = Object.entries(services).map(([name, service]): [string, unknown] => [
    name,
    typeof service === "object" && service !== null && !saysWhether(service)
      ? { ...service, restart: "always" }
      : service,
  ]);
  return interpretAsWritten(Object.fromEntries(restarted), top);
}

function saysWhether(service: object): boolean {
  return Object.keys(service).some((key) =>
    /^(restart|deploy|x-schedule|x-static|x-(defang-)?(postgres|redis|mysql|static-files))$/.test(key),
  );
}

/** As {@link interpret}, without a key more. */
export function interpretAsWritten(services: Raw, top: Raw = {}): ProjectResult {
  const canonical = { name: "demo", services, ...top } as unknown as CanonicalProject;
  return interpretProject({ canonical, extensions: new Map(), locate: () => undefined });
}

/** The project; fails the test with the problems where there is none. */
export function projectOf(services: Raw, top: Raw = {}): Project {
  const result = interpret(services, top);
  if (!result.ok)
    throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return result.project;
}

/** `path: message (hint)` of every problem. */
export function problemsOf(services: Raw, top: Raw = {}): readonly string[] {
  const result = interpret(services, top);
  if (result.ok) return [];
  return result.problems.map(
    ({ path, message, hint }) => `${path}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
}

/** The paths of the problems. */
export function problemPaths(services: Raw, top: Raw = {}): readonly string[] {
  const result = interpret(services, top);
  return result.ok ? [] : result.problems.map(({ path }) => path ?? "");
}

/** `path: message` of every warning. */
export function warningsOf(services: Raw, top: Raw = {}): readonly string[] {
  return projectOf(services, top).warnings.map(({ path, message }) => `${path}: ${message}`);
}

/** One service of a project. */
export function serviceOf(services: Raw, name: string, top: Raw = {}): Service {
  const service = projectOf(services, top).services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

/** A container `app` with an image and the given keys. */
export function app(keys: Raw = {}): ContainerService {
  const service = serviceOf({ app: { image: "nginx:1.27", ...keys } }, "app");
  if (service.kind !== "container") throw new Error(`app is ${service.kind}`);
  return service;
}

/** {@link problemsOf} of such a container. */
export function appProblems(keys: Raw): readonly string[] {
  return problemsOf({ app: { image: "nginx:1.27", ...keys } });
}

/** {@link warningsOf} of such a container. */
export function appWarnings(keys: Raw): readonly string[] {
  return warningsOf({ app: { image: "nginx:1.27", ...keys } });
}
