/** Runs `berth`'s code in this process against an emulator. */
import { lazyAws } from "../../../src/wiring/lazy-aws";
import { credentials, region, type Emulator } from "../emulator";
import { berth, type LauncherOptions, type LauncherRun } from "../launcher";

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
      const emulated = { ...made, aws: lazyAws({ region, endpointUrl, credentials }) };
      return options.launcher?.(emulated) ?? emulated;
    },
  });
}
