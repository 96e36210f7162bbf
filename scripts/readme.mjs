// npm run readme: writes the tables of README.md and docs/, each between <!-- begin:NAME --> and <!-- end:NAME -->,
// from the code itself. --check writes nothing and fails where a table that needs no run of the program differs;
// --docs FOLDER takes another folder than docs/.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { childEnvironment, prepare, root } from "./setup.mjs";

const { values: options } = parseArgs({
  options: { check: { type: "boolean", default: false }, docs: { type: "string" } },
});
const folder = options.docs ?? join(root, "docs");
const files = [
  join(root, "README.md"),
  ...readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
];

/** The sources' own tables. */
async function tablesOfCode() {
  const { build } = await import("esbuild");
  const scratch = mkdtempSync(join(tmpdir(), "berth-readme-"));
  const outfile = join(scratch, "tables.cjs");
  try {
    await build({
      absWorkingDir: root,
      stdin: {
        contents:
          'export { coverageRows } from "./src/interpret"; export * from "./src/modes/modes";' +
          'export { allRules, namesByType } from "./src/simulator/services";' +
          'export { estateDiagram } from "./scripts/readme/diagram"; export { prices } from "./src/report/cost/prices";' +
          'export { asOf, differences } from "./src/stores/differences";' +
          'export { supported } from "./src/stores/support"; export { engineTitle } from "./src/stores";',
        resolveDir: root,
        loader: "ts",
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function code(text) {
  return `\`${text}\``;
}

/** A text without tags of HTML, for GitHub leaves them out and the site's generator fails on them; code spans stay. */
function withoutTags(text) {
  return text.replace(/`[^`]*`|<(?=[a-z/])/gi, (found) => (found === "<" ? "&lt;" : found));
}

/** A table of compact rows. */
function table(headings, rows) {
  const cellOf = (cell) => withoutTags(String(cell).replaceAll("|", "\\|"));
  const line = (cells) => `| ${cells.map(cellOf).join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

function modesTable({ modeNames, settings }) {
  const rows = Object.entries(settings).map(([setting, { means, values }]) => [
    code(setting),
    means,
    ...values.map((value) => code(value)),
  ]);
  return table(["setting", "what it decides", ...modeNames], rows);
}

/** Rows that say the same of several keys as one, in the place of the first. */
function together(rows, ...said) {
  const groups = new Map();
  for (const row of rows) {
    const sentences = said.map((field) => row[field] ?? "");
    const group = groups.get(sentences.join("\n")) ?? { keys: [], sentences };
    group.keys.push(code(row.key));
    groups.set(sentences.join("\n"), group);
  }
  return [...groups.values()].map(({ keys, sentences }) => [keys.join(", "), ...sentences]);
}

/** Keys that need no remark as one item, then one for each remark. */
function keysList(rows) {
  return together(rows, "why")
    .sort(([, one], [, other]) => Number(one !== "") - Number(other !== ""))
    .map(([keys, why]) => (why === "" ? `- ${keys}` : `- ${keys} (${why})`))
    .join("\n");
}

/** What the simulated AWS refuses, the names of resources apart. */
function rulesTable({ allRules, namesByType }) {
  const ofNames = new Set(
    [...namesByType.values()].flatMap(({ length, characters }) => [length, characters]),
  );
  const rows = allRules
    .filter((rule) => !ofNames.has(rule))
    .map(({ text }) => [text.what, text.limit, text.source]);
  return table(["what", "AWS takes", "source"], rows);
}

function namesTable({ namesByType }) {
  const rows = [...namesByType].map(([token, { length, characters }]) => [
    code(token.replace(/^aws:(\w+)\/\w+:/, "$1.")),
    length.text.limit,
    characters.text.limit,
    length.text.source,
  ]);
  return table(["resource", "characters", "of which", "source"], rows);
}

/** A value of a service's key as a file has it on one line. */
function yaml(value) {
  if (Array.isArray(value)) return `[${value.map(yaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return value === null ? "" : String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${yaml(inner)}`);
  return `{${entries.join(", ")}}`;
}

/** How a difference is handled, in a cell. */
function answerOf({ answer }) {
  switch (answer.kind) {
    case "kept":
      return `kept: ${Object.entries(answer.parameters)
        .map(([name, value]) => code(`${name}: ${value}`))
        .join(", ")}`;
    case "setting":
      return `AWS's; ${code(yaml(answer.write).slice(1, -1))} decides`;
    case "warning":
      return `a warning: ${answer.says}`;
    default:
      return `an error: ${answer.instead}`;
  }
}

/** The differences of some engines; an engine is named where a row is not of all of them. */
function differencesTable({ differences, engineTitle }, engines) {
  const rows = differences.filter((row) => row.engines.some((engine) => engines.includes(engine)));
  return table(
    ["", "the image", "AWS", "here", "source"],
    rows.map((row) => {
      const named = row.engines.filter((engine) => engines.includes(engine));
      const of =
        named.length === engines.length ? "" : ` (${named.map((one) => engineTitle(one, one)).join(", ")})`;
      return [`${row.what}${of}`, row.image, row.aws, answerOf(row), row.source];
    }),
  );
}

/** When AWS's support of each version ends. */
function supportTable({ supported, engineTitle }) {
  const rows = Object.entries(supported).flatMap(([engine, versions]) =>
    versions.map(({ version, until, extendedUntil }) => [
      `${engineTitle(engine, engine)} ${version}`,
      until ?? "none told",
      extendedUntil ?? (until === undefined ? "" : "none"),
    ]),
  );
  return table(["version", "end of standard support", "end of extended support"], rows);
}

function dollars(usd) {
  return `$${usd.toFixed(usd < 10 ? 2 : 0)}`;
}

/** A month of what stacks are made of, at the prices that come with the program. */
function partsTable({ prices, modes, modeNames }) {
  const hourly = (usd) => dollars(usd * prices.hours);
  const [intel, arm] = ["X86_64", "ARM64"].map((name) => prices.fargate[name]);
  const task = ({ vcpu, memory }) => hourly(vcpu / 4 + memory / 2);
  const ofModes = (list, key) =>
    [...new Set(modeNames.map((mode) => modes[mode][key]))].map((type) => [code(type), hourly(list[type])]);
  return table(
    ["what", "a month"],
    [
      ["a task of 0.25 vCPU and 0.5 GB on demand (x86); on Spot up to 70 % less", task(intel)],
      ["the same on ARM64", task(arm)],
      ["each vCPU, and each GB of memory of a task (x86)", `${hourly(intel.vcpu)}, ${hourly(intel.memory)}`],
      ["load balancer, one for all services of a stack", hourly(prices.loadBalancer)],
      [
        "public IPv4 address: one in each zone of the load balancer, one of each way out",
        hourly(prices.publicAddress),
      ],
      [
        `NAT instance ${code("t4g.nano")} with its disk`,
        dollars(prices.instances["t4g.nano"] * prices.hours + 8 * prices.disk),
      ],
      ["NAT gateway", hourly(prices.natGateway)],
      ["interface endpoint in one zone", hourly(prices.interfaceEndpoint)],
      ...ofModes(prices.databases, "postgresInstanceClass").map(([type, usd]) => [
        `Postgres ${type}; with a standby twice as much`,
        usd,
      ]),
      ["20 GB of database storage", dollars(20 * prices.databaseStorage)],
      ...ofModes(prices.caches, "redisNodeType").map(([type, usd]) => [
        `Redis node ${type}; of Valkey a fifth less`,
        usd,
      ]),
      ["private DNS namespace of a stack", dollars(prices.hostedZone)],
      ["alarm", dollars(prices.alarm)],
      ["KMS key of the account", dollars(prices.key)],
    ],
  );
}

/** The last screen of the first `up` of examples/todo at the times that AWS takes, which a test compares with the program's. */
function terminal() {
  const screens = readFileSync(join(root, "test/e2e/golden/latencies/first-80.txt"), "utf8").trimEnd();
  const paragraphs = screens.split("\n\n");
  const last = paragraphs.slice(paragraphs.findLastIndex((paragraph) => /^\d.* done\n/.test(paragraph)));
  // The simulator has no secrets, and gives each run another address.
  const shown = last.filter((paragraph) => !paragraph.startsWith("warning: ")).join("\n\n");
  return `\`\`\`text\n$ berth up\n${shown.replace("dID.", "d111111abcdef8.")}\n\`\`\``;
}

function sectionsOfCode(tables) {
  const rows = (verdict) => tables.coverageRows().filter((row) => row.verdict === verdict);
  return {
    modes: modesTable(tables),
    preflight: rulesTable(tables),
    "preflight-names": namesTable(tables),
    "keys-refused": table(["key", "why", "write instead"], together(rows("refused"), "why", "fix")),
    "keys-warned": table(["key", "what happens instead"], together(rows("warned"), "why")),
    "keys-honoured": keysList(rows("honoured")),
    "stores-postgres": differencesTable(tables, ["postgres"]),
    "stores-mysql": differencesTable(tables, ["mysql", "mariadb"]),
    "stores-redis": differencesTable(tables, ["redis", "valkey"]),
    "stores-support": supportTable(tables),
    "cost-parts": partsTable(tables),
    terminal: terminal(),
  };
}

/** Exit code 0 is a plan, 3 a refusal; anything else is a bug that no table should hide. */
function isPlanned(project, home) {
  const program = join(root, "dist", "berth-cd.js");
  const { status, stderr } = spawnSync("node", [program, "preview", "--simulate", project], {
    env: childEnvironment({ HOME: home }),
    encoding: "utf8",
  });
  if (status !== 0 && status !== 3) throw new Error(`${project} ended with ${status}:\n${stderr}`);
  return status === 0;
}

/** The estate of an example as a diagram, drawn from its plan. */
function estate({ estateDiagram }) {
  const home = mkdtempSync(join(tmpdir(), "berth-readme-"));
  try {
    const plan = join(home, "plan.json");
    const program = join(root, "dist", "berth-cd.js");
    const argv = [program, "preview", "--simulate", "--plan", plan, join(root, "examples/everything")];
    const env = childEnvironment({ HOME: home, BERTH_DOMAIN: "example.com" });
    const { status, stderr } = spawnSync("node", argv, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`the example's preview ended with ${status}:\n${stderr}`);
    return `\`\`\`mermaid\n${estateDiagram(JSON.parse(readFileSync(plan, "utf8")).resources)}\n\`\`\``;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What the examples cost in a month, by the plan of each mode. */
function costsTable({ modeNames }) {
  const home = mkdtempSync(join(tmpdir(), "berth-readme-"));
  const costOf = (example, mode) => {
    const plan = join(home, "plan.json");
    const argv = [
      join(root, "dist/berth-cd.js"),
      "preview",
      "--simulate",
      "--plan",
      plan,
      join(root, "examples", example),
    ];
    const env = childEnvironment({ HOME: home, AWS_REGION: "us-east-1", BERTH_MODE: mode });
    const { status, stderr } = spawnSync("node", argv, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`the preview of ${example} ended with ${status}:\n${stderr}`);
    return `$${Math.round(JSON.parse(readFileSync(plan, "utf8")).monthlyCost.total)}`;
  };
  try {
    const rows = ["hello", "todo"].map((name) => [
      code(`examples/${name}`),
      ...modeNames.map((mode) => costOf(name, mode)),
    ]);
    return table(["", ...modeNames], rows);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function corpusTable() {
  const corpus = join(root, "test", "corpus");
  const home = mkdtempSync(join(tmpdir(), "berth-readme-"));
  try {
    const rows = ["awesome-compose", "defang-samples"].map((collection) => {
      const projects = readdirSync(join(corpus, collection), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(corpus, collection, entry.name));
      const planned = projects.filter((project) => isPlanned(project, home)).length;
      return [code(collection), projects.length, planned, projects.length - planned];
    });
    return table(["collection", "projects", "planned", "refused"], rows);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const marks = (name) => [`<!-- begin:${name} -->`, `<!-- end:${name} -->`];

/** The page that holds a section: exactly one does. */
function pageOf(name) {
  const [begin] = marks(name);
  const holders = files.filter((file) => readFileSync(file, "utf8").includes(begin));
  if (holders.length !== 1) throw new Error(`${begin} stands in ${holders.length} pages, not in one`);
  return holders[0];
}

/** The text with a section's content put between its marks; the formatter leaves it as it is. */
function withSection(text, name, content) {
  const [begin, end] = marks(name);
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (to < from) throw new Error(`no ${end} after ${begin}`);
  return `${text.slice(0, from + begin.length)}\n\n<!-- prettier-ignore -->\n${content}\n\n${text.slice(to)}`;
}

if (!options.check) prepare();
const tables = await tablesOfCode();
const sections = sectionsOfCode(tables);
if (!options.check)
  Object.assign(sections, {
    corpus: corpusTable(),
    estate: estate(tables),
    "cost-examples": costsTable(tables),
  });
const stale = [];
for (const [name, content] of Object.entries(sections)) {
  const page = pageOf(name);
  const before = readFileSync(page, "utf8");
  const after = withSection(before, name, content);
  if (after === before) continue;
  stale.push(name);
  if (!options.check) writeFileSync(page, after);
}
if (!options.check) {
  console.log(stale.length === 0 ? "Nothing to change" : `Written: ${stale.join(", ")}`);
} else if (stale.length > 0) {
  console.error(`${folder} differs from the code: ${stale.join(", ")} (run: npm run readme)`);
  process.exitCode = 1;
}
