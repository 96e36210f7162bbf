/** A registry on this machine that images are pushed to and pulled from (OCI Distribution Specification, "Endpoints"). */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Stored {
  readonly type: string;
  readonly body: Buffer;
}

/** An answer that a registry gives in place of its own. */
export interface Refusal {
  readonly method: string;
  /** Part of the path. */
  readonly path: string;
  readonly status: number;
  /** Of the error (OCI Distribution Specification, "Error Codes"). */
  readonly code: string;
}

export class ImageRegistry {
  readonly requests: string[] = [];
  refusal: Refusal | undefined;
  /** `user:password` that every request has to come with. @default none has to */
  login: string | undefined;
  readonly #blobs = new Map<string, Buffer>();
  /** By `repository:tag` and `repository@digest`. */
  readonly #manifests = new Map<string, Stored>();
  readonly #uploads = new Map<string, Buffer[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(): Promise<ImageRegistry> {
    const registry = new ImageRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  putBlob(mediaType: string, body: Buffer): Descriptor {
    const digest = digestOf(body);
    this.#blobs.set(digest, body);
    return { mediaType, digest, size: body.length };
  }

  putManifest(repository: string, tag: string, mediaType: string, body: Buffer): Descriptor {
    const digest = digestOf(body);
    for (const name of [`${repository}:${tag}`, `${repository}@${digest}`])
      this.#manifests.set(name, { type: mediaType, body });
    return { mediaType, digest, size: body.length };
  }

  /** @param reference - a tag or a digest */
  manifest(repository: string, reference: string): (Descriptor & { readonly body: Buffer }) | undefined {
    const found = this.#manifests.get(
      `${repository}${reference.startsWith("sha256:") ? "@" : ":"}${reference}`,
    );
    if (found === undefined) return undefined;
    return { mediaType: found.type, digest: digestOf(found.body), size: found.body.length, body: found.body };
  }

  blob(digest: string): Buffer {
    const found = this.#blobs.get(digest);
    if (found === undefined) throw new Error(`no blob ${digest}`);
    return found;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const body = await bodyOf(request);
    this.requests.push(`${method} ${url}`);
    const { refusal } = this;
    if (refusal !== undefined && method === refusal.method && url.includes(refusal.path)) {
      fail(response, refusal.status, refusal.code);
      return;
    }
    const basic = `Basic ${Buffer.from(this.login ?? "").toString("base64")}`;
    if (this.login !== undefined && request.headers.authorization !== basic) {
      response.setHeader("www-authenticate", 'Basic realm="registry"');
      fail(response, 401, "UNAUTHORIZED");
      return;
    }
    const { pathname, searchParams } = new URL(url, `http://${this.host}`);
    const [, repository = "", kind = "", reference = ""] =
      /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    if (kind === "manifests") this.#manifestCall(response, { method, repository, reference, body, request });
    else if (kind === "blobs") this.#blobCall(response, method, reference);
    else if (kind === "blobs/uploads")
      this.#upload(response, { method, repository, reference, body, digest: searchParams.get("digest") });
    else if (pathname.endsWith("/tags/list"))
      response.writeHead(200).end(JSON.stringify({ tags: this.#tags(pathname) }));
    else response.writeHead(200).end("{}");
  }

  #tags(pathname: string): readonly string[] {
    const prefix = `${pathname.slice("/v2/".length, -"/tags/list".length)}:`;
    return [...this.#manifests.keys()].flatMap((name) =>
      name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    );
  }

  #manifestCall(
    response: ServerResponse,
    { method, repository, reference, body, request }: Call & { readonly request: IncomingMessage },
  ): void {
    if (method === "PUT") {
      const type = request.headers["content-type"] ?? "";
      const { digest } = this.putManifest(repository, reference, type, body);
      response.writeHead(201, { "docker-content-digest": digest }).end();
      return;
    }
    const found = this.manifest(repository, reference);
    if (found === undefined) fail(response, 404, "MANIFEST_UNKNOWN");
    else send(response, method, found.mediaType, found.body);
  }

  #blobCall(response: ServerResponse, method: string, digest: string): void {
    const found = this.#blobs.get(digest);
    if (found === undefined) fail(response, 404, "BLOB_UNKNOWN");
    else send(response, method, "application/octet-stream", found);
  }

  #upload(response: ServerResponse, call: Call & { readonly digest: string | null }): void {
    const { method, repository, reference, body, digest } = call;
    const id = method === "POST" ? randomUUID() : reference;
    const pieces = [...(this.#uploads.get(id) ?? []), body];
    this.#uploads.set(id, pieces);
    if (digest !== null) {
      this.#uploads.delete(id);
      const stored = this.putBlob("", Buffer.concat(pieces));
      if (stored.digest !== digest) fail(response, 400, "DIGEST_INVALID");
      else response.writeHead(201, { "docker-content-digest": digest }).end();
      return;
    }
    const end = pieces.reduce((sum, piece) => sum + piece.length, 0) - 1;
    response
      .writeHead(202, { location: `/v2/${repository}/blobs/uploads/${id}`, range: `0-${Math.max(0, end)}` })
      .end();
  }
}

interface Call {
  readonly method: string;
  readonly repository: string;
  readonly reference: string;
  readonly body: Buffer;
}

export function digestOf(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function send(response: ServerResponse, method: string, type: string, body: Buffer): void {
  response
    .writeHead(200, {
      "content-type": type,
      "content-length": body.length,
      "docker-content-digest": digestOf(body),
    })
    .end(method === "HEAD" ? undefined : body);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll("_", " ") }] }));
}
