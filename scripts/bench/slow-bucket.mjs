// A bucket on a loopback port whose every answer takes as long as S3's within a region, in a process of its own:
// node slow-bucket.mjs MILLISECONDS, which prints its URL. What Pulumi's backend and Berth ask of it, and no more.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { bodyOf, listOf, answers } from "../../src/engine/pulumi/s3-answers";

const latency = Number(process.argv[2]);
const texts = new Map();

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const key = decodeURIComponent(pathname).split("/").slice(2).join("/");
  const body = bodyOf(request.headers, await buffer(request));
  const source = request.headers["x-amz-copy-source"];
  await wait(latency);
  if (key === "")
    return listOf([...texts.keys()], searchParams.get("prefix") ?? "", searchParams.get("delimiter") ?? "");
  if (request.method === "DELETE") {
    texts.delete(key);
    return answers.gone;
  }
  if (request.method !== "PUT") return answers.object(texts.get(key));
  if (request.headers["if-none-match"] === "*" && texts.has(key)) return { status: 412 };
  texts.set(
    key,
    source === undefined ? body : texts.get(decodeURIComponent(source).split("/").slice(1).join("/")),
  );
  return source === undefined ? answers.kept(body) : answers.copied("");
}

const server = createServer((request, response) => {
  void answer(request).then(({ status, headers = {}, body = "" }) => {
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
