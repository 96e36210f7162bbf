/** The bucket that packed contexts lie in, as far as the executor asks for it (S3 API reference, GetObject and HeadObject). */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class ContextBucket {
  /** By `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(({ method, url = "", headers }, response) => {
      const body = this.objects.get(decodeURIComponent(url.split("?")[0] ?? "").slice(1));
      if (body === undefined) {
        response.writeHead(404).end();
        return;
      }
      const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
      const end = to === "" ? body.length - 1 : Math.min(Number(to), body.length - 1);
      const part = body.subarray(Number(from), end + 1);
      const range = { "content-range": `bytes ${from}-${end}/${body.length}` };
      response
        .writeHead(headers.range === undefined ? 200 : 206, {
          "content-length": part.length,
          etag: '"context"',
          "accept-ranges": "bytes",
          ...(headers.range === undefined ? {} : range),
        })
        .end(method === "HEAD" ? undefined : part);
    });
  }

  static async start(): Promise<ContextBucket> {
    const bucket = new ContextBucket();
    await new Promise<void>((resolve) => bucket.#server.listen(0, "127.0.0.1", resolve));
    return bucket;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
