/** What can be checked without Docker of the published Dockerfiles and compose files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { IgnoreRules } from "../../src/archive/context/dockerignore";

const root = join(__dirname, "../..");
const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

/** What a newcomer starts from. */
const examples = ["hello", "todo"];
/** Contexts of the images, relative to the root. */
const contexts = [
  ...[".", "examples/hello", "examples/todo/web", "examples/todo/worker"],
  ...["site", "api", "greeter", "migrate"].map((folder) => `examples/everything/${folder}`),
];

// The keys that the first release of the path honours: an example is what a newcomer starts from.
const serviceSchema = z.strictObject({
  build: z.string().optional(),
  image: z.string().optional(),
  ports: z
    .array(z.union([z.string(), z.object({ target: z.int() }).transform(({ target }) => `:${target}`)]))
    .default([]),
  environment: z.record(z.string(), z.union([z.string(), z.null()])).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }),
  deploy: z
    .strictObject({
      replicas: z.int().optional(),
      resources: z.object({ reservations: z.object({ cpus: z.string(), memory: z.string() }) }),
    })
    .optional(),
  "x-postgres": z.literal(true).optional(),
  "x-redis": z.literal(true).optional(),
  "x-static": z.object({ dir: z.string() }).optional(),
});
const composeSchema = z.strictObject({ name: z.string(), services: z.record(z.string(), serviceSchema) });
/** `everything` is a list of what can be written: of its keys only those are read that the checks look at. */
const everythingSchema = z.object({
  name: z.literal("everything"),
  services: z.record(
    z.string(),
    z.object({
      build: serviceSchema.shape.build,
      image: serviceSchema.shape.image,
      ports: serviceSchema.shape.ports,
      environment: serviceSchema.shape.environment,
      depends_on: serviceSchema.shape.depends_on,
      "x-static": serviceSchema.shape["x-static"],
    }),
  ),
});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dependencies: z.record(z.string(), z.string()).optional() }),
  ),
});
const manifestSchema = z.object({ bin: z.record(z.string(), z.string()) });

interface Instruction {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** Whether it is written as a JSON array: run without a shell. */
  readonly exec: boolean;
}

function readDockerfile(context: string): readonly Instruction[] {
  const lines = read(context, "Dockerfile")
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, keyword = "", flags = "", rest = ""] = /^(\w+)((?:\s+--\S+)*)\s+(.*)$/.exec(line) ?? [];
    const exec = rest.startsWith("[");
    return {
      keyword,
      flags: Object.fromEntries(
        [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key = "", value = ""]) => [key, value] as const),
      ),
      words: exec ? z.array(z.string()).parse(JSON.parse(rest)) : rest.trim().split(/\s+/),
      exec,
    };
  });
}

/** Files that a builder sends, relative to the context. */
function sentFiles(context: string): readonly string[] {
  const rules = new IgnoreRules(read(context, ".dockerignore"), `${context}/.dockerignore`);
  const walk = (directory: string): string[] =>
    readdirSync(join(root, context, directory), { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return [".git", "node_modules", "dist"].includes(entry.name) ? [] : walk(path);
      return rules.ignores(path) ? [] : [path];
    });
  return walk("");
}

function matches(source: string, file: string): boolean {
  const expression = source.replace(/[.+?^${}()|[\]]/g, "\\$&").replaceAll("*", "[^/]*");
  return new RegExp(`^${expression}(/.*)?$`).test(file);
}

const only = (instructions: readonly Instruction[], keyword: string): readonly Instruction[] =>
  instructions.filter((instruction) => instruction.keyword === keyword);

