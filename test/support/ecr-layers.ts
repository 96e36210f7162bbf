/** Amazon ECR on this machine, as far as images are read from it by their digests: manifests by its API, layers from URLs. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface EcrImage {
  /** Packed layers, the lowest first. */
  readonly layers: readonly Buffer[];
  /** Absent from the configuration where it is left out. */
  readonly workingDir?: string;
}

interface Asked {
  readonly repositoryName: string;
  readonly imageIds?: readonly { readonly imageDigest: string }[];
  readonly layerDigest?: string;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

export class TestEcr {
  /** Actions of the API, and the paths of downloads. */
  readonly requests: string[] = [];
  /** Digests whose download ECR offers, and S3 answers with this status. */
  readonly refused = new Map<string, number>();
  /** How often S3 is busy (503) before it answers. */
  busy = 0;
  /** Digests whose next download ends after so many bytes. */
  readonly cut = new Map<string, number>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<TestEcr> {
    const ecr = new TestEcr();
    await new Promise<void>((resolve) => ecr.#server.listen(0, "127.0.0.1", resolve));
    return ecr;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @returns the reference by its digest, of an index where there are several architectures */
  push(name: string, images: Readonly<Record<string, EcrImage>>): string {
    const manifests = Object.entries(images).map(([architecture, image]) => ({
      ...{ mediaType: manifestType, digest: this.#manifest(image) },
      platform: { os: "linux", architecture },
    }));
    const [only] = manifests;
    const digest =
      manifests.length === 1 && only !== undefined
        ? only.digest
        : this.#document({ schemaVersion: 2, manifests });
    return `123456789012.dkr.ecr.us-east-1.amazonaws.com/${name}@${digest}`;
  }

  /** Forgets a blob: a layer that the registry has lost. */
  lose(layer: Buffer): void {
    this.#blobs.delete(digestOf(layer));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #manifest({ layers, workingDir }: EcrImage): string {
    const config = Buffer.from(JSON.stringify({ config: { WorkingDir: workingDir } }));
    for (const blob of [config, ...layers]) this.#blobs.set(digestOf(blob), blob);
    return this.#document({
      schemaVersion: 2,
      config: { digest: digestOf(config) },
      layers: layers.map((layer) => ({ digest: digestOf(layer) })),
    });
  }

  #document(content: object): string {
    const text = JSON.stringify(content);
    const digest = digestOf(Buffer.from(text));
    this.#manifests.set(digest, text);
    return digest;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers["x-amz-target"] ?? "");
    const action = target.split(".").at(-1) ?? "";
    this.requests.push(action === "" ? (request.url ?? "") : action);
    if (action === "") this.#download(request, response);
    else {
      const [status, body] = this.#call(action, (await json(request)) as Asked);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    }
  }

  #download({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
    const digest = decodeURIComponent(url.slice(1));
    const blob = this.#blobs.get(digest) ?? Buffer.alloc(0);
    const etag = `"${digest.slice(-8)}"`;
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    const status = this.busy > 0 ? 503 : (this.refused.get(digest) ?? (from > 0 ? 206 : 200));
    this.busy = Math.max(0, this.busy - 1);
    if (status >= 300) response.writeHead(status).end("<Error/>");
    else if (from > 0 && headers["if-match"] !== etag) response.writeHead(412).end();
    else {
      const rest = blob.subarray(from);
      response.writeHead(status, { etag, "content-length": rest.length });
      const end = this.cut.get(digest);
      this.cut.delete(digest);
      if (end === undefined) response.end(rest);
      else response.write(rest.subarray(0, end), () => setImmediate(() => response.destroy()));
    }
  }

  #call(action: string, asked: Asked): readonly [status: number, body: object] {
    if (action === "BatchGetImage") {
      const imageDigest = asked.imageIds?.[0]?.imageDigest ?? "";
      const imageManifest = this.#manifests.get(imageDigest);
      const missing = {
        failureCode: "ImageNotFound",
        failureReason: "Requested image not found",
        imageId: { imageDigest },
      };
      return imageManifest === undefined
        ? [200, { images: [], failures: [missing] }]
        : [200, { images: [{ imageManifest, imageId: { imageDigest } }], failures: [] }];
    }
    const { layerDigest = "" } = asked;
    if (action === "GetDownloadUrlForLayer" && this.#blobs.has(layerDigest))
      return [200, { layerDigest, downloadUrl: `${this.url}/${encodeURIComponent(layerDigest)}` }];
    const message = `The layer with digest '${layerDigest}' does not exist in the repository with name '${asked.repositoryName}'`;
    return [400, { __type: "LayersNotFoundException", message }];
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
