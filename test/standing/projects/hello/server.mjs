import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 8080);
const greeting = process.env.GREETING ?? "Hello";

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const found = pathname === "/" || pathname === "/healthz";
  response.writeHead(found ? 200 : 404, { "content-type": "text/plain; charset=utf-8" });
  if (pathname === "/healthz") response.end("ok\n");
  else response.end(found ? `${greeting}\n` : "Not found\n");
});

server.listen(port, () => console.log(`listening on port ${server.address().port}`));

// ECS and Compose stop a container with SIGTERM: answer what is under way, then end.
process.once("SIGTERM", () => server.close());
