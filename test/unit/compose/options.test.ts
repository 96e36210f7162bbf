/** What the options do: files, names, variables, profiles, places. */
import { composeProjectName } from "../../../src/compose";
import { secretMarker } from "../../../src/compose/secret-marker";
import { load, memory, problemsOf } from "./sources";

const service = "services: {a: {image: x}}";

test("the files that were read are told in order, each once", () => {
  const { files } = load({
    "compose.yaml": "include: [sub/b.yaml]\nservices: {a: {extends: {file: base.yaml, service: z}}}",
    "compose.override.yaml": service,
    "sub/b.yaml": "services: {b: {image: x}}",
    "base.yaml": "services: {z: {image: z}}",
  });
  expect(files).toEqual(["compose.yaml", "compose.override.yaml", "sub/b.yaml", "base.yaml"]);
});

test.each([
  [["compose.yaml", "docker-compose.yml"], "compose.yaml"],
  [["docker-compose.yaml", "docker-compose.yml"], "docker-compose.yml"],
  [["compose.yml", "compose.yaml", "docker-compose.yaml"], "compose.yaml"],
])("of %j %s is taken, with a warning for each other one", (names, taken) => {
  const files = Object.fromEntries(
    names.map((name) => [name, `services: {a: {image: ${JSON.stringify(name)}}}`]),
  );
  const { canonical, warnings } = load(files);
  expect(canonical.services["a"]?.image).toBe(taken);
  const others = names.filter((name) => name !== taken).sort();
  expect(warnings.map(({ path }) => path).sort()).toEqual(others);
  for (const { message } of warnings) expect(message).toContain(`${taken} is there too, and is used`);
});

test("a merge key may be written with its tag, as yq does", () => {
  const merged = load("x-a: &a {restart: always}\nservices:\n  a:\n    !!merge <<: *a\n    image: x");
  expect(merged.canonical.services["a"]?.restart).toBe("always");
  expect(problemsOf("services: {a: {image: x, !!merge other: {}}}")).not.toEqual([]);
});

test.each([
  [{ projectName: "given" }, "name: written\n", "given"],
  [{ environment: { COMPOSE_PROJECT_NAME: "shell" } }, "name: written\n", "shell"],
  [{}, "name: Writ Ten\n", "written"],
  [{}, "name: ${N:-v}-1\n", "v-1"],
  [{ directoryName: "My Folder!" }, "", "myfolder"],
])("the name with %j and %j is %s", (options, line, name) => {
  expect(load(`${line}${service}`, options).canonical.name).toBe(name);
  const faulty = memory({ "compose.yaml": `${line}services: {a: {imagge: x, env_file: gone.env}}` });
  expect(
    composeProjectName(faulty, { directoryName: "demo", environment: {}, unset: "secret", ...options }),
  ).toBe(name);
});

test.each([
  ["name: [\n", "invalid YAML"],
  ["name: ${N:?is needed}\n", "is needed"],
  ['name: "!!!"\n', "leaves no name"],
])("%j has no name", (text, why) => {
  const options = { directoryName: "demo", environment: {}, unset: "secret" } as const;
  expect(() => composeProjectName(memory({ "compose.yaml": text }), options)).toThrow(why);
});

test.each([[{ projectName: "No Name" }], [{ directoryName: "!!!" }]])(
  "no name can be made of %j",
  (options) => {
    expect(problemsOf(service, options)).toHaveLength(1);
  },
);

test(".env is read where there is one, the shell wins, and both can be switched off", () => {
  const files = { "compose.yaml": 'services: {a: {image: "$A $B"}}', ".env": "A=1\nB=2", "other.env": "A=3" };
  const image = (options: Parameters<typeof load>[1]) => load(files, options).canonical.services["a"]?.image;
  expect(image({})).toBe("1 2");
  expect(image({ environment: { A: "shell" } })).toBe("shell 2");
  expect(image({ envFiles: ["other.env"] })).toBe("3 ");
  expect(image({ envFiles: [] })).toBe(" ");
  expect(image({ environment: { COMPOSE_DISABLE_ENV_FILE: "1", A: "x" } })).toBe("x ");
  expect(problemsOf(files, { envFiles: ["nope.env"] })).toHaveLength(1);
});

