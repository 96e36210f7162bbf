// What a person waits before anything happens, against the least that a program of this kind can take.
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../setup.mjs";
import { accountWith } from "./account.mjs";
import { atMost, inWorkshop, measured, mediansOf } from "./processes.mjs";

export const pulumi = createRequire(join(root, "package.json")).resolve("@pulumi/pulumi");

export function startUpBench({ builtDir, rounds, figure }) {
  return inWorkshop(async (workshop) => {
    const project = join(workshop, "todo");
    cpSync(join(root, "examples", "todo"), project, { recursive: true });
    const program = (name, home, ...args) =>
      measured([join(builtDir, `${name}.js`), ...args], {
        HOME: workshop,
        PULUMI_BACKEND_URL: `file://${join(workshop, home)}`,
      });
    const berthCd = (home, ...args) => program("berth-cd", home, ...args);
    for (const command of ["up", "refresh", "up"]) berthCd("unchanged", command, "--simulate", project);
    const account = await accountWith(join(workshop, "unchanged", "simulator"));
    const onAccount = (name, ...args) =>
      measured([join(builtDir, `${name}.js`), ...args], { HOME: workshop, ...account.env });
    const file = ["-f", join(project, "compose.yaml")];
    try {
      const taken = await mediansOf(
        {
          node: () => measured(["-e", "0"]),
          pulumi: () => measured(["-e", `require(${JSON.stringify(pulumi)})`]),
          version: () => berthCd("none", "version"),
          help: () => berthCd("none", "--help"),
          berthHelp: () => program("berth", "none", "--help"),
          config: () => berthCd("none", "config", project),
          list: () => onAccount("berth-cd", "list"),
          outputs: () => onAccount("berth-cd", "outputs", project),
          berthLs: () => onAccount("berth", "ls"),
          berthOutputs: () => onAccount("berth", "outputs", ...file),
          berthHistory: () => onAccount("berth", "history", ...file),
          unchanged: () => berthCd("unchanged", "up", "--simulate", project),
          preview: () => berthCd("none", "preview", "--simulate", project),
          first: (round) => berthCd(`first-${round}`, "up", "--simulate", project),
        },
        rounds,
      );
      const row = (name, what, against, budget) =>
        atMost(name, taken[what][figure] / taken[against][figure], budget);
      return [
        row("berth-cd version, to node -e 0", "version", "node", 2.5),
        row("berth-cd --help, to node -e 0", "help", "node", 2.5),
        row("berth --help, to node -e 0", "berthHelp", "node", 2.5),
        row("berth-cd config examples/todo, to node -e 0", "config", "node", 2.5),
        row("berth-cd list from a bucket, to node -e 0", "list", "node", 4),
        row("berth-cd outputs from a bucket, to node -e 0", "outputs", "node", 4),
        row("berth ls from a bucket, to node -e 0", "berthLs", "node", 4),
        row("berth outputs from a bucket, to node -e 0", "berthOutputs", "node", 4),
        row("berth history from a bucket, to node -e 0", "berthHistory", "node", 4),
        row("unchanged up --simulate, to node -e 0", "unchanged", "node", 4),
        row("preview --simulate examples/todo, to loading @pulumi/pulumi", "preview", "pulumi", 1),
        row("first up --simulate examples/todo, to loading @pulumi/pulumi", "first", "pulumi", 4),
      ];
    } finally {
      await account.stop();
    }
  });
}
