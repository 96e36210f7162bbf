/** What has a stack's tags, by the Resource Groups Tagging API (GetResources). */
import type { ResourceGroupsTaggingAPI } from "@aws-sdk/client-resource-groups-tagging-api";
import type { StackIdentity, TaggedResource } from "../../ports";
import { allPages } from "../pages";

/** Resources of a page (API reference, GetResources: at most 100). */
const pageSize = 100;

/**
 * Every one that the client's region shows. A page may be empty and yet have a next one (API reference, GetResources:
 * PaginationToken).
 *
 * @param types - as the API names them: `rds:db`. @default all
 */
export async function taggedResources(
  tagging: ResourceGroupsTaggingAPI,
  { project, stack }: StackIdentity,
  types?: readonly string[],
): Promise<readonly TaggedResource[]> {
  const found = await allPages(async (token) => {
    const page = await tagging.getResources({
      TagFilters: [
        { Key: "berth:project", Values: [project] },
        { Key: "berth:stack", Values: [stack] },
      ],
      ...(types === undefined ? {} : { ResourceTypeFilters: [...types] }),
      ResourcesPerPage: pageSize,
      ...(token === undefined ? {} : { PaginationToken: token }),
    });
    return [page.ResourceTagMappingList, page.PaginationToken];
  });
  return found.flatMap(({ ResourceARN: arn, Tags = [] }) =>
    arn === undefined
      ? []
      : [{ arn, tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])) }],
  );
}
