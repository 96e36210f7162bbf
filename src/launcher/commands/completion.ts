/** `berth completion`: makes a shell complete command lines of `berth`. */
import { projectNames } from "../completion/names";
import { scripts, shells } from "../completion/scripts";
import { candidates, filesIn } from "../completion/words";
import type { CommandDefinition } from "../core/command";

/** What the scripts ask with, in the place of a shell's name. */
const question = "words";

/** @param commands - all of them, this one among them */
export function completionOf(commands: () => readonly CommandDefinition[]): CommandDefinition {
  const completion: CommandDefinition = {
    name: "completion",
    summary: "Print what makes a shell complete commands, options and names",
    examples: ["berth completion bash", "berth completion fish"],
    arguments: [
      { form: "<SHELL>", description: "the shell", choices: [...shells, question] },
      { form: "[WORD...]", description: `for ${question}, what the scripts ask: the command line so far` },
    ],
    passThrough: true,
    run: async (launcher, { words: [what, ...words] }) => {
      const { terminal } = launcher;
      const shell = shells.find((name) => name === what);
      if (shell !== undefined) {
        terminal.out(scripts[shell]);
        return 0;
      }
      const line = words[0] === "--" ? words.slice(1) : words;
      const table = commands();
      const names = projectNames(launcher, filesIn(line, table), completion);
      const found = await candidates(line, table, names);
      for (const { word, about } of found) terminal.out(`${word}\t${about}\n`);
      return 0;
    },
  };
  return completion;
}
