/**
 * The simulated AWS's answer to GetResources of the Resource Groups Tagging API: what bears which tags. The AWS SDK is
 * led here by `AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API`.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { SimulatedAws } from "./aws";
import type { StoredResource } from "./cloud-store";
import { isRecord } from "./values";

export interface ServedTagging {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): void;
}

const requestSchema = z.object({
  TagFilters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).default([]) })).default([]),
});

/** Serves a cloud's tags on a free port of 127.0.0.1; every page holds all that there is. */
export async function serveTagging(cloud: Pick<SimulatedAws, "list">): Promise<ServedTagging> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      response.setHeader("content-type", "application/x-amz-json-1.1");
      if (request.headers["x-amz-target"] !== "ResourceGroupsTaggingAPI_20170126.GetResources") {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: "InvalidParameterException", message: "only GetResources" }));
        return;
      }
      const { TagFilters } = requestSchema.parse(JSON.parse(body));
      const found = cloud.list().filter((resource) => {
        const tags = tagsOf(resource);
        return TagFilters.every(({ Key, Values }) => Values.includes(tags[Key] ?? ""));
      });
      response.end(JSON.stringify({ PaginationToken: "", ResourceTagMappingList: found.flatMap(mappingOf) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function tagsOf({ outputs }: StoredResource): Readonly<Record<string, string>> {
  const tags = outputs["tags"];
  if (!isRecord(tags)) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

function mappingOf(resource: StoredResource): readonly object[] {
  const arn = resource.outputs["arn"];
  if (typeof arn !== "string") return [];
  const tags = Object.entries(tagsOf(resource)).map(([Key, Value]) => ({ Key, Value }));
  return [{ ResourceARN: arn, Tags: tags }];
}
