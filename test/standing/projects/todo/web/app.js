// The routes, over a `todos` as `makeTodos` makes it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { renderPage } from "./page.js";
import { longestTitle } from "./todos.js";

const largestBody = 4_096; // bytes: a title, percent-encoded in full, with room to spare

const headers = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

const style = readFileSync(new URL("style.css", import.meta.url));

export function makeServer(todos) {
  return createServer((request, response) => {
    route(todos, request, response).catch((error) => {
      console.error(`${request.method} ${request.url}: ${error.message}`);
      if (response.headersSent) response.destroy();
      else send(response, 503, "text/plain", "Not available just now: try again in a moment.\n");
    });
  });
}

async function route(todos, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return send(response, 200, "text/html", renderPage(await todos.list()));
    case "GET /style.css":
      return send(response, 200, "text/css", style);
    // This process alone: a fault of the database must not have the load balancer replace every task.
    case "GET /healthz":
      return send(response, 200, "text/plain", "ok\n");
  }
  if (request.method !== "POST") return send(response, 404, "text/plain", "Not found\n");
  if (isFromElsewhere(request))
    return send(response, 403, "text/plain", "Forms of other sites are not taken.\n");
  if (pathname === "/todos") return add(todos, request, response);
  const [, id, action] = /^\/todos\/([1-9]\d{0,17})\/(toggle|remind|remove)$/.exec(pathname) ?? [];
  if (action === undefined) return send(response, 404, "text/plain", "Not found\n");
  await todos[action](id);
  return backToList(response);
}

async function add(todos, request, response) {
  const form = await readForm(request);
  if (form === undefined) return send(response, 413, "text/plain", "That is too much text.\n");
  if (await todos.add(form.get("title") ?? "")) return backToList(response);
  const problem = `Please write between 1 and ${longestTitle} characters.`;
  return send(response, 422, "text/html", renderPage(await todos.list(), problem));
}

/** Browsers say where a form stands (Fetch Metadata, `Sec-Fetch-Site`). */
function isFromElsewhere(request) {
  const site = request.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

async function readForm(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function backToList(response) {
  response.writeHead(303, { ...headers, location: "/" }).end();
}

function send(response, status, type, body) {
  response.writeHead(status, { ...headers, "content-type": `${type}; charset=utf-8` }).end(body);
}
