/**
 * The simulated AWS's answers to what a run asks after a kill: GetResources of the Resource Groups Tagging API,
 * DescribeMountTargets of EFS, DescribeSecret of Secrets Manager, GetRole and GetInstanceProfile of IAM, and
 * CloudFront's lists. The AWS SDK is led here by variables (`AWS_ENDPOINT_URL_<SERVICE>`), whatever other endpoint it has.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json, text } from "node:stream/consumers";
import { z } from "zod";
import type { SimulatedAws } from "./aws";
import type { StoredResource } from "./store";
import { isRecord, textOf } from "./values";
import { partitionOf } from "../../partitions";

export interface ServedExisting {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The variables that lead the AWS SDK here. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

type Cloud = Pick<SimulatedAws, "list" | "region" | "accountId">;

/** The services as the AWS SDK's variables name them. */
const services = ["RESOURCE_GROUPS_TAGGING_API", "EFS", "SECRETS_MANAGER", "IAM", "CLOUDFRONT"];

/** Serves a cloud's answers on a free port of 127.0.0.1; every page holds all that there is. */
export async function serveExisting(cloud: Cloud): Promise<ServedExisting> {
  const server = createServer((request, response) => {
    answer(cloud, request).then(
      ({ status = 200, body }) => {
        const isXml = typeof body === "string";
        response.writeHead(status, { "content-type": isXml ? "text/xml" : "application/x-amz-json-1.1" });
        response.end(isXml ? body : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    env: Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  /** @default 200 */
  readonly status?: number;
  /** A text is XML. */
  readonly body: object | string;
}

const filters = z.object({
  TagFilters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).default([]) })).default([]),
});

async function answer(cloud: Cloud, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://simulated");
  if (request.method === "GET" && pathname === "/2015-02-01/mount-targets") {
    return mountTargets(cloud, searchParams.get("FileSystemId") ?? "");
  }
  if (request.method === "GET" && pathname.startsWith("/2020-05-31/"))
    return ofCloudFront(cloud, pathname.slice("/2020-05-31/".length));
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true)
    return identity(cloud, new URLSearchParams(await text(request)));
  switch (request.headers["x-amz-target"]) {
    case "ResourceGroupsTaggingAPI_20170126.GetResources":
      return tagged(cloud, filters.parse(await json(request)).TagFilters);
    case "secretsmanager.DescribeSecret":
      return secret(cloud, z.object({ SecretId: z.string() }).parse(await json(request)).SecretId);
    default:
      return refusal("InvalidParameterException", "the simulated AWS answers no such call");
  }
}

function refusal(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, message } };
}

function tagged(cloud: Cloud, wanted: z.infer<typeof filters>["TagFilters"]): Answer {
  const found = cloud.list().filter((resource) => {
    const tags = tagsOf(resource);
    return wanted.every(({ Key, Values }) => Values.includes(tags[Key] ?? ""));
  });
  return {
    body: { PaginationToken: "", ResourceTagMappingList: found.flatMap((one) => mappingOf(cloud, one)) },
  };
}

