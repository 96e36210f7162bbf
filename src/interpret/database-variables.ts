/** Names and passwords that a database's image takes by its variables. */
import type { EnvironmentValue } from "../model/project";
import { passwordFault } from "../stores/passwords";
import type { Node } from "./node";

/** A name has to be known when the database is declared: no secret can replace it. */
export function plainName(
  node: Node,
  value: EnvironmentValue | undefined,
  fallback: string,
): string | undefined {
  if (value === undefined) return fallback;
  if (value.kind === "plain") return value.value === "" ? fallback : value.value;
  node.problem(
    "the name of a database or user can't be a secret",
    "write its value, or set the variable in .env",
  );
  return undefined;
}

/**
 * The password of the user that RDS makes.
 *
 * @param longest - characters that RDS takes of the engine
 */
export function passwordOf(
  environment: Node,
  variables: Readonly<Record<string, EnvironmentValue>>,
  { variable, longest }: { readonly variable: string; readonly longest: number },
): EnvironmentValue | undefined {
  const node = environment.get(variable);
  const password = variables[variable];
  const empty = password?.kind === "plain" && password.value === "";
  if (password === undefined || empty) {
    if (environment.has(variable) && !empty) return undefined;
    node.problem(
      "a managed database needs a password",
      `write ${variable}: without a value under environment, and set the secret of that name`,
    );
    return undefined;
  }
  if (password.kind !== "plain") return password;
  const fault = passwordFault(password.value, longest, variable);
  if (fault !== undefined) node.problem(fault.message, fault.hint);
  return password;
}

/** What the variables of an image mean where AWS runs its server. */
interface ImageVariables {
  readonly read: RegExp;
  /** Those that name a file with the value. */
  readonly files: RegExp;
  /** Those by which the server is set up when it starts for the first time. */
  readonly setUp: RegExp;
  readonly sets: string;
}

export function judgeVariables(environment: Node, { read, files, setUp, sets }: ImageVariables): void {
  for (const [name, node] of environment.entries()) {
    if (read.test(name)) continue;
    if (files.test(name))
      node.refuse("a managed service reads no files", `write ${name.slice(0, -"_FILE".length)} in its place`);
    else node.warn(setUp.test(name) ? sets : "no container reads this variable: the service is managed");
  }
}
