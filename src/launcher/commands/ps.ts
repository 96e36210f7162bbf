/** `berth ps`: shows what runs. */
import { alertWarnings } from "../../app/alerts";
import { servedSites, type ServedSites } from "../../app/stack/served-sites";
import { seeStack } from "../../app/stack/views";
import { BerthError } from "../../errors";
import type { AlertsState, ScheduleView, StackIdentity, StoreView } from "../../ports";
import { definedOnly } from "../../defined";
import { deployedSites } from "../../model/deployed";
import { endpointsOf } from "../../report/result";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { beside } from "../history/beside";
import { stackStatus } from "../status/status";
import { statusText } from "../status/text";

async function showStatus(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, clock, aws } = launcher;
  const stack = await stackOf(launcher);
  const now = clock.now();
  // Both at once; what fails of the services is reported alone.
  const looked = storesOf(launcher, stack);
  const published = publishedOf(launcher, given, stack);
  const schedules = await schedulesOf(launcher, stack, now);
  const { outputs, sites, problem: unread } = await published;
  const services = await aws.use((sdk, clients) =>
    stackStatus(
      stack,
      { cluster: new sdk.EcsClusterReader(clients), logs: new sdk.CloudWatchLogReader(clients), now },
      given.words,
      async () => ((await looked).stores ?? []).map(({ service }) => service),
      { schedules, sites },
    ),
  );
  const { stores: all, problem } = await looked;
  if (problem !== undefined) terminal.err(`note: databases and caches are not shown: ${problem}\n`);
  if (unread !== undefined)
    terminal.err(`note: a static site is shown as it was deployed, whatever is served: ${unread}\n`);
  const isWanted = (service: string): boolean => given.words.length === 0 || given.words.includes(service);
  const stores = all?.filter(({ service }) => isWanted(service));
  const found = outputs && endpointsOf(outputs);
  const alerts = outputs?.["alerts"] === undefined ? undefined : await alertsOf(launcher, stack);
  const endpoints =
    found && Object.fromEntries(Object.entries(found).filter(([service]) => isWanted(service)));
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ ...stack, services, ...definedOnly({ stores, endpoints, alerts }) })}\n`
      : statusText(services, { ...terminal, now }, stores, endpoints),
  );
  for (const { message } of alerts === undefined ? [] : alertWarnings(alerts))
    terminal.err(`note: ${message}\n`);
  return 0;
}

interface Looked {
  readonly stores?: readonly StoreView[];
  /** Why they can't be looked at. */
  readonly problem?: string;
}

/** The managed stores; the services can be shown without them, to somebody whose policy is of an earlier version. */
async function storesOf({ aws }: Launcher, stack: StackIdentity): Promise<Looked> {
  try {
    return { stores: await aws.use((sdk, clients) => new sdk.AwsStoreReader(clients).stores(stack)) };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { problem: error.message };
  }
}

interface Published extends ServedSites {
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What the last run has left: URLs, static sites. Services can be shown without, whatever keeps it from being read. */
async function publishedOf(launcher: Launcher, given: Given, stack: StackIdentity): Promise<Published> {
  try {
    return await beside(launcher, given, async (deps): Promise<Published> => {
      const seen = await seeStack(stack, deps);
      if (seen.kind !== "seen") return { sites: [] };
      const { outputs } = seen;
      return { outputs, ...(await servedSites(deployedSites(outputs), () => deps.siteStore())) };
    });
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { sites: [] };
  }
}

/** The services on a schedule; the others can be shown without them, as without the stores. */
async function schedulesOf(
  { aws, terminal }: Launcher,
  stack: StackIdentity,
  now: number,
): Promise<readonly ScheduleView[]> {
  try {
    return await aws.use((sdk, clients) => new sdk.AwsScheduleReader(clients).schedules(stack, now));
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind === "usage") throw error;
    terminal.err(`note: schedules are not shown: ${error.message}\n`);
    return [];
  }
}

/** Whether alerts reach people, who can be informed of all else without it. */
async function alertsOf({ aws, terminal }: Launcher, stack: StackIdentity): Promise<AlertsState | undefined> {
  try {
    return await aws.use((sdk, clients) => new sdk.AwsAlertReader(clients).state(stack));
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    terminal.err(`note: whether alerts reach people is not shown: ${error.message}\n`);
    return undefined;
  }
}

export const ps: CommandDefinition = {
  name: "ps",
  summary:
    "Show the services, schedules, databases and caches: health, revision, URLs, last event, and why a task stopped",
  examples: ["berth ps", "berth ps web --stack prod"],
  takes: ["project", "stack", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services, databases and caches" }],
  run: showStatus,
};
