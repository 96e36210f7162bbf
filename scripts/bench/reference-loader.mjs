// What `berth-cd config` takes of the corpus's largest file, against compose-go, the reference loader of the Compose
// Specification, which is compiled to machine code: whole processes, from start to end.
import { spawnSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fileURLToPath } from "node:url";
import { childEnvironment, root } from "../setup.mjs";
import {
  atMost,
  inWorkshop,
  measured,
  measuredProgram,
  mediansOf,
  outputOf,
  outputOfProgram,
} from "./processes.mjs";

const source = fileURLToPath(new URL("reference", import.meta.url));
const title = "berth-cd config of the largest corpus file, to compose-go";

/** The largest file with one of the names that a project's file has of itself. */
function largest() {
  const files = globSync("test/corpus/**/{compose,docker-compose}.{yaml,yml}", { cwd: root });
  const sizes = files.map((file) => ({ file: join(root, file), size: statSync(join(root, file)).size }));
  return sizes.reduce((most, one) => (one.size > most.size ? one : most));
}

/** @returns why there is none, in a line; `undefined` where there is one */
function build(program) {
  const done = spawnSync("go", ["build", "-buildvcs=false", "-o", program, "."], {
    cwd: source,
    env: childEnvironment(),
    encoding: "utf8",
  });
  if (done.error?.code === "ENOENT") return "no go on the PATH";
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `go build: ${said}`;
}

export function referenceLoaderBench({ builtDir, rounds, figure }) {
  return inWorkshop(async (workshop) => {
    const program = join(workshop, "reference");
    const skipped = build(program);
    if (skipped !== undefined) return [{ name: title, skipped }];
    const { file, size } = largest();
    const reference = [program, file];
    const ours = [join(builtDir, "berth-cd.js"), "config", dirname(file)];
    const env = { HOME: workshop };
    const same = isDeepStrictEqual(
      JSON.parse(outputOf(ours, env)),
      JSON.parse(outputOfProgram(reference, env)),
    );
    if (!same) throw new Error(`${file}: compose-go makes something else of it`);
    const taken = await mediansOf(
      {
        ours: () => measured(ours, env),
        reference: () => measuredProgram(reference, env),
      },
      rounds,
    );
    const name = `${title} (${file.slice(root.length)}, ${size} bytes)`;
    return [atMost(name, taken.ours[figure] / taken.reference[figure], 1.5)];
  });
}
