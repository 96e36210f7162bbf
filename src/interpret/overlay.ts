/** Extensions back in their places. */
import { isRecord } from "./node";

/**
 * The canonical form with the `x-*` keys that it drops below the top level.
 *
 * @param extensions - by the path of the mapping that holds them: `services.db`, `services.api.ports[0]`
 */
export function withExtensions(
  value: unknown,
  extensions: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  path = "",
): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => withExtensions(item, extensions, `${path}[${index}]`));
  }
  const own = extensions.get(path);
  if (!isRecord(value)) return value === null && own !== undefined ? own : value;
  const entries = Object.entries(value).map(
    ([key, child]) => [key, withExtensions(child, extensions, path === "" ? key : `${path}.${key}`)] as const,
  );
  return Object.fromEntries([...entries, ...Object.entries(own ?? {})]);
}
