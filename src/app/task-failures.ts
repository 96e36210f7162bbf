/** What failed of the tasks that a program starts inside its `apply`s: builds, one-off tasks, services. */
import { BerthError, type Problem } from "../errors";
import type { EngineEvent, EngineRun, ProjectProgramArgs } from "../ports";
import { problemOfFailure } from "../rollout/failure";
import type { Deps } from "./deps";

/** What runs such tasks. */
export type Tasks = Pick<ProjectProgramArgs, "builds" | "tasks" | "sites" | "watch" | "wayOut">;

/** A build, a one-off task or a service that failed is what the run failed of, whatever became of its `apply` inside the engine. */
export async function withTasks(
  started: Tasks,
  { signal, learned }: Deps,
  work: () => Promise<EngineRun>,
): Promise<EngineRun> {
  const { builds, tasks, sites, watch } = started;
  let stopped: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    stopped = Promise.all([builds.stop(), tasks.stop(), sites.stop(), watch.stop()]);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const result = await work();
    throwFailures(started);
    return result;
  } catch (error) {
    await Promise.all([tasks.finish(), watch.finish()]);
    if (!(error instanceof BerthError && error.kind === "cancelled")) throwFailures(started);
    throw error;
  } finally {
    learned.builds = builds.results();
    learned.services = watch.failures();
    signal.removeEventListener("abort", stop);
    await stopped;
  }
}

/** What failed inside an `apply` is reported by whatever ran it; the engine's own message is about Pulumi's outputs. */
export function repeatsFailure(event: EngineEvent, { builds, tasks, sites, watch }: Tasks): boolean {
  if (event.kind !== "diagnostic") return false;
  const failures = [...builds.failures(), ...tasks.failures(), ...sites.failures(), ...watch.failures()];
  return failures.some(({ message }) => event.message.includes(message));
}

function throwFailures({ builds, tasks, sites, watch, wayOut }: Tasks): void {
  const unbuilt = builds.failures().map((failure) => ({
    path: `services.${failure.service}.build`,
    message: withLog(`${failure.message} (${failure.platform})`, failure.logTail),
    hint: `the whole log is in the log group ${failure.logGroupName}`,
  }));
  const failed = tasks.failures().map((failure) => ({
    path: `services.${failure.service}`,
    message: withLog(failure.message, failure.logTail),
    hint: `the whole log is in the log group ${failure.logGroupName}, under ${failure.service}/`,
  }));
  const fallen = watch.failures().map(problemOfFailure);
  const closed = closedWayOut(wayOut?.trouble() ?? []);
  const unpublished = sites.failures().map(({ service: _service, kind: _kind, ...problem }) => problem);
  const all = [...unbuilt, ...failed, ...unpublished, ...fallen, ...closed];
  if (unbuilt.length > 0 || sites.failures().some(({ kind }) => kind === "build"))
    throw new BerthError("build", all);
  if (failed.length + unpublished.length + fallen.length > 0) throw new BerthError("deployment", all);
}

/** What may have kept the others from their images. */
function closedWayOut([message, ...lines]: readonly string[]): readonly Problem[] {
  if (message === undefined) return [];
  const hint =
    "run again: its group starts another instance; with natStrategy: gateway under x-berth AWS keeps the way out up";
  return [{ path: "network", message: withLog(message, lines), hint }];
}

function withLog(message: string, lines: readonly string[]): string {
  return [message, ...lines.map((line) => `    ${line}`)].join("\n");
}
