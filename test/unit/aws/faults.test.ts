/** What AWS answers, told apart. */
import { awsError, faultOf, problemOf } from "../../../src/aws/faults";
import { BerthError } from "../../../src/errors";

function thrown(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const http = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } });

describe("faultOf", () => {
  it.each([
    [thrown("CredentialsProviderError", "Could not load"), "no credentials"],
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
