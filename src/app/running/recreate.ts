/** `up --force-recreate`: what a run has not deployed again by itself is deployed once more, as it is. */
import { BerthError } from "../../errors";
import { didYouMean } from "../../nearest";
import type { Project } from "../../model/project";
import type { StackIdentity } from "../../ports";
import type { Settings } from "../../settings/settings";
import type { Deps } from "../deps";
import { follow } from "./intervene";

/** What is recreated. */
export interface Recreation {
  readonly identity: StackIdentity;
  readonly project: Project;
  /** Services; none for all. @default nothing is recreated */
  readonly names: readonly string[] | undefined;
}

/** Those that `--force-recreate` names, else those that the run is restricted to; `undefined` without the option. */
export function recreatedServices({
  forceRecreate,
  targets,
}: Pick<Settings, "forceRecreate" | "targets">): readonly string[] | undefined {
  if (forceRecreate === undefined || forceRecreate.length > 0) return forceRecreate;
  return targets.filter((target) => !target.startsWith("urn:"));
}

/**
 * Does a run, and starts the tasks again of those of the services that the run has left as they were. A one-off task runs
 * in every run anyway.
 *
 * @param run - of the engine
 * @returns what the run came to, and the services whose tasks were started again
 * @throws BerthError (usage) where a name is no service of the project's own, before anything else; (deployment) where a
 *   service does not become steady
 */
export async function recreating<T>(
  { identity, project, names }: Recreation,
  deps: Deps,
  run: () => Promise<T>,
): Promise<{ readonly done: T; readonly recreated: readonly string[] }> {
  if (names === undefined) return { done: await run(), recreated: [] };
  refuseUnknown(names, project);
  const control = await deps.control();
  const before = new Map(
    ((await control.services(identity)) ?? []).map(({ service, deploymentId }) => [service, deploymentId]),
  );
  const done = await run();
  const now = (await control.services(identity)) ?? [];
  const left = now.filter(
    ({ service, desired, deploymentId }) =>
      desired > 0 && (names.length === 0 || names.includes(service)) && before.get(service) === deploymentId,
  );
  await Promise.all(left.map((service) => control.change(service, { anew: true })));
  for (const { service } of left) deps.progress.note(`${service}: its tasks are replaced by new ones`);
  const revisions = left.map((service) => ({ service, taskDefinitionArn: service.taskDefinitionArn }));
  if (left.length > 0) await follow(revisions, { stack: identity, control, deps });
  return { done, recreated: left.map(({ service }) => service) };
}

/** @throws BerthError (usage) with every name that is none of a container */
function refuseUnknown(names: readonly string[], { services }: Project): void {
  const containers = services.flatMap(({ kind, name }) => (kind === "container" ? [name] : []));
  const unknown = names.filter((name) => !containers.includes(name));
  if (unknown.length === 0) return;
  throw new BerthError(
    "usage",
    unknown.map((name) => {
      const known = `services are ${containers.join(", ")}; what follows the option is services, up to the next option or --`;
      const isStore = services.some((service) => service.name === name);
      return {
        path: "--force-recreate",
        message: isStore
          ? `${name} is a managed store, which has no tasks`
          : `${JSON.stringify(name)} is no service of the project`,
        hint: isStore ? known : didYouMean(name, containers, known),
      };
    }),
  );
}