describe.each(contexts)("the Dockerfile of %s", (context) => {
  const instructions = readDockerfile(context);

  test("every base is pinned to a version, or is an earlier stage", () => {
    const stages = new Set<string>();
    for (const { words } of only(instructions, "FROM")) {
      const [base = "", , stage] = words;
      if (!stages.has(base)) expect(base).toMatch(/^[a-z0-9./-]+:\d[\w.-]*$/);
      if (stage !== undefined) stages.add(stage);
    }
  });

  test("every COPY finds its sources", () => {
    const files = sentFiles(context);
    const stages = only(instructions, "FROM").map(({ words }) => words[2]);
    for (const { words, flags } of only(instructions, "COPY")) {
      const from = flags["from"];
      if (from === undefined) {
        for (const source of words.slice(0, -1)) {
          expect({ source, found: files.some((file) => matches(source, file)) }).toEqual({
            source,
            found: true,
          });
        }
      } else expect(stages).toContain(from);
    }
  });

  test("it runs as no root, and gets the signals itself", () => {
    expect(only(instructions, "USER").at(-1)?.words[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const starts = [...only(instructions, "ENTRYPOINT"), ...only(instructions, "CMD")];
    expect(starts).not.toHaveLength(0);
    expect(starts.filter(({ exec }) => !exec)).toEqual([]);
  });
});

describe.each([...examples, "everything"])("examples/%s/compose.yaml", (example) => {
  const schema = example === "everything" ? everythingSchema : composeSchema;
  const { name, services } = schema.parse(parse(read("examples", example, "compose.yaml")));

  test("it is named like its folder", () => {
    expect(name).toBe(example);
  });

  test.each(Object.entries(services))(
    "%s builds or names an image, or has a folder to serve, and waits for services that are there",
    (_, service) => {
      const { build, image, ports, depends_on: dependencies, "x-static": site } = service;
      const folder = build === undefined ? site?.dir : undefined;
      expect([build, image, folder].filter((source) => source !== undefined)).toHaveLength(1);
      if (folder !== undefined)
        expect(existsSync(join(root, "examples", example, folder, "index.html"))).toBe(true);
      for (const dependency of Object.keys(dependencies)) expect(services).toHaveProperty(dependency);
      if (build === undefined) return;
      const context = relative(root, join(root, "examples", example, build));
      expect(contexts).toContain(context);
      const exposed = only(readDockerfile(context), "EXPOSE").flatMap(({ words }) => words);
      expect(ports.map((port) => port.split(":").at(-1))).toEqual(exposed);
    },
  );

  test("passwords are secrets: no value of them stands in a file", () => {
    const values = Object.values(services).flatMap(({ environment }) => Object.entries(environment));
    for (const [variable, value] of values) {
      if (variable.endsWith("PASSWORD")) expect(value ?? "${ITSELF}").toMatch(/^\$\{\w+\}$/);
      expect(value ?? "").not.toMatch(/:\/\/[^/]*:(?!\$\{)[^/]*@/);
    }
    expect(existsSync(join(root, "examples", example, ".env"))).toBe(false);
  });
});

describe("the CD image", () => {
  const instructions = readDockerfile(".");
  const { packages } = lockSchema.parse(JSON.parse(read("package-lock.json")));

  test("its entry point is a program of package.json; each of them is linked", () => {
    const { bin } = manifestSchema.parse(JSON.parse(read("package.json")));
    expect(bin).toHaveProperty([only(instructions, "ENTRYPOINT").at(-1)?.words[0] ?? ""]);
    const commands = only(instructions, "RUN").flatMap(({ words }) => words.join(" ").split(" && "));
    for (const [program, path] of Object.entries(bin)) {
      expect(commands).toContain(`ln -s /berth/${path} /usr/local/bin/${program}`);
    }
  });

  test("its Pulumi is the lockfile's", () => {
    const bases = only(instructions, "FROM").map(({ words }) => words[0]);
    const version = packages["node_modules/@pulumi/pulumi"]?.version ?? "";
    expect(bases).toContainEqual(expect.stringMatching(new RegExp(`^pulumi/pulumi-nodejs-\\d+:${version}$`)));
  });

  test("its plugins' versions stand in the lockfile, as the build reads them", () => {
    const version = /^\d+\.\d+\.\d+$/;
    const awsx = packages["node_modules/@pulumi/awsx"];
    expect(packages["node_modules/@pulumi/aws"]?.version).toMatch(version);
    expect(awsx?.version).toMatch(version);
    expect(awsx?.dependencies?.["@pulumi/aws"]?.replace("^", "")).toMatch(version);
  });

  test("nothing but the sources is sent to the builder", () => {
    const folders = new Set(sentFiles(".").map((file) => (file.includes("/") ? file.split("/")[0] : ".")));
    expect([...folders].sort()).toEqual([".", "scripts", "src", "stacks"]);
  });
});

test("the examples' lockfiles name no registry", () => {
  expect(read("examples/todo/web/package-lock.json")).not.toMatch(/https?:\/\/registry|"resolved"/);
});
