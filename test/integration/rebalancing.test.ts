/** Rebalancing between zones, which AWS switches on by itself: a change of a service's order meets what stands. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cd } from "../support/cd";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-zones-"));
  mkdirSync(join(home, "shop"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

async function up(web: string): Promise<string> {
  const text = `name: shop\nservices:\n  web:\n    image: nginx:1.29\n    ports: ["80:80"]\n${web}`;
  writeFileSync(join(home, "shop/compose.yaml"), text);
  const { code, stderr } = await cd(["up", "--simulate"], { env: { HOME: home }, cwd: join(home, "shop") });
  return code === 0 ? "" : stderr;
}

const volume = '    volumes: ["data:/data"]\n';
const startFirst = "    deploy: { update_config: { order: start-first } }\n";
const stopFirst = startFirst.replace("start", "stop");

test.each([
  [
    "a volume that it writes to",
    `${volume}volumes: { data: {} }\n`,
    `${volume}${startFirst}volumes: { data: {} }\n`,
  ],
  ["an order of stopping first", stopFirst, startFirst],
])("a service that stands takes %s, and gives it back", async (_, keys, back) => {
  expect(await up("")).toBe("");
  expect(await up(keys)).toBe("");
  expect(await up(back)).toBe("");
});
