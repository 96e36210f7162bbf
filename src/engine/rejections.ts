/**
 * What a program throws. A rejected `apply` does not reject its program: it appears later as an unhandled rejection,
 * which would end the process; and what the program itself throws reaches the engine as text only.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Program } from "../ports";

export interface Rejections {
  /** The program, watched; `undefined` for none. */
  watch(program: Program | undefined): Program | undefined;
  /** Everything thrown until now, each once; the broken connections of an engine that ended are left out. */
  seen(): readonly unknown[];
  /** Ends the watch, after what is rejected in this turn. */
  stop(): Promise<void>;
}

/** Catches what the program and its applies throw, from now until `stop`. */
export function collectRejections(): Rejections {
  const thrown = new Set<unknown>();
  const add = (error: unknown): void => {
    if (!isConnectionError(error)) thrown.add(error);
  };
  process.on("unhandledRejection", add);
  return {
    watch: (program) =>
      program === undefined
        ? undefined
        : async () => {
            try {
              return await program();
            } catch (error) {
              add(error);
              throw error;
            }
          },
    seen: () => [...thrown],
    stop: async () => {
      await turn();
      process.off("unhandledRejection", add);
    },
  };
}

/** gRPC's errors carry a numeric status and its details. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;
}

function drop(): void {
  // The run has reported what went wrong.
}

/**
 * From now on rejections that nobody handles are dropped. A program is left behind where its run is halted or cancelled: its applies may
 * still be under way (an image that is being built, a service that is followed) and reject later, when nobody asks any more, and
 * unheard that would end the process.
 */
export function dropLateRejections(): void {
  if (!process.listeners("unhandledRejection").includes(drop)) process.on("unhandledRejection", drop);
}
