/** The live screen: what a terminal shows of a run at one moment. Pure text. */
import type { Board } from "./board";
import { activity, elapsed, ending } from "./sentences";
import type { Row } from "./row";
import { doing, titleOf } from "./words";
import { durationText } from "../../model/duration";

/** Styles of `util.styleText` that the screen uses. */
export type Paint = (style: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;

export interface Screen {
  /** Cells in a line, and lines. */
  readonly columns: number;
  readonly lines: number;
  readonly paint: Paint;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Milliseconds that each picture of it is shown. */
const turn = 100;

/** Cells of a title at most. */
const widestTitle = 28;
/** Lines that a reason takes at most while others are at work. */
const reasonLines = 3;

/**
 * The screen.
 *
 * @param now - milliseconds since the epoch
 * @param last - whether the run has ended: every row is shown then, in as many lines as they take
 */
export function frame(board: Board, now: number, began: number, screen: Screen, last = false): string {
  const rows = board.rows().filter((row) => row.state !== "waiting" || (!last && row.isComing()));
  if (rows.length === 0) return last ? "" : `${pictureOf(now)} ${durationText(now - began)}`;
  const widest = Math.max(...rows.map(({ component }) => titleOf(component).length));
  const title = Math.min(widest, widestTitle, Math.floor(screen.columns / 3));
  const room = last ? Infinity : screen.lines - 2;
  const drawn = rows.map((row) => ({ row, lines: linesOf(row, board, now, { ...screen, title, last }) }));
  const shown = fitting(drawn, room);
  const hidden = drawn.length - shown.length;
  const rest =
    hidden === 0
      ? []
      : [screen.paint("dim", cut(`  and ${hidden} more, done or still to come`, screen.columns))];
  const head = screen.paint("bold", cut(headline(board, now, began, last), screen.columns));
  return [head, ...shown.flatMap(({ lines }) => lines), ...rest].join("\n");
}

interface Drawn {
  readonly row: Row;
  readonly lines: readonly string[];
}

/** What has room: failures first, then what is at work, then what is done, then what is to come; in the board's order. */
function fitting(drawn: readonly Drawn[], room: number): readonly Drawn[] {
  const rank = { failed: 0, cancelled: 0, working: 1, done: 2, waiting: 3 } as const;
  const total = drawn.reduce((sum, { lines }) => sum + lines.length, 0);
  if (total <= room) return drawn;
  const kept = new Set<Drawn>();
  let left = room - 1;
  for (const one of [...drawn].sort((a, b) => rank[a.row.state] - rank[b.row.state])) {
    if (one.lines.length > left) continue;
    kept.add(one);
    left -= one.lines.length;
  }
  return drawn.filter((one) => kept.has(one));
}

function headline(board: Board, now: number, began: number, last: boolean): string {
  const touched = board.touched();
  const over = touched.filter(({ state }) => state !== "working").length;
  const failed = touched.filter(({ state }) => state === "failed").length;
  const coming = last ? 0 : board.rows().filter((row) => row.state === "waiting" && row.isComing()).length;
  const counts = `${over} of ${touched.length + coming} done${failed === 0 ? "" : `, ${failed} failed`}`;
  return `${last ? "" : `${pictureOf(now)} `}${durationText(now - began)}  ${counts}`;
}

function linesOf(
  row: Row,
  board: Board,
  now: number,
  { columns, paint, title, last }: Screen & { readonly title: number; readonly last: boolean },
): readonly string[] {
  const name = cut(titleOf(row.component), title).padEnd(title);
  const line = (mark: string, style: Parameters<Paint>[0], text: string): string =>
    `${paint(style, mark)} ${paint("bold", name)}  ${cut(text, columns - title - 4)}`;
  switch (row.state) {
    case "waiting": {
      const waits = activity(row, board);
      return [paint("dim", cut(`· ${name}  ${waits === "" ? "still to come" : waits}`, columns))];
    }
    case "working": {
      const does = activity(row, board);
      const text = `${doing[row.verb()]} ${elapsed(row, now)}${does === "" ? "" : `  ${does}`}`;
      return [line(last ? "-" : pictureOf(now), "cyan", text)];
    }
    case "done":
      return [line("✔", "green", ending(row))];
    case "cancelled":
      return [line("-", "yellow", ending(row))];
    case "failed": {
      const lines = wrapped(ending(row), Math.max(20, columns - title - 4));
      const most = last ? lines.length : reasonLines;
      const shown = lines.slice(0, most);
      if (lines.length > most) shown[most - 1] = cut(`${shown[most - 1] ?? ""} …`, columns - title - 4);
      return shown.map((text, index) =>
        index === 0
          ? `${paint("red", "✘")} ${paint("bold", name)}  ${paint("red", text)}`
          : `${" ".repeat(title + 4)}${paint("red", text)}`,
      );
    }
  }
}

function pictureOf(now: number): string {
  return spinner[Math.floor(now / turn) % spinner.length] ?? "";
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/** Broken between words, and inside of a word that is longer than a line. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  return word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [word];
}
