/** The services of a running stack that a command speaks of. */
import { BerthError, type Problem } from "../../errors";
import { didYouMean } from "../../nearest";
import { stackResourceName } from "../../model/naming";
import type { RunningService, StackIdentity } from "../../ports";
import { readRecord } from "../stack/run-records";
import type { LockedStack } from "./intervene";

/** What a command does not do to other things than services, and what does. */
export interface NotServices {
  /** For a database or cache. */
  readonly store: (name: string) => string;
  /** For a one-off task. */
  readonly oneOff: (name: string) => string;
}

/**
 * The services that are named, all of the stack's where none is.
 *
 * @throws BerthError (usage) with every name that is no service that ECS keeps running
 */
export async function chosen(
  names: readonly string[],
  locked: Pick<LockedStack, "stack" | "control" | "deps">,
  not: NotServices,
): Promise<readonly RunningService[]> {
  const services = await locked.control.services(locked.stack);
  if (services === undefined || services.length === 0) throw nothingRuns(locked.stack);
  const unknown = names.filter((name) => !services.some(({ service }) => service === name));
  if (unknown.length > 0) {
    const all = services.map(({ service }) => service);
    throw new BerthError(
      "usage",
      await Promise.all(unknown.map((name) => problemOf(name, all, locked, not))),
    );
  }
  return names.length === 0 ? services : services.filter(({ service }) => names.includes(service));
}

function nothingRuns({ project, stack }: StackIdentity): BerthError {
  return new BerthError("usage", {
    path: "BERTH_STACK",
    message: `no service runs of the stack "${stack}" of project "${project}" in this account and region`,
    hint: "berth up deploys it; berth ls lists the stacks that exist, --stack and --region choose another one",
  });
}

async function problemOf(
  path: string,
  services: readonly string[],
  { stack, control, deps }: Pick<LockedStack, "stack" | "control" | "deps">,
  not: NotServices,
): Promise<Problem> {
  const outputs = (await readRecord(await deps.records(), stack))?.outputs;
  const kinds = kindsOf(outputs);
  const kind = kinds.get(path);
  if (kind === "schedule")
    return {
      path,
      message: "it runs by its schedule: ECS does not keep it running",
      hint: `berth run ${path} runs it now`,
    };
  if (kind === "static")
    return {
      path,
      message: "it is a static site: nothing of it runs",
      hint: `berth up publishes what the file says, berth rollback ${path} what was published before`,
    };
  if (kind !== undefined && kind !== "task" && kind !== "container")
    return { path, message: `it is a managed store (${kind}), not a service of ECS`, hint: not.store(path) };
  const isOneOff =
    kind === "task" || (await control.revisions(stackResourceName(stack, "taskFamily", path))).length > 0;
  if (isOneOff)
    return { path, message: "it is a one-off task: ECS does not keep it running", hint: not.oneOff(path) };
  const hint = didYouMean(path, [...services, ...kinds.keys()], `the stack has ${services.join(", ")}`);
  return { path, message: "no such service runs", hint };
}

/** The services of the last deployment that run by a schedule, and so go on doing it. */
export async function scheduled({
  stack,
  deps,
}: Pick<LockedStack, "stack" | "deps">): Promise<readonly string[]> {
  const kinds = kindsOf((await readRecord(await deps.records(), stack))?.outputs);
  return [...kinds].flatMap(([name, kind]) => (kind === "schedule" ? [name] : []));
}

/** `container`, `task`, `schedule` or the kind of a store, by the services of the last deployment that succeeded. */
function kindsOf(outputs: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string> {
  const services = outputs?.["services"];
  if (typeof services !== "object" || services === null) return new Map();
  return new Map(
    Object.entries(services).flatMap(([name, service]) => {
      const kind = (service as { readonly kind?: unknown } | null)?.kind;
      return typeof kind === "string" ? [[name, kind] as const] : [];
    }),
  );
}
