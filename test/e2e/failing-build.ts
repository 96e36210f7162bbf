/** `berth-cd` whose build of `web` fails: everything else is the real program. */
import { realDeps } from "../../src/cli/adapters";
import { KanikoImageBuilder } from "../../src/builds/image-builder";
import { run } from "../../src/cli/cd";
import { scaledClock, systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { SimulatorEngine, SimulatedBuildTasks } from "../../src/wiring/runtime";

const output = {
  stdout: (text: string) => {
    process.stdout.write(text);
  },
  stderr: (text: string) => {
    process.stderr.write(text);
  },
};

void run(process.argv.slice(2), process.env, process.cwd(), output, (settings) => {
  const real = realDeps(settings, output, new Ending(systemClock));
  const engine = new SimulatorEngine({
    stateDirectory: settings.simulatorDirectory,
    region: "us-east-1",
    clock: systemClock,
    latencyScale: 0,
  });
  const tasks = new SimulatedBuildTasks({
    clouds: () => engine.openClouds(),
    clock: systemClock,
    latencyScale: 0,
    failures: { web: { exitCode: 1, log: ["npm ERR! missing script: build"] } },
  });
  return {
    ...real,
    engine: () => Promise.resolve(engine),
    imageBuilder: (archive) =>
      Promise.resolve(
        new KanikoImageBuilder({ tasks, clock: scaledClock(0), archive, onProgress: real.progress.build }),
      ),
  };
}).then((code) => {
  process.stdout.write("", () => process.exit(code));
});