test("an unset variable is empty, with one warning, or a secret", () => {
  const text = 'services: {a: {image: x, environment: {A: "p:$PW@${PW}", B: "${PW:-d}", C: }}}';
  const empty = load(text);
  expect(empty.canonical.services["a"]?.environment).toEqual({ A: "p:@", B: "d", C: null });
  expect(empty.warnings).toMatchObject([{ path: "services.a.environment.A" }]);
  const secret = load(text, { unset: "secret" });
  const mark = secretMarker("PW");
  expect(secret.canonical.services["a"]?.environment).toEqual({ A: `p:${mark}@${mark}`, B: "d" });
  expect(secret.warnings).toMatchObject([{ path: "services.a.environment" }]);
});

test("profiles enable services; the others are told", () => {
  const text = "services: {a: {image: x}, b: {image: y, profiles: [p, q]}, c: {image: z, profiles: [r]}}";
  const names = (options: Parameters<typeof load>[1]) => Object.keys(load(text, options).canonical.services);
  expect(load(text).disabled).toEqual(["b", "c"]);
  expect(names({})).toEqual(["a"]);
  expect(names({ profiles: ["q"] })).toEqual(["a", "b"]);
  expect(names({ environment: { COMPOSE_PROFILES: "r, p" } })).toEqual(["a", "b", "c"]);
  expect(names({ environment: { COMPOSE_PROFILES: "r" }, profiles: ["p"] })).toEqual(["a", "b"]);
  expect(names({ profiles: ["*"] })).toEqual(["a", "b", "c"]);
});

test("a file in a folder makes that folder the project's", () => {
  const { folder, canonical } = load(
    {
      "sub/compose.yaml": 'services: {a: {image: "$A", env_file: e.env}}',
      "sub/.env": "A=1",
      "sub/e.env": "B=2",
    },
    { files: ["sub/compose.yaml"] },
  );
  expect([folder, canonical.name]).toEqual(["sub", "sub"]);
  expect(canonical.services["a"]).toMatchObject({ image: "1", environment: { B: "2" } });
});

test("extensions stand beside the canonical form, by path; those at the top in it", () => {
  const { canonical, extensions } = load(
    "x-top: {a: 1}\nservices:\n  db: {image: x, x-postgres: true, deploy: {x-y: [1]}, ports: [{target: 1, x-z: null}]}",
  );
  expect(canonical["x-top"]).toEqual({ a: 1 });
  expect(JSON.stringify(canonical.services)).not.toContain("x-");
  expect([...extensions].map(([path, values]) => [path, { ...values }])).toEqual([
    ["services.db.deploy", { "x-y": [1] }],
    ["services.db.ports[0]", { "x-z": null }],
    ["services.db", { "x-postgres": true }],
  ]);
});

test("raw env files keep their values as they are", () => {
  const files = {
    "compose.yaml": "services: {a: {image: x, env_file: [{path: a.env, format: raw}]}}",
    "a.env": "A=$B 'c' # d\n#no\nE=",
  };
  expect(load(files).canonical.services["a"]?.environment).toEqual({ A: "$B 'c' # d", E: "" });
});

const written = [
  "x-common: &common",
  "  restart: always",
  "services:",
  "  a.b:",
  "    <<: *common",
  "    image: x",
  "    environment:",
  "      - FIRST=1",
  "      - SECOND=2",
  "    ports:",
  '      - "80:80"',
  "      - target: 81",
  "        published: 81",
  "    labels:",
  "      com.example.x: y",
].join("\n");

test.each([
  ["services.a.b.image", 6],
  ["services.a.b.environment.SECOND", 9],
  ["services.a.b.ports[0]", 11],
  ["services.a.b.ports[1].published", 13],
  ["services.a.b.ports[7].published", 10],
  ["services.a.b.labels.com.example.x", 15],
  ["services.a.b.restart", 2],
  ["services.a.b.nothing.there", 4],
  ["services.none", 3],
])("%s was written in line %i", (path, line) => {
  expect(load(written).locate(path)).toMatchObject({ file: "compose.yaml", line });
});

test("the line of a value that may be a secret is not shown", () => {
  const loaded = load(written);
  expect(loaded.locate("services.a.b.environment.SECOND")?.text).toBeUndefined();
  expect(loaded.locate("services.a.b.image")?.text).toBe("    image: x");
});
