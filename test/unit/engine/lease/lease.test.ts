import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { FileTexts } from "../../../../src/engine/lease/file-texts";
import { StackLeases } from "../../../../src/engine/lease/lease";
import { BerthError } from "../../../../src/errors";
import type { Lease, Liveness, RunOwner, RunOwners, TextStore } from "../../../../src/ports";
import { HandClock } from "../../../support/hand-clock";
import { MemoryTexts } from "../../../support/memory-texts";

const stack = { project: "shop", stack: "dev" };

/** Machines whose processes are known by their id; each lives until it is said to be gone. */
class World {
  readonly store: TextStore;
  readonly clock = new HandClock();
  readonly notes: string[] = [];
  readonly lives = new Map<number, Liveness>();
  /** What becomes of a process that is asked to end; absent: it can't be asked. */
  readonly onEnd = new Map<number, () => void>();
  /** Why runs were told to end, by their process. */
  readonly ended: [number, string][] = [];

  constructor(store: TextStore = new MemoryTexts()) {
    this.store = store;
  }

  leases(pid: number): StackLeases {
    const owners: RunOwners = {
      self: () => Promise.resolve({ host: "ci-7", machine: "m", pid, processStart: "1" } satisfies RunOwner),
      liveness: (owner) => Promise.resolve(this.lives.get(owner.pid) ?? "alive"),
      end: (owner) => {
        this.onEnd.get(owner.pid)?.();
        return Promise.resolve(this.onEnd.has(owner.pid));
      },
    };
    const note = (message: string): void => void this.notes.push(message);
    return new StackLeases({ store: this.store, owners, clock: this.clock, version: "1.2.3", note });
  }

  take(pid: number, command = "up"): Promise<Lease> {
    return this.leases(pid).take(stack, command, (why) => void this.ended.push([pid, why]));
  }
}

