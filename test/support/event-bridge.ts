/** EventBridge as far as alerts ask of it: patterns, and the input transformer, by its User Guide. */
import { isRecord, recordOf, textOf } from "../../src/simulator/cloud/values";

/** "Comparison operators for use in event patterns": values, `prefix`, `exists`, and `$or` between fields. */
export function matches(pattern: unknown, event: unknown): boolean {
  return Object.entries(recordOf(pattern)).every(([key, wanted]) => {
    if (key === "$or") return (wanted as unknown[]).some((one) => matches(one, event));
    const value = recordOf(event)[key];
    return Array.isArray(wanted) ? wanted.some((one) => holds(one, value)) : matches(wanted, value);
  });
}

function holds(wanted: unknown, value: unknown): boolean {
  // A list in an event matches where one of its items does.
  if (Array.isArray(value)) return value.some((item) => holds(wanted, item));
  if (!isRecord(wanted)) return wanted === value;
  if ("exists" in wanted) return wanted["exists"] === (value !== undefined);
  return typeof value === "string" && value.startsWith(textOf(wanted["prefix"]));
}

/**
 * "Input transformation": a variable that stands alone becomes JSON; one inside a text is put there as it is.
 *
 * @throws Error where what comes of it is no JSON, which EventBridge would not deliver
 */
export function transformed(transformer: unknown, event: unknown): unknown {
  const { inputPaths, inputTemplate } = recordOf(transformer);
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(recordOf(inputPaths)).map(([name, path]) => [name, at(textOf(path), event)]),
  );
  values["aws.events.event.json"] = event;
  let inside = false;
  const text = textOf(inputTemplate).replace(/\\.|"|<([\w.-]+)>/g, (found, name: string | undefined) => {
    if (found === '"') inside = !inside;
    if (name === undefined) return found;
    const value = values[name];
    if (value === undefined) return "";
    return inside ? (typeof value === "string" ? value : JSON.stringify(value)) : JSON.stringify(value);
  });
  return JSON.parse(text) as unknown;
}

/** A JSON path of names and indexes: `$.resources[0]`, `$.detail-type`. */
function at(path: string, event: unknown): unknown {
  return path
    .replace(/^\$\.?/, "")
    .split(/\.|\[|\]/)
    .filter((step) => step !== "")
    .reduce<unknown>(
      (value, step) => (Array.isArray(value) ? (value as unknown[])[Number(step)] : recordOf(value)[step]),
      event,
    );
}
