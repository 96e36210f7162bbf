/** The sentences of a row: its beginning, its end, and its stage. */
import type { Board, Change } from "./board";
import type { Row } from "./row";
import { doing, done, slow, titleOf } from "./words";
import { durationText } from "../../model/duration";

/** The line of a change. */
export function changeLine({ kind, row, text }: Change): string {
  const title = titleOf(row.component);
  if (kind === "news") return `${title}: ${text ?? ""}`;
  return kind === "started" ? `${title}: ${beginning(row)}` : `${title}: ${ending(row)}`;
}

function beginning(row: Row): string {
  const usual = row.usualTime();
  return `${doing[row.verb()]}${usual === undefined ? "" : ` (usually ${roughly(usual)})`}`;
}

/** How a row has ended. */
export function ending(row: Row): string {
  const { state, startedAt, endedAt, reason, tasks, remark, component } = row;
  const took = (endedAt ?? 0) - (startedAt ?? endedAt ?? 0);
  const time = took < slow ? "" : ` in ${durationText(took)}`;
  if (state === "failed") return `failed${reason === undefined ? "" : `: ${reason}`}`;
  if (state === "cancelled") return `stopped${took < slow ? "" : ` after ${durationText(took)}`}`;
  const running =
    tasks === undefined || component.kind !== "service" || row.verb() === "delete"
      ? ""
      : `, ${tasks.running} of ${tasks.desired} running`;
  return `${done[row.verb()]}${time}${running}${remark === undefined ? "" : `, ${remark}`}`;
}

/** What goes on in a row; empty where nothing does. */
function work(row: Row): string {
  const { step, tasks } = row;
  if (step !== undefined) return step;
  if (row.waitsForTasks()) {
    return tasks === undefined || tasks.desired === 0
      ? "its tasks start"
      : `${tasks.running} of ${tasks.desired} tasks running`;
  }
  const [oldest, ...others] = row.open();
  if (oldest === undefined) return "";
  return `${oldest.what}${others.length === 0 ? "" : ` and ${others.length} more`}`;
}

/** What a row waits for; empty where it is nothing that is known. */
function waiting(row: Row, board: Board): string {
  const waits = board.blockers(row).map(({ component }) => titleOf(component));
  return waits.length === 0 ? "" : `waits for ${waits.join(", ")}`;
}

/** What goes on in a row, or what it waits for. */
export function activity(row: Row, board: Board): string {
  const does = work(row);
  return does === "" ? waiting(row, board) : does;
}

/** `2 min 3 s of about 7 min`; `8 min, usually 7 min` where it takes longer. */
export function elapsed(row: Row, now: number): string {
  const took = (row.endedAt ?? now) - (row.startedAt ?? now);
  const usual = row.state === "working" ? row.usualTime() : undefined;
  const text = durationText(took);
  if (usual === undefined) return text;
  return took > usual ? `${text}, usually ${roughly(usual)}` : `${text} of about ${roughly(usual)}`;
}

/** One line for all that goes on, and for what waits. */
export function pulse(board: Board, now: number, began: number): string {
  const at = `${durationText(now - began)}: `;
  const rows = board.working();
  if (rows.length === 0) return `${at}still at work`;
  const told = rows.map((row) => stateOf(row, board, now, began));
  const coming = board
    .rows()
    .filter((row) => row.state === "waiting" && board.blockers(row).length > 0)
    .map(({ component }) => titleOf(component));
  return `${at}${told.join("; ")}${coming.length === 0 ? "" : `; still to come: ${coming.join(", ")}`}`;
}

/** `db creating (usually 7 min, rds Instance db)`: without its own time where that is the run's. */
function stateOf(row: Row, board: Board, now: number, began: number): string {
  const title = titleOf(row.component);
  const does = work(row);
  const waits = does === "" ? waiting(row, board) : "";
  if (waits !== "") return `${title} ${waits}`;
  const usual = row.usualTime();
  const isSameTime = (row.startedAt ?? began) - began < slow;
  const time = !isSameTime ? elapsed(row, now) : usual === undefined ? "" : `usually ${roughly(usual)}`;
  const facts = [time, does].filter((fact) => fact !== "").join(", ");
  return `${title} ${doing[row.verb()]}${facts === "" ? "" : ` (${facts})`}`;
}

/** `7 min` for what is not known to the second. */
function roughly(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 1 ? durationText(milliseconds) : `${minutes} min`;
}
