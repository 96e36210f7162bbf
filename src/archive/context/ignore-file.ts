/** The ignore file of a context: one of the project, or the rules that come with a Dockerfile which Berth writes. */
import type { Build } from "../../model/project";
import { FileNotKept } from "../errors";
import { resolve, type DirectoryNode } from "../tree/tree";
import { IgnoreRules } from "./dockerignore";

/** @throws FileNotKept where its text has to be fetched */
export function ignoreFile(
  root: DirectoryNode,
  path: string,
): { readonly path: string; readonly text: string; readonly rules: IgnoreRules } | undefined {
  const found = resolve(root, path);
  if (found?.node.kind !== "file") return undefined;
  const text = found.node.text();
  if (text === undefined) throw new FileNotKept(found.path);
  return { path, text, rules: new IgnoreRules(text, path) };
}

/** The rules that come with a Dockerfile which Berth writes. */
export function writtenIgnore(dockerfile: Build["dockerfile"]): { readonly rules: IgnoreRules } | undefined {
  if (typeof dockerfile === "string" || !("inline" in dockerfile)) return undefined;
  const { ignore } = dockerfile;
  return ignore === undefined ? undefined : { rules: new IgnoreRules(ignore, ".dockerignore") };
}
