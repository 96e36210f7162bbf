/** What bears a stack's tags, by the Resource Groups Tagging API (GetResources). */
import type { StackIdentity, TaggedResource, TaggedResources } from "../ports";
import type { AwsClients } from "./clients";
import { awsError } from "./faults";

/** Resources of a page (API reference, GetResources: at most 100). */
const pageSize = 100;

export class AwsTaggedResources implements TaggedResources {
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /**
   * Everything of the region; what is global (IAM policies, hosted zones) is only seen in us-east-1.
   *
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  async list({ project, stack }: StackIdentity): Promise<readonly TaggedResource[]> {
    const found: TaggedResource[] = [];
    let token: string | undefined;
    try {
      const tagging = await this.#clients.tagging();
      do {
        const page = await tagging.getResources({
          TagFilters: [
            { Key: "berth:project", Values: [project] },
            { Key: "berth:stack", Values: [stack] },
          ],
          ResourcesPerPage: pageSize,
          ...(token === undefined ? {} : { PaginationToken: token }),
        });
        for (const { ResourceARN: arn, Tags = [] } of page.ResourceTagMappingList ?? []) {
          if (arn === undefined) continue;
          found.push({ arn, tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])) });
        }
        token = page.PaginationToken === "" ? undefined : page.PaginationToken;
      } while (token !== undefined);
      return found;
    } catch (error) {
      throw awsError("deployment", "tag:GetResources", error);
    }
  }
}
