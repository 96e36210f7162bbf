// What a file is changed to, one change at a time: the usual operators of mutation testing, over TypeScript's own tree.
// Sentences are left alone: a test of them is a golden file.
const ts = require("typescript");

const K = ts.SyntaxKind;
const swaps = new Map([
  [K.LessThanToken, ["<="]],
  [K.LessThanEqualsToken, ["<"]],
  [K.GreaterThanToken, [">="]],
  [K.GreaterThanEqualsToken, [">"]],
  [K.EqualsEqualsEqualsToken, ["!=="]],
  [K.ExclamationEqualsEqualsToken, ["==="]],
  [K.AmpersandAmpersandToken, ["||"]],
  [K.BarBarToken, ["&&"]],
  [K.QuestionQuestionToken, ["&&"]],
  [K.MinusToken, ["+"]],
  [K.AsteriskToken, ["/"]],
  [K.SlashToken, ["*"]],
]);
const methods = new Map([
  ["some", "every"],
  ["every", "some"],
  ["max", "min"],
  ["min", "max"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["filter", "slice"],
]);
/** Words that decide, not those that are read: one word, no sentence. */
const word = /^[\w:./*$-]+$/;

/** @returns {{ start: number, end: number, text: string, what: string }[]} */
function mutantsOf(path, source) {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (start, end, text) => {
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    const before = source.slice(start, end).replace(/\s+/g, " ");
    found.push({ start, end, text, what: `${path}:${line}  ${shortened(before)} -> ${shortened(text)}` });
  };
  const put = (node, text) => add(node.getStart(file), node.end, text);
  const condition = (node) => {
    put(node, "true");
    put(node, "false");
  };
  const isBare = (node) => ts.isExpressionStatement(node) && !/^super\(/.test(node.getText(file));
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const { operatorToken: operator } = node;
      for (const text of swaps.get(operator.kind) ?? []) put(operator, text);
      const isText = ts.isStringLiteralLike(node.left) || ts.isStringLiteralLike(node.right);
      if (operator.kind === K.PlusToken && !isText) put(operator, "-");
    }
    if (ts.isIfStatement(node)) condition(node.expression);
    if (ts.isConditionalExpression(node)) condition(node.condition);
    if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken)
      put(node, node.operand.getText(file));
    if (node.kind === K.TrueKeyword) put(node, "false");
    if (node.kind === K.FalseKeyword) put(node, "true");
    if (ts.isNumericLiteral(node) && !ts.isElementAccessExpression(node.parent))
      put(node, `(${node.text} + 1)`);
    if (
      ts.isStringLiteral(node) &&
      word.test(node.text) &&
      !ts.isPropertyAssignment(node.parent.parent ?? node)
    )
      if (!(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) put(node, '"mutated"');
    if (ts.isArrayLiteralExpression(node) && node.elements.length > 0 && ts.isReturnStatement(node.parent))
      put(node, "[]");
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name } = node.expression;
      const other = methods.get(name.text);
      // `slice()` of a list is the list: as if nothing were sorted out.
      if (other === "slice") add(name.getStart(file), node.end, "slice()");
      else if (other !== undefined) put(name, other);
    }
    if (isBare(node)) put(node, ";");
    if (ts.isThrowStatement(node)) put(node, ";");
    if (ts.isReturnStatement(node) && node.expression === undefined) put(node, ";");
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function shortened(text) {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

module.exports = { mutantsOf };
