// The site on one port and its figures on another: Node without dependencies.
import { createServer } from "node:http";

const greeting = process.env.GREETING ?? "Hello";
let requests = 0;

const text = { "content-type": "text/plain; charset=utf-8" };
const site = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  requests += 1;
  if (pathname === "/healthz") return response.writeHead(200, text).end("ok\n");
  if (pathname !== "/") return response.writeHead(404, text).end("Not found\n");
  return response.writeHead(200, text).end(`${greeting}\n`);
});
const figures = createServer((_request, response) => {
  response.writeHead(200, text).end(`requests ${requests}\n`);
});

const servers = [
  [site, Number(process.env.PORT ?? 8080)],
  [figures, Number(process.env.FIGURES_PORT ?? 9090)],
];
for (const [server, port] of servers) {
  server.listen(port, () => console.log(`listening on port ${server.address().port}`));
}

// ECS and Compose stop a container with SIGTERM: answer what is under way, then end.
process.once("SIGTERM", () => {
  for (const [server] of servers) server.close();
});
