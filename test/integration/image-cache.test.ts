/** Docker Hub's pull-through cache over the life of a stack: new ones have it, those that stand don't until their file asks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import type { ImageConfigs } from "../../src/ports";
import { cd } from "../support/cd";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-cache-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const digest = `sha256:${"b".repeat(64)}`;
const cache = /^\d{12}\.dkr\.ecr\.us-east-1\.amazonaws\.com\/berth-cd-dockerhub\//;

/** A registry that knows every tag by the same digest. */
const images: ImageConfigs = {
  holds: () => Promise.resolve(undefined),
  read: () => Promise.resolve({ configs: new Map(), unread: [] }),
  digests: (requests) =>
    Promise.resolve({ digests: new Map(requests.map(({ reference }) => [reference, digest])), unread: [] }),
};

interface Run {
  readonly image: string;
  /** What is done to the task definition. */
  readonly op: string;
  readonly warnings: readonly unknown[];
}

async function run(
  command: "up" | "preview",
  { hub, top = "" }: { hub: boolean; top?: string },
): Promise<Run> {
  writeFileSync(
    join(home, "compose.yaml"),
    `name: shop\n${top}services:\n  web:\n    image: nginx:1.27\n    ports: ["80:80"]\n`,
  );
  const plan = join(home, "plan.json");
  const { code, stderr, result } = await cd([command, "--simulate", "--json", "--plan", plan, home], {
    env: {
      HOME: home,
      PULUMI_BACKEND_URL: `file://${home}`,
      BERTH_SIMULATOR_LATENCY: "0",
      ...(hub ? { BERTH_PULL_THROUGH_DOCKER_HUB: "berth-cd-dockerhub" } : {}),
    },
    deps: (real) => ({ ...real, images: () => Promise.resolve(images) }),
  });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const { resources } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
  const found = resources.find(({ type, name }) => type.endsWith(":TaskDefinition") && name === "web");
  const text = String(found?.inputs["containerDefinitions"]);
  const [container] = JSON.parse(text) as { image: string }[];
  const warnings = result.warnings.filter(({ path }) => path === "x-berth.imageCache");
  return { image: container?.image ?? "", op: found?.op ?? "", warnings };
}

test("a new stack pulls the held digest through the cache, and goes on to", async () => {
  const made = await run("up", { hub: true });
  expect(made.image).toMatch(cache);
  expect(made.image).toMatch(new RegExp(`/library/nginx@${digest}$`));
  expect((await run("preview", { hub: true })).op).toBe("same");
});

test("a stack that stands keeps its image's name when the account gets a cache, until its file asks", async () => {
  expect((await run("up", { hub: false })).image).toBe(`nginx@${digest}`);
  expect(await run("up", { hub: true })).toMatchObject({ image: `nginx@${digest}`, op: "same" });
  const top = "x-berth: { imageCache: all }\n";
  const asked = await run("up", { hub: true, top });
  expect(asked.image).toMatch(cache);
  expect(asked.warnings).toEqual([]);
  expect((await run("preview", { hub: true })).op).toBe("same");
  expect((await run("preview", { hub: true, top: "x-berth: { imageCache: builds }\n" })).image).toBe(
    `nginx@${digest}`,
  );
});

test("asked for where the account has none, it is warned of", async () => {
  const { image, warnings } = await run("preview", { hub: false, top: "x-berth: { imageCache: all }\n" });
  expect([image, warnings.length]).toEqual([`nginx@${digest}`, 1]);
});
