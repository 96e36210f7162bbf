import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { BerthError } from "../../../../src/errors";
import { recoverState } from "../../../../src/engine/pulumi/recovery";
import type { LeaseHolder, Recovery, TaggedResource } from "../../../../src/ports";
import { HandClock } from "../../../support/hand-clock";
import { MemoryTexts } from "../../../support/memory-texts";

const key = ".pulumi/stacks/shop/dev.json";
const vpc = "aws:ec2/vpc:Vpc";
const database = "aws:rds/instance:Instance";
const tags = { "berth:project": "shop", "berth:stack": "dev" };
const arn = "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1";

const entry = (type: string, name: string, more: object = {}): object => ({
  urn: `urn:pulumi:dev::shop::${type}::${name}`,
  type,
  custom: true,
  inputs: { tags },
  ...more,
});

const checkpoint = (pending: readonly object[] = [], resources: readonly object[] = []): string =>
  JSON.stringify({ version: 3, checkpoint: { latest: { resources, pending_operations: pending } } });

/** A backend, and everything that a recovery asks of it and does to it. */
class Bench {
  readonly state = new MemoryTexts();
  readonly clock = new HandClock();
  readonly notes: string[] = [];
  readonly done: string[] = [];
  tagged: readonly TaggedResource[] = [];
  /** What AWS answers of a child, in this order; the last answer stays. */
  children: ({ readonly id: string; readonly isMaking: boolean } | undefined)[] = [];
  after: readonly LeaseHolder[] = [];
  lastGood: string | undefined;
  /** Why AWS deletes nothing. */
  refusal: BerthError | undefined;
  /** What a refresh finds. */
  onRefresh: () => void = () => undefined;

  recover(tagsFollowWithin = 0): Promise<void> {
    const recovery: Recovery = {
      project: "shop",
      stack: "dev",
      after: this.after,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      lastGood: () => Promise.resolve(this.lastGood),
      note: (line) => void this.notes.push(line),
    };
    const { state, clock } = this;
    const existing = () =>
      Promise.resolve({
        tagged: () => Promise.resolve(this.tagged),
        child: () => Promise.resolve(this.children.length > 1 ? this.children.shift() : this.children[0]),
      });
    const names = (urns: readonly string[]): string => urns.map((urn) => urn.split("::").at(-1)).join(" ");
    return recoverState(
      recovery,
      { state, clock, existing, tagsFollowWithin },
      {
        refresh: (urns) => {
          this.done.push(`refresh ${names(urns)}`);
          this.onRefresh();
          return Promise.resolve();
        },
        remove: (urns) => {
          this.done.push(`remove ${names(urns)}`);
          return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
        },
      },
    );
  }

  lock(owner: Partial<Record<"pid" | "hostname" | "timestamp", unknown>>): void {
    const folder = ".pulumi/locks/organization/shop/dev";
    const text = { pid: 1, username: "ada", hostname: "ci-7", timestamp: "2026-01-02T03:04:05Z", ...owner };
    this.state.texts.set(`${folder}/1.json`, JSON.stringify(text));
    this.state.texts.set(`${folder}/1.json.attrs`, "{}");
  }
}

const gone: LeaseHolder = {
  id: "1",
  host: "ci-7",
  machine: "m",
  pid: 7,
  processStart: "1",
  command: "up",
  version: "1",
  since: "2026-01-02T03:04:00.000Z",
  heartbeat: "2026-01-02T03:04:00.000Z",
};

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("a lock of Pulumi's", () => {
  const ended = spawnSync(process.execPath, ["-e", ""]).pid;
  const now = (): string => new Date().toISOString();

  test.each<[string, object, readonly LeaseHolder[]]>([
    ["of a process that has ended", { pid: ended, hostname: hostname(), timestamp: now() }, []],
    ["whose process id is another's by now", { pid: process.pid, hostname: hostname() }, []],
    ["of a run that is known to be gone, on another machine", {}, [gone]],
  ])("%s is broken, with a line that says so", async (_what, owner, after) => {
    bench.lock(owner);
    bench.after = after;
    await bench.recover();
    expect([...bench.state.texts.keys()]).toEqual([]);
    expect(bench.notes).toEqual([
      expect.stringMatching(/^The lock of ada@.* is broken: its process is gone$/),
    ]);
  });

  test.each<[string, object, readonly LeaseHolder[]]>([
    ["of a living process", { pid: process.pid, hostname: hostname(), timestamp: now() }, []],
    ["of another machine", {}, []],
    ["of another machine than that of the run that is gone", { hostname: "home" }, [gone]],
    ["that is older than the run that is gone", { timestamp: "2026-01-02T03:00:00Z" }, [gone]],
  ])("%s is somebody's, who is told", async (_what, owner, after) => {
    bench.lock(owner);
    bench.after = after;
    await expect(bench.recover()).rejects.toMatchObject({
      kind: "locked",
      problems: [{ path: "shop/dev", message: expect.stringContaining("ada@") as string }],
    });
    expect(bench.state.texts.size).toBe(2);
  });
});

