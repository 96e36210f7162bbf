/** Links between the pages lead somewhere: a file that is there, a heading that the page has. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "../..");
const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "src/compose/README.md"].map((name) =>
    join(root, name),
  ),
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, "docs", name)),
];

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function anchors(page: string): readonly string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

function broken(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
}

test.each(pages.map((page) => [relative(root, page), page]))("%s", (_name, page) => {
  const text = readFileSync(page, "utf8").replace(/```[\s\S]*?```/g, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !/^(https?|mailto):/.test(link) && broken(page, link))).toEqual([]);
});

/** Tests, scripts and templates of this repository that a page names: `test/unit/docs-links.test.ts`. */
function namedFiles(text: string): readonly string[] {
  return [...text.matchAll(/`((?:test|scripts|stacks|bench)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
}

test.each(pages.map((page) => [relative(root, page), page]))(
  "%s names files that are there",
  (_name, page) => {
    const missing = namedFiles(readFileSync(page, "utf8")).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  },
);

test("each row of the threats names the test that holds it", () => {
  const page = readFileSync(join(root, "docs/security.md"), "utf8");
  const rows = page.slice(page.indexOf("## Threats"), page.indexOf("## How it is proven")).split("\n");
  const threats = rows.filter((line) => line.startsWith("| ") && !/^\| (somebody|-)/.test(line));
  expect(threats.length).toBeGreaterThan(6);
  expect(threats.filter((row) => !namedFiles(row).some((path) => path.endsWith(".test.ts")))).toEqual([]);
});

test("a link to nowhere is seen", () => {
  const page = join(root, "README.md");
  expect(broken(page, "docs/nowhere.md")).toBe(true);
  expect(broken(page, "#nowhere")).toBe(true);
  expect(broken(page, "docs/modes.md")).toBe(false);
});

test("the README is short, and leads to every page", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme.split("\n").length).toBeLessThanOrEqual(151);
  for (const page of pages.filter((name) => name.startsWith(join(root, "docs")))) {
    const linked = pages.some(
      (other) => other !== page && readFileSync(other, "utf8").includes(relative(dirname(other), page)),
    );
    expect([page, linked]).toEqual([page, true]);
  }
});

test("the site's side bar has every page", () => {
  const config = readFileSync(join(root, "docs/.vitepress/config.mjs"), "utf8");
  const missing = readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .filter((name) => !config.includes(`"${name.replace(/\.md$/, "")}"]`));
  expect(missing).toEqual([]);
});

/** Tags in a page's text, code apart: a browser hides those that it does not know, and the site is not built with them. */
function tagsIn(text: string): readonly string[] {
  const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`|<!--[\s\S]*?-->/g, "");
  return [...prose.matchAll(/<\/?([a-z]\w*)[^>]*>/gi)].map(([, name = ""]) => name);
}

test.each(pages.map((page) => [relative(root, page), page]))(
  "%s has no tags but those of folds",
  (_name, page) => {
    const names = tagsIn(readFileSync(page, "utf8"));
    expect(names.filter((name) => !["details", "summary"].includes(name))).toEqual([]);
  },
);

test("a tag in a table is seen", () => {
  expect(tagsIn("| whose <variables> are | `<code>` |")).toEqual(["variables"]);
});
