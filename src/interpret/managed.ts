/** `x-postgres`, `x-redis` and their like, with the published dialect's names as synonyms: a store that AWS runs. */
import { storeRows, stores } from "../stores";
import { lackingOf } from "../stores/images";
import { mostReplicas } from "../stores/limits";
import type { StoreKind, StoreTls } from "../model/project";
import { definedOnly } from "../defined";
import { isRecord, type Node } from "./node";
import { readParameters } from "./parameters";

const storeTls: readonly StoreTls[] = ["required", "preferred", "off"];

/** `tls`; an `off` that YAML reads as false is meant as such. */
function readTls(options: Node): { readonly tls?: StoreTls } {
  const node = options.get("tls");
  if (!node.present) return {};
  const text = node.value === false ? "off" : node.text();
  const tls = storeTls.find((value) => value === text);
  if (tls !== undefined) return { tls };
  if (text !== undefined) node.problem(`${JSON.stringify(text)} is no tls`, storeTls.join(", "));
  return {};
}

/** Options of every kind; those of the published dialect are `allow-downtime` and `from-snapshot`. */
export interface ManagedOptions {
  readonly tls?: StoreTls;
  readonly extendedSupport?: boolean;
  readonly allowDowntime?: boolean;
  readonly fromSnapshot?: string;
  readonly replicas?: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What is at the key that makes a service a managed one; null and true ask for the defaults. */
export function managedNode(service: Node, kind: StoreKind): Node | undefined {
  return stores[kind].keys
    .filter((key) => service.has(key))
    .map((key) => service.get(key))
    .find(({ value }) => value !== false && value !== "false");
}

/** Which store replaces a service; `undefined` for a container. */
export function managedKind(service: Node): StoreKind | undefined {
  return managedKinds(service)[0];
}

/** Every store that is asked for; a service can be one. */
export function managedKinds(service: Node): readonly StoreKind[] {
  return storeRows.map(({ kind }) => kind).filter((kind) => managedNode(service, kind) !== undefined);
}

/**
 * Reads the options that every kind has with the parameters, and reports every option that the kind doesn't have.
 *
 * @param options - as {@link managedNode} gives it
 */
export function readManagedOptions(service: Node, options: Node, kind: StoreKind): ManagedOptions {
  const own = readOwnOptions(options, kind);
  return { ...own, ...definedOnly({ parameters: readParameters(service, options, kind) }) };
}

function readOwnOptions(options: Node, kind: StoreKind): ManagedOptions {
  if (!isRecord(options.value)) {
    if (options.present) options.boolean();
    return {};
  }
  const known = Object.keys(stores[kind].options);
  for (const [key, node] of options.entries()) {
    if (!known.includes(key))
      node.problem(`unknown option ${JSON.stringify(key)}`, `the options are ${known.join(", ")}`);
  }
  const allowDowntime = options.get("allow-downtime").boolean();
  const fromSnapshot = options.get("from-snapshot").text();
  const extendedSupport = options.get("extended-support").boolean();
  return {
    ...readTls(options),
    ...definedOnly({ extendedSupport, replicas: options.get("replicas").integer(0, mostReplicas[kind]) }),
    ...(allowDowntime === undefined ? {} : { allowDowntime }),
    ...(fromSnapshot === undefined || fromSnapshot === "" ? {} : { fromSnapshot }),
  };
}

/** Whether an image is more than its engine, which is a problem then. @param amazons - what replaces it */
export function hasMore(image: Node, kind: StoreKind, amazons: string): boolean {
  const lacking = lackingOf(kind, image.text() ?? "");
  if (lacking === undefined) return false;
  const [title] = Object.values(stores[kind].engines);
  image.problem(
    `${amazons} has nothing of this image beyond ${title} itself: it lacks ${lacking}`,
    `remove the x- key to run the image as a container with a volume, or name a ${kind} image where the program needs no more`,
  );
  return true;
}

/** The tag of an image's name, `undefined` where there is none; a digest is no tag. */
export function imageTag(reference: string): string | undefined {
  const [name = ""] = reference.split("@");
  const last = name.split("/").at(-1) ?? "";
  return last.includes(":") ? last.slice(last.indexOf(":") + 1) : undefined;
}

/** A published port of a managed store reaches the project's services only, whatever its mode says. */
export function judgeManagedPorts(service: Node): void {
  for (const port of service.get("ports").items()) {
    const mode = port.get("mode").value;
    if (mode !== "host" && isRecord(port.value)) {
      port.warn("a managed service is never public: only the services that name it reach it");
    }
  }
}
