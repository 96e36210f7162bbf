/** Bad input: all problems at once, each with its path, place and fix; never a crash. */
import fc from "fast-check";
import { BerthError } from "../../../src/errors";
import { load, problemsOf } from "./sources";

test("every problem of a file is told at once, with its path, line, column and fix", () => {
  const text = [
    "services:",
    "  api:",
    "    imagee: nginx",
    "    ports: [70000:80]",
    "    deploy: {replicas: many}",
    "    restart: false",
    "    depends_on: {db: {condition: service_helthy}}",
    "    volumes: ['data::b']",
    "",
  ].join("\n");
  const told = problemsOf(text).map(({ path, hint, location }) => [
    path,
    hint,
    location?.line,
    location?.column,
  ]);
  expect(told).toEqual([
    ["services.api.deploy.replicas", undefined, 5, 14],
    ["services.api.imagee", 'did you mean "image"?', 3, 5],
    ["services.api.restart", "put it in quotes", 6, 5],
    ["services.api.depends_on.db.condition", 'did you mean "service_healthy"?', 7, 23],
    ["services.api.ports[0]", "write HOST:CONTAINER, such as 8080:80", 4, 13],
    ["services.api.volumes[0]", "write SOURCE:TARGET, or the long form", 8, 15],
  ]);
});

test("a location has the file and the line's text", () => {
  const [problem] = problemsOf({
    "compose.yaml": "include: [sub/a.yaml]",
    "sub/a.yaml": "services:\n  a: {imag: x}\n",
  });
  expect(problem?.location).toEqual({ file: "sub/a.yaml", line: 2, column: 7, text: "  a: {imag: x}" });
});

test.each([
  ["services:\n  a: [", 2],
  ["services:\n\ta: {image: x}", 2],
  ["services:\n  a: {image: x}\n  a: {image: y}", 3],
  ["services: {a: *nope}", 1],
  ["services: {a: &a {image: x, x-a: *a}}", 1],
  ["services: {a: {image: x, labels: {1: x}}}", 1],
])("invalid YAML %j is told with its line", (text, line) => {
  expect(problemsOf(text)[0]?.location).toMatchObject({ file: "compose.yaml", line });
});

test("no compose file", () => {
  expect(problemsOf({})).toMatchObject([{ message: "there is no compose file" }]);
});

test("includes in a circle are refused with the circle", () => {
  const problems = problemsOf({ "compose.yaml": "include: [a.yaml]", "a.yaml": "include: [compose.yaml]" });
  expect(problems[0]?.message).toContain("compose.yaml -> a.yaml -> compose.yaml");
});

test.each(["../up.yaml", "/etc/passwd"])("a file outside of the project's folder is not read: %s", (file) => {
  const reads: string[] = [];
  const problems = problemsOf(`include: [${file}]`);
  expect([problems[0]?.hint, reads]).toEqual([
    "it is outside of the project's folder: copy it there, and name the copy",
    [],
  ]);
});

test("every file that an include names and that isn't there is told, with where a path is seen from", () => {
  const problems = problemsOf({ "compose.yaml": "include: [a.yaml, {path: b.yaml}]\nservices: {}" });
  const hint = "a path under include is seen from the folder of the file that has it";
  expect(problems).toMatchObject([
    { path: "include", message: 'there is no compose file "a.yaml"', hint },
    { path: "include", message: 'there is no compose file "b.yaml"', hint },
  ]);
});

test("what is wrong in an anchor is told once, not for each of its aliases", () => {
  const text = [
    "x-common: &common",
    "  KEY: ${KEY:?}",
    "services:",
    "  a: {image: x, environment: {<<: *common}}",
    "  b: {image: x, environment: {<<: *common}}",
    "",
  ].join("\n");
  expect(problemsOf(text).map(({ path }) => path)).toEqual(["x-common.KEY"]);
});

test.each([
  ["services: {a: {image: x, scale: 1.5}}", undefined],
  ["services: {a: {image: x, restart: 5}}", "put it in quotes"],
  ["services: {a: {image: x, gpus: 5}}", undefined],
])("%s: quotes are the fix only where a text is right", (text, hint) => {
  expect(problemsOf(text)[0]?.hint).toBe(hint);
});

