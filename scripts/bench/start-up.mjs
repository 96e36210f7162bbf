// What a person waits before anything happens, against the least that a program of this kind can take.
import { createRequire } from "node:module";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup.mjs";
import { atMost, inWorkshop, medians, secondsOf } from "./processes.mjs";

const pulumi = createRequire(join(root, "package.json")).resolve("@pulumi/pulumi");

export function startUpBench({ builtDir, rounds }) {
  return inWorkshop(async (workshop) => {
    const project = join(workshop, "todo");
    cpSync(join(root, "examples", "todo"), project, { recursive: true });
    const berthCd = (home, ...args) =>
      secondsOf([join(builtDir, "berth-cd.js"), ...args, project], {
        HOME: workshop,
        PULUMI_BACKEND_URL: `file://${join(workshop, home)}`,
      });
    berthCd("unchanged", "up", "--simulate");
    const taken = await medians(
      {
        node: () => secondsOf(["-e", "0"]),
        pulumi: () => secondsOf(["-e", `require(${JSON.stringify(pulumi)})`]),
        config: () => berthCd("none", "config"),
        unchanged: () => berthCd("unchanged", "up", "--simulate"),
        first: (round) => berthCd(`first-${round}`, "up", "--simulate"),
      },
      rounds,
    );
    return [
      atMost("berth-cd config, to node -e 0", taken.config / taken.node, 6),
      atMost("unchanged up --simulate, to loading @pulumi/pulumi", taken.unchanged / taken.pulumi, 1),
      atMost(
        "first up --simulate of examples/todo, to loading @pulumi/pulumi",
        taken.first / taken.pulumi,
        4,
      ),
    ];
  });
}
