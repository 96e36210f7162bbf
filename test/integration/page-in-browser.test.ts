/** The page of a run in a real browser: nothing that axe calls serious, nothing wider than the screen, no request. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "../../src/errors";
import { cd } from "../support/cd";
import { findBrowser, inBrowser } from "../support/browser";

const browser = findBrowser();
const found = browser === undefined ? describe.skip : describe;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const todo = join(__dirname, "../../examples/todo");

interface Report {
  readonly violations: readonly string[];
  readonly tooWide: readonly string[];
  readonly requests: number;
  readonly width: number;
  readonly dark: boolean;
}

const script = `${axe}
for (const details of document.querySelectorAll("details")) details.open = true;
const tooWide = [...document.querySelectorAll("body *")].filter((element) => {
  const { right, width } = element.getBoundingClientRect();
  return width > 0 && right > innerWidth + 1 && element.closest(".wide") === null;
});
axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => {
  report({
    violations: violations
      .filter(({ impact }) => ["serious", "critical"].includes(impact))
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" | ")),
    tooWide: tooWide.map(({ outerHTML }) => outerHTML.slice(0, 200)),
    requests: performance.getEntriesByType("resource").length,
    width: innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  });
}, (error) => { report(String(error)); });`;

found("the page", () => {
  let folder: string;
  const pages: Record<string, string> = {};

  async function keep(
    name: string,
    command: "up" | "preview",
    deps: NonNullable<Parameters<typeof cd>[1]>["deps"] = (real) => real,
  ): Promise<void> {
    const env = {
      HOME: folder,
      BERTH_EVENTS: join(folder, `${name}.ndjson`),
      BERTH_ACTOR: "ann",
      GITHUB_SHA: "0123456789abcdef0123",
    };
    await cd([command, "--simulate", todo], { env, cwd: folder, deps });
    pages[name] = readFileSync(join(folder, `${name}.html`), "utf8");
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "berth-page-"));
    await keep("preview", "preview");
    await keep("deployment", "up");
    const message = `no capacity\n${"a-word-without-a-space-".repeat(20)}`;
    const refused = new BerthError("deployment", { path: "services.web", message, hint: "try again" });
    await keep("failure", "up", (real) => ({
      ...real,
      stateVersion: () => Promise.resolve("another"),
      program: () => Promise.reject(refused),
    }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = [
    ["preview", 390, true],
    ["deployment", 390, false],
    ["deployment", 1280, true],
    ["failure", 390, true],
    ["failure", 1280, false],
  ] as const;
  test.each(cases)("of a %s at %d pixels, dark: %s", async (name, width, dark) => {
    const html = pages[name] ?? "";
    expect(html).toContain("<main>");
    const report = (await inBrowser(browser ?? "", { html, width, dark, script })) as Report;
    expect(report).toEqual({ violations: [], tooWide: [], requests: 0, width, dark });
  });

  test("a page with a fault is seen for one", async () => {
    const html = (pages["deployment"] ?? "").replace(
      "<main>",
      '<main><button></button><p style="width:3000px">wide</p>',
    );
    const report = (await inBrowser(browser ?? "", { html, width: 390, dark: false, script })) as Report;
    expect(report.violations).toEqual([expect.stringContaining("button-name")]);
    expect(report.tooWide).toEqual([expect.stringContaining("3000px")]);
  });
});
