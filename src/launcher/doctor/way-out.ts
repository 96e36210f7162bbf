/** The NAT instance of an existing stack: whether it forwards, and what it did. */
import type { NatReader, StackIdentity } from "../../ports";
import type { ModeSettings } from "../../modes/modes";
import { natEnds } from "../../ports/way-out";
import type { Finding } from "./findings";

const check = "way out";
/** Milliseconds that an instance has for its start. */
const startTime = 20 * 60_000;

/** @param now - milliseconds since the epoch */
export async function wayOutFindings(
  reader: NatReader,
  stack: StackIdentity,
  { natStrategy, vpc }: Pick<ModeSettings, "natStrategy" | "vpc">,
  now: number,
): Promise<readonly Finding[]> {
  if (natStrategy !== "instance" || vpc !== "new") return [];
  const report = await reader.report(stack);
  if (report === undefined) {
    const message = "the stack has no NAT instance: private tasks reach nothing outside, and pull no image";
    const fix =
      "the activity of the auto scaling group says why none starts (EC2 console, Auto Scaling Groups, Activity); a key of your own that encrypts volumes by default has to let AWSServiceRoleForAutoScaling use it";
    return [{ check, status: "fail", message, fix }];
  }
  const { instanceId, state, startedAt, lines } = report;
  const last = lines.at(-1);
  if (last?.startsWith(natEnds.open) === true)
    return [{ check, status: "ok", message: `NAT instance ${instanceId}: ${last}` }];
  if (last === undefined && state === "running" && now - startedAt > startTime)
    return [{ check, status: "ok", message: `NAT instance ${instanceId} runs, and writes nothing any more` }];
  const said = lines.length === 0 ? "nothing yet" : lines.join("; ");
  return [
    {
      check,
      status: now - startedAt > startTime ? "fail" : "warn",
      message: `NAT instance ${instanceId} (${state}) does not forward; it said: ${said}`,
      fix: "wait some minutes: one that can't set itself up powers off, and another one starts; natStrategy: gateway under x-berth uses AWS's own gateway instead",
    },
  ];
}
