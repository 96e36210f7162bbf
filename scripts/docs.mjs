// npm run docs: the static site of README.md and docs/ in dist/docs; `npm run docs -- dev` serves it while it is written.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { mustRun, root } from "./setup.mjs";

const folder = join(root, "docs");
if (!existsSync(join(folder, "node_modules")))
  mustRun("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
mustRun("npx", ["vitepress", process.argv[2] ?? "build", "."], { cwd: folder });
