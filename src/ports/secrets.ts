/** The secrets of a stack. */
import type { StackIdentity } from "./stack";

/** Which version of a secret is set; never its value. */
export interface SecretVersion {
  readonly name: string;
  /** `undefined` where it is not set. */
  readonly version?: string;
}

/** Parameter Store under `/berth/<project>/<stack>/`. */
export interface SecretStore {
  versions(stack: StackIdentity, names: readonly string[]): Promise<readonly SecretVersion[]>;
}
