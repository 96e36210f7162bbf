/** What a test file changes of its worker's process is put back at its end: the next file meets none of it. */
import { chdir, cwd } from "node:process";
import { join } from "node:path";

interface World {
  setup(): Promise<void>;
  teardown(): Promise<void>;
}

const folder = join(__dirname, "../../support/runner");
/** The modules that this file is run by; a file's imports are TypeScript. */
const load = (path: string): unknown => process.getBuiltinModule("module").createRequire(__filename)(path);
const OwnProcess = load(join(folder, "environment.cjs")) as new (config: object) => World;

async function during(work: () => void): Promise<void> {
  const world = new OwnProcess({ projectConfig: { fakeTimers: {} } });
  await world.setup();
  work();
  await world.teardown();
}

test("variables that were set, changed, deleted or replaced as a whole", async () => {
  process.env["BERTH_TEST_KEPT"] = "kept";
  const before = { ...process.env };
  await during(() => {
    process.env["BERTH_TEST_SET"] = "set";
    process.env["PATH"] = "changed";
    delete process.env["BERTH_TEST_KEPT"];
  });
  expect({ ...process.env }).toEqual(before);
  await during(() => {
    process.env = { ONLY: "this" };
  });
  expect({ ...process.env }).toEqual(before);
  expect(process.env["BERTH_TEST_KEPT"]).toBe("kept");
});

test("the working directory, the console and what jest has put in place of exit", async () => {
  const directory = cwd();
  const ending = (): unknown => Reflect.get(process, "exit");
  const exit = ending();
  const { console } = globalThis;
  await during(() => {
    chdir("/");
    process.exit = () => {
      throw new Error("ended");
    };
    globalThis.console = { ...console };
  });
  expect([cwd(), ending() === exit, globalThis.console === console]).toEqual([directory, true, true]);
});

test("a file's time limit is no other's", async () => {
  const limit = Symbol.for("TEST_TIMEOUT_SYMBOL");
  const globals = globalThis as unknown as Record<symbol, unknown>;
  await during(() => jest.setTimeout(1));
  expect(globals[limit]).toBeUndefined();
});

test("sources and packages are loaded once in a worker, what lies below test/ in each file", () => {
  const { cache } = process.getBuiltinModule("module").createRequire(__filename);
  const root = join(__dirname, "../../..");
  const loaded = Object.keys(cache).filter((path) => path.startsWith(join(root, "test")));
  expect(loaded).toContain(__filename);
  const files = loaded.filter((path) => path.endsWith(".test.ts"));
  expect(files).toEqual([__filename]);
});
