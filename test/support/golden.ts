/** Texts that people read, kept as files: a change of one is a change that somebody has looked at. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Compares a text with its file; with `GOLDEN=write` in the environment the file is written instead. */
export function expectGolden(path: string, text: string): void {
  if (process.env["GOLDEN"] === "write") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, "utf8"));
}
