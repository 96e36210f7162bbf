/** Runs `berth`'s code in this process against an emulator. */
import { scaledClock } from "../../../src/wiring/clock";
import { lazyAws } from "../../../src/wiring/lazy-aws";
import { credentials, region, type Emulator } from "../emulator";
import { berth, type LauncherOptions, type LauncherRun } from "../launcher";

/** The emulator is done in moments: a tenth of each pause, as for the built programs (`quick-pauses.cjs`). */
const clock = scaledClock(0.1);

/** One command; the SDK would look for its credentials in this process's own environment. */
export function berthIn(
  emulator: Emulator,
  argv: readonly string[],
  options: LauncherOptions & { readonly endpointUrl?: string } = {},
): Promise<LauncherRun> {
  const { endpointUrl = emulator.url } = options;
  return berth(argv, {
    ...options,
    env: { ...emulator.env, ...options.env },
    launcher: (made) => {
      const emulated = { ...made, clock, aws: lazyAws({ region, endpointUrl, credentials }) };
      return options.launcher?.(emulated) ?? emulated;
    },
  });
}
