/** The answer of a command that this version doesn't have. */
import { BerthError } from "../../errors";
import type { CommandDefinition } from "./command";

/** @param instead - what to do meanwhile */
export function notYet(name: string, instead: string): NonNullable<CommandDefinition["run"]> {
  return () =>
    Promise.reject(
      new BerthError("usage", {
        path: name,
        message: "this version of berth doesn't have the command yet",
        hint: instead,
      }),
    );
}
