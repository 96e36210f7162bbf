/** A run's wait for the NAT instance of its stack: followed until it says that the way out is open. */
import { messageOf } from "../errors";
import type { Clock, NatReader, NatReport, StackIdentity, WayOut } from "../ports";
import { natEnds } from "../ports/way-out";

export interface NatWayOutOptions {
  readonly reader: () => Promise<NatReader>;
  readonly clock: Clock;
  readonly note: (message: string) => void;
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks. EC2 shows a console's newest lines on request (GetConsoleOutput, Latest). */
const pause = 5_000;
/** Looks, in six minutes: the script's own quarter of an hour is for the instance, most need one minute. */
const patience = 72;
/** Milliseconds after which an instance that says nothing is taken to be open: its console has forgotten the line. */
const settled = 20 * 60_000;
/** Looks without an instance before nobody waits for one: a group shows it within seconds. */
const looksWithoutOne = 6;

export class NatWayOut implements WayOut {
  readonly #told = new Set<string>();
  #opened: Promise<void> | undefined;
  #trouble: readonly string[] = [];

  constructor(private readonly options: NatWayOutOptions) {}

  opened(stack: StackIdentity): Promise<void> {
    return (this.#opened ??= this.#wait(stack));
  }

  trouble(): readonly string[] {
    return this.#trouble;
  }

  async #wait(stack: StackIdentity): Promise<void> {
    const { clock, note, signal } = this.options;
    try {
      const reader = await this.options.reader();
      for (let look = 1, without = 0; look <= patience && !signal.aborted; look += 1) {
        const report = await reader.report(stack);
        if (report === undefined) without += 1;
        if (isOpen(report, clock.now()) || without === looksWithoutOne) {
          this.#trouble = [];
          return;
        }
        this.#tell(report);
        await clock.sleep(pause, signal);
      }
      if (!signal.aborted)
        note("The way out of the private subnets is still not open; the run goes on without it");
    } catch (error) {
      if (!signal.aborted)
        note(`The NAT instance can't be looked at, and is not waited for: ${messageOf(error)}`);
    }
  }

  /** What it has said since the last look, each line once for each instance. */
  #tell(report: NatReport | undefined): void {
    if (report === undefined) return;
    const { instanceId, lines } = report;
    this.#trouble = [`the NAT instance ${instanceId} has not opened the way out`, ...lines];
    for (const line of lines) {
      const key = `${instanceId} ${line}`;
      if (this.#told.has(key) || line === natEnds.begun) continue;
      this.#told.add(key);
      this.options.note(`NAT instance ${instanceId}: ${line}`);
    }
  }
}

/** Whether an instance forwards, as far as is known. */
export function isOpen(report: NatReport | undefined, now: number): boolean {
  if (report === undefined) return false;
  if (report.lines.some((line) => line.startsWith(natEnds.open))) return true;
  return report.lines.length === 0 && report.state === "running" && now - report.startedAt > settled;
}
