// npm run demo: the main job, from a project's archive to its URLs, on the simulator.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { childEnvironment, prepare, root } from "./setup.mjs";

prepare();

const workshop = mkdtempSync(join(tmpdir(), "berth-demo-"));
const project = join(workshop, "todo");
const archive = join(workshop, "todo.tar.gz");
const environment = childEnvironment({
  PULUMI_BACKEND_URL: `file://${join(workshop, "state")}`,
  BERTH_STACK: "demo",
});

function say(text) {
  console.log(`\n\u2500\u2500 ${text}`);
}

async function pack() {
  const { packDirectory } = createRequire(import.meta.url)(join(root, "dist", "archive.js"));
  await pipeline(packDirectory(project), createWriteStream(archive));
}

function berthCd(...args) {
  console.log(`$ berth-cd ${args.join(" ").replaceAll(workshop, "\u2026")}`);
  const done = spawnSync("node", [join(root, "dist", "berth-cd.js"), ...args], {
    env: environment,
    stdio: "inherit",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

try {
  cpSync(join(root, "examples", "todo"), project, { recursive: true });
  say("Pack examples/todo, and bring it up on the simulator");
  await pack();
  berthCd("up", "--simulate", archive);

  say("The same again: nothing to change");
  berthCd("up", "--simulate", archive);

  say("A change in the worker's code changes the worker alone");
  appendFileSync(join(project, "worker", "main.go"), "\n// a change\n");
  await pack();
  berthCd("up", "--simulate", archive);

  say("Take it down");
  berthCd("down", "--simulate", archive);
  berthCd("list", "--simulate");
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
