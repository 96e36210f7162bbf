// Loads, checks and interprets one compose file, and ends.
import { readFileSync } from "node:fs";
import { interpretProject } from "../../src/interpret";
import { checkConsistency, loadCompose } from "../../src/compose";

const text = readFileSync(process.argv[2], "utf8");
const loaded = loadCompose(
  { read: (path) => (path === "compose.yaml" ? text : undefined) },
  { directoryName: "bench", environment: {}, unset: "secret" },
);
const result = interpretProject(loaded, checkConsistency(loaded));
if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
