/** What the page of a run receives, beside its events. */
import type { Learned } from "../app/deps";
import { runsOf, type StackRun } from "../app/stack/runs";
import { definedOnly } from "../defined";
import { durationText } from "../model/duration";
import { partitionOf } from "../partitions";
import type { EngineKind, TextStore } from "../ports";
import type { RunReport } from "../report/page/page";
import type { Result } from "../report/result";
import type { Settings } from "../settings/settings";

type Known = Omit<RunReport, "events" | "ended">;

/** Runs before this one that the page lists. */
const mostEarlier = 10;

/**
 * @param learned - what the run has come to know, however it ended
 * @param records - the texts beside the state
 */
export async function pageOf(
  result: Result,
  settings: Settings,
  learned: Learned,
  records: () => Promise<TextStore>,
): Promise<Known> {
  const { cost, summary } = learned;
  const { imageLabels, actor, commit } = settings;
  const repository = imageLabels["org.opencontainers.image.source"];
  const links = consoleLinks(result, cost?.region ?? settings.region);
  return {
    result,
    origin: definedOnly({ commit, repository, actor }),
    links,
    earlier: await earlierRuns(result, learned, records),
    ...definedOnly({ cost, summary }),
  };
}

/** The page is kept also where the history can't be read. */
async function earlierRuns(
  { project, stack }: Result,
  { run }: Learned,
  records: () => Promise<TextStore>,
): Promise<NonNullable<Known["earlier"]>> {
  if (project === "") return [];
  try {
    const runs = await runsOf(await records(), { project, stack }, mostEarlier + 1);
    const before = runs.filter(({ id }) => id !== run?.begun.id).slice(0, mostEarlier);
    return before.map((one) => ({ title: runTitle(one), page: one.page === undefined ? undefined : one.id }));
  } catch {
    return [];
  }
}

/** `2026-11-25 22:45 UTC: up succeeded in 4 min 12 s, by ann, of 0123456789ab: web: memory 512M → 1G`. */
function runTitle({ started, ended, command, outcome, actor, commit, what, error }: StackRun): string {
  const took = ended === undefined ? "" : ` in ${durationText(Date.parse(ended) - Date.parse(started))}`;
  return [
    `${started.slice(0, 16).replace("T", " ")} UTC: ${command} ${outcome ?? "did not end"}${took}`,
    ...(actor === undefined ? [] : [`by ${actor}`]),
    ...(commit === undefined ? [] : [`of ${commit.slice(0, 12)}`]),
    ...(error === undefined ? what.slice(0, 3) : [error]),
  ].join(", ");
}

/**
 * Hosts of the console after the region, by partition ("AWS Management Console endpoints", AWS General Reference; GovCloud
 * and China user guides). Of the others no link is made.
 */
const consoles: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** Whether the resources of an engine are in an account, so that AWS's console shows them. */
const inAccount: Readonly<Record<EngineKind, boolean>> = { pulumi: true, simulator: false };

/** Places of AWS's console, by the stack's outputs; a simulated stack has none. */
function consoleLinks({ engine, outputs }: Result, region: string | undefined): NonNullable<Known["links"]> {
  const host = consoles[partitionOf(region ?? "").id];
  if (!inAccount[engine] || region === undefined || host === undefined) return [];
  const home = `https://${region}.${host}`;
  const cluster = textOf(outputs["cluster"]);
  // The console takes the name of a log group encoded twice, with "$" for "%".
  const logs = [outputs["logGroup"], outputs["eventsLogGroup"]].flatMap((name) => textOf(name) ?? []);
  return [
    ...(cluster === undefined
      ? []
      : [{ title: "The services", url: `${home}/ecs/v2/clusters/${cluster}/services?region=${region}` }]),
    ...logs.map((name) => ({
      title: `The log group ${name}`,
      url: `${home}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${encodeURIComponent(encodeURIComponent(name)).replaceAll("%", "$")}`,
    })),
  ];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "[unknown]" ? value : undefined;
}
