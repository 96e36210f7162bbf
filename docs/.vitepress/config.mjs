// The static site of the project's pages (npm run docs): README.md is its first page, docs/ and what README links to the rest.
import { createRequire } from "node:module";
import { defineConfig } from "vitepress";

const { resolve } = createRequire(import.meta.url);

/** What the site leaves out of the project's folder, seen from its root. */
const others = ["dist", "coverage", "test", "examples", "stacks", "scripts", ".venv*", "src/!(compose)"];

/** Whether a link leads to a page of the site, to a heading, or out of the project. */
function leadsToAPage(href) {
  return /^(https?:|mailto:|#)/.test(href) || (/\.md(#|$)/.test(href) && !/(^|\/)test\//.test(href));
}

/** Links to files that are no pages (a template, an example's folder) stay words: the site has no such files. */
function withoutLinksToFiles(markdown) {
  markdown.core.ruler.push("files-are-no-pages", ({ tokens }) => {
    for (const { children } of tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const href = token.attrGet("href") ?? "";
          const kept = leadsToAPage(href);
          open.push(kept);
          if (/(^|\/)src\/compose\/README\.md$/.test(href)) token.attrSet("href", "/docs/loader");
          if (!kept) Object.assign(token, { type: "text", tag: "", content: "", nesting: 0 });
        } else if (token.type === "link_close" && open.pop() === false) {
          Object.assign(token, { type: "text", tag: "", content: "", nesting: 0 });
        }
      }
    }
  });
}

/** Diagrams are drawn in the browser: the fence becomes an element that the theme looks for. */
function withDiagrams(markdown) {
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === "mermaid"
      ? `<pre class="mermaid" v-pre>${markdown.utils.escapeHtml(tokens[index].content)}</pre>`
      : fence(tokens, index, ...rest);
}

/** The name of a heading in a link, as GitHub has it: the same links lead there and here. */
function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** A group of the side bar: `[text, page of docs/, or its path]`. */
function group(text, items) {
  return {
    text,
    items: items.map(([name, page]) => ({ text: name, link: page.startsWith("/") ? page : `/docs/${page}` })),
  };
}

export default defineConfig({
  title: "Berth",
  description: "Your Compose file, at berth in your own AWS account.",
  srcDir: "..",
  srcExclude: others.map((folder) => `${folder}/**`),
  rewrites: { "README.md": "index.md", "src/compose/README.md": "docs/loader.md" },
  outDir: "../dist/docs",
  cacheDir: "./.vitepress/cache",
  lastUpdated: false,
  head: [
    [
      "link",
      {
        rel: "icon",
        href: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><text y='13'>⚓</text></svg>",
      },
    ],
  ],
  // The pages lie above docs/, where no node_modules of the generator is.
  vite: {
    resolve: {
      alias: [
        { find: /^vue$/, replacement: resolve("vue/dist/vue.runtime.esm-bundler.js") },
        { find: /^vue\/server-renderer$/, replacement: resolve("vue/server-renderer") },
      ],
    },
  },
  markdown: {
    // Compose files and texts are full of double braces, which Vue would read as its own.
    attrs: { disable: true },
    anchor: { slugify },
    config(markdown) {
      withoutLinksToFiles(markdown);
      withDiagrams(markdown);
    },
  },
  themeConfig: {
    search: { provider: "local" },
    notFound: {
      title: "There is no such page",
      quote: "The search finds words in all pages.",
      linkText: "To the first page",
    },
    outline: [2, 3],
    sidebar: [
      group("Start", [
        ["First deployment", "first-deployment"],
        ["How it works", "how-it-works"],
        ["What it costs", "cost"],
        ["When something fails", "troubleshooting"],
        ["Limits", "limits"],
        ["Glossary", "glossary"],
        ["Changelog", "/CHANGELOG"],
      ]),
      group("Moving here", [
        ["From docker compose", "from-docker-compose"],
        ["From AWS Copilot", "from-copilot"],
        ["From Defang", "from-defang"],
      ]),
      group("Compose files", [
        ["Compose files on AWS", "compose"],
        ["Compose keys", "compose-keys"],
        ["Builds", "builds"],
        ["What an image says", "images"],
        ["Ports", "ports"],
        ["Domains", "domains"],
        ["Stores", "stores"],
        ["Schedules", "schedules"],
        ["Alerts", "alerts"],
        ["HTTPS without a domain", "edge"],
        ["Static sites", "static-sites"],
        ["Modes and settings", "modes"],
        ["Preflight", "preflight"],
      ]),
      group("Running it", [
        ["berth", "berth"],
        ["berth-cd", "berth-cd"],
        ["Preview", "preview"],
        ["What a run shows", "progress"],
        ["An honest result", "results"],
        ["Rollouts", "rollouts"],
        ["Operations", "operations"],
        ["In CI", "ci"],
        ["Security", "security"],
        ["First day", "first-day"],
      ]),
      group("Working on it", [
        ["Working on Berth", "/CONTRIBUTING"],
        ["What is declared in AWS", "estate"],
        ["Design", "design"],
        ["Architecture", "architecture"],
        ["The real provider", "provider"],
        ["The loader as a library", "loader"],
      ]),
    ],
  },
});
