/** Where an image is (github.com/distribution/reference). */

export interface RegistryReference {
  /** As the image's name has it: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx` */
  readonly repository: string;
  /** A tag, or a digest. */
  readonly version: string;
  /** The secret that has the registry's credentials. @default none is named */
  readonly login?: string;
}

/** @returns `undefined` for what no registry has: a name with variables or capitals in it */
export function parseReference(reference: string): RegistryReference | undefined {
  const [named = "", digest] = reference.split("@");
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  const hosted = /[.:]/.test(first) || first === "localhost";
  const rest = hosted ? named.slice(slash + 1) : named;
  const [, path = rest, tag] = /^(.*?)(?::([\w][\w.-]{0,127}))?$/.exec(rest) ?? [];
  const registry = !hosted || first === "index.docker.io" ? "docker.io" : first;
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  if (!/^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(repository)) return undefined;
  if (!/^[a-z0-9.-]+(:\d{1,5})?$/i.test(registry)) return undefined;
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  return { registry, repository, version: digest ?? tag ?? "latest" };
}

/** The address of a registry's API; on this machine it is used without TLS, as Docker does. */
export function apiOf({ registry }: RegistryReference): string {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return `${isLocal(host) ? "http" : "https"}://${host}/v2`;
}

export function isLocal(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3})(:\d+)?$/.test(host);
}