async function refusal(work: Promise<unknown>): Promise<BerthError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BerthError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe("a lease", () => {
  test("is one run's until it is freed; the refusal tells who, since when, and what cancels it", async () => {
    const world = new World();
    const first = await world.take(1);
    const error = await refusal(world.take(2, "destroy"));
    expect(error.kind).toBe("locked");
    expect(error.problems).toEqual([
      {
        path: "shop/dev",
        message:
          "the stack is locked by berth-cd up (1.2.3) on ci-7 (process 1) since 2026-01-02T03:04:05.000Z",
        hint: "wait for it to end, or end it: BERTH_PROJECT=shop BERTH_STACK=dev berth-cd cancel",
      },
    ]);
    await first.free();
    const second = await world.take(2);
    expect(second.after).toEqual([]);
    expect(world.notes).toEqual([]);
  });

  test("of another stack is another one", async () => {
    const world = new World();
    await world.take(1);
    await world.leases(2).take({ project: "shop", stack: "prod" }, "up", () => undefined);
  });

  test("of a run that is gone is broken, and the line says so; its traces stay known until they are cleared away", async () => {
    const world = new World();
    await world.take(1, "destroy");
    world.lives.set(1, "gone");
    const second = await world.take(2);
    expect(world.notes).toEqual([
      "The run that had locked the stack is gone: the lease of berth-cd destroy (1.2.3) on ci-7 (process 1) is broken",
    ]);
    expect(second.after).toMatchObject([{ pid: 1, command: "destroy" }]);
    // The second one is killed too before it has cleared anything away.
    world.lives.set(2, "gone");
    const third = await world.take(3);
    expect(third.after.map(({ pid }) => pid)).toEqual([1, 2]);
    // The third ends with an error, and frees its lease all the same.
    await third.free();
    const fourth = await world.take(4);
    expect(fourth.after.map(({ pid }) => pid)).toEqual([1, 2]);
    await fourth.cleared();
    await fourth.free();
    expect((await world.take(5)).after).toEqual([]);
  });

  test.each<[string, number, RegExp, RegExp]>([
    ["fresh", 5_000, /since 2026-01-02T03:04:05\.000Z$/, /berth-cd cancel$/],
    ["silent", 600_000, /its last sign of life was at 2026-01-02T03:04:05/, /if you know .* cancel --force$/],
  ])("of a run that can't be seen is never broken by itself: %s", async (_what, age, message, hint) => {
    const world = new World();
    const text = { ...(await heldBy(world, 1)) };
    world.lives.set(1, "unknown");
    // A machine of its own that lost its power: no heart beats.
    await world.store.write("leases/shop/dev/1.json", JSON.stringify(text));
    await world.clock.pass(age, age);
    await world.store.write("leases/shop/dev/1.json", JSON.stringify(text));
    const error = await refusal(world.take(2));
    expect([error.problems[0]?.message, error.problems[0]?.hint]).toEqual([
      expect.stringMatching(message),
      expect.stringMatching(hint),
    ]);
  });

  test("of a silent run that is seen to live is waited for, or ended", async () => {
    const world = new World();
    const text = JSON.stringify(await heldBy(world, 1));
    await world.clock.pass(600_000, 600_000);
    await world.store.write("leases/shop/dev/1.json", text);
    const { problems } = await refusal(world.take(2));
    expect(problems[0]?.message).not.toContain("sign of life");
    expect(problems[0]?.hint).toMatch(/^wait for it to end/);
  });

  test.each([
    ["restart", 600_000, "broken"],
    ["restart", 120_000, "locked"],
    ["up", 600_000, "locked"],
  ])("of a silent %s that can't be seen, after %d ms: %s", async (command, age, outcome) => {
    const world = new World();
    const text = JSON.parse(JSON.stringify(await heldBy(world, 1))) as { holder: { command: string } };
    text.holder.command = command;
    world.lives.set(1, "unknown");
    await world.clock.pass(age, age);
    await world.store.write("leases/shop/dev/1.json", JSON.stringify(text));
    const taken = await world.take(2).then(
      () => "broken",
      (error: unknown) => (error as BerthError).kind,
    );
    expect(taken).toBe(outcome);
  });

  test("beats", async () => {
    const world = new World();
    const lease = await world.take(1);
    await world.clock.pass(35_000);
    const record = JSON.parse((await world.store.read("leases/shop/dev/1.json")) ?? "") as {
      holder: { since: string; heartbeat: string };
    };
    expect(record.holder).toMatchObject({
      since: "2026-01-02T03:04:05.000Z",
      heartbeat: "2026-01-02T03:04:35.000Z",
    });
    await lease.free();
    await world.clock.pass(20_000);
    expect(await world.store.read("leases/shop/dev/1.json")).toBe('{"after":[]}\n');
  });

  test.each(["", "{", "\0\0\0"])(
    "whose text is %j, as a machine without power leaves it, holds nobody up",
    async (text) => {
      const world = new World();
      await world.store.write("leases/shop/dev/7.json", text);
      await world.take(1);
      expect(await world.store.list("leases")).toEqual(["leases/shop/dev/8.json"]);
    },
  );

  test("of another form is another version's, and only --force breaks it", async () => {
    const world = new World();
    await world.store.write("leases/shop/dev/7.json", '{"owner":{"task":"1"}}');
    const { kind, problems } = await refusal(world.take(1));
    expect([kind, problems[0]?.message]).toEqual([
      "locked",
      expect.stringMatching(/^the lease leases\/shop\/dev\/7\.json .* can't be read: another version/),
    ]);
    expect(problems[0]?.hint).toContain("BERTH_PROJECT=shop BERTH_STACK=dev berth-cd cancel --force");
    const cancel = (force: boolean) => world.leases(2).cancel(stack, force, () => undefined);
    expect((await refusal(cancel(false))).kind).toBe("locked");
    expect(await cancel(true)).toBe("broken");
    await world.take(1);
  });
});

async function heldBy(world: World, pid: number): Promise<object> {
  await world.take(pid);
  return JSON.parse((await world.store.read("leases/shop/dev/1.json")) ?? "") as object;
}

describe("of many runs in the same instant exactly one wins", () => {
  const directories: string[] = [];
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true });
  });
  const inFiles = (): TextStore => {
    const directory = mkdtempSync(join(tmpdir(), "berth-leases-"));
    directories.push(directory);
    return new FileTexts(directory);
  };

  test.each<[string, () => TextStore, number]>([
    ["memory", () => new MemoryTexts(), 100],
    ["files", inFiles, 15],
  ])("in %s, after nobody, a run that ended, or one that is gone", async (_what, makeStore, numRuns) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("nobody", "ended", "gone"),
        fc.integer({ min: 2, max: 10 }),
        async (before, count) => {
          const world = new World(makeStore());
          if (before !== "nobody") {
            const lease = await world.take(1);
            if (before === "ended") await lease.free();
            else world.lives.set(1, "gone");
          }
          const pids = Array.from({ length: count }, (_, index) => index + 2);
          const taken = await Promise.allSettled(pids.map((pid) => world.take(pid)));
          const winners = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
          expect(winners).toHaveLength(1);
          for (const one of taken)
            if (one.status === "rejected") expect((one.reason as BerthError).kind).toBe("locked");
          await winners[0]?.free();
          expect(await world.store.list("leases")).toHaveLength(1);
        },
      ),
      { numRuns },
    );
  });
});

