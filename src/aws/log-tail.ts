/** The end of a log stream. */
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { faultOf } from "./faults";

/** Pages that are read; GetLogEvents may answer an empty page before the beginning is reached. */
const pagesAllowed = 10;
/** Escape sequences of a terminal (ECMA-48, control sequences): colours, cursor movements. */
const controlSequence = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, "g");

/**
 * The last lines of a stream, oldest first, without colours; none where there is no such stream, as of a task that
 * never started.
 */
export async function lastLines(
  logs: CloudWatchLogs,
  logGroupName: string,
  logStreamName: string,
  lines: number,
): Promise<readonly string[]> {
  let found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < pagesAllowed && found.length < lines; page += 1) {
    const answer = await pageOf(logs, { logGroupName, logStreamName, limit: lines, nextToken });
    if (answer === undefined) break;
    found = [...answer.events.flatMap(linesOf), ...found];
    // The same token again is how GetLogEvents says that this was the last page.
    if (answer.backward === undefined || answer.backward === nextToken) break;
    nextToken = answer.backward;
  }
  return found.slice(-lines);
}

interface Page {
  readonly events: readonly string[];
  readonly backward: string | undefined;
}

async function pageOf(
  logs: CloudWatchLogs,
  query: { logGroupName: string; logStreamName: string; limit: number; nextToken: string | undefined },
): Promise<Page | undefined> {
  try {
    const answer = await logs.getLogEvents({ ...query, startFromHead: false });
    return {
      events: (answer.events ?? []).map(({ message }) => message ?? ""),
      backward: answer.nextBackwardToken,
    };
  } catch (error) {
    if (faultOf(error).code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** A progress bar overwrites its line with carriage returns: what stood last is the line. */
function linesOf(message: string): string[] {
  return message
    .replace(controlSequence, "")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf("\r") + 1));
}
