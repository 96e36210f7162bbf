/** What the next `up` does about what was done to a stack since its last deployment. Pure. */
import { lastOfArn } from "../../model/naming";
import type { Project } from "../../model/project";
import type { ResourceStep } from "../../ports";
import type { Prepared } from "../prepared";
import { deployedNow, without, type Journal } from "./journal";

/** What a run has to know. */
export interface SinceLastRun {
  /** Lines for people. */
  readonly notes: readonly string[];
  /** By service: numbers of tasks that hold in the place of the file's. */
  readonly scaled: Readonly<Record<string, number>>;
  /** Whether the state is compared with AWS before anything else. */
  readonly refresh: boolean;
  /** Whether an unchanged project may stay as it is. */
  readonly mayStay: boolean;
}

/**
 * What was done since the last deployment, and what of it is kept: a number of tasks until the file has another one for
 * the service, whatever else changes; everything else until the next run.
 */
export function sinceLastRun(journal: Journal, project: Project): SinceLastRun {
  const replicas = replicasOf(project);
  const notes: string[] = [];
  const scaled: Record<string, number> = {};
  for (const [service, { tasks, file }] of Object.entries(journal.scaled)) {
    const now = replicas[service];
    if (now === undefined) continue;
    if (file !== undefined && file !== now) {
      notes.push(
        `${service}: the file has another number of tasks now, so berth scale ${service}=${tasks} ends`,
      );
    } else {
      scaled[service] = tasks;
      notes.push(
        `${service} keeps ${tasks} ${tasks === 1 ? "task" : "tasks"}, as berth scale says; the file says ${now}`,
      );
    }
  }
  for (const [service, { at, to }] of Object.entries(journal.rolledBack))
    notes.push(
      `${service} was rolled back to ${lastOfArn(to)} (berth rollback, ${at}): the file counts again, and it goes forward`,
    );
  const stopped = Object.values(journal.stopped).map(({ at }) => at);
  if (stopped.length > 0)
    notes.push(
      `berth stop has stopped ${Object.keys(journal.stopped).join(", ")} (${stopped.sort()[0] ?? ""}): up starts them again`,
    );
  for (const [service, { at, command }] of Object.entries(journal.failed))
    notes.push(`${service} was not seen steady after berth ${command} (${at}): it is looked at`);
  const isWhole = [journal.rolledBack, journal.stopped, journal.failed].every(
    (changes) => Object.keys(changes).length === 0,
  );
  return { notes, scaled, refresh: journal.behind, mayStay: isWhole };
}

/** What is known of a run at its end. */
export interface RunEnd {
  /** Whether it was a run of some targets, which has looked at nothing else. */
  readonly restricted: boolean;
  /** ISO 8601. */
  readonly at: string;
  /** What the tags of images meant in it. */
  readonly images: Journal["images"];
  /** The tags of what was built. */
  readonly built: Prepared["images"];
}

/**
 * The journal after a run that succeeded.
 *
 * @param steps - of the run
 */
export function afterRun(
  journal: Journal,
  project: Project,
  steps: readonly ResourceStep[],
  { restricted, at, images, built }: RunEnd,
): Journal {
  const replicas = replicasOf(project);
  const services = steps.filter(({ type, op }) => type === "aws:ecs/service:Service" && op !== "delete");
  const deployed = services.filter(({ op }) => !restricted || op !== "same");
  const names = restricted ? deployed.map(({ name }) => name) : keysOf(journal);
  const { scaled } = sinceLastRun(journal, project);
  const holding = Object.entries(journal.scaled)
    .filter(([service]) => service in scaled || (restricted && !names.includes(service)))
    .map(([service, scaling]) => [service, { ...scaling, file: scaling.file ?? replicas[service] }]);
  const [newest] = journal.deployments;
  const revisions = { ...(restricted ? newest?.revisions : {}) };
  for (const { name, inputs } of restricted ? deployed : services) {
    const arn = inputs["taskDefinition"];
    if (typeof arn === "string" && arn.startsWith("arn:")) revisions[name] = arn;
  }
  return {
    ...journal,
    behind: journal.behind && restricted,
    scaled: Object.fromEntries(holding) as Journal["scaled"],
    rolledBack: without(journal.rolledBack, names),
    stopped: without(journal.stopped, names),
    failed: without(journal.failed, names),
    deployments: deployedNow(journal.deployments, revisions, at),
    built: writable(restricted ? { ...journal.built, ...only(built, names) } : built),
    images: restricted ? { ...journal.images, ...only(images, names) } : images,
    replicas: restricted ? { ...journal.replicas, ...only(replicas, names) } : replicas,
  };
}

/** `deploy.replicas` of each service that ECS keeps running. */
function replicasOf({ services }: Project): Record<string, number> {
  return Object.fromEntries(
    services.flatMap((service) => (service.kind === "container" ? [[service.name, service.replicas]] : [])),
  );
}

function keysOf({ rolledBack, stopped, failed }: Journal): readonly string[] {
  return [rolledBack, stopped, failed].flatMap((changes) => Object.keys(changes));
}

function writable(built: RunEnd["built"]): Journal["built"] {
  return Object.fromEntries(
    Object.entries(built).map(([name, { tag, platforms }]) => [name, { tag, platforms: [...platforms] }]),
  );
}

function only<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)));
}
