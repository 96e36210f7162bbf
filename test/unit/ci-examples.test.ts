/** The CI files that are shipped: their commands exist, and what they name is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseCommandLine } from "../../src/launcher/core/command-line";
import { commands } from "../../src/launcher/commands";

const root = join(__dirname, "../..");
const files = [
  "examples/ci/github/berth.yml",
  "examples/ci/gitlab/.gitlab-ci.yml",
  ".github/workflows/image.yml",
];

function read(file: string): Readonly<Record<string, unknown>> {
  return parse(readFileSync(join(root, file), "utf8"), { strict: true }) as Readonly<Record<string, unknown>>;
}

/** Every text below a value. */
function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** What stands after `berth` in the commands of a file. */
function berthLines(file: string): readonly (readonly string[])[] {
  const lines = texts(read(file)).flatMap((text) => text.split("\n"));
  return lines.flatMap((line) => {
    const found = /(?:^|\| )berth ([a-z][^>|]*)/.exec(line)?.[1];
    return found === undefined ? [] : [found.trim().split(/\s+/)];
  });
}

test.each(files.slice(0, 2))("%s runs commands that berth has", (file) => {
  const lines = berthLines(file);
  expect(new Set(lines.map(([name]) => name))).toEqual(new Set(["up", "preview", "down", "secret"]));
  for (const line of lines) expect(parseCommandLine(line, commands)).toMatchObject({ kind: "command" });
});

test.each(files.slice(0, 2))("%s stores no key, and uses the image that is published", (file) => {
  const { version, berth } = read("package.json") as { version: string; berth: { image: string } };
  const all = texts(read(file)).join("\n");
  expect(all).toContain(`${berth.image}:${version}`);
  expect(all).not.toMatch(/AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID/);
  expect(all).toContain("3d");
});

test.each(files)("%s is one document without a key twice", (file) => {
  expect(Object.keys(read(file)).length).toBeGreaterThan(2);
});

test("the pipeline of the image runs what is there", () => {
  const all = texts(read(".github/workflows/image.yml")).join("\n");
  for (const path of [".ci/run", "examples/hello", "Dockerfile"])
    expect(existsSync(join(root, path))).toBe(true);
  expect(all).toContain(".ci/run");
});

test("a tag publishes the image with its list of contents and its origin, then the package", () => {
  const { jobs } = read(".github/workflows/image.yml") as unknown as {
    readonly jobs: Readonly<Record<string, { readonly needs?: string; readonly steps: readonly object[] }>>;
  };
  const image = texts(jobs["image"]).join("\n");
  for (const word of ["linux/amd64,linux/arm64", "--sbom=true", "--provenance=mode=max"])
    expect(image).toContain(word);
  expect(jobs["package"]?.needs).toBe("image");
  const publishing = jobs["package"]?.steps.at(-1);
  expect(publishing).toMatchObject({
    if: "startsWith(github.ref, 'refs/tags/v')",
    run: expect.stringContaining("npm publish") as string,
  });
  const { name, bin } = read("package.json") as unknown as { name: string; bin: object };
  // What `npm pack` calls the file.
  expect(texts(jobs["package"]).join("\n")).toContain(`${name.replace("@", "").replace("/", "-")}-*.tgz`);
  expect(Object.keys(bin)).toContain("berth");
});
