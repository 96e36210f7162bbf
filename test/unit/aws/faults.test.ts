/** What AWS answers, told apart. */
import { awsError, faultOf, problemOf, withProfile } from "../../../src/aws/faults";
import { BerthError } from "../../../src/errors";

function thrown(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const http = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } });

describe("faultOf", () => {
  it.each([
    [thrown("CredentialsProviderError", "Could not load"), "no credentials"],
    [
      thrown(
        "CredentialsProviderError",
        "Could not resolve credentials using profile: [nope] in configuration/credentials file(s).",
      ),
      "unknown profile",
    ],
    [thrown("TokenProviderError", "Profile nope was not found."), "unknown profile"],
    [
      thrown("CredentialsProviderError", "The SSO session associated with this profile has expired. Run x."),
      "expired login",
    ],
    [
      thrown("TokenProviderError", "Token is expired. To refresh this SSO session run 'aws sso login'"),
      "expired login",
    ],
    [thrown("ExpiredTokenException", "The token has expired", http(400)), "expired credentials"],
    [
      thrown("UnrecognizedClientException", "The security token is invalid", http(400)),
      "invalid credentials",
    ],
    [thrown("InvalidAccessKeyId", "does not exist in our records", http(403)), "invalid credentials"],
    [thrown("AccessDeniedException", "not authorized", http(400)), "refused"],
    [thrown("Whatever", "no", http(403)), "refused"],
    [thrown("Error", "Region is missing"), "no region"],
    [thrown("TimeoutError", "Connection timed out"), "unreachable"],
    [thrown("Error", "getaddrinfo", { code: "ENOTFOUND" }), "unreachable"],
    [thrown("AggregateError", "", { code: "ECONNREFUSED" }), "unreachable"],
    [thrown("Error", "AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:9"), "unreachable"],
    [thrown("ThrottlingException", "Rate exceeded", http(400)), "throttled"],
    [thrown("Whatever", "slow down", http(429)), "throttled"],
    [thrown("ClusterNotFoundException", "Cluster not found.", http(400)), "other"],
    [new TypeError("x is not a function"), "other"],
    ["a text", "other"],
    [undefined, "other"],
  ])("%s is: %s", (error, cause) => {
    expect(faultOf(error).cause).toBe(cause);
  });
});

describe("problemOf", () => {
  it("says AWS's words on one line, with code and status", () => {
    const error = thrown("ClusterNotFoundException", "Cluster not found.\nat line 2", http(400));
    expect(problemOf("the cluster", error)).toEqual({
      path: "the cluster",
      message: "ClusterNotFoundException, HTTP 400: Cluster not found.",
    });
  });

  it("says what to do about a common cause", () => {
    const problem = problemOf("x", thrown("AggregateError", "", { code: "ECONNREFUSED" }));
    expect(problem.message).toBe("the endpoint can't be reached: ECONNREFUSED");
    expect(problem.hint).toMatch(/AWS_ENDPOINT_URL/);
  });
});

describe("a login that has expired, and a profile that isn't there", () => {
  it("have one fix each", () => {
    const sso =
      "The SSO session token associated with profile=shop was not found or is invalid. To refresh this SSO session run 'aws sso login' with the corresponding profile.";
    expect(problemOf("x", thrown("CredentialsProviderError", sso))).toEqual({
      path: "x",
      message: "the login of AWS IAM Identity Center has expired",
      hint: "aws sso login --profile shop",
    });
    const profile =
      "Could not resolve credentials using profile: [nope] in configuration/credentials file(s).";
    const problem = problemOf("x", thrown("CredentialsProviderError", profile));
    expect(problem.message).toContain("[nope]");
    expect(problem.hint).toBe(
      "aws configure list-profiles shows those that exist; set AWS_PROFILE to one of them",
    );
  });

  it("are of the settings, whatever the call was for", () => {
    expect(
      awsError("deployment", "x", thrown("TokenProviderError", "Profile nope was not found.")).kind,
    ).toBe("usage");
  });
});

describe("a call with a profile that gives nothing", () => {
  it.each([
    thrown("CredentialsProviderError", "Could not load credentials from any providers"),
    thrown("Error", "Region is missing"),
  ])("is told with the profile: %s", (error) => {
    const problem = problemOf("the cluster", withProfile(error, "nope"));
    expect(problem.path).toBe("AWS_PROFILE");
    expect(problem.message).toContain('for the profile "nope"');
    expect(problem.hint).toContain("aws configure list-profiles");
  });
});

describe("awsError", () => {
  it("keeps what was told already", () => {
    const told = new BerthError("project", "told");
    expect(awsError("deployment", "x", told)).toBe(told);
  });

  it("has the caller's kind and the cause", () => {
    const cause = thrown("AccessDenied", "no");
    const error = awsError("deployment", "x", cause);
    expect(error.kind).toBe("deployment");
    expect(error.cause).toBe(cause);
  });
});
