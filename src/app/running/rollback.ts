/** `rollback`: services go back to the revision of their task definition that ran before, its image and configuration. */
import { lastOfArn } from "../../model/naming";
import { BerthError, type Problem } from "../../errors";
import type { Revision, RunningService, StackIdentity } from "../../ports";
import { chosen } from "./choose";
import { follow, intervene, type Done, type LockedStack, type Manner, type RunningDeps } from "./intervene";
import { without, type Journal } from "./journal";
import { rollbackSites, splitSites } from "./rollback-sites";

/** A service, and the revision that it goes back to. */
interface Step {
  readonly service: RunningService;
  readonly to: Revision;
}

/** What to do where ECS can't go back by itself. */
const byFile = "bring the file and its images back to what they were then, and run berth up";

/**
 * Takes services back to what ran before; all of those that the last deployment has changed where none is named.
 *
 * @param to - a revision of the one service that is named: `12`, or `family:12`. @default what ran before the present one
 * @throws BerthError (usage) where nothing is known to have run before, or ECS can't run it any more, (locked) where a run
 *   has locked the stack, (deployment) where a service does not become steady: ECS then returns to the present revision
 */
export function rollback(
  stack: StackIdentity,
  names: readonly string[],
  to: string | undefined,
  manner: Manner,
  deps: RunningDeps,
): Promise<Done> {
  if (to !== undefined && names.length !== 1) {
    throw new BerthError("usage", {
      path: "--to",
      message: "a revision is one service's",
      hint: "name the service: berth rollback web --to 12",
    });
  }
  return intervene(stack, "rollback", deps, async (locked) => {
    const { sites, others, known } = await splitSites(names, locked);
    if (sites.length > 0 && others.length === 0) {
      const what = await rollbackSites(sites, to, locked);
      deps.progress.note("The next berth up goes forward again, to what the file says");
      return { what };
    }
    if (sites.length > 0) throw siteAmong(sites.map(({ service }) => service));
    const unnamed = names.length === 0 ? known.map(({ service }) => service) : [];
    if (unnamed.length > 0 && (await locked.control.services(stack))?.length === 0) throw onlySites(unnamed);
    const services = await chosen(names, locked, {
      store: (name) => `berth db backups ${name} lists what a database can go back to`,
      oneOff: () => byFile,
    });
    const wanted =
      names.length === 0
        ? changedLast(services, locked.journal, unnamed)
        : await before(services, to, locked);
    const steps = await runnable(wanted, locked);
    if (unnamed.length > 0)
      deps.progress.note(`What ${unnamed.join(", ")} serves stays: berth rollback ${unnamed[0] ?? ""}`);
    return goBack(steps, manner, locked);
  });
}

/** A site is rolled back by another hand than services: one that fails is not to leave the others halfway. */
function siteAmong(sites: readonly string[]): BerthError {
  const [first = ""] = sites;
  return new BerthError("usage", {
    path: first,
    message: "static sites and services are not rolled back in one command",
    hint: `berth rollback ${sites.join(" ")}, and the services in another one`,
  });
}

/** Nothing is served by ECS: which of the sites is meant, is not known. */
function onlySites(sites: readonly string[]): BerthError {
  return new BerthError("usage", {
    path: "rollback",
    message: "the stack has static sites alone, and none is named",
    hint: `berth rollback ${sites[0] ?? ""} publishes what was published before`,
  });
}

/** ARNs by service of the newest deployment in which one of them had another revision than now. */
function changedLast(
  services: readonly RunningService[],
  { deployments }: Journal,
  sites: readonly string[],
): ReadonlyMap<RunningService, string> {
  for (const { revisions } of deployments) {
    const changed = services.flatMap((service) => {
      const arn = revisions[service.service];
      return arn === undefined || arn === service.taskDefinitionArn ? [] : [[service, arn] as const];
    });
    if (changed.length > 0) return new Map(changed);
  }
  const site = sites[0] === undefined ? "" : `, and berth rollback ${sites[0]} a version of the static site`;
  throw new BerthError("usage", {
    path: "rollback",
    message: "no other deployment of this stack is known",
    hint: `each berth up that succeeds is remembered; berth rollback SERVICE --to REVISION takes one that ECS has${site}`,
  });
}

