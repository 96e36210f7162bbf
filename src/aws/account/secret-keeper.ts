/** Secrets of a stack, kept in Parameter Store. */
import type { ParameterMetadata } from "@aws-sdk/client-ssm";
import type { SecretKeeper, StackIdentity, StoredSecret } from "../../ports";
import { parameterName } from "../../model/naming";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { allPages } from "../pages";

/** Names in one call (GetParameters, DeleteParameters: "Maximum number of 10 items"). */
const batchSize = 10;
/** DescribeParameters, MaxResults. */
const pageSize = 50;

export class ParameterStoreKeeper implements SecretKeeper {
  readonly #keyArn: string | undefined;

  /** @param keyArn - the KMS key that encrypts them. Default: the account's `aws/ssm` key */
  constructor(
    private readonly clients: AwsClients,
    keyArn?: string,
  ) {
    this.#keyArn = keyArn;
  }

  /** DescribeParameters alone never answers a value, not even an encrypted one. */
  async list(stack: StackIdentity): Promise<readonly StoredSecret[]> {
    const path = parameterName(stack.project, stack.stack);
    return ask("deployment", `${path}/*`, async () => {
      const ssm = await this.clients.ssm();
      const found = await allPages(async (NextToken) => {
        const answer = await ssm.describeParameters({
          ParameterFilters: [{ Key: "Path", Option: "OneLevel", Values: [path] }],
          MaxResults: pageSize,
          NextToken,
        });
        return [answer.Parameters, answer.NextToken];
      });
      return found.map((entry) => storedOf(entry, path)).sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** PutParameter takes tags for a new parameter only, so that making one and changing one are two calls. */
  async set(
    { project, stack }: StackIdentity,
    name: string,
    value: string,
    tier: StoredSecret["tier"],
  ): Promise<number> {
    const parameter = parameterName(project, stack, name);
    return ask("deployment", parameter, async () => {
      const ssm = await this.clients.ssm();
      const put = {
        Name: parameter,
        Value: value,
        Type: "SecureString" as const,
        Tier: tier,
        ...(this.#keyArn === undefined ? {} : { KeyId: this.#keyArn }),
      };
      const Tags = [
        { Key: "berth:project", Value: project },
        { Key: "berth:stack", Value: stack },
      ];
      try {
        return (await ssm.putParameter({ ...put, Tags })).Version ?? 1;
      } catch (error) {
        if (faultOf(error).code !== "ParameterAlreadyExists") throw error;
        return (await ssm.putParameter({ ...put, Overwrite: true })).Version ?? 1;
      }
    });
  }

  async get(stack: StackIdentity, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      await this.#batches(stack, names, async (batch, nameOf) => {
        const ssm = await this.clients.ssm();
        const answer = await ssm.getParameters({ Names: batch, WithDecryption: true });
        return (answer.Parameters ?? []).map(({ Name, Value }) => [nameOf(Name), Value ?? ""] as const);
      }),
    );
  }

  async remove(stack: StackIdentity, names: readonly string[]): Promise<readonly string[]> {
    return this.#batches(stack, names, async (batch, nameOf) => {
      const ssm = await this.clients.ssm();
      return ((await ssm.deleteParameters({ Names: batch })).DeletedParameters ?? []).map(nameOf);
    });
  }

  /** Does a call for ten names at a time. @returns the answers of all, in order */
  async #batches<T>(
    { project, stack }: StackIdentity,
    names: readonly string[],
    call: (batch: string[], nameOf: (parameter: string | undefined) => string) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const prefix = parameterName(project, stack, "");
    const distinct = [...new Set(names)].map((name) => `${prefix}${name}`);
    const answers: T[] = [];
    for (let start = 0; start < distinct.length; start += batchSize) {
      const batch = distinct.slice(start, start + batchSize);
      answers.push(
        ...(await ask("deployment", `${prefix}*`, () =>
          call(batch, (name = "") => name.slice(prefix.length)),
        )),
      );
    }
    return answers;
  }
}

function storedOf(
  { Name = "", Version = 0, LastModifiedDate, Tier }: ParameterMetadata,
  path: string,
): StoredSecret {
  return {
    name: Name.slice(path.length + 1),
    version: Version,
    modified: LastModifiedDate?.toISOString() ?? "",
    tier: Tier === "Advanced" ? "Advanced" : "Standard",
  };
}
