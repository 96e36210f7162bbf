/** The AWS SDK's clients as they are in the built programs: with the operations that the sources call. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(__dirname, "../..");
const rooms = join(root, "dist/rooms");
const load = createRequire(__filename);

type Exports = Readonly<Record<string, unknown>>;

function methodsOf(exported: Exports, name: string): readonly string[] {
  const { prototype } = exported[name] as { readonly prototype: object };
  return Object.getOwnPropertyNames(prototype).filter((method) => method !== "constructor");
}

/** Words of the sources that are called: `.getObject(`. */
const called = new Set(
  ["src", "stacks"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [...readFileSync(join(root, folder, file), "utf8").matchAll(/\.(\w+)\(/g)])
      .map(([, word = ""]) => word),
  ),
);

const clients = readdirSync(rooms).flatMap((file) => /^aws-(client-[\w-]+)\.js$/.exec(file)?.[1] ?? []);

test("the programs have clients of AWS's services", () => {
  expect(clients.length).toBeGreaterThan(15);
});

test.each(clients)("%s has each operation that is called, and few others", (client) => {
  const [room] = Object.values(load(join(rooms, `aws-${client}.js`)) as Record<string, () => Exports>);
  const built = room?.() ?? {};
  const whole = load(`@aws-sdk/${client}`) as Exports;
  const names = Object.keys(built).filter((name) => `${name}Client` in whole);
  expect(names).toHaveLength(1);
  for (const name of names) {
    const wanted = methodsOf(whole, name).filter((method) => called.has(method));
    expect(wanted.length).toBeGreaterThan(0);
    expect(methodsOf(built, name)).toEqual(expect.arrayContaining(wanted));
    expect(methodsOf(built, name).length).toBeLessThan(methodsOf(whole, name).length);
  }
});
