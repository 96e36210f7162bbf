/** `berth history`: the runs of a stack. */
import { runsOf } from "../../app/stack/runs";
import { BerthError } from "../../errors";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { beside } from "../history/beside";
import { historyText } from "../history/table";

/** Runs that are shown where nobody says how many. */
const usual = 20;

async function showHistory(launcher: Launcher, given: Given): Promise<number> {
  const most = mostOf(given);
  const stack = await stackOf(launcher);
  const { runs, goesOn } = await beside(launcher, given, async (deps) => {
    const [records, leases] = await Promise.all([deps.records(), deps.leases()]);
    const [found, holder] = await Promise.all([runsOf(records, stack, most), leases.holder(stack)]);
    return { runs: found, goesOn: holder !== undefined };
  });
  const { terminal } = launcher;
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ ...stack, runs })}\n`
      : historyText(runs, goesOn, terminal.columns),
  );
  return 0;
}

/** @throws BerthError (usage) where it is no number */
function mostOf(given: Given): number {
  const text = given.text("tail");
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new BerthError("usage", {
    path: "--tail",
    message: `${JSON.stringify(text)} is not a number of runs`,
    hint: "write --tail 20; a stack's last 100 runs are kept",
  });
}

export const history: CommandDefinition = {
  name: "history",
  summary: "List the runs of the stack: when, by whom, of which commit, what changed, how it ended",
  examples: ["berth history", "berth history --stack prod --tail 5"],
  takes: ["project", "stack", "place", "json"],
  options: [{ flags: "--tail <N>", description: "only the newest N runs; else 20" }],
  run: showHistory,
};
