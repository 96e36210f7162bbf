/** What `berth secret ls` says of secrets that are set, wanted, or both. */
import { secretRows, secretsTable, usersOf } from "../../../../src/launcher/secrets/listing";
import type { Project } from "../../../../src/model/project";
import type { StoredSecret } from "../../../../src/ports";

const modified = "2026-12-01T00:00:00.000Z";
const stored: readonly StoredSecret[] = [
  { name: "PASSWORD", version: 3, modified, tier: "Standard" },
  { name: "OLD", version: 1, modified, tier: "Advanced" },
];
const users = new Map([
  ["PASSWORD", ["web", "worker"]],
  ["API_KEY", ["web"]],
]);

test("services that use a secret are named once each, in the order of the file", () => {
  const secret = (name: string) => ({ kind: "secret", name });
  const service = (name: string, ...secrets: readonly string[]) => ({
    ...{ kind: "container", name, image: { kind: "image" } },
    environment: Object.fromEntries(secrets.map((each, n) => [`V${n}`, secret(each)])),
  });
  const services = [service("web", "A", "B", "A"), service("worker", "A"), service("plain")];
  expect(usersOf({ name: "shop", services } as unknown as Project)).toEqual(
    new Map([
      ["A", ["web", "worker"]],
      ["B", ["web"]],
    ]),
  );
});

test("what is set and what is wanted stands in one list, by name", () => {
  expect(secretRows(stored, users)).toEqual([
    { name: "API_KEY", state: "missing", usedBy: ["web"] },
    { name: "OLD", state: "set", version: 1, modified, tier: "Advanced", usedBy: [] },
    { name: "PASSWORD", state: "set", version: 3, modified, tier: "Standard", usedBy: ["web", "worker"] },
  ]);
});

test("without a compose file only what is set is known", () => {
  expect(secretRows(stored, undefined)).toEqual([
    { name: "OLD", state: "set", version: 1, modified, tier: "Advanced" },
    { name: "PASSWORD", state: "set", version: 3, modified, tier: "Standard" },
  ]);
});

test("a table has a line for each", () => {
  const now = Date.parse(modified) + 3 * 3_600_000;
  const lines = (known: typeof users | undefined) =>
    secretsTable(secretRows(stored, known), now)
      .split("\n")
      .map((line) => line.split(/ {2,}/));
  const head = ["NAME", "VERSION", "CHANGED", "USED BY"];
  const ago = expect.stringMatching(/^3 .*ago$/) as string;
  expect(lines(users)).toEqual([
    head,
    ["API_KEY", "missing", "web"],
    ["OLD", "1", ago, "nobody"],
    ["PASSWORD", "3", ago, "web, worker"],
  ]);
  expect(lines(undefined)).toEqual([head, ["OLD", "1", ago], ["PASSWORD", "3", ago]]);
});
