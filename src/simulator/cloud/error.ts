import type { Refusal } from "./cloud";

/** A refusal by the simulated AWS: everything that is wrong with one request. */
export class CloudError extends Error {
  override readonly name = "CloudError";

  constructor(
    message: string,
    readonly refusals: readonly Refusal[] = [],
  ) {
    super(message);
  }
}
