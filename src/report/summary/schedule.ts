/** What of a schedule's state machine the compose file says; its task definition is reported by itself. */
import { listOf, recordOf } from "../../defined";

/** `overlap skip, timeout 600 s, 2 retries`; `undefined` where the definition is not known. */
export function runWords(definition: unknown): string | undefined {
  const states = statesOf(definition);
  if (states === undefined) return undefined;
  const run = recordOf(states["Run"]);
  const { TimeoutSeconds: timeout } = run;
  const [retries = 0] = listOf(run["Retry"])
    .map(recordOf)
    .filter(({ ErrorEquals }) => listOf(ErrorEquals).includes("States.TaskFailed"))
    .map(({ MaxAttempts }) => Number(MaxAttempts));
  return [
    `overlap ${"Others" in states ? "skip" : "allow"}`,
    ...(timeout === undefined ? [] : [`timeout ${Number(timeout)} s`]),
    `${retries} ${retries === 1 ? "retry" : "retries"}`,
  ].join(", ");
}

function statesOf(definition: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const { States } = recordOf(JSON.parse(String(definition)) as unknown);
    return States === undefined ? undefined : recordOf(States);
  } catch {
    return undefined;
  }
}
