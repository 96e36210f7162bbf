/** A problem deep inside of a tree, on its way to the list of all problems. */
import type { ProblemDetails, Problems } from "./problems";

/** Thrown where a value cannot be made sense of; caught with {@link attempt} by whoever can go on without it. */
export class LoadProblem extends Error {
  override readonly name = "LoadProblem";

  constructor(
    message: string,
    readonly details: ProblemDetails,
  ) {
    super(message);
  }
}

/** The result of the work, or the fallback where it found a problem, which is noted. */
export function attempt<T>(problems: Problems, work: () => T, fallback: T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LoadProblem)) throw error;
    problems.add(error.message, error.details);
    return fallback;
  }
}