describe("cancel", () => {
  const cancel = (world: World, force = false) =>
    world.leases(9).cancel(stack, force, (message) => void world.notes.push(message));

  test("has nothing to do where nobody holds the stack", async () => {
    const world = new World();
    expect(await cancel(world)).toBe("nothing to cancel");
    await (await world.take(1)).free();
    expect(await cancel(world)).toBe("nothing to cancel");
  });

  test("asks a run that lives, and waits until it has freed its lease", async () => {
    const world = new World();
    const lease = await world.take(1);
    world.onEnd.set(1, () => void world.clock.sleep(3_000).then(() => lease.free()));
    const cancelled = cancel(world);
    await world.clock.pass(5_000);
    expect(await cancelled).toBe("ended");
    expect(world.notes).toEqual(["Asking berth-cd up (1.2.3) on ci-7 (process 1) to end"]);
  });

  test("leaves a mark for a run that can't be asked, which sees it with its next heartbeat", async () => {
    const world = new World();
    world.lives.set(1, "unknown");
    const lease = await world.take(1);
    const cancelled = cancel(world);
    await world.clock.pass(30_000);
    expect(world.ended).toEqual([[1, "berth-cd cancel asked for it"]]);
    await lease.free();
    await world.clock.pass(1_000);
    expect(await cancelled).toBe("ended");
    await world.take(2);
    expect(await world.store.list("leases")).toEqual(["leases/shop/dev/2.json"]);
  });

  test("breaks the lease of a run that dies while it is asked", async () => {
    const world = new World();
    await world.take(1);
    world.onEnd.set(1, () => world.lives.set(1, "gone"));
    expect(await cancel(world)).toBe("broken");
    expect((await world.take(2)).after).toMatchObject([{ pid: 1 }]);
  });

  test("says so where the run does not end", async () => {
    const world = new World();
    await world.take(1);
    world.onEnd.set(1, () => undefined);
    const cancelled = refusal(cancel(world));
    await world.clock.pass(150_000);
    expect((await cancelled).kind).toBe("locked");
    expect((await cancelled).message).toMatch(/has not in 140 s.*cancel --force/);
  });

  test("with force breaks the lease of a run that lives, which then ends and frees nothing of others", async () => {
    const world = new World();
    const first = await world.take(1);
    expect(await cancel(world, true)).toBe("broken");
    const second = await world.take(2);
    await world.clock.pass(11_000);
    expect(world.ended).toEqual([[1, "berth-cd cancel --force broke its lease"]]);
    await first.free();
    expect(await world.store.list("leases")).toEqual(["leases/shop/dev/3.json"]);
    expect((await refusal(world.take(3))).message).toContain("process 2");
    await second.free();
  });

  test("with force, and the run ends before its next heartbeat: it frees nothing of others", async () => {
    const world = new World();
    const first = await world.take(1);
    expect(await cancel(world, true)).toBe("broken");
    const second = await world.take(2);
    await first.free();
    expect((await refusal(world.take(3))).message).toContain("process 2");
    await second.free();
    await world.take(3);
    expect(await world.store.list("leases")).toEqual(["leases/shop/dev/4.json"]);
  });
});

