/** `berth secret`: the secrets of a stack, in Parameter Store. `berth config set|get|ls|rm` mean the same. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";

const meanwhile = "aws ssm put-parameter --type SecureString --name /berth/PROJECT/STACK/NAME sets one";

/** The subcommands. @param group - the word before them: `secret` or `config` */
export function secretCommands(group: string): readonly CommandDefinition[] {
  const of = (name: string, summary: string, example: string): CommandDefinition => ({
    name,
    summary,
    examples: [`berth ${group} ${example}`],
    takes: ["project", "stack"],
    arguments: name === "ls" ? [] : [{ form: "<NAME>", description: "the secret's name" }],
    run: notYet(`${group} ${name}`, meanwhile),
  });
  return [
    of("set", "Set a secret, from a prompt, standard input or a file", "set POSTGRES_PASSWORD"),
    of("get", "Say whether a secret is set", "get POSTGRES_PASSWORD"),
    of("ls", "List the secrets: set, used, missing", "ls"),
    of("rm", "Remove a secret", "rm POSTGRES_PASSWORD"),
  ];
}

export const secret: CommandDefinition = {
  name: "secret",
  summary: "Set, list and remove the secrets of a stack",
  examples: ["berth secret set POSTGRES_PASSWORD"],
  subcommands: secretCommands("secret"),
};
