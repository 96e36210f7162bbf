import { cacheFamily, resolveEviction } from "../../../../src/stores/redis/eviction";
import { redisOf } from "../../../support/projects";

const deployed = { engine: "redis", engineVersion: "7.1" };

test("a new cache evicts nothing, unless the file says otherwise", () => {
  expect(resolveEviction(redisOf(), undefined)).toEqual({
    service: redisOf({ parameters: { "maxmemory-policy": "noeviction" } }),
    warnings: [],
  });
  const own = redisOf({ parameters: { "maxmemory-policy": "allkeys-lru" } });
  expect(resolveEviction(own, undefined)).toEqual({ service: own, warnings: [] });
});

test("one that stands without a group keeps what it has, with a warning", () => {
  const { service, warnings } = resolveEviction(redisOf(), deployed);
  expect(service).toEqual(redisOf());
  expect(warnings).toEqual([
    { path: "services.cache", message: expect.stringContaining("volatile-lru") as string },
  ]);
});

test("one that stands gets a group where the file asks for one, and keeps it", () => {
  const asked = resolveEviction(redisOf({ parameters: { timeout: "60" } }), deployed);
  expect(asked.service.parameters).toEqual({ "maxmemory-policy": "noeviction", timeout: "60" });
  const kept = resolveEviction(redisOf(), { ...deployed, parameterGroupName: "todo-dev-cache-redis7" });
  expect(kept.service.parameters).toEqual({ "maxmemory-policy": "noeviction" });
});

test.each([
  ["redis", "5.0.6", "redis5.0"],
  ["redis", "6.2", "redis6.x"],
  ["redis", "7.1", "redis7"],
  ["valkey", "7.2", "valkey7"],
  ["valkey", "8.1", "valkey8"],
] as const)("%s %s is of the family %s", (engine, version, family) => {
  expect(cacheFamily({ engine, version })).toBe(family);
});
