/** Texts that earlier runs have left beside the state. */
import type { Shape } from "../../ports/shape";

/** What a text holds; `undefined` where there is none, or it is no JSON of the shape. */
export function parsedBy<T>(shape: Shape<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return shape(JSON.parse(text));
  } catch {
    return undefined;
  }
}
