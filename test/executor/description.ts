/** What an image must hold, and its comparison with what it holds. */
import type { SuiteProject } from "./suite";
import type { ReadFile, ReadImage } from "./read-image";

/**
 * A file of an image: `[path, what it is, why]`. What it is: `file 644 0:0`, `folder 755 1000:1000`,
 * `link -> target`, `gone`; after it ` = ` and the content of a text. Why: the place in BuildKit's source (moby/buildkit at
 * 73ed6825, tonistiigi/fsutil at 6d9dc2e) or the heading of the Dockerfile reference that says so.
 */
export type Row = readonly [path: string, is: string, why: string];

export interface Case {
  readonly name: string;
  readonly project: SuiteProject;
  /** All that is another than in the base image. `PLATFORM` stands for the architecture that is built for. */
  readonly files: readonly Row[];
  /** Where the executor's image is another one than BuildKit's, and docs/builds.md says so: what it is instead. */
  readonly differs?: readonly Row[];
  /** Keys of the configuration, each with its reason. */
  readonly config?: readonly (readonly [key: string, value: unknown, why: string])[];
  /** Seconds since the epoch of a file's time. */
  readonly times?: readonly (readonly [path: string, seconds: number, why: string])[];
  /** Of `security.capability`, in hexadecimal. */
  readonly capabilities?: readonly (readonly [path: string, value: string, why: string])[];
}

/** What the executor's image has to be, path by path. */
export function expectedOf({ files, differs = [] }: Case, architecture: string): ReadonlyMap<string, string> {
  const all = [...files, ...differs].map(([path, is]): [string, string] => [
    path,
    is.replaceAll("PLATFORM", architecture),
  ]);
  return new Map([...new Map(all)].filter(([, is]) => is !== unchanged));
}

const unchanged = "as in the base";

/** As {@link changesOf}, without the contents that the description says nothing of. */
export function comparable(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    [...found].map(([path, is]) => {
      const wanted = expected.get(path);
      return [
        path,
        wanted?.startsWith("file") === true && !wanted.includes(" = ") ? (is.split(" = ")[0] ?? "") : is,
      ];
    }),
  );
}

/** What of an image is another than in its base, path by path, as {@link Row} has it. */
export function changesOf(base: ReadImage, image: ReadImage): ReadonlyMap<string, string> {
  const changes = new Map<string, string>();
  for (const path of new Set([...base.files.keys(), ...image.files.keys()])) {
    const before = base.files.get(path);
    const after = image.files.get(path);
    const shown = shownFile(after);
    if (path !== "/" && shown !== shownFile(before)) changes.set(path, shown);
  }
  return changes;
}

function shownFile(file: ReadFile | undefined): string {
  if (file === undefined) return "gone";
  if (file.kind === "link") return `link -> ${file.target}`;
  const is = `${file.kind} ${file.mode.toString(8)} ${file.owner}`;
  return file.kind === "file" ? `${is} = ${file.content.toString("latin1")}` : is;
}
