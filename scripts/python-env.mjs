// The Python environments of the emulators that tests run against, each at the versions of its requirements file:
// .venv, and .venv-provider for the runs of the real provider. As a program, with "provider" or nothing as its argument,
// it makes the environment and prints its Python.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const forProvider = process.argv[2] === "provider";
const requirements = join(
  root,
  "test",
  forProvider ? "provider/moto" : "support/emulator",
  "requirements.txt",
);
const environment = join(root, forProvider ? ".venv-provider" : ".venv");
const stamp = join(environment, ".berth-requirements");
const lock = join(
  tmpdir(),
  `berth-venv-${createHash("sha256").update(environment).digest("hex").slice(0, 16)}.lock`,
);
const python = join(
  environment,
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);

/** Milliseconds after which another process's lock counts as left behind: longer than any installation. */
const lockExpiry = 600_000;

const advice =
  "The AWS emulator of the tests needs Python 3.10 or later with venv and pip. Install it and run again:\n" +
  "  Debian, Ubuntu:  apt-get install python3 python3-venv python3-pip\n" +
  "  Fedora:          dnf install python3 python3-pip\n" +
  "  Alpine:          apk add python3 py3-pip\n" +
  "  macOS:           brew install python@3.13";

/**
 * Makes the environment where it is missing or the requirements have changed.
 * @returns {string} the path of its Python
 * @throws {Error} that says what to install
 */
export function ensurePythonEnv() {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (isReady(wanted)) return python;
  takeLock(wanted);
  try {
    if (!isReady(wanted)) make(wanted);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  return python;
}

function isReady(wanted) {
  return existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}

/** Two jest workers may come here at once: the second waits until the first is done. */
function takeLock(wanted) {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isReady(wanted)) return;
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > lockExpiry) rmSync(lock, { recursive: true, force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function make(wanted) {
  const system = findPython();
  console.error(`Making the Python environment of the AWS emulator (${basename(environment)}) …`);
  const venv = spawnSync(system, ["-m", "venv", "--clear", environment], { encoding: "utf8" });
  if (venv.status !== 0) throw new Error(`${advice}\n${system} -m venv said: ${venv.stdout}${venv.stderr}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
  const installed = spawnSync(python, pip, { encoding: "utf8" });
  if (installed.status !== 0) {
    throw new Error(
      `pip could not install the AWS emulator's requirements:\n${installed.stdout}${installed.stderr}`,
    );
  }
  writeFileSync(stamp, wanted);
}

/** The first Python on PATH that is new enough. */
function findPython() {
  const names = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
  const check = "import sys; sys.exit(sys.version_info < (3, 10))";
  const found = names.find((name) => spawnSync(name, ["-c", check], { stdio: "ignore" }).status === 0);
  if (found === undefined) throw new Error(advice);
  // A shim of a version manager would tie the environment to whichever version is chosen later.
  return execFileSync(found, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensurePythonEnv());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