describe("what the store says", () => {
  /** A store in memory of which one answer is another. */
  const storeWith = (own: Partial<TextStore>): TextStore => {
    const store = new MemoryTexts();
    const bound: TextStore = {
      read: (key) => store.read(key),
      write: (key, text) => store.write(key, text),
      version: (key) => store.version(key),
      versions: (prefix) => store.versions(prefix),
      create: (key, text) => store.create(key, text),
      list: (prefix) => store.list(prefix),
      remove: (key) => store.remove(key),
    };
    return { ...bound, ...own };
  };

  test("who holds the stack is told of a lease that can be read, and unknown of any other", async () => {
    const world = new World();
    expect(await world.leases(1).holder(stack)).toBeUndefined();
    const lease = await world.take(1);
    expect(await world.leases(2).holder(stack)).toMatchObject({ pid: 1, command: "up" });
    await lease.free();
    expect(await world.leases(2).holder(stack)).toBeUndefined();
    await world.store.write("leases/shop/dev/7.json", '{"holder": {"of": "another version"}, "after": "?"}');
    expect(await world.leases(2).holder(stack)).toBe("unknown");
  });

  test("others who are faster again and again lock the stack", async () => {
    const world = new World(storeWith({ create: () => Promise.resolve(false) }));
    const error = await refusal(world.take(1));
    expect([error.kind, error.problems[0]?.message]).toEqual([
      "locked",
      "other runs lock the stack again and again",
    ]);
  });

  test("a lease that is gone whenever it is read is a bug, and no lease", async () => {
    const world = new World(
      storeWith({
        list: () => Promise.resolve(["leases/shop/dev/1.json"]),
        read: () => Promise.resolve(undefined),
      }),
    );
    expect((await refusal(world.take(1))).kind).toBe("bug");
  });

  test("a heartbeat that is being written when the lease is freed does not lock the stack again", async () => {
    const store = new MemoryTexts();
    let arrived: (() => void) | undefined;
    const write = async (key: string, text: string): Promise<void> => {
      if (arrived === undefined && text.includes(":15.000Z")) await new Promise<void>((go) => (arrived = go));
      await store.write(key, text);
    };
    const world = new World(Object.assign(Object.create(store) as MemoryTexts, { write }));
    const lease = await world.take(1);
    await world.clock.pass(11_000);
    const freed = lease.free();
    await world.clock.pass(1_000);
    arrived?.();
    await freed;
    await world.clock.pass(1_000);
    expect(await world.leases(2).holder(stack)).toBeUndefined();
  });

  test("a run that is asked to end is looked at twice a second", async () => {
    let looks = 0;
    const store = new MemoryTexts();
    const list = (prefix: string): Promise<readonly string[]> => {
      looks++;
      return store.list(prefix);
    };
    const world = new World(Object.assign(Object.create(store) as MemoryTexts, { list }));
    const lease = await world.take(1);
    world.onEnd.set(1, () => undefined);
    const before = looks;
    const cancelled = world.leases(9).cancel(stack, false, () => undefined);
    await world.clock.pass(5_000);
    expect(looks - before).toBeLessThan(14);
    await lease.free();
    await world.clock.pass(1_000);
    expect(await cancelled).toBe("ended");
  });

  test("traces that were cleared away are cleared once, for whoever comes after", async () => {
    const world = new World();
    await world.take(1);
    world.lives.set(1, "gone");
    const lease = await world.take(2);
    const key = "leases/shop/dev/2.json";
    expect(JSON.parse((await world.store.read(key)) ?? "")).toMatchObject({
      holder: { pid: 2 },
      after: [{ pid: 1 }],
    });
    await lease.cleared();
    expect(JSON.parse((await world.store.read(key)) ?? "")).toMatchObject({ holder: { pid: 2 }, after: [] });
    await world.store.write(key, "somebody else's");
    await lease.cleared();
    expect(await world.store.read(key)).toBe("somebody else's");
    await lease.free();
  });
});
