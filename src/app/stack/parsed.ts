/** Texts that earlier runs have left beside the state. */
import type { z } from "zod";

/** What a text holds; `undefined` where there is none, or it is no JSON of the shape. */
export function parsedBy<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
