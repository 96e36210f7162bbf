/** Run records in a directory: `<directory>/<project>/<stack>.json`. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunRecord, RunRecords, StackIdentity } from "../ports";

/** Records on this machine's disk, beside a `file://` state or the simulator's. */
export class FileRunRecords implements RunRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(stack: StackIdentity): Promise<RunRecord | undefined> {
    try {
      return parseRecord(await readFile(this.#path(stack), "utf8"));
    } catch {
      // No record, or one that can't be read, only means that the engine has to look.
      return undefined;
    }
  }

  async write(stack: StackIdentity, record: RunRecord): Promise<void> {
    const path = this.#path(stack);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async remove(stack: StackIdentity): Promise<void> {
    await rm(this.#path(stack), { force: true });
  }

  #path(stack: StackIdentity): string {
    return join(this.#directory, stack.project, `${stack.stack}.json`);
  }
}

/** Reads a record's text, `undefined` where it isn't one. */
export function parseRecord(text: string): RunRecord | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Partial<RunRecord>;
  const whole =
    typeof record.fingerprint === "string" &&
    typeof record.stateVersion === "string" &&
    typeof record.resourceCount === "number" &&
    typeof record.outputs === "object";
  return whole ? (record as RunRecord) : undefined;
}
