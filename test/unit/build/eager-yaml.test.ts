/** Differential: the parser of YAML as the programs are built with it, against the package's own. */
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import * as original from "yaml";
import { corpusSeeds, makeCase } from "../../support/fuzz";

const load = process.getBuiltinModule("module").createRequire(__filename);

async function built(): Promise<typeof original> {
  const { eagerYaml } = load("../../../scripts/build/eager-yaml.mjs") as { readonly eagerYaml: Plugin };
  const { outputFiles } = await build({
    entryPoints: [load.resolve("yaml")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    plugins: [eagerYaml],
  });
  const module = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the bundle is run as it is
  const run = new Function("module", "exports", "require", outputFiles[0]?.text ?? "") as (
    ...given: readonly unknown[]
  ) => void;
  run(module, module.exports, load);
  return module.exports as typeof original;
}

/** All that the programs take of a text: the nodes with their places, and the faults. */
function read(yaml: typeof original, text: string): unknown {
  const options = { schema: "failsafe", uniqueKeys: false, prettyErrors: false, logLevel: "silent" } as const;
  const documents = [...yaml.parseAllDocuments(text, options)] as original.Document.Parsed[];
  // How deep a text may nest is the stack's: a function that is compiled takes less of it.
  if (documents.some(({ errors }) => errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")))
    return undefined;
  return documents.map(({ contents, range, comment, commentBefore, errors, warnings }) => ({
    ...{ contents: plain(contents), range, comment, commentBefore },
    faults: [...errors, ...warnings].map(({ code, message, pos }) => [code, message, pos]),
  }));
}

/** Levels of nodes that are compared: the programs refuse what is nested deeper. */
const levels = 300;

/** The nodes without their classes, which the two have of their own. */
function plain(node: unknown, level = 0): unknown {
  if (level > levels) return "…";
  if (Array.isArray(node)) return node.map((each) => plain(each, level + 1));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, plain(value, level + 1)]));
}

const odd = [
  ...["", "\uFEFFa: 1", "a: 1\r\nb:\r\n  - 2\r\n", "--- a\n...\n--- b\n", "%YAML 1.2\n---\na\n", "%FOO\n"],
  ...["? a\n: b", "- - 1\n  - 2", "[a, {b: c}, ]", "{a, b: , ? c : d}", "[", "}", "a: [b\nc: d", "\t- a"],
  ...[
    "a: |+2\n    x\n\n",
    "a: >-\n  x\n  y\n",
    "a: |x\n",
    "'it''s'",
    '"a\\u00e9\\x"',
    '"open',
    "a: &x !!str 1\nb: *x",
  ],
  ...[
    "a: b: c",
    "a:\n b: 1\n  c: 2",
    "&a &b c",
    "a\n# comment\n\n# end\n",
    "@x",
    "`x`",
    "a: 1\n...\nb",
    "...\n---\n",
  ],
];

test("texts of every kind are read to the same nodes and faults", async () => {
  const eager = await built();
  const seeds = corpusSeeds(join(__dirname, "../../corpus"));
  const cases = Array.from({ length: 400 }, (_, index) => makeCase(seeds, 20_260_102, index));
  const texts = new Set([...odd, ...[...seeds, ...cases].flatMap(({ files }) => [...files.values()])]);
  expect(texts.size).toBeGreaterThan(500);
  const pairs = [...texts].map((text) => [read(eager, text), read(original, text)]);
  const compared = pairs.filter((pair) => !pair.includes(undefined));
  expect(compared.length).toBeGreaterThan(texts.size - 20);
  for (const [ours, theirs] of compared) expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
});

test("nothing is looked for in the process's variables", async () => {
  const eager = await built();
  const spy = jest.spyOn(console, "log").mockImplementation(() => undefined);
  process.env["LOG_TOKENS"] = "1";
  eager.parseAllDocuments("a: 1");
  expect(spy).not.toHaveBeenCalled();
});
