// Keeps what is sent to it as files: they lie in a named volume, so they are there after the next deployment.
import { createWriteStream, mkdirSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const folder = process.env.UPLOADS ?? "/var/lib/uploads";
mkdirSync(folder, { recursive: true });

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(error.code === "ENOENT" ? 404 : 500);
    response.end();
  });
});

async function answer(request, response) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/healthz") return response.end("ok\n");
  if (pathname === "/files") return response.end(`${JSON.stringify(await readdir(folder))}\n`);
  const [, name] = /^\/files\/([\w-]+(?:\.\w+)?)$/.exec(pathname) ?? [];
  if (name === undefined) return response.writeHead(404).end("Not found\n");
  const path = join(folder, name);
  if (request.method === "PUT") {
    await pipeline(request, createWriteStream(path));
    return response.writeHead(201).end("kept\n");
  }
  const file = await open(path);
  return pipeline(file.createReadStream(), response);
}

const port = Number(process.env.PORT ?? 8080);
server.listen(port, () => console.log(`listening on port ${server.address().port}`));
process.once("SIGTERM", () => server.close());
