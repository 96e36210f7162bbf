/** Reading and comparing the plain values of resources. */
import { isRecord, listOf, recordOf } from "../../defined";
import { isSealed, unknown, type Properties } from "./cloud";

export { isRecord, listOf, recordOf };

/** Whether rules can look at a value: it is neither still to be known nor a secret. */
export function isReadable(value: unknown): boolean {
  return value !== undefined && value !== null && value !== unknown && !isSealed(value);
}

/** A copy without what can't be read, at any depth; elements of lists that can't be read are left out too. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(isReadable).map(readable);
  return isRecord(value)
    ? mapProperties(value, (item) => (isReadable(item) ? readable(item) : undefined))
    : value;
}

/** Properties with each value changed; one that becomes `undefined` is left out. */
export function mapProperties(
  properties: Properties,
  change: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    const made = change(value, name);
    if (made !== undefined) changed[name] = made;
  }
  return changed;
}

export function readableProperties(inputs: Properties): Properties {
  return readable(inputs) as Properties;
}

/** Whether a value, or something in it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isRecord(value) && Object.values(value).some(containsUnknown);
}

/** Deep equality of JSON values; an absent property equals one that is `undefined` or `null`. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null || b === undefined || b === null)
    return (a ?? undefined) === (b ?? undefined);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

/** A value with the path under which it was found. */
export interface Found {
  readonly path: string;
  readonly value: unknown;
}

/** The values under a path such as `vpcId`, `subnetIds[]` or `loadBalancers[].targetGroupArn`; lists are spread. */
export function valuesAt(value: unknown, path: string, at = ""): readonly Found[] {
  if (value === undefined || value === null) return [];
  if (path === "") {
    if (Array.isArray(value)) return value.flatMap((item, index) => valuesAt(item, "", `${at}[${index}]`));
    return [{ path: at, value }];
  }
  const [, head = "", rest = ""] = /^([^.[]+)(?:\[\])?\.?(.*)$/.exec(path) ?? [];
  if (Array.isArray(value)) return value.flatMap((item, index) => valuesAt(item, path, `${at}[${index}]`));
  if (!isRecord(value)) return [];
  return valuesAt(value[head], rest, at === "" ? head : `${at}.${head}`);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
