/** Values of two lists of inputs, compared: pure. */
import { listOf, recordOf } from "../../defined";

export type Inputs = Readonly<Record<string, unknown>>;

/** A value as a person reads it; secrets as in the inputs: `[secret]`. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

/** The same, whatever the order of keys. */
export function alike(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** MiB as Compose writes them: `512M`, `1G`, `1.5G`. */
export function memory(value: unknown): string | undefined {
  const mebibytes = Number(value);
  if (!Number.isFinite(mebibytes)) return shown(value);
  return mebibytes >= 1024 ? `${mebibytes / 1024}G` : `${mebibytes}M`;
}

/** CPU units as Compose's `cpus`: 256 is `0.25`. */
export function cpus(value: unknown): string | undefined {
  const units = Number(value);
  return Number.isFinite(units) ? String(units / 1024) : shown(value);
}

/** A list of `{name, value}` as a record. */
export function byName(value: unknown, field: string): Inputs {
  return Object.fromEntries(
    listOf(value).map((entry) => [String(recordOf(entry)["name"]), recordOf(entry)[field]]),
  );
}

/** `8080, 53/udp`: the container's ports of port mappings, or of a service's load balancers; `undefined` without any. */
export function containerPorts(value: unknown): string | undefined {
  const ports = listOf(value)
    .map(recordOf)
    .flatMap(({ containerPort, protocol }) => {
      const port = shown(containerPort);
      return port === undefined ? [] : [protocol === "udp" ? `${port}/udp` : port];
    });
  return ports.length === 0 ? undefined : [...new Set(ports)].join(", ");
}

/** Of two lists of parameters what one of them has and the other has not. */
export function differingOf(was: unknown, is: unknown): readonly [was: unknown, is: unknown] {
  if (!Array.isArray(was) || !Array.isArray(is)) return [was, is];
  const [before, now] = [was as readonly unknown[], is as readonly unknown[]];
  const named = [...before, ...now].every((item) => "name" in recordOf(item) && "value" in recordOf(item));
  if (!named) return [was, is];
  const own = (list: readonly unknown[], others: readonly unknown[]): readonly unknown[] =>
    list.filter((item) => !others.some((other) => alike(item, other)));
  return [own(before, now), own(now, before)];
}
