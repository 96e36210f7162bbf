/** A registry on this machine that speaks the API of the OCI Distribution Specification, and can be made to misbehave. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestImage {
  /** The `config` of the image's configuration: `{ Healthcheck: … }`. */
  readonly config: object;
  readonly history?: readonly string[];
}

/** What a registry does other than the specification says. */
export interface Misbehaviour {
  /** Status of every answer under `/v2/`. */
  readonly status?: number;
  /** Milliseconds before each answer; `Infinity` answers never. */
  readonly delay?: number;
  /** What it sends in place of a blob. */
  readonly blob?: string;
  /** Bytes that the manifest says the configuration has. */
  readonly size?: number;
  /** It says nothing of digests. */
  readonly mute?: boolean;
}

export class TestRegistry {
  readonly requests: string[] = [];
  misbehaviour: Misbehaviour = {};
  /** `user:password` that it wants. @default everybody is given a token */
  login: string | undefined;
  readonly #documents = new Map<string, { readonly type: string; readonly body: string }>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { delay = 0 } = this.misbehaviour;
      this.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
      if (delay === Infinity) return;
      setTimeout(() => {
        this.#answer(request, response);
      }, delay);
    });
  }

  static async start(): Promise<TestRegistry> {
    const registry = new TestRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Puts an image at a tag: an index with one manifest for each architecture. @returns its reference */
  push(name: string, images: Readonly<Record<string, TestImage>>): string {
    const manifests = Object.entries(images).map(([architecture, image]) => {
      const { config, history = [] } = image;
      const blob = this.#store("application/vnd.oci.image.config.v1+json", {
        architecture,
        os: "linux",
        config,
        history: history.map((line) => ({ created_by: line })),
      });
      const size = this.misbehaviour.size ?? blob.size;
      const type = "application/vnd.oci.image.manifest.v1+json";
      const manifest = this.#store(type, { schemaVersion: 2, config: { ...blob, size }, layers: [] });
      return { ...manifest, mediaType: type, platform: { os: "linux", architecture } };
    });
    const type = "application/vnd.oci.image.index.v1+json";
    const { digest } = this.#store(type, { schemaVersion: 2, mediaType: type, manifests });
    const stored = this.#documents.get(digest);
    if (stored !== undefined) this.#documents.set(name.split(":")[1] ?? "latest", stored);
    return `${this.host}/${name}`;
  }

  /** What a tag means now. */
  digestOf(tag: string): string {
    const body = this.#documents.get(tag)?.body ?? "";
    return `sha256:${createHash("sha256").update(body).digest("hex")}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #store(type: string, document: object): { readonly digest: string; readonly size: number } {
    const body = JSON.stringify(document);
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    this.#documents.set(digest, { type, body });
    return { digest, size: Buffer.byteLength(body) };
  }

  #answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse): void {
    const { status, blob, mute } = this.misbehaviour;
    const { authorization } = headers;
    const basic = `Basic ${Buffer.from(this.login ?? "").toString("base64")}`;
    if (url.startsWith("/token")) {
      const welcome = this.login === undefined || authorization === basic;
      response.writeHead(welcome ? 200 : 401).end(JSON.stringify({ token: "secret" }));
    } else if (status !== undefined) {
      response.writeHead(status).end("{}");
    } else if (authorization !== "Bearer secret") {
      const realm = `Bearer realm="http://${this.host}/token",service="test"`;
      response.writeHead(401, { "www-authenticate": realm }).end();
    } else {
      const wanted = url.split("/").at(-1) ?? "";
      const found = this.#documents.get(wanted);
      if (found === undefined) response.writeHead(404).end();
      else {
        const body = url.includes("/blobs/") ? (blob ?? found.body) : found.body;
        const digest = `sha256:${createHash("sha256").update(found.body).digest("hex")}`;
        const own = mute === true ? {} : { "docker-content-digest": digest };
        response
          .writeHead(200, { "content-type": found.type, ...own })
          .end(method === "HEAD" ? undefined : body);
      }
    }
  }
}
