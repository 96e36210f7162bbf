import { alertWarnings, lookAtAlerts } from "../../../../src/app/alerts";
import { BerthError } from "../../../../src/errors";
import { alertFindings } from "../../../../src/launcher/doctor/alerts";
import type { AlertsState } from "../../../../src/ports";

const mail = { kind: "mail", address: "ops@example.com" } as const;
const stack = { project: "shop", stack: "dev" };
const outputs = { alerts: { mail: ["ops@example.com"], webhooks: 0 } };

function progress() {
  const notes: string[] = [];
  const nothing = (): void => undefined;
  const rest = {
    outline: nothing,
    engine: nothing,
    build: nothing,
    oneOff: nothing,
    service: nothing,
    times: () => ({}),
    end: nothing,
  };
  return { notes, progress: { ...rest, note: (message: string) => void notes.push(message) } };
}

test("doctor says that all is well, or what each address and webhook needs", () => {
  expect(alertFindings([mail], { unconfirmed: [], undelivered: 0 })).toEqual([
    { check: "alerts", status: "ok", message: "1 address gets the alerts" },
  ]);
  const found = alertFindings([mail, mail], { unconfirmed: ["ops@example.com"], undelivered: 2 });
  expect(found.map(({ status, message }) => [status, message])).toEqual([
    ["warn", "ops@example.com gets no alerts yet"],
    ["warn", "2 alerts of the last 14 days could not be delivered"],
  ]);
  expect(found.every(({ fix }) => fix !== undefined)).toBe(true);
});

test("a run ends with what stands between alerts and people", async () => {
  const state: AlertsState = { unconfirmed: ["ops@example.com"], undelivered: 0 };
  const asked = { alerts: () => Promise.resolve({ state: () => Promise.resolve(state) }), ...progress() };
  expect(await lookAtAlerts(stack, outputs, asked)).toEqual(alertWarnings(state));
  expect(await lookAtAlerts(stack, {}, asked)).toEqual([]);
  expect(alertWarnings(state)[0]).toMatchObject({ path: "x-berth.alerts" });
});

test("a look that fails is a line, and not the run's failure", async () => {
  const refusing = () => Promise.reject(new BerthError("deployment", { message: "no" }));
  const told = progress();
  const asked = { alerts: () => Promise.resolve({ state: refusing }), ...told };
  expect(await lookAtAlerts(stack, outputs, asked)).toEqual([]);
  expect(told.notes).toEqual(["Whether alerts reach people can't be looked at: no"]);
});
