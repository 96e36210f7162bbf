/** What the page of a run is told, beside its events. */
import type { Learned } from "../app/deps";
import { definedOnly } from "../defined";
import type { RunReport } from "../report/page/page";
import type { Result } from "../report/result";
import type { Settings } from "../settings/settings";

type Known = Omit<RunReport, "events" | "ended">;

/** @param learned - what the run has come to know, however it ended */
export function pageOf(result: Result, settings: Settings, { cost, summary }: Learned): Known {
  const { imageLabels, actor } = settings;
  const commit = imageLabels["org.opencontainers.image.revision"];
  const repository = imageLabels["org.opencontainers.image.source"];
  const links = consoleLinks(result, cost?.region ?? settings.region);
  return {
    result,
    origin: definedOnly({ commit, repository, actor }),
    links,
    ...definedOnly({ cost, summary }),
  };
}

/** Places of AWS's console, by the stack's outputs; a simulated stack has none. */
function consoleLinks({ engine, outputs }: Result, region: string | undefined): NonNullable<Known["links"]> {
  if (engine !== "pulumi" || region === undefined) return [];
  const home = `https://${region}.console.aws.amazon.com`;
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
