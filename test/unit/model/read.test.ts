/** What the interpretation puts into the model is used: a key that is read and then left lying changes nothing on AWS. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../../..");

function sources(rooms: readonly string[]): readonly string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(root, room, name)),
  );
}

/** Where a property of a service decides something: everywhere but where it is declared and read out of the file. */
const deciding = sources([
  ...[
    "app",
    "aws",
    "builds",
    "components",
    "launcher",
    "model",
    "report",
    "rollout",
    "sites",
    "stores",
    "tasks",
  ].map((room) => `src/${room}`),
  "stacks",
])
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

/** Properties of the interfaces of a file. */
function properties(path: string): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest);
  return file.statements
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ members }) => members.filter(ts.isPropertySignature))
    .map(({ name }) => (ts.isIdentifier(name) ? name.text : ""))
    .filter((name) => name !== "");
}

const names = [
  ...new Set(
    ["src/model/project.ts", "src/model/container.ts", "src/model/containers.ts"].flatMap(properties),
  ),
];

test("the model has properties", () => {
  expect(names.length).toBeGreaterThan(60);
});

/** Used where the file is interpreted, by another reader than the one that makes it. */
const within = ["guessed"];

test.each(names.filter((name) => !within.includes(name)))("%s is used", (name) => {
  expect(new RegExp(`(\\.|[{,]\\s*)${name}\\b`).test(deciding)).toBe(true);
});
