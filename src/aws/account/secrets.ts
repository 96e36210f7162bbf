/** Which secrets of a stack are set, from Parameter Store. Values are never asked for in clear. */
import type { SecretStore, SecretVersion, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";

/** Names in one call (GetParameters: "Array Members: Maximum number of 10 items"). */
const batchSize = 10;

/** Answers for `/berth/<project>/<stack>/<NAME>`. */
export class ParameterStoreSecrets implements SecretStore {
  constructor(private readonly clients: AwsClients) {}

  /**
   * One row for each name, in the order asked for. A version is `<number>@<time of the last change>`: a parameter that was
   * deleted and made again counts from 1 again, so that the number alone would hide the change.
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  async versions(stack: StackIdentity, names: readonly string[]): Promise<readonly SecretVersion[]> {
    const prefix = `/berth/${stack.project}/${stack.stack}/`;
    const distinct = [...new Set(names)];
    const batches = Array.from({ length: Math.ceil(distinct.length / batchSize) }, (_, index) =>
      distinct.slice(index * batchSize, (index + 1) * batchSize),
    );
    const found = new Map((await Promise.all(batches.map((batch) => this.#batch(prefix, batch)))).flat());
    return names.map((name) => {
      const version = found.get(`${prefix}${name}`);
      return version === undefined ? { name } : { name, version };
    });
  }

  async #batch(prefix: string, names: readonly string[]): Promise<readonly [string, string][]> {
    return ask("deployment", `${prefix}*`, async () => {
      const ssm = await this.clients.ssm();
      const answer = await ssm.getParameters({
        Names: names.map((name) => `${prefix}${name}`),
        WithDecryption: false,
      });
      return (answer.Parameters ?? []).map(({ Name, Version, LastModifiedDate }) => [
        Name ?? "",
        `${Version ?? 0}@${LastModifiedDate?.toISOString() ?? ""}`,
      ]);
    });
  }
}
