/**
 * A bucket of Pulumi's CLI on a loopback port, in front of the state. The CLI writes its whole checkpoint twice for each
 * resource, one write after the other, and looks for the file before each: on S3 that is most of the time that many small
 * resources take. Here a write that begins something waits until it is kept, as without the gateway; one that only ends
 * what had begun is answered at once and kept with the next: a run that is killed meanwhile leaves what it had begun as
 * begun, which the next run settles (`recovery.ts`). Nothing else is answered before all of that is kept: a lock goes after it.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { TextStore } from "../../ports";
import { backendRoot } from "./backend";
import { answers, bodyOf, listOf, type Answer } from "./s3-answers";
import { LaterWrites } from "./later-writes";

export interface StateGatewayOptions {
  /** `s3://bucket/…`, whose query the gateway's takes the place of. */
  readonly backendUrl: string;
  /** What the CLI's requests are carried out on: the backend's root. */
  readonly state: TextStore;
  /** The key of the checkpoint of the stack that the run has. */
  readonly checkpoint: string;
}

export class StateGateway {
  /** What the CLI is to take as its backend. */
  readonly backendUrl: string;
  readonly #state: TextStore;
  readonly #writes: LaterWrites;
  /** `/SECRET/BUCKET`, which requests begin with: other users of the machine don't know the secret. */
  readonly #bucket: string;
  /** What the backend's keys begin with, inside of the bucket. */
  readonly #base: string;
  #refusal: unknown;
  readonly #uploads = new Map<string, Map<number, string>>();
  /** The keys beside the checkpoint: nobody else writes there while the run has its lease. */
  #beside: Promise<readonly string[]> | undefined;

  private constructor(
    private readonly server: Server,
    secret: string,
    { backendUrl, state, checkpoint }: StateGatewayOptions,
  ) {
    this.#state = state;
    this.#writes = new LaterWrites(state, checkpoint);
    const { port } = server.address() as AddressInfo;
    const root = backendRoot(backendUrl);
    const [bucket = "", ...base] = root.slice("s3://".length).split("/");
    this.#bucket = `/${secret}/${bucket}`;
    this.#base = base.map((part) => `${part}/`).join("");
    const query = new URLSearchParams({
      ...{ endpoint: `http://127.0.0.1:${port}/${secret}`, s3ForcePathStyle: "true" },
      ...{ region: "us-east-1", awssdk: "v2" },
    });
    this.backendUrl = `${root}?${query.toString()}`;
  }

  /** What AWS has refused of the CLI's requests, in its own words: the CLI's are of the gateway. @default nothing */
  get refusal(): unknown {
    return this.#refusal;
  }

  /** Opens the port. Rejects where the machine has none. */
  static async open(options: StateGatewayOptions): Promise<StateGateway> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    const gateway = new StateGateway(server, randomBytes(16).toString("hex"), options);
    server.on("request", (request, response) => void gateway.#serve(request, response));
    return gateway;
  }

  /** Keeps what is still to be kept, and closes the port. Rejects where it can't be kept. */
  async close(): Promise<void> {
    try {
      await this.#writes.flush();
    } finally {
      this.server.closeAllConnections();
      await new Promise((resolve) => this.server.close(resolve));
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      answer = answers.failed(error);
      if (answer.status < 500) this.#refusal ??= error;
    }
    const { status, headers = {}, body = "" } = answer;
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method = "GET", url = "/" } = request;
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    const path = decodeURIComponent(pathname);
    if (path === this.#bucket || path === `${this.#bucket}/`) return this.#list(searchParams);
    const begin = `${this.#bucket}/${this.#base}`;
    if (!path.startsWith(begin)) return answers.denied;
    const key = path.slice(begin.length);
    const body = bodyOf(request.headers, await buffer(request));
    if (key === this.#writes.key && (method === "GET" || method === "HEAD"))
      return answers.object(await this.#writes.read());
    if (searchParams.has("uploads") || searchParams.has("uploadId"))
      return this.#part(method, key, searchParams, body);
    const from = request.headers["x-amz-copy-source"];
    if (method === "PUT") return typeof from === "string" ? this.#copy(from, key) : this.#put(key, body);
    await this.#writes.flush();
    switch (method) {
      case "DELETE":
        await this.#state.remove(key);
        return answers.gone;
      default:
        return answers.object(await this.#state.read(key));
    }
  }

  async #put(key: string, text: string): Promise<Answer> {
    if (key === this.#writes.key) await this.#writes.write(text);
    else {
      await this.#writes.flush();
      await this.#state.write(key, text);
    }
    await this.#know(key);
    return answers.kept(text);
  }

  async #copy(source: string, key: string): Promise<Answer> {
    // `BUCKET/KEY`, with a slash before it or without.
    const [, ...parts] = decodeURIComponent(source).replace(/^\//, "").split("/");
    const text = await this.#copied(parts.join("/").slice(this.#base.length), key);
    if (text === undefined) return answers.object(undefined);
    await this.#know(key);
    return answers.copied(text);
  }

  async #copied(from: string, to: string): Promise<string | undefined> {
    if (from === this.#writes.key) return this.#writes.copyTo(to);
    await this.#writes.flush();
    const text = await this.#state.read(from);
    if (text !== undefined) await this.#state.write(to, text);
    return text;
  }

  /** A text of more than 5 MiB comes in parts (AWS SDK for Go, `s3/manager`: `DefaultUploadPartSize`). */
  async #part(method: string, key: string, query: URLSearchParams, body: string): Promise<Answer> {
    const known = query.get("uploadId") ?? "";
    if (method === "POST" && known === "") {
      const id = randomBytes(8).toString("hex");
      this.#uploads.set(id, new Map());
      return answers.begun(id);
    }
    const parts = this.#uploads.get(known);
    if (parts === undefined) return answers.object(undefined);
    if (method === "PUT") {
      parts.set(Number(query.get("partNumber")), body);
      return answers.kept(body);
    }
    this.#uploads.delete(known);
    if (method === "DELETE") return answers.gone;
    const text = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    await this.#put(key, text.join(""));
    return answers.completed(text.join(""));
  }

  async #list(query: URLSearchParams): Promise<Answer> {
    const prefix = query.get("prefix") ?? "";
    if (!prefix.startsWith(this.#base)) return listOf([], prefix, "");
    const within = prefix.slice(this.#base.length);
    const keys = await this.#keys(within.slice(0, Math.max(0, within.lastIndexOf("/"))));
    return listOf(
      keys.map((key) => this.#base + key),
      prefix,
      query.get("delimiter") ?? "",
    );
  }

  async #keys(folder: string): Promise<readonly string[]> {
    if (folder === this.#folder()) return (this.#beside ??= this.#state.list(folder));
    await this.#writes.flush();
    return this.#state.list(folder);
  }

  #folder(): string {
    return this.#writes.key.slice(0, this.#writes.key.lastIndexOf("/"));
  }

  /** A key that is there now. */
  async #know(key: string): Promise<void> {
    const known = await this.#beside;
    if (known === undefined || known.includes(key) || !key.startsWith(`${this.#folder()}/`)) return;
    this.#beside = Promise.resolve([...known, key].sort());
  }
}
