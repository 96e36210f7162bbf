/** A browser without a screen, where one is installed: it loads a page and gives back what a script finds in it. */
import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium on the `PATH`; `undefined` where there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Viewed {
  readonly html: string;
  /** CSS pixels. A window has 500 at least: a narrower page stands in a frame, whose width its media queries see. */
  readonly width: number;
  readonly dark: boolean;
  /** A script without imports; `report(value)` ends it. */
  readonly script: string;
}

/** What the script reports, as JSON. */
export async function inBrowser(browser: string, { html, width, dark, script }: Viewed): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "berth-browser-"));
  try {
    const end = "</" + "script>";
    const tell = `<script>const report = (value) => parent.postMessage(JSON.stringify(value), "*");\n${script}${end}`;
    writeFileSync(
      join(folder, "page.html"),
      html.replace("</body>", () => `${tell}</body>`),
    );
    const listen = `addEventListener("message", ({ data }) => { document.body.textContent = btoa(unescape(encodeURIComponent(data))); });`;
    const frame = `<iframe src="page.html" width="${width}" height="2000"></iframe>`;
    writeFileSync(
      join(folder, "frame.html"),
      `<!doctype html><meta charset="utf-8"><body><script>${listen}${end}${frame}`,
    );
    const { stdout } = await promisify(execFile)(
      browser,
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        `--user-data-dir=${join(folder, "profile")}`,
        `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
        "--window-size=1400,2100",
        "--virtual-time-budget=60000",
        "--dump-dom",
        `file://${join(folder, "frame.html")}`,
      ],
      { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
    );
    const [, told] = /<body>([A-Za-z0-9+/=]+)<\/body>/.exec(stdout) ?? [];
    if (told === undefined) throw new Error(`the page reported nothing: ${stdout.slice(0, 500)}`);
    return JSON.parse(Buffer.from(told, "base64").toString("utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
