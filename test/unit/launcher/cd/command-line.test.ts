/** What the CD task is called with, by what `berth` was given. */
import { commands } from "../../../../src/launcher/commands";
import { cdCommandLine } from "../../../../src/launcher/cd/run";
import { parseCommandLine } from "../../../../src/launcher/core/command-line";

function handedOn(...words: string[]): readonly string[] {
  const parsed = parseCommandLine(words, commands);
  if (parsed.kind !== "command") throw new Error("help");
  return cdCommandLine({ name: words[0] ?? "", files: [], envFiles: [] }, parsed.given.values);
}

test("cancel breaks a lock where it is asked to", () => {
  expect(handedOn("cancel")).toEqual(["cancel"]);
  expect(handedOn("cancel", "--force", "--stack", "prod")).toEqual(["cancel", "--force"]);
});
