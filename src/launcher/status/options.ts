/** How a text of statuses is laid out. */
import type { Style } from "../core/launcher";

export interface TextOptions {
  /** Cells in a line. */
  readonly columns: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly paint: (style: Style, text: string) => string;
}