function tagsOf({ outputs }: StoredResource): Readonly<Record<string, string>> {
  const tags = outputs["tags"];
  if (!isRecord(tags)) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/** Parts of ARNs that the provider leaves out of a resource's outputs. */
const arnParts: Readonly<Record<string, string>> = { "aws:ec2/natGateway:NatGateway": "natgateway" };

function mappingOf({ region, accountId }: Cloud, resource: StoredResource): readonly object[] {
  const part = arnParts[resource.type];
  const arn =
    part === undefined
      ? resource.outputs["arn"]
      : `arn:${partitionOf(region).id}:ec2:${region}:${accountId}:${part}/${resource.id}`;
  if (typeof arn !== "string") return [];
  const tags = Object.entries(tagsOf(resource)).map(([Key, Value]) => ({ Key, Value }));
  return [{ ResourceARN: arn, Tags: tags }];
}

/** ListOriginAccessControls and ListResponseHeadersPolicies, as XML (CloudFront API reference). */
function ofCloudFront(cloud: Cloud, list: string): Answer {
  const type = {
    "origin-access-control": "aws:cloudfront/originAccessControl:OriginAccessControl",
    "response-headers-policy": "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  }[list];
  if (type === undefined) return refusal("InvalidArgument", "the simulated AWS answers no such call");
  const isControl = list === "origin-access-control";
  const items = cloud
    .list()
    .filter((resource) => resource.type === type)
    .map(({ id, outputs }) => {
      const name = `<Name>${textOf(outputs["name"])}</Name>`;
      if (isControl) return `<OriginAccessControlSummary><Id>${id}</Id>${name}</OriginAccessControlSummary>`;
      const config = `<ResponseHeadersPolicyConfig>${name}</ResponseHeadersPolicyConfig>`;
      const policy = `<ResponseHeadersPolicy><Id>${id}</Id>${config}</ResponseHeadersPolicy>`;
      return `<ResponseHeadersPolicySummary><Type>custom</Type>${policy}</ResponseHeadersPolicySummary>`;
    });
  const root = isControl ? "OriginAccessControlList" : "ResponseHeadersPolicyList";
  const head = `<MaxItems>100</MaxItems><Quantity>${items.length}</Quantity>`;
  return { body: `<${root}>${head}<Items>${items.join("")}</Items></${root}>` };
}

function mountTargets(cloud: Cloud, fileSystemId: string): Answer {
  const found = cloud
    .list()
    .filter(
      ({ type, outputs }) =>
        type === "aws:efs/mountTarget:MountTarget" && outputs["fileSystemId"] === fileSystemId,
    );
  const MountTargets = found.map(({ id, outputs }) => ({
    FileSystemId: fileSystemId,
    MountTargetId: id,
    SubnetId: outputs["subnetId"],
    LifeCycleState: "available",
  }));
  return { body: { MountTargets } };
}

function secret(cloud: Cloud, secretId: string): Answer {
  const resources = cloud.list();
  const found = resources.find(
    ({ type, id }) => type === "aws:secretsmanager/secret:Secret" && id === secretId,
  );
  if (found === undefined) return refusal("ResourceNotFoundException", "can't find the specified secret");
  const versions = resources.filter(
    ({ type, outputs }) =>
      type === "aws:secretsmanager/secretVersion:SecretVersion" && outputs["secretId"] === secretId,
  );
  // The newest is the current one: those before it stay until whoever made them deletes them.
  const stages = versions
    .toSorted((one, other) => one.seed - other.seed)
    .map(({ outputs }, index) => [
      textOf(outputs["versionId"]),
      [index === versions.length - 1 ? "AWSCURRENT" : "AWSPREVIOUS"],
    ]);
  return { body: { ARN: secretId, VersionIdsToStages: Object.fromEntries(stages) as object } };
}

/** GetRole and GetInstanceProfile, as XML (IAM API reference). */
function identity(cloud: Cloud, call: URLSearchParams): Answer {
  const action = call.get("Action") ?? "";
  const kind = action === "GetRole" ? "Role" : "InstanceProfile";
  const name = call.get(`${kind}Name`) ?? "";
  const type = kind === "Role" ? "aws:iam/role:Role" : "aws:iam/instanceProfile:InstanceProfile";
  const found = cloud.list().find((one) => one.type === type && one.id === name);
  if (found === undefined) {
    const error = "<Code>NoSuchEntity</Code><Message>It cannot be found.</Message>";
    return { status: 404, body: `<ErrorResponse><Error>${error}</Error></ErrorResponse>` };
  }
  const tags = Object.entries(tagsOf(found)).map(
    ([key, value]) => `<member><Key>${key}</Key><Value>${value}</Value></member>`,
  );
  const body = `<${kind}Name>${name}</${kind}Name><Tags>${tags.join("")}</Tags>`;
  return {
    body: `<${action}Response><${action}Result><${kind}>${body}</${kind}></${action}Result></${action}Response>`,
  };
}
