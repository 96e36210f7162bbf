// Packs a folder or a context of an archive, or digests an archive, in its own process; prints digest and peak memory.
const { createWriteStream } = require("node:fs");
const { pipeline } = require("node:stream/promises");

const [bundle, task, from, to] = process.argv.slice(2);
const { openArchive, packDirectory } = require(bundle);

const store = { open: () => Promise.reject(new Error("the benchmark reads no store")) };
const build = { context: ".", dockerfile: "Dockerfile", args: {}, platform: "linux/amd64" };

async function run() {
  if (task === "pack") return void (await pipeline(packDirectory(from), createWriteStream(to)));
  const archive = await openArchive(from, { store, cwd: "/" });
  if (task === "context") return void (await pipeline(archive.packContext(build, 0), createWriteStream(to)));
  return archive.contextDigest(build);
}

run().then(
  // KiB (getrusage(2)).
  (digest) => process.stdout.write(JSON.stringify({ digest, peak: process.resourceUsage().maxRSS })),
  (error) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
