/** Whether the images that services name are there, as their registries answer Docker. */
import { messageOf } from "../../errors";
import type { AccountInspector } from "../../ports";
import type { Launcher } from "../core/launcher";
import type { Finding } from "./findings";

export type Fetch = Launcher["fetcher"];

/** Kinds of manifests (OCI Distribution Specification, Pulling manifests); a registry hides what is not accepted. */
const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Reference {
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly version: string;
}

/** Reads an image's name (distribution/reference): without a registry it is Docker Hub's, and without a folder `library/`'s. */
export function parseReference(image: string): Reference {
  const [named = "", digest] = image.split("@");
  const [, name = named, tag] = /^(.+?)(?::([^/:]+))?$/.exec(named) ?? [];
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  const path = isHost ? name.slice(slash + 1) : name;
  const host = isHost && first !== "docker.io" ? first : "registry-1.docker.io";
  const official = host === "registry-1.docker.io" && !path.includes("/");
  return { host, repository: official ? `library/${path}` : path, version: digest ?? tag ?? "latest" };
}

/** An image of the account's own kind of registry, which wants AWS's credentials. */
export function isEcr(image: string): boolean {
  return /^\d{12}\.dkr[.-]ecr[.-]/.test(image);
}

/** Asks a registry for an image's manifest, without credentials. */
export async function imageFinding(image: string, fetcher: Fetch): Promise<Finding> {
  const { host, repository, version } = parseReference(image);
  const url = `https://${host}/v2/${repository}/manifests/${version}`;
  try {
    let answer = await head(fetcher, url);
    const challenge = answer.headers.get("www-authenticate");
    if (answer.status === 401 && challenge !== null) {
      const token = await anonymousToken(fetcher, challenge);
      if (token !== undefined) answer = await head(fetcher, url, token);
    }
    return findingOf(image, answer.status);
  } catch (error) {
    return {
      check: "images",
      status: "warn",
      message: `${image}: its registry ${host} can't be asked: ${messageOf(error)}`,
      fix: "check the network, and the image's name",
    };
  }
}

function findingOf(image: string, status: number): Finding {
  if (status === 200) return { check: "images", status: "ok", message: `${image} is there` };
  if (status === 404) return missingImage(image);
  if (status === 401 || status === 403) {
    return {
      check: "images",
      status: "warn",
      message: `${image}: the registry answers nobody without credentials whether it exists`,
      fix: "check the name; a private image needs x-registry-credentials at its service",
    };
  }
  const fix =
    status === 429 ? "the registry limits how often it is asked: try later" : "check the image's name";
  return { check: "images", status: "warn", message: `${image}: the registry answers HTTP ${status}`, fix };
}

export function missingImage(image: string): Finding {
  return {
    check: "images",
    status: "fail",
    message: `${image} is not in its registry`,
    fix: "correct the name or the tag in the compose file, or push the image",
  };
}

function head(fetcher: Fetch, url: string, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetcher(url, { method: "HEAD", headers: { accept: accepted, ...authorization } });
}

/** The token that a registry gives to everybody (Distribution, Token authentication). */
async function anonymousToken(fetcher: Fetch, challenge: string): Promise<string | undefined> {
  const fields = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const realm = fields.get("realm");
  if (!challenge.startsWith("Bearer ") || realm?.startsWith("https://") !== true) return undefined;
  const query = new URLSearchParams();
  for (const name of ["service", "scope"]) {
    const value = fields.get(name);
    if (value !== undefined) query.set(name, value);
  }
  const answer = await fetcher(`${realm}?${query.toString()}`, { method: "GET", headers: {} });
  if (!answer.ok) return undefined;
  const body = (await answer.json()) as { token?: unknown; access_token?: unknown };
  const token = body.token ?? body.access_token;
  return typeof token === "string" ? token : undefined;
}

/** The image that the CD task runs: without it nothing can be deployed, and ECS says so only when a task starts. */
export async function cdImageFinding(
  image: string,
  { inspector, fetcher }: { readonly inspector: Pick<AccountInspector, "hasImage">; readonly fetcher: Fetch },
): Promise<Finding> {
  const found: Finding = !isEcr(image)
    ? await imageFinding(image, fetcher)
    : (await inspector.hasImage(image))
      ? { check: "images", status: "ok", message: `${image} is there` }
      : missingImage(image);
  const fix = "push it there, or name another one: berth bootstrap --image IMAGE";
  const message = `the CD task's image ${found.message}`;
  return found.status === "ok" ? { ...found, message } : { ...found, message, fix };
}
