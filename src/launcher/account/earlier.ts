/** What a stack of an earlier version allowed, and this version allows only where it is asked to. */

/** A parameter that came later, and what it has to say for the stack to go on as it was. */
interface Earlier {
  readonly parameter: string;
  /** `undefined` where the stack has nothing that it would allow. */
  readonly value: (before: Readonly<Record<string, string>>) => string | undefined;
  /** What is open, and how it is narrowed. */
  readonly notice: string;
}

const table: readonly Earlier[] = [
  {
    parameter: "AllowedPolicyArns",
    value: () => "arn:*:iam::*:policy/*",
    notice:
      "services may have any policy (x-policies), as before: --allow-policies ARN,ARN names those that they may have besides those that only read",
  },
  {
    parameter: "RecordNames",
    value: () => "*",
    notice: "the CD task may change any DNS record, as before: --domains example.com says which",
  },
  {
    parameter: "GitHubSubjects",
    value: ({ GitHubRepository = "" }) =>
      GitHubRepository === "" ? undefined : `repo:${GitHubRepository}:*`,
    notice:
      "any branch and any pull request of the GitHub repository may deploy, as before: --ci-branches main says which",
  },
  {
    parameter: "GitLabSubjects",
    value: ({ GitLabProject = "" }) => (GitLabProject === "" ? undefined : `project_path:${GitLabProject}:*`),
    notice: "any branch of the GitLab project may deploy, as before: --ci-branches main says which",
  },
];

/**
 * The parameters with which a stack that has none of them goes on as it was.
 *
 * @param before - the parameters of the stack as it is
 * @param given - those of this command line, which win
 */
export function earlierParameters(
  before: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): { readonly parameters: Readonly<Record<string, string>>; readonly notices: readonly string[] } {
  const rows = table.flatMap(({ parameter, value, notice }) => {
    const kept = value(before);
    return kept === undefined || parameter in before || parameter in given
      ? []
      : [{ parameter, kept, notice }];
  });
  return {
    parameters: Object.fromEntries(rows.map(({ parameter, kept }) => [parameter, kept])),
    notices: rows.map(({ notice }) => notice),
  };
}
