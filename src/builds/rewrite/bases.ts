/** The base images of a Dockerfile: which they are, and each by its digest. */
import { definedOnly } from "../../defined";
import { basesIn, type BuildNames } from "../../dockerfile/bases";
import { instructionsOf, linesOf } from "../../dockerfile/dockerfile";
import { dockerfileImage } from "../../dockerfile/image";
import { replaceInstruction, type NumberedLine } from "../../dockerfile/edit";
import { registryOf } from "../../model/image-name";
import type { Build } from "../../model/project";
import { isEcr } from "../../model/registry-login";
import { after, type Written } from "./written";

type Named = Pick<Build, "args" | "contexts" | "target" | "test">;

export interface BaseImages {
  /**
   * The images that a build begins its stages with, each once, in the order of the file: tags alone, for a digest never
   * moves. Stages that the target does not need are left out, and so is what a variable without a value names.
   */
  readonly references: readonly string[];
  /** The images of Amazon ECR that it reads, by name, digest or `additional_contexts`; each once, sorted. */
  readonly ecr: readonly string[];
  /** The one that the image itself is based on. @default it is `scratch`, or not known */
  readonly own?: string;
}

export function baseImages(text: string, build: Named): BaseImages {
  const { args, target, contexts = [] } = build;
  const own = dockerfileImage(text, { args, ...definedOnly({ target }) })?.base;
  const named = basesIn(text, { ...known(build), digests: true }).map(({ reference }) => reference);
  const references = [...new Set(named.filter((each) => !each.includes("@")))];
  const read = [
    ...named,
    ...contexts.flatMap(({ source }) => (source.kind === "image" ? [source.reference] : [])),
  ];
  const ecr = [...new Set(read)].filter((each) => isEcr(registryOf(each))).sort();
  return { references, ecr, ...definedOnly({ own }) };
}

/** Each base image by the digest that the build knows of it (Dockerfile reference, FROM: `image@digest`). */
export function withBases(before: Written, build: Named & Pick<Build, "bases">): Written {
  const { bases = {} } = build;
  const { text } = before;
  const found = basesIn(text, known(build)).filter(({ reference }) => bases[reference] !== undefined);
  if (found.length === 0) return before;
  const lines = linesOf(text).map((line, index): NumberedLine => [line, index + 1]);
  for (const instruction of instructionsOf(text)) {
    const base = found.find(({ line }) => line === instruction.line);
    if (base === undefined) continue;
    const by = `${withoutTag(base.reference)}@${bases[base.reference] ?? ""}`;
    const flag = instruction.keyword === "COPY" ? "--from=" : "";
    replaceInstruction(lines, instruction, { words: new Map([[flag + base.written, flag + by]]) });
  }
  return after(before, {
    text: lines.map(([line]) => line).join("\n"),
    lines: lines.map(([, number]) => number),
    problems: [],
  });
}

function withoutTag(reference: string): string {
  return reference.replace(/:[\w][\w.-]*$/, "");
}

function known({ args, target, test, contexts = [] }: Named): BuildNames {
  return { args, ...definedOnly({ target, test }), contexts: contexts.map(({ name }) => name) };
}
