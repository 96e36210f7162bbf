import { wayOutFindings } from "../../../../src/launcher/doctor/way-out";
import type { NatReport } from "../../../../src/ports";
import { modeSettings } from "../../../../src/modes/modes";
import { natEnds } from "../../../../src/ports/way-out";

const stack = { project: "shop", stack: "dev" };
const now = 100 * 60_000;
const affordable = modeSettings("affordable", {});

function look(report: Partial<NatReport> | undefined, mode = affordable) {
  const usual = { instanceId: "i-1", state: "running", startedAt: now - 60_000, lines: [] };
  const reader = { report: () => Promise.resolve(report && { ...usual, ...report }) };
  return wayOutFindings(reader, stack, mode, now);
}

const killed = "dnf was killed, which is what running out of memory looks like";

test.each<[string, Partial<NatReport> | undefined, "ok" | "warn" | "fail", RegExp]>([
  [
    "that forwards",
    { lines: [natEnds.begun, `${natEnds.open}, by nft`] },
    "ok",
    /i-1: the way out is open, by nft/,
  ],
  ["that has run for long", { startedAt: 0 }, "ok", /writes nothing any more/],
  ["that starts", {}, "warn", /does not forward; it said: nothing yet/],
  ["that is at work", { lines: [natEnds.begun, killed] }, "warn", /it said: begins; dnf was killed/],
  ["that is stuck", { startedAt: 0, lines: [natEnds.begun, killed] }, "fail", /dnf was killed/],
  [
    "that powers off",
    { startedAt: 0, state: "stopping", lines: [] },
    "fail",
    /\(stopping\) does not forward/,
  ],
  ["that isn't there", undefined, "fail", /has no NAT instance/],
])("an instance %s", async (_, report, status, message) => {
  const [finding] = await look(report);
  expect(finding).toMatchObject({ status, message: expect.stringMatching(message) as string });
  expect(finding?.fix === undefined).toBe(status === "ok");
});

test("a stack whose way out is a gateway, or another's network, has none to look at", async () => {
  expect(await look(undefined, modeSettings("balanced", {}))).toEqual([]);
  expect(
    await look(undefined, {
      ...affordable,
      vpc: { id: "vpc-1", publicSubnets: [], privateSubnets: [], searchDomain: false },
    }),
  ).toEqual([]);
});
