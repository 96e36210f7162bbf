/** The cases of a fuzz run: a project of the corpus with changes, each made anew from its number alone. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Random } from "./random";
import { structureMutations } from "./structure";
import { textMutations } from "./text";

/** A compose file of the corpus with the files that it may name. */
export interface Seed {
  readonly name: string;
  readonly composeFile: string;
  readonly files: ReadonlyMap<string, string>;
}

/** A seed, changed. */
export interface FuzzCase extends Seed {
  readonly index: number;
}

/** Files larger than this are no compose or env files. */
const largestFile = 100_000;

/** Every compose file below a folder, in one order everywhere. */
export function corpusSeeds(corpus: string): readonly Seed[] {
  const compose = readdirSync(corpus, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.ya?ml$/.test(path) && !/(^|\/)node_modules\//.test(path))
    .sort();
  return compose.map((path) => {
    const folder = join(corpus, dirname(path));
    return { name: path, composeFile: basename(path), files: textFiles(folder) };
  });
}

function textFiles(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => /\.ya?ml$|env[^/]*$/.test(path) && statSync(path).isFile())
    .filter((path) => statSync(path).size <= largestFile)
    .sort();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

/** One to five changes, mostly of the compose file, now and then of a file beside it. */
export function makeCase(seeds: readonly Seed[], seed: number, index: number): FuzzCase {
  const random = new Random(seed, index);
  const { name, composeFile, files } = random.pick(seeds);
  const changed = new Map(files);
  const rounds = 1 + random.below(random.chance(0.2) ? 5 : 2);
  for (let round = 0; round < rounds; round++) {
    const path = random.chance(0.9) ? composeFile : random.pick([...changed.keys()]);
    const other = random.pick(seeds);
    const mutate = random.pick(random.chance(0.5) ? structureMutations : textMutations);
    changed.set(path, mutate(changed.get(path) ?? "", random, other.files.get(other.composeFile) ?? ""));
  }
  return { name, composeFile, files: changed, index };
}
