import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../../../../src/app/deps";
import { writeRecord } from "../../../../src/app/stack/run-records";
import { realDeps } from "../../../../src/cli/adapters";
import { givenOf } from "../../../../src/command-line/parse";
import { BerthError } from "../../../../src/errors";
import { askDown, askFirstUp, isAsked, whatGoes } from "../../../../src/launcher/cd/questions";
import type { Launcher } from "../../../../src/launcher/core/launcher";
import { makeLogger } from "../../../../src/log";
import { readSettings, type Settings } from "../../../../src/settings/settings";
import { systemClock } from "../../../../src/wiring/clock";
import { Ending } from "../../../../src/wiring/ending";
import { MemoryTexts } from "../../../support/memory-texts";

const outputs = {
  services: { web: { kind: "container" }, db: { kind: "postgres" }, cache: { kind: "redis" } },
  fileSystem: "fs-1",
};

test.each([
  [
    outputs,
    [],
    /^its network, its addresses, web, db, cache go; a final snapshot of db, cache and the file system of its volumes stays$/,
  ],
  [outputs, ["db", "volumes"], /go; a final snapshot of cache stays$/],
  [{ services: { web: { kind: "container" } } }, [], /^its network, its addresses, web go; no data stays$/],
  [
    {
      edge: "cloudfront",
      services: { web: { kind: "container" }, api: { kind: "container" } },
      endpoints: { web: "https://d1.cloudfront.net", api: "https://d1.cloudfront.net/api" },
    },
    [],
    /its addresses \(d1\.cloudfront\.net, which CloudFront gives to nobody again and takes some minutes/,
  ],
  [
    { services: { job: { kind: "task" }, nightly: { kind: "schedule" }, site: { kind: "static" } } },
    [],
    /^its network, its addresses, job, nightly, site go; no data stays$/,
  ],
  [{}, [], /^Everything of it goes; databases leave a final snapshot$/],
])("what goes of %j where %j may", (found, lost, words) => {
  expect(whatGoes(found, lost)).toMatch(words);
});

test.each<[boolean, readonly string[], boolean]>([
  [true, [], true],
  [false, [], false],
  [true, ["yes"], false],
  [true, ["simulate"], false],
  [true, ["other"], true],
])("somebody at the terminal: %s, with %j: is asked %s", (interactive, options, asked) => {
  const launcher = { terminal: { interactive } } as Parameters<typeof isAsked>[0];
  const given = { has: (name: string) => options.includes(name) } as Parameters<typeof isAsked>[1];
  expect(isAsked(launcher, given)).toBe(asked);
});

const identity = { project: "hello", stack: "dev" };

/** What a command had of the world, in the order in which it used it. */
class Asked {
  readonly steps: string[] = [];
  readonly records = new MemoryTexts();
  question = "";
  /** Of the simulator that tells the cost. */
  folder = "";

  constructor(
    private readonly answer: boolean,
    private readonly given: {
      readonly list?: Readonly<Record<string, number>>;
      readonly refuses?: Error;
    } = {},
  ) {}

  launcher(): Launcher {
    const settings = readSettings(["up", join(__dirname, "../../../../examples/hello")], {}, "/");
    const parts: Partial<Launcher> = {
      settings,
      clock: systemClock,
      terminal: { confirm: (question: string) => this.#confirm(question) } as Launcher["terminal"],
      aws: {
        use: () => Promise.reject(new BerthError("usage", "the account was asked")),
        close: () => Promise.resolve(),
      },
      cdDeps: (wanted) => (wanted.simulate ? this.#simulator(wanted) : this.#account()),
    };
    return parts as Launcher;
  }

  #confirm(question: string): Promise<boolean> {
    this.steps.push("question");
    this.question = question;
    return Promise.resolve(this.answer);
  }

  #simulator(settings: Settings): Deps {
    this.folder = settings.simulatorDirectory;
    const ignored = { stdout: () => undefined, stderr: () => undefined };
    const real = realDeps(settings, ignored, new Ending(systemClock));
    const { refuses } = this.given;
    const close = async (): Promise<void> => {
      this.steps.push(`simulator closed, ${existsSync(this.folder) ? "in its folder" : "without"}`);
      await real.close();
    };
    return { ...real, close, ...(refuses === undefined ? {} : { engine: () => Promise.reject(refuses) }) };
  }

  #account(): Deps {
    const { list } = this.given;
    const parts: Partial<Deps> = {
      clock: systemClock,
      log: makeLogger("silent"),
      records: () => Promise.resolve(this.records),
      prices: () => Promise.resolve(list === undefined ? undefined : { ask: () => Promise.resolve(list) }),
      progress: { end: () => void this.steps.push("screen free") } as Deps["progress"],
      close: () => Promise.resolve(void this.steps.push("account closed")),
    };
    return parts as Deps;
  }
}

