// The licences of what the bundles contain, for the published package: each text once, with the packages that it is of.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of a package that a bundled file belongs to. */
function packageOf(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** @param inputs - the paths of a build, relative to `root`, as esbuild's metafile has them */
export function thirdParties(root, inputs) {
  const folders = [...new Set(inputs.flatMap((path) => packageOf(path) ?? []))].sort();
  const byText = new Map();
  for (const folder of folders) {
    const manifest = join(root, folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { name, version, license = "see its repository" } = JSON.parse(readFileSync(manifest, "utf8"));
    const files = readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
      .map((entry) => entry.name);
    const texts = files.sort().map((file) => readFileSync(join(root, folder, file), "utf8").trim());
    const text = texts.join("\n\n") || `(${String(license)}; the package has no file of its licence)`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${String(license)})`]);
  }
  return [...byText]
    .map(([text, names]) => `${[...new Set(names)].join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}
