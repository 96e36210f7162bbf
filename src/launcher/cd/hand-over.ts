/** What of this machine's environment the CD task is given: pure. */
import { BerthError } from "../../errors";

/** Characters of RunTask's `overrides` (ECS API reference, TaskOverride), the command's share left apart. */
const mostCharacters = 7_000;

/** Settings of `berth-cd` that a person sets, and variables of CI that label images. */
const told =
  /^(BERTH_.*|COMPOSE_.*|LOG_LEVEL|GITHUB_(SERVER_URL|REPOSITORY|SHA|ACTOR)|GITLAB_USER_LOGIN|CI_PROJECT_URL|CI_COMMIT_SHA)$/;
/** What is this machine's own, or a credential: the task has its own, and a compose file that asks for it gets that. */
const kept =
  /^(AWS_.*|PULUMI_.*|ECS_.*|NODE_.*|BERTH_ARCHIVE.*|BERTH_EVENTS|PATH|HOME|PWD|OLDPWD|SHELL|USER|LOGNAME|TMPDIR|TERM)$/;

export interface HandOver {
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the task definition: the account's, which nobody overrides. */
  readonly account: readonly string[];
  /** Texts of the project with variables in them. */
  readonly texts: readonly string[];
  /** Variables that services take by their name alone, and that are no secrets. */
  readonly passThrough: readonly string[];
  /** The project's secrets: their values come from Parameter Store, whatever the shell says. */
  readonly secrets: readonly string[];
}

/**
 * The variables that are Berth's, Compose's, or named by the project's files (`$NAME`, `${NAME…}`, `environment: [NAME]`).
 *
 * @throws BerthError (usage) where they are too long for ECS
 */
export function handOver({
  environment,
  account,
  texts,
  passThrough,
  secrets,
}: HandOver): Record<string, string> {
  const named = new Set([
    ...passThrough,
    ...texts.flatMap((text) => [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name)),
  ]);
  const apart = new Set([...account, ...secrets]);
  const chosen = Object.entries(environment).filter(
    ([name]) => !apart.has(name) && !kept.test(name) && (told.test(name) || named.has(name)),
  );
  const length = JSON.stringify(chosen).length;
  if (length > mostCharacters) {
    const longest = [...chosen].sort(([, a], [, b]) => b.length - a.length).slice(0, 3);
    throw new BerthError("usage", {
      path: longest.map(([name]) => name).join(", "),
      message: `the variables that the project reads from the shell have ${length} characters; ECS accepts ${mostCharacters}`,
      hint: "write them into the .env file beside the compose file",
    });
  }
  return Object.fromEntries(chosen);
}
