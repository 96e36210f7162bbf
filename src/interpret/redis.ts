/** A service with `x-redis`: Amazon ElastiCache in place of its container. */
import { definedOnly } from "../defined";
import type { RedisService } from "../model/project";
import { hasMore, imageTag, readManagedOptions } from "./managed";
import { commandOptions } from "./parameters";
import { isRecord, type Node } from "./node";

type Engine = Pick<RedisService, "engine" | "version">;

/**
 * Versions that ElastiCache makes, oldest first (ElastiCache user guide, "Supported engines and versions").
 * Redis OSS ends at 7.1 there; what comes after it is Valkey, which speaks the same protocol.
 */
const redisVersions = ["5.0.6", "6.2", "7.0", "7.1"];
const valkeyVersions = ["7.2", "8.0", "8.1", "8.2"];

const defaultEngine: Engine = { engine: "redis", version: "7.1" };

type Common = Pick<RedisService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` after a problem */
export function readRedis(service: Node, options: Node, common: Common): RedisService | undefined {
  judgeVariables(service.get("environment"));
  const engine = readEngine(service.get("image"));
  const shared = {
    ...readManagedOptions(service, options, "redis"),
    ...definedOnly({ hasPassword: readPassword(service.get("command")) }),
  };
  const nodeType = isRecord(options.value) ? options.get("node-type").text() : undefined;
  if (nodeType !== undefined && !/^cache\.[a-z0-9-]+\.[a-z0-9-]+$/.test(nodeType)) {
    options.get("node-type").problem(`${JSON.stringify(nodeType)} is no node type`, "like cache.t4g.micro");
  }
  if (engine === undefined) return undefined;
  return { kind: "redis", ...common, ...engine, ...shared, ...(nodeType === undefined ? {} : { nodeType }) };
}

/** `redis:6.2`, `redis:7-alpine`, `valkey/valkey:8.1`. */
function readEngine(node: Node): Engine | undefined {
  const image = node.text();
  if (node.present && image === undefined) return undefined;
  if (hasMore(node, "redis", "Amazon ElastiCache")) return undefined;
  const valkey = /(^|\/)valkey/.test(image ?? "");
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(imageTag(image ?? "") ?? "") ?? [];
  if (major === undefined) {
    const engine = valkey
      ? { engine: "valkey" as const, version: valkeyVersions.at(-1) ?? "8.0" }
      : defaultEngine;
    if (node.present) node.warn(`the tag names no version: ${engine.engine} ${engine.version} is used`);
    return engine;
  }
  const asked = [Number(major), minor === undefined ? Infinity : Number(minor)] as const;
  const later = asked[0] > 7 || (asked[0] === 7 && minor !== undefined && asked[1] > 1);
  const engine = valkey || later ? "valkey" : "redis";
  const version = nearest(engine === "valkey" ? valkeyVersions : redisVersions, asked);
  if (version === undefined) {
    const least = engine === "valkey" ? valkeyVersions[0] : redisVersions[0];
    node.problem(
      `Amazon ElastiCache has no ${engine} ${major}${minor === undefined ? "" : `.${minor}`}`,
      `${least} or later`,
    );
    return undefined;
  }
  judgeChange(node, { engine, version }, valkey, minor === undefined ? major : `${major}.${minor}`);
  return { engine, version };
}

/** The last version that is not later than the one asked for, but of the same major where there is one. */
function nearest(versions: readonly string[], [major, minor]: readonly [number, number]): string | undefined {
  const parsed = versions.map((version) => ({ version, parts: version.split(".").map(Number) }));
  const same = parsed.filter(({ parts }) => parts[0] === major);
  const fits = same.filter(({ parts }) => (parts[1] ?? 0) <= minor);
  if (same.length > 0) return (fits.at(-1) ?? same[0])?.version;
  return parsed.filter(({ parts }) => (parts[0] ?? 0) < major).at(-1)?.version;
}

function judgeChange(node: Node, { engine, version }: Engine, valkey: boolean, asked: string): void {
  if (engine === "valkey" && !valkey) {
    node.warn(
      `Amazon ElastiCache has no Redis ${asked}: Valkey ${version}, which speaks its protocol, is used`,
    );
  } else if (!version.startsWith(asked)) {
    node.warn(`Amazon ElastiCache has no ${engine} ${asked}: ${version} is used`);
  }
}

function judgeVariables(environment: Node): void {
  for (const [name, node] of environment.entries()) {
    if (/PASSWORD(_FILE)?$/.test(name) && !name.startsWith("ALLOW_")) {
      node.refuse(
        "Berth sets no password of the user's own on a managed store",
        "remove it, and the password from the URLs: only the services that name the store reach it",
      );
    } else {
      node.warn("no container reads this variable: the service is managed");
    }
  }
}

/** A password of the command: ElastiCache asks for none of the user's own, so clients' URLs have to lose it. */
function readPassword(command: Node): true | undefined {
  const words = command.items().map((word) => word.rawText() ?? "");
  if (commandOptions(words)?.some(({ name }) => name === "requirepass") !== true) return undefined;
  command.warn(
    "ElastiCache asks for no password of the file's own: it is removed from the clients' redis:// URLs, and x-redis: {tls: required} gives them a token in its place",
  );
  return true;
}
