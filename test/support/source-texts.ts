/** What the sources say: the texts that a message can be made of. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");

/** A text of a source file. */
export interface SourceText {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The texts of the sources, the holes of templates as `…`: what a message can be made of. */
export function textsOf(path: string): readonly SourceText[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2023, true);
  const found: SourceText[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? joined(node)
        : undefined;
    if (text !== undefined)
      found.push({
        file: relative(root, path),
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        text,
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function joined({ head, templateSpans }: ts.TemplateExpression): string {
  return [head.text, ...templateSpans.map(({ literal }) => literal.text)].join("…");
}
