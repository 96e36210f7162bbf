/** The Python of the tests' environments, made where they are missing. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const script = resolve(__dirname, "../../scripts/python-env.mjs");

/**
 * A process of its own makes the environment: the script is an ES module, and says itself what is missing.
 *
 * @param environment - that of the emulator (`.venv`), or of the real provider's runs (`.venv-provider`)
 * @returns the interpreter's path
 */
export function pythonOfTests(environment: "emulator" | "provider" = "emulator"): string {
  try {
    return execFileSync(process.execPath, [script, environment], {
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
