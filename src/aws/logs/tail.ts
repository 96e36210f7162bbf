/** The end of a log stream, and what came to it since. */
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { LogPage } from "../../ports";
import { faultOf } from "../faults";

export interface LogStream {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

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
  stream: LogStream,
  lines: number,
): Promise<readonly string[]> {
  let found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < pagesAllowed && found.length < lines; page += 1) {
    const answer = await pageOf(logs, { ...stream, limit: lines, nextToken, startFromHead: false });
    if (answer === undefined) break;
    found = [...answer.events.flatMap(linesOf), ...found];
    // The same token again is how GetLogEvents says that this was the last page.
    if (answer.backward === undefined || answer.backward === nextToken) break;
    nextToken = answer.backward;
  }
  return found.slice(-lines);
}

/** What a stream holds after a page, oldest first; nothing where there is no such stream yet. */
export async function nextLines(
  logs: CloudWatchLogs,
  stream: LogStream,
  from: string | undefined,
): Promise<LogPage> {
  const lines: string[] = [];
  let nextToken = from;
  for (let page = 0; page < pagesAllowed; page += 1) {
    const answer = await pageOf(logs, { ...stream, nextToken, startFromHead: true });
    if (answer === undefined) break;
    lines.push(...answer.events.flatMap(linesOf));
    const last = answer.forward === undefined || answer.forward === nextToken;
    nextToken = answer.forward ?? nextToken;
    if (last) break;
  }
  return { lines, ...(nextToken === undefined ? {} : { next: nextToken }) };
}

interface Page {
  readonly events: readonly string[];
  readonly backward: string | undefined;
  readonly forward: string | undefined;
}

async function pageOf(
  logs: CloudWatchLogs,
  query: LogStream & { limit?: number; nextToken: string | undefined; startFromHead: boolean },
): Promise<Page | undefined> {
  try {
    const answer = await logs.getLogEvents(query);
    return {
      events: (answer.events ?? []).map(({ message }) => message ?? ""),
      backward: answer.nextBackwardToken,
      forward: answer.nextForwardToken,
    };
  } catch (error) {
    if (faultOf(error).code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** A progress bar overwrites its line with carriage returns: the last text is the line. */
function linesOf(message: string): string[] {
  return message
    .replace(controlSequence, "")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf("\r") + 1));
}
