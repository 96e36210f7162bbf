// Pulumi's own engine: what Berth's use of it costs over a bare Automation API program with the same resources.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leftOut, neverAsked } from "../build/leave-out.mjs";
import { lazyImports } from "../build/lazy-imports.mjs";
import { narrowClients } from "../build/used-parts.mjs";
import { childEnvironment, root } from "../setup.mjs";
import { atMost, bundle, inWorkshop, measured, medians, outputOf } from "./processes.mjs";

/** To reach, by what is done. */
const budgets = { first: 0.5, again: 0.15, destroy: 1 };
const operations = { first: "up", again: "up", destroy: "destroy" };
const titles = { first: "first up", again: "no-op up by the engine alone", destroy: "destroy" };

/** A bare program is one of a user's, with its packages beside it: they are found by NODE_PATH, which `import()` does not look at. */
const asWritten = { packages: "external", supported: { "dynamic-import": false } };

/** Ours is read as the programs are built: what nobody uses is left out of it. */
const asBuilt = {
  supported: { "dynamic-import": false },
  ...{ minifySyntax: true, minifyWhitespace: true },
  external: neverAsked,
  plugins: [narrowClients(root), ...leftOut, lazyImports],
};

/** Rounds at most, after the one that warms the caches: a bare `up` takes six starts of Pulumi's CLI. */
const most = 3;

/** Milliseconds of an answer of S3 within a region, for a small object. */
const s3Latency = 20;

/** A server as a process, so that it takes nothing of the time measured but its answers. @returns its first line */
async function started(args) {
  const child = spawn("node", args, { env: childEnvironment(), stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    child.once("error", reject).once("exit", (code) => reject(new Error(`${args[0]} ended: ${code}`)));
  });
  return { line: line.split("\n")[0], stop: () => child.kill("SIGTERM") };
}

/** @param line - what the simulated AWS says of itself: where the engine finds it */
function environmentOf(line, home) {
  return {
    HOME: home,
    NODE_PATH: join(root, "node_modules"),
    PULUMI_DEBUG_PROVIDERS: line.split("=")[1],
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_REGION: "us-east-1",
    ...{ AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" },
  };
}

/** The medians of one number of resources on one backend. */
async function taken({ builtDir, workshop, rounds, resources, onS3, figure }) {
  const servers = [];
  const opened = new Map();
  // Each round of each variant has a cloud and a state of its own, on which everything is done in turn.
  const world = async (variant, round) => {
    const name = `${variant}-${resources}-${onS3 ? "s3" : "file"}-${round}`;
    const known = opened.get(name);
    if (known !== undefined) return known;
    const cloud = await started([join(builtDir, "simulated-aws.js")]);
    servers.push(cloud);
    const home = join(workshop, name);
    mkdirSync(home);
    const bucket = onS3 ? await started([join(workshop, "slow-bucket.cjs"), String(s3Latency)]) : undefined;
    if (bucket !== undefined) servers.push(bucket);
    const env = {
      ...environmentOf(cloud.line, home),
      ...(bucket === undefined ? {} : { AWS_ENDPOINT_URL: bucket.line }),
    };
    const made = { env, backend: onS3 ? "s3://state" : `file://${home}` };
    opened.set(name, made);
    return made;
  };
  const run = (variant, operation) => async (round) => {
    const { env, backend } = await world(variant, round);
    const child = join(workshop, `${variant}.cjs`);
    // What Node has compiled of ours serves the next run, as outside of the image.
    const own = variant === "ours" ? { NODE_COMPILE_CACHE: join(workshop, "compiled") } : {};
    return measured([child, variant, operations[operation], backend, resources], { ...env, ...own })[figure];
  };
  const runs = Object.keys(operations).flatMap((operation) =>
    ["bare", "ours"].map((variant) => [`${variant} ${operation}`, run(variant, operation)]),
  );
  try {
    return await medians(Object.fromEntries(runs), rounds);
  } finally {
    for (const server of servers) server.stop();
  }
}

/**
 * A second `up` of a project with nothing changed, by the whole program: it is answered from what the last one has left,
 * and asks no engine.
 */
async function unchanged({ builtDir, workshop, rounds, figure }) {
  const cloud = await started([join(builtDir, "simulated-aws.js")]);
  try {
    const env = {
      ...environmentOf(cloud.line, join(workshop, "whole")),
      PULUMI_BACKEND_URL: `file://${join(workshop, "whole")}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
    };
    mkdirSync(env.HOME);
    const project = join(env.HOME, "compose.yaml");
    writeFileSync(project, 'services: {web: {image: "registry.example/web:1", ports: ["80:8080"]}}\n');
    const up = [join(builtDir, "berth-cd.js"), "up", project];
    const { changes } = JSON.parse(outputOf([...up, "--json"], env));
    const ofBare = environmentOf(cloud.line, join(workshop, "whole-bare"));
    mkdirSync(ofBare.HOME);
    const bare = [join(workshop, "bare.cjs"), "bare", "up", `file://${ofBare.HOME}`, changes.create];
    measured(bare, ofBare);
    const taken = await medians(
      { bare: () => measured(bare, ofBare)[figure], ours: () => measured(up, env)[figure] },
      rounds,
    );
    const figures = `${taken.ours.toFixed(2)} s, ${taken.bare.toFixed(1)} s`;
    const name = `unchanged berth-cd up, to the no-op of a bare Automation API program with ${changes.create} resources (${figures})`;
    return atMost(name, taken.ours / taken.bare, budgets.again);
  } finally {
    cloud.stop();
  }
}

/** One number of resources on one backend: a row for each operation. */
async function operated(bench, resources, onS3) {
  const seconds = await taken({ ...bench, resources, onS3 });
  return Object.entries(budgets).map(([operation, budget]) => {
    const [bare, ours] = [seconds[`bare ${operation}`], seconds[`ours ${operation}`]];
    const where = onS3 ? `s3:// (${s3Latency} ms an answer)` : "file://";
    const figures = `${ours.toFixed(1)} s, ${bare.toFixed(1)} s`;
    const name = `${titles[operation]} of ${resources} resources on ${where}, to a bare Automation API program (${figures})`;
    return atMost(name, ours / bare, budget);
  });
}

/** @param tell - called with each row as it is known: all of them take minutes */
export function realEngineBench({ builtDir, rounds, figure, large, tell }) {
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    return [{ name: "Pulumi's engine, to a bare Automation API program", skipped: "no pulumi on the PATH" }];
  }
  return inWorkshop(async (workshop) => {
    await bundle("scripts/bench/engine-child.mjs", join(workshop, "bare.cjs"), asWritten);
    await bundle("scripts/bench/engine-child.mjs", join(workshop, "ours.cjs"), asBuilt);
    await bundle("scripts/bench/slow-bucket.mjs", join(workshop, "slow-bucket.cjs"));
    const bench = { builtDir, workshop, rounds: Math.min(rounds, most), figure };
    tell(await unchanged(bench));
    for (const onS3 of [false, true]) for (const row of await operated(bench, 42, onS3)) tell(row);
    if (!large) return [];
    for (const onS3 of [false, true])
      for (const row of await operated({ ...bench, rounds: 1 }, 402, onS3)) tell(row);
    return [];
  });
}
