/** Which runs of CI take the role: GitHub's and GitLab's subject claims, from the command line's words. */
import { earlierParameters } from "../../../../src/launcher/account/earlier";
import { trustOf, trustParameters, type CiTrust } from "../../../../src/launcher/account/trust";
import { givenOf, type Given } from "../../../../src/command-line/parse";
import { resolveTemplate } from "../../../support/iam/template";

function given(texts: Readonly<Record<string, string>>, flags: readonly string[] = []): Given {
  return givenOf([], { ...texts, ...Object.fromEntries(flags.map((name) => [name, true])) });
}

const main: CiTrust = { branches: ["main"], environments: [], pullRequests: false };

test.each<[string, CiTrust | undefined, string, string]>([
  ["nothing", undefined, "repo:a/s:ref:refs/heads/main", "project_path:a/s:ref_type:branch:ref:main"],
  ["the branch main", main, "repo:a/s:ref:refs/heads/main", "project_path:a/s:ref_type:branch:ref:main"],
  [
    "two branches",
    { ...main, branches: ["main", "release/*"] },
    "repo:a/s:ref:refs/heads/main,repo:a/s:ref:refs/heads/release/*",
    "project_path:a/s:ref_type:branch:ref:main,project_path:a/s:ref_type:branch:ref:release/*",
  ],
  [
    "an environment",
    { branches: [], environments: ["production"], pullRequests: false },
    "repo:a/s:environment:production",
    "project_path:a/s:ref_type:branch:ref:main",
  ],
  [
    "pull requests besides",
    { branches: [], environments: [], pullRequests: true },
    "repo:a/s:ref:refs/heads/main,repo:a/s:pull_request",
    "project_path:a/s:ref_type:branch:ref:*",
  ],
])("%s", (_, trust, gitHub, gitLab) => {
  expect(trustParameters(trust, { GitHubRepository: "a/s", GitLabProject: "a/s" }, {})).toEqual({
    GitHubSubjects: gitHub,
    GitLabSubjects: gitLab,
  });
});

/** What a role of the template asks of the subject claim, as patterns of `StringLike`, and how it asks for the audience. */
function asked(role: string, provider: string, parameters: Readonly<Record<string, string>>) {
  const { Statement } = resolveTemplate(parameters).resources[role]?.Properties[
    "AssumeRolePolicyDocument"
  ] as {
    readonly Statement: readonly {
      readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }[];
  };
  const [only, ...more] = Statement;
  expect(more).toEqual([]);
  expect(Object.keys(only?.Condition ?? {}).sort()).toEqual(["StringEquals", "StringLike"]);
  expect(only?.Condition["StringEquals"]).toHaveProperty([`${provider}:aud`]);
  return only?.Condition["StringLike"]?.[`${provider}:sub`];
}

test("the template's roles take the claims that they are given, and without any those of the branch main", () => {
  const repository = { GitHubRepository: "a/s", GitLabProject: "a/s" };
  const gitHub = "token.actions.githubusercontent.com";
  expect(asked("GitHubRole", gitHub, repository)).toEqual(["repo:a/s:ref:refs/heads/main"]);
  expect(asked("GitLabRole", "gitlab.com", repository)).toEqual([
    "project_path:a/s:ref_type:branch:ref:main",
  ]);
  const claims = trustParameters({ ...main, branches: ["main", "release/*"] }, repository, {});
  const given = { ...repository, ...claims };
  expect(asked("GitHubRole", gitHub, given)).toEqual(claims["GitHubSubjects"]?.split(","));
  expect(asked("GitLabRole", "gitlab.com", given)).toEqual(claims["GitLabSubjects"]?.split(","));
});

test("an update that names no repository and no run leaves the trust as it is", () => {
  expect(trustParameters(undefined, {}, { GitHubRepository: "a/s" })).toEqual({});
  expect(trustParameters(main, {}, { GitHubRepository: "a/s" })).toEqual({
    GitHubSubjects: "repo:a/s:ref:refs/heads/main",
  });
});

test("runs of CI without a repository are refused, and so are names that could widen a claim", () => {
  expect(() => trustParameters(main, {}, {})).toThrow(/no repository's runs/);
  expect(() => trustOf(given({ ciBranches: "main,a b", ciEnvironments: "x:y" }))).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({
          path: "--ci-branches",
          message: expect.stringContaining('"a b"') as string,
        }),
        expect.objectContaining({ path: "--ci-environments" }),
      ],
    }) as Error,
  );
  expect(trustOf(given({ ciBranches: "main, next" }, ["ciPullRequests"]))).toEqual({
    branches: ["main", "next"],
    environments: [],
    pullRequests: true,
  });
  expect(trustOf(given({}))).toBeUndefined();
});

test("a stack of an earlier version goes on as it was, and is told what is open", () => {
  const { parameters, notices } = earlierParameters(
    { Image: "x", GitHubRepository: "a/s", GitLabProject: "" },
    {},
  );
  expect(parameters).toEqual({
    AllowedPolicyArns: "arn:*:iam::*:policy/*",
    RecordNames: "*",
    GitHubSubjects: "repo:a/s:*",
  });
  expect(notices).toHaveLength(3);
  expect(notices.join("\n")).toMatch(/--allow-policies[^]*--domains[^]*--ci-branches/);
  // What the command line says wins, and a stack of this version has them all.
  expect(earlierParameters({ GitHubRepository: "" }, { RecordNames: "example.com" }).parameters).toEqual({
    AllowedPolicyArns: "arn:*:iam::*:policy/*",
  });
  const now = { AllowedPolicyArns: "", RecordNames: "", GitHubSubjects: "", GitLabSubjects: "" };
  expect(earlierParameters({ ...now, GitHubRepository: "a/s" }, {})).toEqual({ parameters: {}, notices: [] });
});
