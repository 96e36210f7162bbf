import fc from "fast-check";
import { interpretProject } from "../../../src/interpret";
import type { CanonicalProject } from "../../../src/compose";
import { secretMarker } from "../../../src/compose/secret-marker";
import { canonicalOf, corpusFiles } from "../../support/corpus";

/** Interprets what no loader would hand on. */
function outcomeOf(canonical: unknown) {
  return interpretProject({
    canonical: canonical as CanonicalProject,
    extensions: new Map(),
    locate: (path) => ({ file: "compose.yaml", line: 1, column: path.length + 1 }),
  });
}

/** A project, or problems that each have a path, a message and a place. */
function expectAnswer(canonical: unknown): void {
  const result = outcomeOf(canonical);
  if (result.ok) return;
  expect(result.problems.length).toBeGreaterThan(0);
  for (const { path, message, location } of result.problems) {
    expect(typeof path).toBe("string");
    expect(message).not.toBe("");
    expect(location).toBeDefined();
    expect(message).not.toMatch(/undefined|\[object|\uE000/);
  }
}

/** Every path into a value, as keys. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with another value at a path. */
function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (String(at) === key ? replaced(item, rest, by) : item));
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

const oddValues = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    1e300,
    true,
    false,
    [],
    {},
    [null],
    "no",
    "0",
    "1-",
    "..",
    "/",
    "~",
    "a b",
  ),
  fc.constant(secretMarker("NAME")),
  fc.constant(`x${secretMarker("NAME")}y`),
  fc.jsonValue(),
);

describe("the interpretation answers whatever it is given", () => {
  test("any value", () => {
    fc.assert(fc.property(fc.jsonValue(), expectAnswer));
    expectAnswer({ name: "a", services: { toString: { image: "x" }, constructor: null, ["__proto__"]: 1 } });
  });

  test("any service", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (app) => {
        expectAnswer({ name: "demo", services: { app } });
      }),
    );
  });

  test("a corpus file with one value changed", () => {
    const files = corpusFiles().map((file) => canonicalOf(file).canonical);
    const mutation = fc
      .constantFrom(...files)
      .chain((canonical) =>
        fc.tuple(fc.constant(canonical), fc.constantFrom(...pathsOf(canonical)), oddValues),
      );
    fc.assert(
      fc.property(mutation, ([canonical, path, by]) => {
        expectAnswer(replaced(canonical, path, by));
      }),
      { numRuns: 2000 },
    );
  });

  test("no plain value of the environment is ever told", () => {
    const secret = "s3cr3t-value";
    const environment = fc.dictionary(
      fc.constantFrom("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD", "A", "B C", "X_PASSWORD"),
      fc.constantFrom(secret, `${secret}@ /`, secret.slice(0, 6)),
    );
    fc.assert(
      fc.property(
        environment,
        fc.constantFrom({}, { "x-postgres": true }, { "x-redis": true }),
        (variables, extension) => {
          const text = JSON.stringify(
            outcomeOf({
              name: "demo",
              services: { app: { image: "postgres:16", environment: variables, ...extension } },
            }),
            (key, value: unknown) => (key === "services" ? undefined : value),
          );
          expect(text).not.toContain(secret.slice(0, 6));
        },
      ),
    );
  });

  test("a hundred services in a chain", () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const services = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          image: "x",
          depends_on:
            index === 99 ? {} : { [`s${index + 1}`]: { condition: "service_started", required: true } },
        },
      ]),
    );
    const result = outcomeOf({ name: "demo", services });
    expect(result.ok && result.project.services.map(({ name }) => name)).toEqual(names.toReversed());
  });
});
