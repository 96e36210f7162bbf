/** Where a run's progress goes: to whoever watches, and to the event stream. */
import type { Progress } from "../app/deps";
import type { RunRecord } from "../report/page/run-record";
import { Board } from "../report/progress/board";
import { pathOf } from "../report/progress/critical-path";
import { LiveView } from "../report/progress/live";
import type { ProgressView } from "../report/progress/plain";
import { makeView } from "../report/progress/view";
import type { StreamEvent } from "../report/terminal/progress";
import { isColoured, type Settings } from "../settings/settings";
import type { Output } from "./console";

/** @param record - what is kept of the run. @default nothing is */
export function progressOf(output: Output, record: RunRecord | undefined, settings: Settings): Progress {
  let shown: { readonly board: Board; readonly view: ProgressView } | undefined;
  // A command that shows no screen may have nothing to show at all.
  const open = () => {
    const board = new Board();
    return { board, view: viewOf(output, settings, board) };
  };
  if (long.includes(settings.command) || settings.progress === "events") shown = open();
  const tell = (event: StreamEvent): void => {
    record?.tell(event);
    (shown ??= open()).view.take(event);
  };
  return {
    note: (message) => {
      tell({ kind: "note", message });
    },
    outline: (outline) => {
      tell({ kind: "outline", ...outline });
    },
    engine: tell,
    build: (progress) => {
      tell({ kind: "build", ...progress });
    },
    oneOff: (progress) => {
      tell({ kind: "one-off", ...progress });
    },
    service: (progress) => {
      tell({ kind: "service", ...progress });
    },
    times: () => shown?.board.times() ?? {},
    criticalPath: () => (shown === undefined ? [] : pathOf(shown.board.touched(), Date.now())),
    end: () => {
      if (shown === undefined) return;
      shown.view.end();
      output.screen?.attach(undefined);
    },
  };
}

/** Commands that work on a stack for a while; every other one shows no screen, and leaves no page. */
export const long: readonly string[] = ["up", "preview", "refresh", "destroy", "down"];

function viewOf(output: Output, settings: Settings, board: Board): ProgressView {
  const { screen } = output;
  const live = screen !== undefined && !settings.ci && !settings.dumb && long.includes(settings.command);
  const lines = settings.verbose ? "verbose" : settings.progress;
  const view = makeView({
    kind: live && lines === "lines" ? "live" : lines,
    write: (line) => {
      output.stderr(`${line}\n`);
    },
    colour: isColoured(settings, screen !== undefined),
    stream: screen?.stream,
    environment: settings.environment,
    board,
  });
  if (view instanceof LiveView) screen?.attach(view);
  return view;
}
