// Outputs of Pulumi's SDK with what all of them share made once. Each had five functions, the handler of its proxy and some
// sets of its own beside its promises. Those, and the turns of the queue of microtasks that they take, are as they were: in
// other turns resources are registered in another order.

/** What all outputs share. */
const shared = `
const knownOf = ([known, value]) => known && !containsUnknowns(value);
const liftedOf = ([allResources, value, isKnown, isSecret]) =>
    exports.Output.isInstance(value)
        ? liftInnerOutput(allResources, value, isKnown, isSecret)
        : Promise.resolve({ allResources, value, isKnown, isSecret });
const isKnownOf = (lifted) => lifted.isKnown;
const isSecretOf = (lifted) => lifted.isSecret;
function withOwn(resources, own) {
    const all = copyResources(resources);
    for (const each of own) all.add(each);
    return all;
}
`;

/** @throws Error where the text has no such place, or several */
export function replaced(text, from, to) {
  const [before, after, ...more] = text.split(from);
  if (after === undefined || more.length > 0) throw new Error(`Pulumi's SDK has another ${from}`);
  return `${before}${to}${after}`;
}

/** The text between two places, and what is left without it. @throws Error where there are none */
function cut(text, from, to) {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  if (start < 0 || end < 0) throw new Error(`Pulumi's SDK has no ${from} before ${to}`);
  return [text.slice(start + from.length, end), text.slice(0, start) + text.slice(end)];
}

const lambdas = [
  ["([known, val]) => known && !containsUnknowns(val)", "knownOf"],
  [
    "([liftedResources, value, liftedIsKnown, liftedIsSecret]) => liftInnerOutput(liftedResources, value, liftedIsKnown, liftedIsSecret)",
    "liftedOf",
  ],
  ["lifted.then((l) => l.isKnown)", "lifted.then(isKnownOf)"],
  ["lifted.then((l) => l.isSecret)", "lifted.then(isSecretOf)"],
  ["utils.union(copyResources(r), resourcesCopy)", "withOwn(r, resourcesCopy)"],
  // An output that holds a resource is looked through for values that are not known yet, with all that the resource hangs
  // on: a quarter of the time of a large preview. A resource is known, and so is the way to it.
  ["else if (seen.has(val)) {", "else if (seen.has(val) || val.__pulumiResource === true) {"],
];

/**
 * The source of the SDK's `output.js` (3.270), made lean.
 *
 * @throws Error where it has another text
 */
export function leanOutput(source) {
  const [handler, withoutHandler] = cut(source, "return new Proxy(this, ", ");\n    }\n    static create(");
  const [toString, withoutToString] = cut(withoutHandler, "this.toString = () => ", ";\n        this.toJSON");
  const [toJson, withoutBoth] = cut(
    withoutToString,
    ";\n        this.toJSON = () => ",
    ";\n        );\n    }",
  );
  const made = replaced(
    withoutBoth,
    ";\n        );\n    }",
    `return new Proxy(this, handler);\n    }\n    toString() ${toString}\n    toJSON() ${toJson}`,
  );
  const whole = replaced(
    made,
    "class OutputImpl {",
    `${shared}const handler = ${handler};\nclass OutputImpl {`,
  );
  return lambdas.reduce((text, [from, to]) => replaced(text, from, to), whole);
}
