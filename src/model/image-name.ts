/** Names of images, as Docker compares them (github.com/distribution/reference). */

/** The short form that Docker shows: without its own registry, its official folder, and `:latest`. */
export function familiarName(name: string): string {
  const short = name.replace(/^(?:index\.)?docker\.io\//, "").replace(/:latest$/, "");
  return short.replace(/^library\//, "");
}

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = "[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}";
const digest = "[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]+";
const reference = new RegExp(`^(?:${host}/)?${component}(?:/${component})*(?::${tag})?(?:@${digest})?$`);

/** Whether a text is the name of an image, with or without a tag or a digest (distribution/reference, regexp.go; of a digest any length). */
export function isImageName(text: string): boolean {
  return reference.test(text);
}

/** What to write in place of a text that is no name of an image. */
export function imageNameHint(text: string): string {
  const lower = text.replace(/^[^:@]*/, (name) => name.toLowerCase());
  const meant =
    lower !== text && isImageName(lower) ? `${lower}: names of images are in lower case; or ` : "";
  return `${meant}like nginx:1.27 or registry.example.com/team/app:1.0`;
}

export interface ImageName {
  /** Without registry, tag and digest, in lower case: `postgres`, `axllent/mailpit`, `elasticsearch/elasticsearch`. */
  readonly path: string;
  /** Empty where the reference has none. */
  readonly tag: string;
}

/** `docker.io` where the reference names no registry. */
export function registryOf(reference: string): string {
  const host = reference.includes("/") ? reference.slice(0, reference.indexOf("/")) : "";
  return /[.:]/.test(host) || host === "localhost"
    ? host.replace(/^index\.docker\.io$/, "docker.io")
    : "docker.io";
}

/** Images of Docker Hub that come through the account's pull-through cache: all, or the base images of builds. */
export const imageCaches = ["all", "builds"] as const;

export type ImageCache = (typeof imageCaches)[number];

/**
 * The name by which a pull-through cache has an image of Docker Hub: there official images lie in `library/` (ECR User Guide,
 * "Pulling an image with a pull through cache rule"). A tag beside a digest is left out: ECS takes one of them (ECS API
 * reference, ContainerDefinition, image).
 *
 * @param reference - as Docker has it: `nginx:1.27`, `docker.io/team/app@sha256:…`
 * @param cache - `123456789012.dkr.ecr.eu-west-1.amazonaws.com/berth-cd-dockerhub`
 */
export function cachedName(reference: string, cache: string): string {
  const path = reference.replace(/^(?:index\.)?docker\.io\//, "").replace(/:[^/:@]+@/, "@");
  return `${cache}/${path.includes("/") ? path : `library/${path}`}`;
}

/** The registry is the part before the first slash that has a dot or a colon, or is `localhost` (distribution/reference). */
export function imageNameOf(reference: string): ImageName {
  const [named = ""] = reference.split("@");
  const slash = named.indexOf("/");
  const host = slash < 0 ? "" : named.slice(0, slash);
  const rest = /[.:]/.test(host) || host === "localhost" ? named.slice(slash + 1) : named;
  const [, path = rest, tag = ""] = /^(.*?)(?::([^/:]*))?$/.exec(rest) ?? [];
  return { path: path.toLowerCase().replace(/^library\//, ""), tag: tag.toLowerCase() };
}
