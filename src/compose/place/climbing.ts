/** How far above its folder a compose file reaches: what has to be packed with a project. */
import { isScalar, parseAllDocuments, visit } from "yaml";

/** A path that climbs: `../x`, also as a default (`${X:-../x}`) or behind a name (`dir=../x`). */
const climbs = /(?:^|[\s"'=:,[{(]|:?-)((?:\.\.\/)*\.\.)(?=[/\s"':,\]})]|$)/g;

/** Keys whose values name nothing of the project's folder: words of a container's own. */
const foreign: ReadonlySet<unknown> = new Set([
  "annotations",
  "args",
  "command",
  "content",
  "dockerfile_inline",
  "entrypoint",
  "environment",
  "healthcheck",
  "labels",
  "post_start",
  "pre_start",
  "pre_stop",
  "working_dir",
]);

/**
 * Levels above the file's folder that its paths reach: 0 of `./x`, 2 of `../../x`. A text that is no YAML counts as it
 * is: who reads it then says what is wrong.
 */
export function levelsAbove(text: string): number {
  const most = levelsIn(text);
  if (most === 0) return 0;
  const documents = parseAllDocuments(text, { uniqueKeys: false });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return most;
  let levels = 0;
  for (const document of documents) {
    visit(document, {
      Pair: (_key, { key }) => (isScalar(key) && foreign.has(key.value) ? visit.SKIP : undefined),
      Scalar: (_key, { value }) => {
        if (typeof value === "string") levels = Math.max(levels, levelsIn(value));
      },
    });
  }
  return levels;
}

function levelsIn(text: string): number {
  return Math.max(0, ...[...text.matchAll(climbs)].map(([, path = ""]) => path.split("/").length));
}
