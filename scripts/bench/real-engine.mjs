// Pulumi's own engine: what Berth's use of it costs over a bare Automation API program with the same resources.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, root } from "../setup.mjs";
import { atMost, bundle, inWorkshop, medians, secondsOf } from "./processes.mjs";

/** Not slower. */
const budget = 1;

/** The simulated AWS as a process, so that it takes nothing of the time measured but its answers. */
async function startCloud(builtDir) {
  const child = spawn("node", [join(builtDir, "simulated-aws.js")], {
    env: childEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    child.once("error", reject).once("exit", (code) => reject(new Error(`simulated-aws.js ended: ${code}`)));
  });
  return { debugProviders: line.trim().split("=")[1], stop: () => child.kill("SIGTERM") };
}

export function realEngineBench({ builtDir, rounds }) {
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    return [{ name: "Pulumi's engine, to a bare Automation API program", skipped: "no pulumi on the PATH" }];
  }
  return inWorkshop(async (workshop) => {
    const child = join(workshop, "engine.cjs");
    await bundle("scripts/bench/engine-child.mjs", child, { packages: "external" });
    const clouds = [];
    // Each round of each variant has a cloud and a state of its own: first an up of nothing, then the same again.
    const open = new Map();
    const first = (variant) => async (round) => {
      const cloud = await startCloud(builtDir);
      clouds.push(cloud);
      const state = join(workshop, `${variant}-${round}`);
      mkdirSync(state);
      const env = {
        HOME: state,
        NODE_PATH: join(root, "node_modules"),
        PULUMI_DEBUG_PROVIDERS: cloud.debugProviders,
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        AWS_REGION: "us-east-1",
      };
      const up = () => secondsOf([child, variant, `file://${state}`], env);
      open.set(`${variant}-${round}`, up);
      return up();
    };
    const again = (variant) => (round) => open.get(`${variant}-${round}`)();
    try {
      const taken = await medians(
        {
          bareFirst: first("bare"),
          oursFirst: first("ours"),
          bareAgain: again("bare"),
          oursAgain: again("ours"),
        },
        rounds,
      );
      return [
        atMost(
          "first up of 42 resources, to a bare Automation API program",
          taken.oursFirst / taken.bareFirst,
          budget,
        ),
        atMost(
          "no-op up of 42 resources, to a bare Automation API program",
          taken.oursAgain / taken.bareAgain,
          budget,
        ),
      ];
    } finally {
      for (const cloud of clouds) cloud.stop();
    }
  });
}
