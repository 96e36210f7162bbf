/** What messages tell a reader to write: every key, flag, command and variable that they name is one that there is. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { coverageRows } from "../../src/interpret";
import { commands } from "../../src/launcher/commands";
import { parseCommandLine } from "../../src/launcher/core/command-line";
import { commandNames, parseArguments } from "../../src/settings/arguments";
import { variables } from "../../src/settings/variables";
import { textsOf } from "../support/source-texts";

const root = join(__dirname, "../..");

const texts = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  // Pages and Dockerfiles that are written out speak other languages; the simulated cloud is a program of its own.
  .filter((path) => path.endsWith(".ts") && !/^(report\/page|autobuild|dockerfile|simulator)\//.test(path))
  .flatMap((path) => textsOf(join(root, "src", path)))
  .filter(({ text }) => text.includes(" "));

/** `file:line: what` of everything that a pattern finds in the texts and that is not known. */
function unknown(pattern: RegExp, isKnown: (word: string, text: string) => boolean): readonly string[] {
  return texts.flatMap(({ file, line, text }) =>
    [...text.matchAll(pattern)].flatMap(([, word = ""]) =>
      isKnown(word, text) ? [] : [`${file}:${line}: ${word}`],
    ),
  );
}

function helpOf(parse: () => unknown): string {
  const parsed = parse() as { readonly text?: string; readonly helpText?: string };
  return parsed.text ?? parsed.helpText ?? "";
}

const launcherHelp = commands
  .flatMap(({ name, subcommands = [] }) => [[name], ...subcommands.map((sub) => [name, sub.name])])
  .map((words) => helpOf(() => parseCommandLine([...words, "--help"], commands)))
  .join("\n");
const cdHelp = commandNames
  .filter((name) => name !== "help")
  .map((name) => helpOf(() => parseArguments([name, "--help"])))
  .join("\n");
const flags = new Set(
  [...`${launcherHelp}\n${cdHelp}`.matchAll(/(?<![\w-])(--[a-z][a-z-]+)/g)].map(([flag]) => flag),
);

/** Flags of other programs, in texts that name them or their languages. */
const elsewhere =
  /\b(aws|docker|kaniko|npm|npx|COPY|RUN|FROM|ADD|HEALTHCHECK|Dockerfile|buildx|executor|session-manager|pulumi|curl|yum|dnf|iptables|sysctl|gitlab)\b|--mount|--from=|--platform|--chown|--sparse|--hard-dereference/;

test("a flag that is named is one of berth or of berth-cd", () => {
  expect(
    unknown(/(?<![\w-])(--[a-z][a-z-]+)/g, (flag, text) => flags.has(flag) || elsewhere.test(text)),
  ).toEqual([]);
});

test("a command that is named is one", () => {
  const names = new Set([
    ...commands.map(({ name }) => name),
    ...commandNames,
    "config",
    "help",
    "cd",
    "secrets",
  ]);
  // As it is written where something is to be typed: behind a colon, a comma or "run", never inside a sentence on Berth.
  const typed = /(?:^|[:,;(`] |\brun |\bwith )berth(?:-cd)? ([a-z][a-z-]+)(?=[\s:;,.)`…]|$)/g;
  const sentence = /^(in|without|of|on|to|and|is|as|for|can|does|has|itself|with|runs|makes|or)$/;
  expect(unknown(typed, (word) => names.has(word) || sentence.test(word))).toEqual([]);
  const subcommands = new Set(
    commands.find(({ name }) => name === "secret")?.subcommands?.map(({ name }) => name),
  );
  expect(unknown(/\bberth secret ([a-z]+)/g, (word) => subcommands.has(word))).toEqual([]);
});

test("a variable of Berth's that is named is one of the settings", () => {
  const known = new Set(Object.keys(variables));
  expect(unknown(/\b(BERTH_[A-Z_]*[A-Z])\b/g, (name) => known.has(name))).toEqual([]);
});

test("a key of Berth's own that is named is in the table", () => {
  const keys = new Set(coverageRows().flatMap(({ key }) => key.match(/x-[a-z-]+/g) ?? []));
  expect(
    unknown(/(?<![\w-])(x-[a-z]+(?:-[a-z]+)*)(?=[:\s,.;)]|$)/g, (key) => keys.has(key) || /x-amz/.test(key)),
  ).toEqual([]);
});

test("a path of keys that is named is in the table", () => {
  const rows = coverageRows().map(({ key }) => key.replaceAll("[]", ""));
  const isKnown = (path: string): boolean =>
    rows.some((row) => row === path || row === `services.*.${path}` || row.startsWith(`services.*.${path}.`));
  const paths = /(?<![\w./-])((?:build|deploy|healthcheck|logging)(?:\.[a-z][a-z_-]+)+)(?![\w./-])/g;
  expect(unknown(paths, isKnown)).toEqual([]);
});

test("the fix of a refused key names no key that is refused itself", () => {
  const rows = coverageRows();
  const refused = new Set(
    rows.filter(({ verdict }) => verdict === "refused").map(({ key }) => key.replace("services.*.", "")),
  );
  for (const { key, fix = "" } of rows) {
    for (const word of fix.match(/\b[a-z_]+(?=:)/g) ?? [])
      expect([key, refused.has(word), word]).toEqual([key, false, word]);
  }
});
