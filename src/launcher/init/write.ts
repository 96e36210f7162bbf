/** Writes what `berth init` has drafted; what is there already is never written over. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Document, visit } from "yaml";
import { composeNames } from "../../compose";
import { BerthError } from "../../errors";
import { schemaUrl } from "../../json-schema";
import type { Drafted, InitProject } from "./service";

/** Words that are no text to a reader of YAML 1.1; Compose's reference writes `restart: "no"`. */
const booleans = /^(?:yes|no|on|off|y|n)$/i;

/** The text of the compose file. */
export function composeText(project: InitProject): string {
  const document = new Document(project);
  document.commentBefore = ` yaml-language-server: $schema=${schemaUrl}`;
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && booleans.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  // A variable without a value is a secret: an empty value says so better than "null".
  return document.toString({ nullStr: "", lineWidth: 110, flowCollectionPadding: false });
}

/** @throws BerthError (usage) where the folder has a compose file */
export function refuseExisting(folder: string): void {
  const there = composeNames.find((name) => existsSync(join(folder, name)));
  if (there === undefined) return;
  throw new BerthError("usage", {
    path: there,
    message: "the folder has a compose file already",
    hint: "berth preview --simulate shows what it makes on AWS; move it away to begin again",
  });
}

/** @returns the paths that were written, and those that were there */
export function writeDraft(
  folder: string,
  { project, files }: Drafted,
): { readonly written: readonly string[]; readonly kept: readonly string[] } {
  const all = Object.entries({ "compose.yaml": composeText(project), ...files });
  const kept = all.filter(([path]) => existsSync(join(folder, path))).map(([path]) => path);
  const fresh = all.filter(([path]) => !kept.includes(path));
  for (const [path, text] of fresh) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Another process may have made it meanwhile: then it stays.
    writeFileSync(join(folder, path), text, { flag: "wx" });
  }
  return { written: fresh.map(([path]) => path), kept };
}