/** The revision that each service is to have. @throws BerthError (usage) with every service that has none */
async function before(
  services: readonly RunningService[],
  to: string | undefined,
  { control, journal }: LockedStack,
): Promise<ReadonlyMap<RunningService, string>> {
  const problems: Problem[] = [];
  const found = new Map<RunningService, string>();
  for (const service of services) {
    const { service: path, taskDefinitionArn: now } = service;
    const active = await control.revisions(familyOf(now));
    const arn = to === undefined ? ranBefore(service, journal, active) : revisionNamed(now, to);
    if (arn === undefined)
      problems.push({ path, message: `nothing is known to have run before ${lastOfArn(now)}`, hint: byFile });
    else if (arn === now)
      problems.push({ path, message: `it runs ${lastOfArn(now)} already`, hint: listOf(active, now) });
    else found.set(service, arn);
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return found;
}

/** Of a stack that no deployment is remembered of, the active revision before the present one. */
function ranBefore(
  { service, taskDefinitionArn: now }: RunningService,
  { deployments }: Journal,
  active: readonly string[],
): string | undefined {
  const ran = deployments.flatMap(({ revisions }) => revisions[service] ?? []);
  const known = ran.slice(ran.lastIndexOf(now) + 1).find((arn) => arn !== now);
  if (known !== undefined || ran.length > 0) return known;
  return active.find((arn) => numberOf(arn) < numberOf(now));
}

/** @throws BerthError (usage) where it is no revision of the service's family */
function revisionNamed(now: string, to: string): string {
  const family = familyOf(now);
  const [, named, number] = /^(?:(?:arn:.*\/)?([^:/]+):)?(\d{1,9})$/.exec(to) ?? [];
  if (number !== undefined && (named === undefined || named === family))
    return `${now.slice(0, now.lastIndexOf(":"))}:${Number(number)}`;
  throw new BerthError("usage", {
    path: "--to",
    message: `${JSON.stringify(to)} is not a revision of ${family}`,
    hint: `write its number: --to ${Math.max(1, numberOf(now) - 1)}`,
  });
}

/** @throws BerthError (usage) with every service whose revision ECS does not run (any more) */
async function runnable(
  wanted: ReadonlyMap<RunningService, string>,
  { control }: LockedStack,
): Promise<readonly Step[]> {
  const problems: Problem[] = [];
  const steps: Step[] = [];
  for (const [service, arn] of wanted) {
    const path = service.service;
    const [to, active] = await Promise.all([control.revision(path, arn), control.revisions(familyOf(arn))]);
    const missing = service.ports.filter((port) => to?.ports.includes(port) === false);
    if (to === undefined)
      problems.push({
        path,
        message: `ECS has no ${lastOfArn(arn)}`,
        hint: listOf(active, service.taskDefinitionArn),
      });
    else if (!to.active)
      problems.push({
        path,
        message: `${lastOfArn(arn)} is deregistered, and ECS starts no task of it`,
        hint: `${byFile}; ${listOf(active, service.taskDefinitionArn)}`,
      });
    else if (missing.length > 0)
      problems.push({
        path,
        message: `${lastOfArn(arn)} has no container port ${missing.join(", ")}, which its load balancer sends requests to`,
        hint: byFile,
      });
    else steps.push({ service, to });
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return steps;
}

async function goBack(steps: readonly Step[], { detach }: Manner, locked: LockedStack): Promise<Done> {
  const { at, control, deps, journal, keep } = locked;
  const names = steps.map(({ service }) => service.service);
  const rolledBack = Object.fromEntries(
    steps.map(({ service, to }) => [service.service, { at, from: service.taskDefinitionArn, to: to.arn }]),
  );
  const failed = Object.fromEntries(names.map((name) => [name, { at, command: "rollback" }]));
  const after = { ...journal, behind: true, rolledBack: { ...journal.rolledBack, ...rolledBack } };
  await keep({ ...after, failed: { ...journal.failed, ...failed } });
  await Promise.all(steps.map(({ service, to }) => control.change(service, { taskDefinitionArn: to.arn })));
  const what = steps.map(
    ({ service, to }) =>
      `${service.service}: ${lastOfArn(service.taskDefinitionArn)} → ${lastOfArn(to.arn)} (${to.image})`,
  );
  for (const line of what) deps.progress.note(line);
  deps.progress.note("The next berth up goes forward again, to what the file says");
  if (detach) return { what };
  await follow(
    steps.map(({ service, to }) => ({ service, taskDefinitionArn: to.arn })),
    locked,
  );
  await keep({ ...after, failed: without(journal.failed, names) });
  return { what };
}

function listOf(active: readonly string[], now: string): string {
  const others = active.filter((arn) => arn !== now).slice(0, 5);
  if (others.length === 0) return "ECS has no other revision of it that is active";
  return `active ones are ${others.map((arn) => String(numberOf(arn))).join(", ")}`;
}

function familyOf(arn: string): string {
  return lastOfArn(arn).replace(/:\d+$/, "");
}

function numberOf(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(":") + 1));
}