const dollarsOf = (question: string): number => Number(/about \$(\d+\.\d\d) a month/.exec(question)?.[1]);

describe("before the first up of a stack", () => {
  async function ask(asked: Asked): Promise<void> {
    const launcher = asked.launcher();
    await askFirstUp(launcher, launcher.settings, identity);
  }

  test("a person is told what it costs, and the simulator that told it is gone", async () => {
    const asked = new Asked(true);
    await ask(asked);
    expect(asked.question).toMatch(/^Create the stack dev of hello\? It is new: about \$/);
    expect(dollarsOf(asked.question)).toBeGreaterThan(1);
    const closed = ["account closed", "simulator closed, in its folder"];
    expect(asked.steps).toEqual(["screen free", ...closed, "question"]);
    expect([asked.folder === "", existsSync(asked.folder)]).toEqual([false, false]);
  });

  test("the cost is of the account's own prices, where they are known", async () => {
    const [table, list] = [new Asked(true), new Asked(true, { list: { "load balancer": 1.0225 } })];
    await ask(table);
    await ask(list);
    // A dollar an hour more, in the 730 hours of a month.
    expect(dollarsOf(list.question) - dollarsOf(table.question)).toBeCloseTo(730, 1);
  });

  test("no ends it as cancelled", async () => {
    await expect(ask(new Asked(false))).rejects.toMatchObject({
      kind: "cancelled",
      message: "Nothing was deployed",
    });
  });

  test("where the simulator refuses, the question says that the cost is not known", async () => {
    const asked = new Asked(true, {
      refuses: new BerthError("deployment", "the simulator knows no such thing"),
    });
    await ask(asked);
    expect(asked.question).toBe("Create the stack dev of hello? It is new: its cost is not known");
    expect(existsSync(asked.folder)).toBe(false);
  });

  test.each([
    ["Ctrl-C", new BerthError("cancelled", "The run was ended")],
    ["a bug", new TypeError("undefined is no function")],
  ])("%s meanwhile ends the command before the question, and leaves nothing", async (_what, refuses) => {
    const asked = new Asked(true, { refuses });
    await expect(ask(asked)).rejects.toBe(refuses);
    expect(asked.steps).toEqual(["simulator closed, in its folder"]);
    expect(existsSync(asked.folder)).toBe(false);
  });
});

describe("before a stack is taken down", () => {
  const local = { local: true };
  const recorded = { fingerprint: "f", stateVersion: "1", resourceCount: 3, outputs };

  test("a person is told what its last run has left, on a screen that nothing else is drawn on", async () => {
    const asked = new Asked(true);
    await writeRecord(asked.records, identity, recorded);
    await askDown(asked.launcher(), identity, givenOf([], { ...local, allowDataLoss: ["db"] }));
    expect(asked.question).toBe(
      "Delete the stack dev of hello? its network, its addresses, web, db, cache go; a final snapshot of cache and the file system of its volumes stays",
    );
    expect(asked.steps).toEqual(["screen free", "question", "account closed"]);
  });

  test("without a record the question says so much as is known", async () => {
    const asked = new Asked(true);
    await askDown(asked.launcher(), identity, givenOf([], local));
    expect(asked.question).toContain("Everything of it goes; databases leave a final snapshot");
  });

  test("no ends it as cancelled, and all is closed", async () => {
    const asked = new Asked(false);
    const refusal = askDown(asked.launcher(), identity, givenOf([], local));
    await expect(refusal).rejects.toMatchObject({ kind: "cancelled", message: "Nothing was deleted" });
    expect(asked.steps).toEqual(["screen free", "question", "account closed"]);
  });

  test("elsewhere than on this machine it is the account's own record that counts", async () => {
    const asked = new Asked(true);
    const refusal = askDown(asked.launcher(), identity, givenOf([], {}));
    await expect(refusal).rejects.toThrow("the account was asked");
    expect(asked.steps).toEqual([]);
  });
});
