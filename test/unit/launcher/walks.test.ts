/** The walks of CONTRIBUTING.md lead to places that are there, and a command that was left out of one is seen. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../../src/launcher/commands";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const walks = page.slice(page.indexOf("## Walks"), page.indexOf("## The real engine"));

const places = [
  ...new Set(
    [...walks.matchAll(/`((?:src|test|scripts|stacks|docs)\/[^`]*)`/g)].map(([, place = ""]) => place),
  ),
];

test.each(places)("%s is there", (place) => {
  expect(existsSync(join(root, place))).toBe(true);
});

test("there is a walk for each kind of change", () => {
  expect(places.length).toBeGreaterThan(20);
  expect([...walks.matchAll(/^### (.*)$/gm)]).toHaveLength(8);
});

test("each command that has a file is registered", () => {
  const files = readdirSync(join(root, "src/launcher/commands"))
    .map((name) => name.replace(/\.ts$/, ""))
    .filter((name) => name !== "index");
  expect(commands.map(({ name }) => name).sort()).toEqual(files.sort());
});

test("each command has a row in docs/berth.md", () => {
  const rows = readFileSync(join(root, "docs/berth.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  const missing = commands.filter(
    ({ name }) => !rows.some((row) => new RegExp(`^\\|[^|]*\`(?:berth )?${name}\\b`).test(row)),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});
