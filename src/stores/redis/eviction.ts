/** What a cache does when its memory is full: as its image has it, keep everything and refuse what is written. */
import type { RedisService, Warning } from "../../model/project";
import type { StoreInputs } from "../descriptor";
import { keptParameters } from "../differences";

const policy = "maxmemory-policy";

/**
 * ElastiCache's own groups evict keys with a time to live (`volatile-lru`: ElastiCache User Guide, Redis OSS 2.6.13
 * parameters); the image evicts none. A new cache has a group that says so; an existing one without a group keeps its own.
 *
 * @param deployed - what the existing cache was made with. @default it is new
 */
export function resolveEviction(
  service: RedisService,
  deployed: StoreInputs | undefined,
): { readonly service: RedisService; readonly warnings: readonly Warning[] } {
  const bare = deployed !== undefined && deployed["parameterGroupName"] === undefined;
  if (!bare || service.parameters !== undefined)
    return {
      service: { ...service, parameters: { ...keptParameters(service.engine), ...service.parameters } },
      warnings: [],
    };
  return {
    service,
    warnings: [
      {
        path: `services.${service.name}`,
        message: `it evicts keys with a time to live when its memory is full (volatile-lru), which the image does not: x-redis: {parameters: {${policy}: noeviction}} keeps them`,
      },
    ],
  };
}

/** The family of a cache's parameter group (ElastiCache API: CreateCacheParameterGroup, CacheParameterGroupFamily). */
export function cacheFamily({ engine, version }: Pick<RedisService, "engine" | "version">): string {
  const major = Number.parseInt(version, 10);
  if (engine === "valkey" || major >= 7) return `${engine}${major}`;
  return major === 6 ? "redis6.x" : `redis${major}.0`;
}
