/** What a moving tag means, on the simulator, with a registry of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileTexts } from "../../../src/engine/lease/file-texts";
import { readJournal, writeJournal } from "../../../src/app/running/journal";
import { BerthError } from "../../../src/errors";
import { RegistryImages } from "../../../src/registry/images";
import { cd, type Ran } from "../../support/cd";
import { TestRegistry } from "../../support/registry";

const stack = { project: "shop", stack: "dev" };
let folder: string;
let registry: TestRegistry;
let now: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "berth-pull-"));
  registry = await TestRegistry.start();
  now = Date.parse("2026-12-01T00:00:00Z");
  push("1");
});

afterEach(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Moves the tag. @returns what it means now */
function push(content: string): string {
  const image = { config: { Env: [`CONTENT=${content}`] } };
  registry.push("team/app:latest", { amd64: image, arm64: image });
  return registry.digestOf("latest");
}

function write(own = ""): void {
  const image = `${registry.host}/team/app:latest`;
  writeFileSync(join(folder, "compose.yaml"), `name: shop\nservices:\n  web:\n    image: ${image}\n${own}`);
}

/** Milliseconds that are enough on a busy machine. */
const patient = 60_000;

interface How {
  /** Milliseconds that registries have. @default {@link patient} */
  readonly limit?: number;
  /** The run fails after it has asked. */
  readonly fails?: true;
}

function run(line: string, { limit = patient, fails }: How = {}): Promise<Ran> {
  registry.requests.length = 0;
  return cd([...line.split(" "), "--simulate", "--json"], {
    cwd: folder,
    env: { PULUMI_BACKEND_URL: `file://${join(folder, "state")}`, CI: "1" },
    deps: (real) => {
      const clock = { ...real.clock, now: () => now };
      const images = Promise.resolve(
        new RegistryImages({
          fetch: (url, init) => fetch(url, init),
          credentials: () => () => undefined,
          cache: new FileTexts(join(folder, "images")),
          limit,
        }),
      );
      const failure = new BerthError("deployment", { path: "services.web", message: "it failed" });
      const failing = fails === true ? { program: () => Promise.reject(failure) } : {};
      return { ...real, ...failing, clock, images: () => images };
    },
  });
}

/** The image of the service's task definition, behind its name. */
async function runs(): Promise<string> {
  const text = await new FileTexts(join(folder, "state", "simulator")).read("shop/dev.cloud.json");
  const { resources } = JSON.parse(text ?? "{}") as {
    readonly resources: readonly { readonly type: string; readonly outputs: Record<string, string> }[];
  };
  const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
  const arn = services[0]?.outputs["taskDefinition"];
  const definition = resources.find(({ outputs }) => outputs["arn"] === arn);
  const [container] = JSON.parse(definition?.outputs["containerDefinitions"] ?? "[]") as { image: string }[];
  return (container?.image ?? "").slice(`${registry.host}/team/app`.length);
}

async function up(line = "up"): Promise<Ran> {
  const ran = await run(line);
  expect([ran.code, ran.code === 0 ? "" : ran.stderr]).toEqual([0, ""]);
  return ran;
}

test.each(["", "    pull_policy: missing\n"])("%j: the digest of the last success holds", async (own) => {
  const first = registry.digestOf("latest");
  write(own);
  await up();
  expect(await runs()).toBe(`@${first}`);
  const second = push("2");
  expect((await up()).result.outcome).toBe("unchanged");
  expect(registry.requests).toEqual([]);
  // Something else of the service changes: its image stays.
  write(`${own}    environment: {A: b}\n`);
  await up();
  expect([await runs(), registry.requests]).toEqual([`@${first}`, []]);
  const pulled = await up("up --pull always");
  expect([pulled.result.outcome, await runs()]).toEqual(["succeeded", `@${second}`]);
  const third = push("3");
  await up("up --force");
  expect(await runs()).toBe(`@${third}`);
  push("4");
  await up("up --force --pull missing");
  expect(await runs()).toBe(`@${third}`);
});

test("always: each run asks by HEAD, and a tag that has moved is deployed", async () => {
  write("    pull_policy: always\n");
  await up();
  expect((await up()).result.outcome).toBe("unchanged");
  const manifests = registry.requests.filter((request) => request.includes("/manifests/"));
  expect(manifests.length).toBeGreaterThan(0);
  expect(manifests.every((request) => request.startsWith("HEAD "))).toBe(true);
  const moved = push("2");
  const preview = await run("preview");
  expect([preview.code, preview.result.changes.replace]).toEqual([0, 1]);
  expect((await up()).result.outcome).toBe("succeeded");
  expect(await runs()).toBe(`@${moved}`);
  push("3");
  expect((await up("up --pull never")).result.outcome).toBe("unchanged");
});

