// The archive's budgets: memory that does not grow with the bytes, and a speed near that of the system's own tools.
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const child = fileURLToPath(new URL("archive-child.cjs", import.meta.url));

const mebibyte = 1024 ** 2;
const rounds = 3;

/**
 * Writes a folder of so many bytes in so many files: one in 1,250 has a third of all bytes between them, the rest are
 * small; every second one is incompressible, the others are text.
 */
function plant(root, bytes, files) {
  const noise = randomBytes(16 * mebibyte);
  const words = Array.from({ length: 3000 }, (_, index) =>
    (index * 2654435761).toString(36).slice(0, 3 + (index % 6)),
  );
  const text = Buffer.alloc(16 * mebibyte);
  for (let at = 0, state = 1; at < text.length; state = (state * 48271) % 2147483647) {
    at += text.write(`${words[state % words.length]} `, at);
  }
  const large = Math.ceil(files / 1250);
  const largeSize = Math.floor(bytes / 3 / large);
  const smallSize = Math.floor((bytes - large * largeSize) / (files - large));
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "Dockerfile"), "FROM scratch\nCOPY . .\n");
  for (let index = 1; index < files; index++) {
    const source = index % 2 === 0 ? noise : text;
    const size = index <= large ? largeSize : Math.floor(smallSize * (0.5 + (index % 101) / 100));
    const start = (index * 7919) % Math.max(1, source.length - size);
    const folder = join(root, `folder-${index % 250}`);
    if (index <= 250) mkdirSync(folder);
    const file = join(folder, `file-${index}.bin`);
    for (let left = size; left > 0; left -= source.length) {
      appendFileSync(file, source.subarray(start, start + Math.min(left, source.length)));
    }
  }
}

async function inChild(bundle, ...task) {
  const started = performance.now();
  const { stdout } = await run(process.execPath, [child, bundle, ...task]);
  return { ...JSON.parse(stdout), seconds: (performance.now() - started) / 1000 };
}

async function secondsOf(program, args) {
  const started = performance.now();
  await run(program, args);
  return (performance.now() - started) / 1000;
}

/** Packs a folder of so many bytes and files, and reads the archive as often as the system's tools do, in turn. */
async function measure(bundle, workspace, bytes, files) {
  const [folder, archive] = [join(workspace, "project"), join(workspace, "project.tar.gz")];
  plant(folder, bytes, files);
  const packed = await inChild(bundle, "pack", folder, archive);
  const reads = [];
  const tools = [];
  for (let round = 0; round < rounds; round++) {
    tools.push(await secondsOf("sh", ["-c", 'tar -xzOf "$1" | sha256sum', "sh", archive]));
    reads.push(await inChild(bundle, "read", archive));
  }
  const { digest } = await inChild(bundle, "read", folder);
  const context = await inChild(bundle, "context", archive, join(workspace, "context.tar.gz"));
  if (reads.some((read) => read.digest !== digest)) throw new Error("folder and archive differ in digest");
  rmSync(folder, { recursive: true });
  return {
    packPeak: packed.peak,
    contextPeak: context.peak,
    readPeak: Math.max(...reads.map((read) => read.peak)),
    readSeconds: Math.min(...reads.map((read) => read.seconds)),
    toolSeconds: Math.min(...tools),
  };
}

/** Seconds of packing and digesting a folder of 20,000 small files, and those of the system's tools, in turn. */
async function measureSmall(bundle, workspace) {
  const [folder, archive] = [join(workspace, "small"), join(workspace, "small.tar.gz")];
  const files = 20_000;
  plant(folder, 2048 * files, files);
  const script = 'tar -C "$1" -czf "$2" . && tar -C "$1" -cf - . | sha256sum';
  const ours = [];
  const tools = [];
  // The first round warms the caches and does not count.
  for (let round = 0; round <= rounds; round++) {
    tools.push(await secondsOf("sh", ["-c", script, "sh", folder, archive]));
    const packed = await inChild(bundle, "pack", folder, archive);
    const read = await inChild(bundle, "read", folder);
    ours.push(packed.seconds + read.seconds);
  }
  rmSync(folder, { recursive: true });
  return { ours: Math.min(...ours.slice(1)), tools: Math.min(...tools.slice(1)) };
}

/**
 * Measures the built code against its budgets. Ratios of one run, so that they mean the same on every machine.
 *
 * @param {{ builtDir: string }} options - where the build put `archive.js`
 * @returns {Promise<{ name: string, ratio: number, budget: number, ok: boolean }[]>}
 */
export async function archiveBench({ builtDir }) {
  const workspace = mkdtempSync(join(tmpdir(), "berth-bench-archive-"));
  try {
    const measured = (bytes, files) =>
      measure(join(builtDir, "archive.js"), workspace, bytes * mebibyte, files);
    const many = await measureSmall(join(builtDir, "archive.js"), workspace);
    const small = await measured(10, 500);
    // As many files as the small one: packing keeps every file's name, and must not keep more for more bytes.
    const heavy = await measured(512, 500);
    const large = await measured(1024, 50_000);
    const atMost = (name, ratio, budget) => ({ name, ratio, budget, ok: ratio <= budget });
    const atLeast = (name, ratio, budget) => ({ name, ratio, budget, ok: ratio >= budget });
    return [
      atMost(
        "archive: peak memory of reading 1 GiB, to that of 10 MiB",
        large.readPeak / small.readPeak,
        1.5,
      ),
      atMost(
        "archive: peak memory of packing 512 MiB, to that of 10 MiB",
        heavy.packPeak / small.packPeak,
        1.5,
      ),
      atMost(
        "archive: peak memory of packing a context out of 512 MiB, to that of 10 MiB",
        heavy.contextPeak / small.contextPeak,
        1.5,
      ),
      atLeast(
        "archive: speed of reading 1 GiB, to that of tar -xzO | sha256sum",
        large.toolSeconds / large.readSeconds,
        1.5,
      ),
      atMost(
        "archive: packing and digesting 20,000 files of 2 KiB, to tar -cz and tar -c | sha256sum",
        many.ours / many.tools,
        2,
      ),
    ];
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