/** As a file's bytes are read. */
const decoded = (bytes: Buffer): string => bytes.toString("utf8");

test.each([
  [decoded(Buffer.from("\uFEFFservices: {a: {image: x}}", "utf16le")), /^it is UTF-16/, 1],
  [decoded(Buffer.from("services:\n  a: {image: x, labels: {b: é}}", "latin1")), /not UTF-8/, 2],
])("a file that is not UTF-8 is told as such", (text, message, line) => {
  expect(problemsOf(text)).toMatchObject([
    {
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining("UTF-8") as string,
      location: { line },
    },
  ]);
});

test("a value that may be a secret is in no message and no location", () => {
  const texts = [
    "services: {a: {image: x, environment: PASSWORD=hunter2}}",
    'services: {a: {image: x, environment: {PASSWORD: "hunter2${"}}}',
    "services: {a: {image: x, environment: [PASSWORD=hunter2, PASSWORD =hunter2]}}",
    "services: {a: {image: x, environment: {PASSWORD: [hunter2]}}}",
  ];
  for (const text of texts) expect(JSON.stringify(problemsOf(text))).not.toContain("hunter2");
  expect(texts.map((text) => problemsOf(text).length)).toEqual([1, 1, 1, 1]);
});

test("a variable that is not set is named where a number was to stand", () => {
  const [problem] = problemsOf('services: {a: {image: x, ports: ["${PORT}:80"]}}', { unset: "secret" });
  expect(problem?.message).toContain("${PORT}:80");
  expect(problem?.message).toContain("the variable in it is not set");
});

test("keys named like JavaScript's own are keys like any other", () => {
  const text = "services:\n  __proto__: {image: x, environment: {__proto__: y, constructor: z}}\n";
  const { canonical } = load(text);
  expect(Object.keys(canonical.services)).toEqual(["__proto__"]);
  expect(JSON.stringify(canonical)).toContain('"environment":{"__proto__":"y","constructor":"z"}');
  expect(({} as Record<string, unknown>)["image"]).toBeUndefined();
});

test("property: whatever the text, it is loaded or refused with a BerthError", () => {
  const word = fc.constantFrom(
    "services",
    "a",
    "image",
    "ports",
    "80:80",
    "build",
    "environment",
    "extends",
    "x-a",
    "null",
    "1",
    "*a",
    "&a",
    "<<",
    "!reset",
    "${A",
    "deploy",
    "volumes",
    "networks",
    "depends_on",
    "command",
    "include",
    "healthcheck",
  );
  const mark = fc.constantFrom(": ", ":\n  ", "\n", "\n    ", "- ", "{", "}", "[", "]", ", ", "'", '"', " ");
  fc.assert(
    fc.property(fc.array(fc.oneof(word, mark), { maxLength: 40 }), (parts) => {
      try {
        load(parts.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError);
      }
    }),
    { numRuns: 200 },
  );
});

test("property: whatever a service holds, it is loaded or refused with a BerthError", () => {
  const keys = [
    "image",
    "build",
    "ports",
    "volumes",
    "environment",
    "env_file",
    "extends",
    "depends_on",
    "networks",
    "deploy",
    "healthcheck",
    "command",
    "ulimits",
    "labels",
    "configs",
    "secrets",
    "pre_start",
    "develop",
    "dns",
    "extra_hosts",
    "logging",
    "models",
    "gpus",
    "devices",
    "profiles",
    "links",
    "volumes_from",
    "provider",
  ];
  const value = fc.jsonValue({ maxDepth: 3 });
  const services = fc.dictionary(fc.constantFrom("a", "b"), fc.dictionary(fc.constantFrom(...keys), value));
  const groups = fc.record(
    {
      services,
      networks: fc.dictionary(fc.constant("n"), value),
      volumes: value,
      secrets: value,
      configs: value,
      name: value,
    },
    { requiredKeys: ["services"] },
  );
  fc.assert(
    fc.property(groups, groups, (first, second) => {
      try {
        load({ "compose.yaml": JSON.stringify(first), "compose.override.yaml": JSON.stringify(second) });
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError);
      }
    }),
    { numRuns: 200 },
  );
});
