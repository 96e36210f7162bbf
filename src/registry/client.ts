/** One registry's HTTP API (OCI Distribution Specification): documents by digest, with what it asks of credentials. */
import { createHash } from "node:crypto";
import { apiOf, isLocal, type RegistryReference } from "./reference";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * `user:password` of a registry, by its name.
 *
 * @param login - the secret that has them. @default the registry's own, where there are any
 * @returns `undefined` where there are none
 */
export type Credentials = (
  registry: string,
  login: string | undefined,
) => string | undefined | Promise<string | undefined>;

/** An answer that can't be used; its message is for people. */
export class RegistryError extends Error {}

/** What is asked for is not there. */
export class NotInRegistry extends RegistryError {}

/** The largest document that is read: a registry's own limit for manifests is 4 MiB (Distribution Specification). */
const largest = 4 * 1024 * 1024;

const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export class RegistryClient {
  /** By registry, repository and login. */
  readonly #tokens = new Map<string, string>();

  constructor(
    private readonly fetch: Fetch,
    private readonly credentials: Credentials,
    private readonly signal: AbortSignal,
  ) {}

  /** The digest that a version has now; it counts against no limit of pulls. @returns `undefined` where it isn't given */
  async digestOf(reference: RegistryReference): Promise<string | undefined> {
    const answer = await this.#ask(reference, "HEAD", `manifests/${reference.version}`);
    const digest = answer.headers.get("docker-content-digest") ?? "";
    return /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
  }

  async manifest(reference: RegistryReference, version: string, size?: number): Promise<unknown> {
    const answer = await this.#ask(reference, "GET", `manifests/${version}`);
    return readJson(answer, version, size);
  }

  async blob(reference: RegistryReference, digest: string, size: number): Promise<unknown> {
    if (size > largest) throw new RegistryError(`its configuration has ${size} bytes`);
    return readJson(await this.#ask(reference, "GET", `blobs/${digest}`), digest, size);
  }

  async #ask(reference: RegistryReference, method: string, path: string): Promise<Response> {
    const url = `${apiOf(reference)}/${reference.repository}/${path}`;
    const key = `${reference.registry}/${reference.repository} ${reference.login ?? ""}`;
    let answer = await this.#send(url, method, this.#tokens.get(key));
    if (answer.status === 401) {
      const token = await this.#authorize(reference, answer.headers.get("www-authenticate") ?? "");
      if (token !== undefined) {
        this.#tokens.set(key, token);
        answer = await this.#send(url, method, token);
      }
    }
    if (answer.ok) return answer;
    await answer.body?.cancel();
    throw refusal(answer.status);
  }

  #send(url: string, method: string, authorization: string | undefined): Promise<Response> {
    const headers = { accept: accepted, ...(authorization === undefined ? {} : { authorization }) };
    return this.fetch(url, { method, headers, signal: this.signal });
  }

  /** What the registry's challenge asks for (Docker Registry, Token Authentication). */
  async #authorize(reference: RegistryReference, challenge: string): Promise<string | undefined> {
    const known = await this.credentials(reference.registry, reference.login);
    const basic = known === undefined ? undefined : `Basic ${Buffer.from(known).toString("base64")}`;
    if (/^basic\b/i.test(challenge)) return basic;
    const [, realm] = /realm="([^"]+)"/i.exec(challenge) ?? [];
    if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    // Credentials go nowhere that could be listened to.
    if (url.protocol !== "https:" && !isLocal(url.host)) return undefined;
    const service = /service="([^"]+)"/i.exec(challenge)?.[1];
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${reference.repository}:pull`);
    const answer = await this.#send(url.href, "GET", basic);
    if (!answer.ok) throw refusal(answer.status);
    const found = (await readJson(answer)) as { token?: unknown; access_token?: unknown } | null;
    const token = found?.token ?? found?.access_token;
    return typeof token === "string" ? `Bearer ${token}` : undefined;
  }
}

function refusal(status: number): RegistryError {
  if (status === 404) return new NotInRegistry("its registry has no such image");
  if (status === 401 || status === 403) return new RegistryError("its registry wants credentials");
  if (status === 429) return new RegistryError("its registry is asked too often (429)");
  return new RegistryError(`its registry answers ${status}`);
}

/**
 * The JSON of an answer.
 *
 * @param version - a digest is what the bytes have to have
 * @throws RegistryError where they have another one, another size, or are no JSON
 */
async function readJson(answer: Response, version = "", size?: number): Promise<unknown> {
  const bytes = await readBytes(answer);
  if (size !== undefined && bytes.length !== size)
    throw new RegistryError(`its registry sent ${bytes.length} bytes in place of ${size}`);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (version.startsWith("sha256:") && digest !== version)
    throw new RegistryError("its registry sent something else than was asked for (another digest)");
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new RegistryError("its registry sent no JSON");
  }
}

async function readBytes(answer: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > largest) throw new RegistryError(`its registry sends more than ${largest} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
