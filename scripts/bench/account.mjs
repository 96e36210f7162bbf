// An account as `berth bootstrap` leaves it, with the stacks that the simulator has deployed, on a loopback port: what the
// programs ask of CloudFormation and S3 to tell of them, and no more. In a thread of its own: runs of the bench block this one.
import { createServer } from "node:http";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const bucket = "berth-bench";
/** The outputs of `stacks/bootstrap.yaml` that the programs want to find. */
const outputs = [
  ...["Bucket", "KeyArn", "Cluster", "TaskDefinition", "Image", "Subnets", "SecurityGroup", "LogGroup"],
  ...["BoundaryArn", "SchedulerRoleArn", "SecretsProvider"],
].map((name) => [name, "none"]);

/** The objects by key: what runs have left beside the state, and of the state no more than its ETag. */
function objectsOf(folder) {
  const objects = new Map();
  for (const path of globSync("{views,runs,leases}/**/*.json", { cwd: folder })) {
    const text = readFileSync(`${folder}/${path}`, "utf8");
    objects.set(`.berth/${path}`, { text, etag: '"0"' });
    const [, stack] = /^views\/(.*)/.exec(path) ?? [];
    if (stack !== undefined)
      objects.set(`.pulumi/stacks/${stack}`, { text: "", etag: JSON.parse(text).stateVersion });
  }
  return objects;
}

/**
 * Starts it.
 *
 * @param folder - what the simulator has left: its folder in the state's
 * @returns the variables by which the programs find it, and `stop`
 */
export async function accountWith(folder) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: objectsOf(folder) });
  const port = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return {
    env: {
      PULUMI_BACKEND_URL: `s3://${bucket}`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
    },
    stop: () => worker.terminate(),
  };
}

function stackText() {
  const members = [...outputs, ["BackendUrl", `s3://${bucket}`]].map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>berth-cd</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function listText(objects, prefix) {
  const contents = [...objects].flatMap(([key, { etag }]) =>
    key.startsWith(prefix) ? [`<Contents><Key>${key}</Key><ETag>${etag}</ETag></Contents>`] : [],
  );
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
}

/** @param objects - of the bucket, by key */
function answer(objects, { method, url }) {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  if (method === "POST") return { body: stackText() };
  const key = decodeURIComponent(pathname).slice(`/${bucket}/`.length);
  if (key === "") return { body: listText(objects, searchParams.get("prefix") ?? "") };
  const found = objects.get(key);
  if (found === undefined) return { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
  return { headers: { etag: found.etag }, body: found.text };
}

if (!isMainThread) {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body } = answer(workerData, request);
    response.writeHead(status, { "content-type": "application/xml", ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
}
