/** Laws of merging, over the whole loader. */
import fc from "fast-check";
import { load } from "./sources";

const name = fc.constantFrom("A", "B", "C");
const text = fc.stringMatching(/^[a-z]{1,4}$/);
const service = fc.record(
  {
    image: text,
    command: fc.oneof(text, fc.array(text)),
    environment: fc.oneof(
      fc.dictionary(name, text),
      fc.uniqueArray(name).map((names) => names.map((key) => `${key}=1`)),
    ),
    labels: fc.dictionary(name, text),
    ports: fc.uniqueArray(fc.integer({ min: 1, max: 9 }).map((port) => `${port}:${port}`)),
    volumes: fc.uniqueArray(text.map((target) => `./s:/${target}`)),
    cap_add: fc.uniqueArray(name),
    deploy: fc.record({ replicas: fc.integer({ min: 1, max: 9 }) }),
  },
  { requiredKeys: ["image"] },
);

function services(...files: readonly unknown[]) {
  const sources = Object.fromEntries(
    files.map((file, index) => [`f${index}.yaml`, JSON.stringify({ services: { a: file } })]),
  );
  return load(sources, { files: Object.keys(sources) }).canonical.services["a"];
}

test("property: a file laid over itself changes nothing", () => {
  fc.assert(
    fc.property(service, (one) => {
      expect(services(one, one)).toEqual(services(one));
    }),
  );
});

test("property: an empty service laid over another changes nothing, nor what it is laid over by", () => {
  fc.assert(
    fc.property(service, (one) => {
      expect(services(one, {})).toEqual(services(one));
      expect(services({}, one)).toEqual(services(one));
    }),
  );
});

test("property: a later file's variables and image win, an earlier one's others stay", () => {
  fc.assert(
    fc.property(
      service,
      service,
      fc.dictionary(name, text),
      fc.dictionary(name, text),
      (one, two, first, second) => {
        const merged = services({ ...one, environment: first }, { ...two, environment: second });
        expect({ ...merged?.environment }).toEqual({ ...first, ...second });
        expect(merged?.image).toBe(two.image);
      },
    ),
  );
});

test("property: extending a service gives what laying over it gives", () => {
  fc.assert(
    fc.property(service, service, (base, own) => {
      const extended = load(JSON.stringify({ services: { base, a: { ...own, extends: "base" } } }));
      expect(extended.canonical.services["a"]).toEqual(services(base, own));
    }),
  );
});

test("property: !reset takes away, !override replaces", () => {
  fc.assert(
    fc.property(service, fc.constantFrom("environment", "ports", "labels", "command"), (one, key) => {
      const base = JSON.stringify({ services: { a: one } });
      const cleared = load({
        "compose.yaml": base,
        "compose.override.yaml": `services: {a: {${key}: !reset null}}`,
      });
      const without = Object.fromEntries(Object.entries(one).filter(([other]) => other !== key));
      expect(cleared.canonical.services["a"]).toEqual(services(without));
      const replaced = load({
        "compose.yaml": base,
        "compose.override.yaml": `services: {a: {labels: !override {z: "1"}}}`,
      });
      expect({ ...replaced.canonical.services["a"]?.labels }).toEqual({ z: "1" });
    }),
  );
});
