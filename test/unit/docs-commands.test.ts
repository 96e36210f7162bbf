/** The command lines that the pages show: each of them parses, with the options and arguments that it has. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/launcher/commands";
import { parseCommandLine } from "../../src/launcher/core/command-line";
import { parseArguments } from "../../src/settings/arguments";

const root = join(__dirname, "../..");
const pages = ["README.md", "CONTRIBUTING.md", "examples/ci/README.md"]
  .concat(readdirSync(join(root, "docs")).map((name) => `docs/${name}`))
  .filter((name) => name.endsWith(".md"));

interface Shown {
  readonly page: string;
  readonly line: string;
}

/** Command lines in blocks (with or without a prompt) and in code spans, `;`, `&&` and `#` apart. */
function shownIn(page: string): readonly Shown[] {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```(?:console|sh|bash)?\n([\s\S]*?)^```/gm)].map(
    ([, body = ""]) => body,
  );
  const spans = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, span = ""]) => span,
  );
  return [...blocks.flatMap((body) => body.split("\n")), ...spans]
    .flatMap((line) => line.replace(/^\s*\$ /, "").split(/ {2,}#|; |&& /))
    .map((line) =>
      line
        .trim()
        .replace(/^(?:[A-Z][A-Z_]*=\S+ )+/, "")
        .replace(/^node dist\/(berth-cd|berth)\.js/, "$1"),
    )
    .filter((line) => /^berth(-cd)? [a-z-]/.test(line))
    .map((line) => ({ page, line }));
}

/** What one line shows: each alternative of `up|preview` by itself, what may be left out left out, placeholders as words. */
function written(line: string): readonly string[] {
  const plain = line
    .replace(/\s\|\s.*$/, "")
    .replace(/\s?\[[^\]]*\]/g, "")
    .replaceAll("…", "")
    .trim();
  const choice = /(?<=\s)[a-z]+(?:\|[a-z]+)+(?=\s|$)/.exec(plain)?.[0];
  return choice === undefined ? [plain] : choice.split("|").map((word) => plain.replace(choice, word));
}

/** @throws BerthError (usage) where the program would refuse the line */
function parse(line: string): void {
  const [program, ...words] = line.split(/\s+/);
  if (program === "berth-cd") {
    parseArguments(words);
    return;
  }
  const [name = "", second] = words;
  const subcommands = commands.find((command) => command.name === name)?.subcommands;
  const isMention = words.length === (subcommands?.some((sub) => sub.name === second) === true ? 2 : 1);
  // A command that is only mentioned needs none of its arguments.
  parseCommandLine(isMention ? [...words, "--help"] : words, commands);
}

const shown = pages.flatMap(shownIn);

test("there are command lines to look at", () => {
  expect(shown.length).toBeGreaterThan(100);
});

test.each(pages)("%s shows command lines that parse", (page) => {
  const refused = shown
    .filter((one) => one.page === page)
    .flatMap(({ line }) => written(line).filter((text) => isRefused(text)));
  expect(refused).toEqual([]);
});

test("a line with an option or a command that there is not is seen", () => {
  expect(isRefused("berth up --nonsense")).toBe(true);
  expect(isRefused("berth upp web")).toBe(true);
  expect(isRefused("berth-cd state forget")).toBe(true);
});

function isRefused(line: string): boolean {
  try {
    parse(line);
    return false;
  } catch {
    return true;
  }
}
