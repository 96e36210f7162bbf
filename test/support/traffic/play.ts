/** A program of its own (player.ts): deploys versions one after the other, and answers with what their addresses met. */
import { TrafficStack, type Ending, type TrafficOptions, type Version } from "./stack";
import type { Address, Met } from "./requests";

export interface Play {
  readonly options?: TrafficOptions;
  readonly steps: readonly { readonly version: Version; readonly ending?: Ending }[];
}

/** After one run. */
export interface Played {
  readonly code: number;
  readonly sent: number;
  /** Requests that nobody answered while it ran, to addresses that no version since the last one that came up has dropped. */
  readonly lost: readonly string[];
  /** What these addresses meet now, or those of the version, where it came up. */
  readonly met: readonly Met[];
  readonly groups: number;
  readonly rules: number;
  readonly error?: unknown;
  readonly stderr: string;
  /** What the run warns of. */
  readonly warnings: readonly string[];
  /** The outage that the preview before it names, "" for none. @default nobody has asked for one */
  readonly outage?: string;
}

async function play({ options, steps }: Play): Promise<readonly Played[]> {
  const stack = new TrafficStack(options);
  const played: Played[] = [];
  /** The addresses of the last version that came up, without those that a later one, which did not, has dropped. */
  let known: readonly Address[] = [];
  let settled = true;
  try {
    for (const { version, ending } of steps) {
      const wanted = stack.addresses(version);
      const asked = known.filter(({ host }) => wanted.some((address) => address.host === host));
      const [sent, lost] = [stack.sent, stack.lost.length];
      // What a run that failed or was cut off has left is settled by the next one, not by a preview.
      const asks = options?.mode === "affordable" && settled;
      const outage = asks ? await stack.outage(version) : undefined;
      const { ran, killed } = await stack.up(version, ending, asked);
      const succeeded = ran.code === 0 && !killed;
      settled = succeeded;
      known = succeeded ? wanted : asked;
      played.push({
        code: ran.code,
        sent: stack.sent - sent,
        lost: stack.lost.slice(lost),
        met: stack.meet(known),
        groups: stack.outputs("aws:lb/targetGroup:TargetGroup").length,
        rules: stack.outputs("aws:lb/listenerRule:ListenerRule").length,
        stderr: ran.stderr,
        warnings: ran.result.warnings.map(({ path, message }) => `${path}: ${message}`),
        ...(outage === undefined ? {} : { outage }),
        ...(ran.code === 0 ? {} : { error: ran.result.error }),
      });
    }
    return played;
  } finally {
    stack.remove();
  }
}

process.on("message", (one: Play) => {
  void play(one).then(
    (played) => process.send?.({ played }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? "") : String(error) }),
  );
});
process.on("disconnect", () => {
  process.exit();
});
