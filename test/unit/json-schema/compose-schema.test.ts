/** The published schema accepts what is deployed, and refuses what an editor should underline. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { coverageRows } from "../../../src/interpret";
import { composeSchema, type JsonSchema } from "../../../src/json-schema";
import { settings } from "../../../src/modes/modes";

const root = join(__dirname, "../../..");
const validate = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
}).compile(composeSchema());

/** `path message` of everything that is wrong, the alternatives of a wrong value left out. */
function faults(file: unknown): readonly string[] {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

function composeFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/.test(path) && !path.includes("node_modules"))
    .map((path) => join(root, folder, path));
}

const examples = composeFiles("examples");
const products = [...composeFiles("test/corpus/products"), ...composeFiles("test/corpus/awesome-compose")];

test("there are files to look at", () => {
  expect(examples.length).toBeGreaterThan(2);
  expect(products.length).toBeGreaterThan(40);
});

test.each(examples.map((path) => relative(root, path)))("%s is accepted", (path) => {
  expect(faults(parse(readFileSync(join(root, path), "utf8"), { merge: true }))).toEqual([]);
});

test("what people deploy is accepted", () => {
  const refused = products.flatMap((path) => {
    const found = faults(parse(readFileSync(path, "utf8"), { merge: true, logLevel: "error" }));
    return found.length === 0 ? [] : [`${relative(root, path)}: ${found.join("; ")}`];
  });
  expect(refused).toEqual([]);
});

const service = (own: object): object => ({ services: { web: { image: "nginx", ...own } } });

test.each<[string, object]>([
  [
    "variables at places of numbers and flags",
    service({ scale: "${N}", init: "${INIT:-true}", mem_limit: "1g" }),
  ],
  [
    "short and long forms",
    service({ ports: ["80:80", 3000, { target: 80 }], command: ["a"], env_file: ".env" }),
  ],
  ["unknown extensions", { ...service({ "x-mine": { a: 1 } }), "x-top": 1 }],
  [
    "stores",
    service({ "x-postgres": { storage: 20, tls: "required", extensions: ["vector"] }, "x-redis": true }),
  ],
  ["a synonym", service({ "x-defang-postgres": true })],
  ["a build without a Dockerfile", service({ build: ".", "x-build": "auto" })],
  [
    "domains and a path",
    service({ "x-domains": ["a.example.com", { name: "b.example.com", zone: "Z012" }], "x-path": "/api" }),
  ],
  [
    "settings of the modes",
    { ...service({}), "x-berth": { zones: 3, capacity: "spot", natStrategy: "${NAT}" } },
  ],
])("%s are accepted", (_name, file) => {
  expect(faults(file)).toEqual([]);
});

test.each<[string, object, string]>([
  ["a key that is none", service({ imagee: "nginx" }), "/services/web must NOT have additional properties"],
  ["a wrong type", service({ ports: "80" }), "/services/web/ports must be array"],
  ["a text where a number is meant", service({ scale: "many" }), "/services/web/scale must"],
  [
    "a word that is none",
    service({ depends_on: { db: { condition: "ready" } } }),
    "/condition must be equal to one of",
  ],
  ["a required key", service({ ports: [{ published: "80" }] }), "must have required property 'target'"],
  [
    "an option of a store",
    service({ "x-postgres": { sise: 20 } }),
    "/services/web/x-postgres must NOT have additional",
  ],
  ["a value out of range", service({ "x-redis": { tls: "yes" } }), "/services/web/x-redis/tls must be equal"],
  ["another word for auto", service({ "x-build": "yes" }), "/services/web/x-build must be equal to constant"],
  ["a setting that there isn't", { "x-berth": { zonez: 3 } }, "/x-berth must NOT have additional properties"],
  ["a setting out of range", { "x-berth": { zones: 4 } }, "/x-berth/zones must be <= 3"],
  ["a name that is none", { services: { "my web": { image: "a" } } }, "/services must match pattern"],
  ["a service that is none", { services: { web: "nginx" } }, "/services/web must be object"],
])("%s is refused", (_name, file, message) => {
  expect(faults(file).join("\n")).toContain(message);
});

/** The schema at a path of the coverage table. */
function schemaAt(path: string): JsonSchema | undefined {
  let at: readonly JsonSchema[] = [composeSchema()];
  for (const step of path.replaceAll("[]", ".[]").split(".")) {
    at = at
      .flatMap((schema) => [schema, ...(schema.anyOf ?? [])])
      .flatMap(({ properties, items, additionalProperties }) => {
        const free = typeof additionalProperties === "object" ? additionalProperties : undefined;
        return (step === "[]" ? items : step === "*" ? free : properties?.[step]) ?? [];
      });
  }
  return at[0];
}

test("every key of the coverage table has its sentence in the schema, below what is refused as a whole", () => {
  const refused = coverageRows()
    .filter(({ verdict }) => verdict === "refused")
    .map(({ key }) => key);
  const missing = coverageRows()
    .filter(({ key }) => !refused.some((other) => key.startsWith(`${other}.`) || key.startsWith(`${other}[`)))
    // Below a key of Berth's own, the reader knows more than the table.
    .filter(({ key }) => !/(^|\.)x-[\w-]+[.[]/.test(key))
    .filter(({ key, why }) => {
      const schema = schemaAt(key);
      return schema === undefined || (why !== undefined && schema.description?.includes(why) !== true);
    });
  expect(missing.map(({ key }) => key)).toEqual([]);
  expect(schemaAt("services.*.privileged")).toMatchObject({ deprecated: true });
});

test("every setting of the modes is in it, with what it decides", () => {
  for (const [name, { means }] of Object.entries(settings))
    expect(schemaAt(`x-berth.${name}`)?.description).toBe(means);
});

test("every key of Berth's own that is honoured says what it takes", () => {
  const own = coverageRows().filter(
    ({ key, verdict }) => verdict === "honoured" && /(^|\.)x-[\w-]+$/.test(key),
  );
  expect(own.length).toBeGreaterThan(15);
  const unknown = own.filter(({ key }) => {
    const { description: _, ...rest } = schemaAt(key) ?? {};
    return Object.keys(rest).length === 0;
  });
  // A key that is missing here has no row in src/json-schema/extensions.ts.
  expect(unknown.map(({ key }) => key)).toEqual([]);
});
