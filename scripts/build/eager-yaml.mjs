// The parser of YAML without generators. The package makes several for each token of a file, to hand its tokens on one by
// one; the programs ask for all of them, so they are put in a list. It also asks for a variable of the process at each.
import { readFileSync } from "node:fs";

const files = /\/node_modules\/yaml\/dist\/parse\/(?:lexer|parser)\.js$/;

/** What else is another in the parser. */
const edits = [
  [
    "for (const lexeme of this.lexer.lex(source, incomplete))",
    "this.lexer.lex(source, incomplete);\nfor (const lexeme of this.lexer.made)",
  ],
  ["if (!incomplete)\n            this.end();", "$&\nreturn this.made;"],
  [/if \(node_process\.env\.LOG_TOKENS\)\n.*\n/, ""],
];

/**
 * The source with what was yielded in a list, `made`.
 *
 * @throws Error where it has another text than the one that this was written for
 */
function eager(path) {
  let text = readFileSync(path, "utf8")
    .replace(/^ {4}\*(?=\w+\()/gm, "    ")
    .replace(/\byield\* (?=this\.)/g, "")
    .replace(/\byield (\{[^]*?\}|[^;{]+);/g, "this.made.push($1);")
    .replace(/^ {4}constructor\(.*\) \{$/m, "$&\nthis.made = [];");
  if (path.endsWith("parser.js"))
    for (const [from, to] of edits) {
      const edited = text.replace(from, to);
      if (edited === text) throw new Error(`${path} has no ${from}`);
      text = edited;
    }
  if (/^(?! *\*).*\byield\b/m.test(text.replace(/\/\*[^]*?\*\//g, "")))
    throw new Error(`${path} yields in another way`);
  return text;
}

export const eagerYaml = {
  name: "eager-yaml",
  setup(esbuild) {
    esbuild.onLoad({ filter: files }, ({ path }) => ({ contents: eager(path), loader: "js" }));
  },
};
