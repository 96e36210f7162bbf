/** Which runs of GitHub Actions and GitLab CI may take the role that bootstrap makes for them. */
import { BerthError, type Problem } from "../../errors";
import type { Given, OptionDescription } from "../core/command";

/** What of a repository's runs may deploy. */
export interface CiTrust {
  /** Names, with `*` for any text; @default `main`, where no environment is named. */
  readonly branches: readonly string[];
  /** Environments of GitHub: they have rules of their own for who may deploy. */
  readonly environments: readonly string[];
  readonly pullRequests: boolean;
}

export const trustOptions: readonly OptionDescription[] = [
  {
    flags: "--ci-branches <NAMES>",
    description: "branches whose CI runs may deploy, separated by commas; * is any text (main)",
  },
  {
    flags: "--ci-environments <NAMES>",
    description: "GitHub's environments whose runs may deploy, separated by commas",
  },
  { flags: "--ci-pull-requests", description: "let runs of pull and merge requests deploy too" },
];

/** As letters, digits and signs that neither end a part of a subject nor match other text. */
const name = /^[\w./*-]+$/;

/**
 * What the command line says of it; `undefined` where it says nothing.
 *
 * @throws BerthError (usage) where a name can't be one
 */
export function trustOf(given: Given): CiTrust | undefined {
  const branches = namesOf(given.text("ciBranches"));
  const environments = namesOf(given.text("ciEnvironments"));
  const problems: Problem[] = [
    ...branches.map((branch) => ["--ci-branches", branch] as const),
    ...environments.map((environment) => ["--ci-environments", environment] as const),
  ]
    .filter(([, said]) => !name.test(said))
    .map(([path, said]) => ({
      path,
      message: `${JSON.stringify(said)} is no name of a branch or an environment`,
      hint: "names with commas between, such as main,release/*",
    }));
  if (problems.length > 0) throw new BerthError("usage", problems);
  const pullRequests = given.has("ciPullRequests");
  if (branches.length === 0 && environments.length === 0 && !pullRequests) return undefined;
  return { branches, environments, pullRequests };
}

function namesOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * The parameters of the template that say it.
 *
 * @param given - parameters of this command line
 * @param before - parameters of the stack as it is
 * @throws BerthError (usage) where runs of CI are named and no repository is
 */
export function trustParameters(
  trust: CiTrust | undefined,
  given: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = "GitHubRepository" in given || "GitLabProject" in given;
  if (trust === undefined && !named) return {};
  const { branches, environments, pullRequests } = trust ?? {
    branches: [],
    environments: [],
    pullRequests: false,
  };
  const repository = given["GitHubRepository"] ?? before["GitHubRepository"] ?? "";
  const project = given["GitLabProject"] ?? before["GitLabProject"] ?? "";
  if (repository === "" && project === "") {
    throw new BerthError("usage", {
      path: "--ci-branches, --ci-environments, --ci-pull-requests",
      message: "no repository's runs may take a role yet",
      hint: "add --github OWNER/REPO or --gitlab GROUP/PROJECT",
    });
  }
  const of = branches.length === 0 && environments.length === 0 ? ["main"] : branches;
  return {
    ...(repository === "" ? {} : { GitHubSubjects: gitHub(repository, of, environments, pullRequests) }),
    ...(project === "" ? {} : { GitLabSubjects: gitLab(project, of, pullRequests) }),
  };
}

/** GitHub Docs, "OpenID Connect reference", "Example subject claims". */
function gitHub(
  repository: string,
  branches: readonly string[],
  environments: readonly string[],
  pullRequests: boolean,
): string {
  return [
    ...branches.map((branch) => `ref:refs/heads/${branch}`),
    ...environments.map((environment) => `environment:${environment}`),
    ...(pullRequests ? ["pull_request"] : []),
  ]
    .map((rest) => `repo:${repository}:${rest}`)
    .join(",");
}

/** GitLab Docs, "OpenID Connect in AWS": a merge request's job runs on its branch. */
function gitLab(project: string, branches: readonly string[], pullRequests: boolean): string {
  const of = pullRequests ? ["*"] : branches.length === 0 ? ["main"] : branches;
  return of.map((branch) => `project_path:${project}:ref_type:branch:ref:${branch}`).join(",");
}
