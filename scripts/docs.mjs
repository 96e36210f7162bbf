// npm run docs: the static site of README.md and docs/ in dist/docs; `npm run docs -- dev` serves it while it is written.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, root } from "./setup.mjs";

const folder = join(root, "docs");
const site = join(root, "dist", "docs");

/** The links of the built pages that lead nowhere: VitePress looks for pages alone, and not for headings. */
function deadLinks() {
  const names = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"));
  const pages = new Map(names.map((name) => [`/${name}`, readFileSync(join(site, name), "utf8")]));
  return [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/<a [^>]*?href="([^"]*)"/g)].flatMap(([, href]) => {
      const { host, pathname, hash } = new URL(href, `http://site${page}`);
      if (host !== "site") return [];
      const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
      const target = pages.get(path) ?? pages.get(`${path}.html`);
      const heading = ` id="${decodeURIComponent(hash.slice(1))}"`;
      return target !== undefined && (hash === "" || target.includes(heading)) ? [] : [`${page}: ${href}`];
    }),
  );
}

if (!existsSync(join(folder, "node_modules")))
  mustRun("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
const command = process.argv[2] ?? "build";
mustRun("npx", ["vitepress", command, "."], { cwd: folder });
const dead = command === "build" ? deadLinks() : [];
if (dead.length > 0) {
  console.error(`These links of the site lead nowhere:\n${dead.join("\n")}`);
  process.exitCode = 1;
}
