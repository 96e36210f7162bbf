/**
 * `berth-cd --simulate` whose records, secrets and state lie in the account, as those of a run on the real engine do:
 * `berth` finds there what it needs for the unchanged short cut. Everything else is the real program.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { realDeps } from "../../src/cli/adapters";
import { run } from "../../src/cli/cd";
import { systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { backendRoot, checkpointKey } from "../../src/engine/pulumi/backend";

const output = {
  stdout: (text: string) => {
    process.stdout.write(text);
  },
  stderr: (text: string) => {
    process.stderr.write(text);
  },
};

void run(process.argv.slice(2), process.env, process.cwd(), output, (settings) => {
  const ending = new Ending(systemClock);
  const simulated = realDeps(settings, output, ending);
  const account = realDeps({ ...settings, simulate: false }, output, ending);
  return {
    ...simulated,
    records: () => account.records(),
    secrets: () => account.secrets(),
    stateVersion: async (stack) => {
      const state = join(settings.simulatorDirectory, stack.project, `${stack.stack}.state.json`);
      if (!existsSync(state)) return undefined;
      const checkpoint = `${backendRoot(settings.backendUrl)}/${checkpointKey(stack)}`;
      await account.put(checkpoint, readFileSync(state, "utf8"), "application/json");
      return account.stateVersion(stack);
    },
    close: async () => {
      await simulated.close();
      await account.close();
    },
  };
}).then((code) => {
  process.stdout.write("", () => process.exit(code));
});