const hours = 3_600_000;

test("daily: the registry is asked once a day, whether anything changes or not", async () => {
  write("    pull_policy: daily\n");
  await up();
  const first = await runs();
  now += 23 * hours;
  expect([(await up()).result.outcome, registry.requests]).toEqual(["unchanged", []]);
  now += 2 * hours;
  expect((await up()).result.outcome).toBe("unchanged");
  expect(registry.requests).not.toEqual([]);
  // Nothing has changed, and still it has been asked for today.
  const moved = push("2");
  now += 23 * hours;
  expect([(await up()).result.outcome, registry.requests]).toEqual(["unchanged", []]);
  // A preview asks, and keeps nothing.
  now += 2 * hours;
  expect((await run("preview")).result.changes.replace).toBe(1);
  expect(await runs()).toBe(first);
  expect((await up()).result.outcome).toBe("succeeded");
  expect([await runs(), registry.requests.length > 0]).toEqual([`@${moved}`, true]);
  push("3");
  expect([(await up()).result.outcome, registry.requests]).toEqual(["unchanged", []]);
});

test("every_2h: what a run that failed was told holds until the interval is over", async () => {
  write("    pull_policy: every_2h\n");
  await up();
  const moved = push("2");
  now += 3 * hours;
  expect((await run("up", { fails: true })).code).toBe(5);
  now += hours;
  push("3");
  await up();
  expect([await runs(), registry.requests]).toEqual([`@${moved}`, []]);
});

test("an answer that can't be kept, or read, is asked for again", async () => {
  const folderOfTags = join(folder, "state/simulator/operations/shop/dev");
  write("    pull_policy: weekly\n");
  await up();
  writeFileSync(join(folderOfTags, "tags.json"), "{");
  const moved = push("2");
  await up();
  expect(await runs()).toBe(`@${moved}`);
  rmSync(folderOfTags, { recursive: true });
  writeFileSync(folderOfTags, "");
  const again = push("3");
  await up();
  expect(await runs()).toBe(`@${again}`);
});

test.each<[string, TestRegistry["misbehaviour"], string]>([
  ["limits", { status: 429 }, "its registry is asked too often (429)"],
  ["wants credentials", { status: 401 }, "its registry wants credentials"],
  ["has no such image", { status: 404 }, "its registry has no such image"],
  ["fails", { status: 503 }, "its registry answers 503"],
  ["is silent", { delay: Infinity }, "there was no answer in time"],
  ["names no digest", { mute: true }, "its registry names no digest"],
])("a registry that %s leaves what ran last, with one line", async (_what, misbehaviour, why) => {
  const first = registry.digestOf("latest");
  write("    pull_policy: always\n");
  await up();
  push("2");
  registry.misbehaviour = misbehaviour;
  // A busy machine has its answer later than one that never comes is waited for here.
  const { code, result } = await run("up", { limit: misbehaviour.delay === Infinity ? 200 : 10_000 });
  expect([code, result.outcome, await runs()]).toEqual([0, "unchanged", `@${first}`]);
  const lines = result.warnings.filter(({ message }) => message.includes("what these tags mean now"));
  expect(lines).toEqual([
    {
      path: "services",
      message: `what these tags mean now could not be asked, so what ran last holds, else the tag as it is: ${registry.host}/team/app:latest (${why})`,
    },
  ]);
});

test("where no registry answers at first, the reference is deployed as it is written", async () => {
  registry.misbehaviour = { status: 503 };
  write();
  await up();
  expect(await runs()).toBe(":latest");
  registry.misbehaviour = {};
  expect((await up()).result.outcome).toBe("unchanged");
});

test("a stack from before digests were remembered keeps its tag until something else of the service changes", async () => {
  const texts = new FileTexts(join(folder, "state", "simulator"));
  registry.misbehaviour = { status: 503 };
  write();
  await up();
  await writeJournal(texts, stack, { ...(await readJournal(texts, stack)), images: {} });
  registry.misbehaviour = {};
  expect((await up("up --refresh")).result.outcome).toBe("unchanged");
  expect(await runs()).toBe(":latest");
  write("    environment: {A: b}\n");
  const digest = registry.digestOf("latest");
  await up();
  expect(await runs()).toBe(`@${digest}`);
});
