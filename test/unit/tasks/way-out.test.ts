/** The wait for a NAT instance: until it says that it forwards, and for a while where it doesn't. */
import { NatWayOut } from "../../../src/tasks/way-out";
import { BerthError } from "../../../src/errors";
import type { NatReport } from "../../../src/ports";
import { natEnds } from "../../../src/ports/way-out";
import { VirtualClock } from "../builds/builds-fakes";

const stack = { project: "shop", stack: "dev" };

function world(reports: readonly (Partial<NatReport> | undefined | Error)[]) {
  const clock = new VirtualClock();
  const notes: string[] = [];
  const ending = new AbortController();
  let looks = 0;
  const report = (): Promise<NatReport | undefined> => {
    const next = reports[Math.min(looks, reports.length - 1)];
    looks += 1;
    if (next instanceof Error) return Promise.reject(next);
    const usual = { instanceId: "i-1", state: "running", startedAt: clock.now(), lines: [] };
    return Promise.resolve(next && { ...usual, ...next });
  };
  const wayOut = new NatWayOut({
    reader: () => Promise.resolve({ report }),
    clock,
    note: (message) => notes.push(message),
    signal: ending.signal,
  });
  return { clock, notes, wayOut, ending, looks: () => looks };
}

const open = { lines: [natEnds.begun, `${natEnds.open}, by nft`] };
const killed = "dnf was killed, which is what running out of memory looks like";

test("an instance that forwards is not waited for, and is asked once, whoever waits", async () => {
  const { wayOut, notes, looks } = world([open]);
  await Promise.all([wayOut.opened(stack), wayOut.opened(stack)]);
  expect([looks(), notes, wayOut.trouble()]).toEqual([1, [], []]);
});

test("one that is late is waited for, and what it says is told once", async () => {
  const late = { lines: [natEnds.begun, killed] };
  const { wayOut, notes, clock } = world([undefined, {}, late, late, open]);
  await wayOut.opened(stack);
  expect(clock.sleeps).toEqual([5_000, 5_000, 5_000, 5_000]);
  expect(notes).toEqual([`NAT instance i-1: ${killed}`]);
  expect(wayOut.trouble()).toEqual([]);
});

test("one that dies is waited for six minutes, and its last words stay for whoever fails", async () => {
  const gone = { lines: [natEnds.begun, killed, `${natEnds.failed}: nftables can't be installed`] };
  const { wayOut, notes, clock } = world([gone, { instanceId: "i-2", lines: [natEnds.begun, killed] }]);
  await wayOut.opened(stack);
  expect(clock.sleeps.reduce((sum, each) => sum + each, 0)).toBe(360_000);
  expect(notes.at(-1)).toMatch(/still not open; the run goes on/);
  expect(notes.filter((note) => note.includes("i-2"))).toEqual([`NAT instance i-2: ${killed}`]);
  expect(wayOut.trouble()).toEqual([
    "the NAT instance i-2 has not opened the way out",
    natEnds.begun,
    killed,
  ]);
});

test("one whose console has forgotten its start is taken to forward, and a young one is not", async () => {
  const young = world([{ startedAt: 1_000_000, lines: [] }, { startedAt: 1_000_000 }, open]);
  await young.wayOut.opened(stack);
  expect(young.clock.sleeps).toHaveLength(2);
  const ancient = world([{ startedAt: -30 * 60_000, lines: [] }]);
  await ancient.wayOut.opened(stack);
  expect(ancient.clock.sleeps).toEqual([]);
});

test("nobody waits for one that isn't there, that can't be looked at, or once the run ends", async () => {
  const none = world([undefined]);
  await none.wayOut.opened(stack);
  expect(none.clock.sleeps).toHaveLength(5);

  const refused = world([new BerthError("deployment", "AWS refused access: ec2:GetConsoleOutput")]);
  await refused.wayOut.opened(stack);
  expect(refused.notes).toEqual([expect.stringMatching(/is not waited for: .*GetConsoleOutput/)]);

  const ended = world([{}]);
  const waiting = ended.wayOut.opened(stack);
  while (ended.clock.sleeps.length === 0) await new Promise(setImmediate);
  ended.ending.abort();
  await waiting;
  expect(ended.notes).toEqual([]);
});
