// What a person waits before anything happens, against the least that a program of this kind can take.
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { root } from "../setup.mjs";
import { atMost, inWorkshop, measured, mediansOf } from "./processes.mjs";

export const pulumi = createRequire(join(root, "package.json")).resolve("@pulumi/pulumi");

/** A bucket that answers every request with an empty list, in a thread of its own: runs here block this one. */
async function emptyBucket() {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     const list = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
     const server = require("node:http").createServer((_, response) => {
       response.writeHead(200, { "content-type": "application/xml" });
       response.end(list);
     });
     server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const port = await new Promise((resolve) => worker.once("message", resolve));
  return { url: `http://127.0.0.1:${port}`, stop: () => worker.terminate() };
}

export function startUpBench({ builtDir, rounds, figure }) {
  return inWorkshop(async (workshop) => {
    const bucket = await emptyBucket();
    const project = join(workshop, "todo");
    cpSync(join(root, "examples", "todo"), project, { recursive: true });
    const program = (name, home, ...args) =>
      measured([join(builtDir, `${name}.js`), ...args], {
        HOME: workshop,
        PULUMI_BACKEND_URL: `file://${join(workshop, home)}`,
      });
    const berthCd = (home, ...args) => program("berth-cd", home, ...args);
    berthCd("unchanged", "up", "--simulate", project);
    try {
      const taken = await mediansOf(
        {
          node: () => measured(["-e", "0"]),
          pulumi: () => measured(["-e", `require(${JSON.stringify(pulumi)})`]),
          version: () => berthCd("none", "version"),
          help: () => berthCd("none", "--help"),
          berthHelp: () => program("berth", "none", "--help"),
          config: () => berthCd("none", "config", project),
          list: () =>
            measured([join(builtDir, "berth-cd.js"), "list"], {
              HOME: workshop,
              PULUMI_BACKEND_URL: "s3://bucket",
              AWS_ENDPOINT_URL: bucket.url,
              AWS_REGION: "us-east-1",
              AWS_ACCESS_KEY_ID: "none",
              AWS_SECRET_ACCESS_KEY: "none",
            }),
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
        row("unchanged up --simulate, to node -e 0", "unchanged", "node", 4),
        row("preview --simulate examples/todo, to loading @pulumi/pulumi", "preview", "pulumi", 1),
        row("first up --simulate examples/todo, to loading @pulumi/pulumi", "first", "pulumi", 4),
      ];
    } finally {
      await bucket.stop();
    }
  });
}
