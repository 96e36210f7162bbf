/** The Python of the tests' environment (`.venv`), made where it is missing. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const script = resolve(__dirname, "../../scripts/python-env.mjs");

/**
 * A process of its own makes the environment: the script is an ES module, and says itself what is missing.
 *
 * @returns the interpreter's path
 */
export function pythonOfTests(): string {
  try {
    return execFileSync(process.execPath, [script], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  } catch (error) {
    throw new Error(
      `The tests' Python environment can't be made. ${(error as { stderr?: string }).stderr ?? String(error)}`,
      { cause: error },
    );
  }
}