describe("a state that can't be read", () => {
  const good = checkpoint([], [entry(vpc, "net", { outputs: { arn } })]);

  test.each<[string, string | undefined, string | undefined]>([
    ["the backend's own copy", good, checkpoint()],
    ["what the history keeps", undefined, good],
    ["what the history keeps, where the copy is half written too", '{"version":3,', good],
  ])("is replaced by %s, and what it doesn't know is told", async (_what, copy, kept) => {
    bench.state.texts.set(key, '{"version":3,"checkp');
    if (copy !== undefined) bench.state.texts.set(`${key}.bak`, copy);
    bench.lastGood = kept;
    const later = "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-2";
    bench.tagged = [
      { arn, tags },
      { arn: later, tags },
    ];
    await bench.recover();
    expect(bench.state.texts.get(key)).toBe(good);
    expect(bench.notes).toEqual([
      expect.stringMatching(
        /^warning: the stack's state can't be read: .*the last good one is used instead$/,
      ),
      `warning: ${later} has the stack's tags, and this state doesn't know it`,
    ]);
  });

  test("and that nothing was kept of stays, and is told", async () => {
    bench.state.texts.set(key, "{");
    await expect(bench.recover()).rejects.toMatchObject({ kind: "deployment" });
    expect(bench.state.texts.get(key)).toBe("{");
  });

  test("because its attributes are half written is freed of them", async () => {
    bench.state.texts.set(key, checkpoint());
    bench.state.texts.set(`${key}.attrs`, "");
    bench.state.texts.set(`${key}.bak.attrs`, "{}");
    await bench.recover();
    expect([...bench.state.texts.keys()]).toEqual([key, `${key}.bak.attrs`]);
  });
});

describe("what a run that was killed had begun", () => {
  const pendingOf = (): unknown =>
    (JSON.parse(bench.state.texts.get(key) ?? "") as { checkpoint: { latest: object } }).checkpoint.latest;

  test("is settled: deletions first, then a look at the rest; nothing stays open", async () => {
    const [net, old] = [entry(vpc, "net"), entry(vpc, "old", { id: "vpc-0" })];
    bench.state.texts.set(
      key,
      checkpoint(
        [
          { type: "creating", resource: net },
          { type: "deleting", resource: old },
        ],
        [old],
      ),
    );
    bench.tagged = [{ arn, tags }];
    await bench.recover();
    expect(bench.done).toEqual(["remove old", "refresh net"]);
    expect(bench.notes).toHaveLength(2);
    expect(pendingOf()).not.toHaveProperty("pending_operations");
  });

  test("and AWS refuses to delete stays, told with the reason, and holds no run up", async () => {
    const old = entry(vpc, "old", { id: "vpc-0" });
    bench.state.texts.set(key, checkpoint([{ type: "deleting", resource: old }], [old]));
    bench.refusal = new BerthError("deployment", { path: "old", message: "DependencyViolation" });
    await bench.recover();
    expect(bench.done).toEqual(["remove old", "refresh old"]);
    expect(bench.notes.at(-1)).toBe("warning: it stays in the state: old: DependencyViolation");
    expect(pendingOf()).not.toHaveProperty("pending_operations");
  });

  test("and isn't found at first is looked for again, when the tags have had time to follow", async () => {
    bench.state.texts.set(key, checkpoint([{ type: "creating", resource: entry(vpc, "net") }]));
    const recovered = bench.recover(20_000);
    await bench.clock.pass(10_000);
    expect(bench.done).toEqual([]);
    bench.tagged = [{ arn, tags }];
    await bench.clock.pass(11_000);
    await recovered;
    expect(bench.done).toEqual(["refresh net"]);
  });

  const mountTarget = entry("aws:efs/mountTarget:MountTarget", "files-1", {
    inputs: { fileSystemId: "fs-1", subnetId: "subnet-1" },
  });

  test("and only its parent tells is found by it, once AWS has made it", async () => {
    bench.state.texts.set(key, checkpoint([{ type: "creating", resource: mountTarget }]));
    bench.children = [
      { id: "fsmt-1", isMaking: true },
      { id: "fsmt-1", isMaking: false },
    ];
    const recovered = bench.recover();
    await bench.clock.pass(10_000);
    expect(bench.done).toEqual([]);
    await bench.clock.pass(10_000);
    await recovered;
    expect(bench.done).toEqual(["refresh files-1"]);
    expect(pendingOf()).toEqual({ resources: [expect.objectContaining({ id: "fsmt-1" })] });
  });

  test("and its parent has none of is dropped, and told", async () => {
    bench.state.texts.set(key, checkpoint([{ type: "creating", resource: mountTarget }]));
    await bench.recover(20_000);
    expect(bench.notes).toEqual(["aws:efs/mountTarget:MountTarget files-1 was being created: AWS has none"]);
    expect(pendingOf()).toEqual({ resources: [] });
  });

  test("and doesn't exist is dropped without a look", async () => {
    bench.state.texts.set(key, checkpoint([{ type: "creating", resource: entry(vpc, "net") }]));
    await bench.recover();
    expect(bench.done).toEqual([]);
    expect(pendingOf()).toEqual({ resources: [] });
  });

  test("and AWS is still making is looked at until it is made: what depends on it needs its address", async () => {
    const making = entry(database, "db", { inputs: { identifier: "shop-db" } });
    bench.state.texts.set(key, checkpoint([{ type: "creating", resource: making }]));
    let looks = 0;
    bench.onRefresh = () => {
      looks += 1;
      const outputs = looks < 3 ? { endpoint: "" } : { endpoint: "shop-db.rds:5432" };
      bench.state.texts.set(key, checkpoint([], [{ ...making, id: "shop-db", outputs }]));
    };
    const recovered = bench.recover();
    await bench.clock.pass(60_000);
    await recovered;
    expect(bench.done).toEqual(["refresh db", "refresh db", "refresh db"]);
  });
});

test("a stack that was never made, and one in order, are left alone", async () => {
  await bench.recover();
  bench.state.texts.set(key, checkpoint());
  await bench.recover();
  expect([bench.done, bench.notes]).toEqual([[], []]);
});
