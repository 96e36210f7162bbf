import { parseArguments } from "../../../src/settings/arguments";
import { BerthError, exitCodeOf } from "../../../src/errors";
import { readSettings, settingsOf, type Settings } from "../../../src/settings/settings";

function read(env: Record<string, string> = {}, argv: readonly string[] = ["up"]): Settings {
  return readSettings(argv, { HOME: "/home/ann", ...env }, "/project");
}

function problemsOf(env: Record<string, string>, argv?: readonly string[]): BerthError {
  try {
    read(env, argv);
  } catch (error) {
    if (error instanceof BerthError) return error;
    throw error;
  }
  throw new Error("the settings were taken");
}

describe("the settings", () => {
  test("have defaults", () => {
    expect(read()).toMatchObject({
      stack: "dev",
      mode: "affordable",
      backendUrl: "file:///home/ann/.berth",
      simulatorDirectory: "/home/ann/.berth/simulator",
      secretsProvider: "passphrase",
      logLevel: "warn",
      ci: false,
    });
  });

  test.each([
    [{ BERTH_ARCHIVE: "s3://b/k" }, { archive: "s3://b/k" }],
    [{ AWS_REGION: "eu-west-1" }, { region: "eu-west-1" }],
    [{ AWS_DEFAULT_REGION: "eu-west-1" }, { region: "eu-west-1" }],
    [{ PULUMI_BACKEND_URL: "file://~/state" }, { backendUrl: "file:///home/ann/state" }],
    [{ PULUMI_BACKEND_URL: "file:///s" }, { backendUrl: "file:///s", simulatorDirectory: "/s/simulator" }],
    [
      { PULUMI_BACKEND_URL: "s3://b" },
      { backendUrl: "s3://b", simulatorDirectory: "/home/ann/.berth/simulator" },
    ],
    [
      { BERTH_VPC_ID: "vpc-00000001", BERTH_VPC_PUBLIC_SUBNETS: "subnet-00000001, subnet-00000002" },
      {
        vpc: {
          id: "vpc-00000001",
          publicSubnets: ["subnet-00000001", "subnet-00000002"],
          privateSubnets: [],
        },
      },
    ],
    [{ BERTH_MODE: "high-availability" }, { mode: "high-availability" }],
    [{ LOG_LEVEL: "DEBUG" }, { logLevel: "debug" }],
    [{ LOG_LEVEL: "verbose" }, { logLevel: "warn" }],
    [{ CI: "true" }, { ci: true }],
    [{ CI: "false" }, { ci: false }],
    [{ BERTH_STACK: "" }, { stack: "dev" }],
  ])("%j", (env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  test("the command line's archive wins over the variable", () => {
    expect(read({ BERTH_ARCHIVE: "a" }, ["up", "b"]).archive).toBe("b");
  });

  test.each([
    ["BERTH_PROJECT", "My Shop"],
    ["BERTH_STACK", "Prod"],
    ["BERTH_STACK", "a".repeat(41)],
    ["AWS_REGION", "europe"],
    ["AWS_ENDPOINT_URL", "localhost:4566"],
    ["BERTH_ARCHIVE_SHA256", "abc"],
    ["BERTH_MODE", "cheap"],
    ["BERTH_DOMAIN", "not a domain"],
    ["BERTH_DOMAIN", "localhost"],
    ["BERTH_HOSTED_ZONE_ID", "/hostedzone/Z1"],
    ["BERTH_VPC_ID", "vpc"],
    ["BERTH_VPC_PUBLIC_SUBNETS", "subnet-00000001,x"],
    ["BERTH_VPC_PRIVATE_SUBNETS", "subnet-00000001"],
    ["PULUMI_BACKEND_URL", "https://app.pulumi.com"],
    ["BERTH_SECRETS_PROVIDER", "gcpkms://x"],
    ["BERTH_TTL", "12h"],
    ["BERTH_EVENTS", "ftp://example.com/up.ndjson"],
  ])("%s=%s is refused with the variable and the value", (variable, value) => {
    const error = problemsOf({ [variable]: value });
    expect(exitCodeOf(error)).toBe(2);
    const problem = error.problems.find((candidate) => candidate.path === variable);
    expect(problem?.message).toContain(JSON.stringify(value));
  });

  test.each([
    ["BERTH_MODE", "cheap", ["must be one of affordable, balanced, high-availability"]],
    ["BERTH_PROGRESS", "bars", ["must be one of lines, events"]],
    ["BERTH_SIMULATE_LATENCY", "fast", ["must be a number from 0 to 10"]],
    ["BERTH_SIMULATE_LATENCY", "10.5", ["must be a number from 0 to 10"]],
    ["BERTH_SECRETS_KEY_ARN", "alias/key", ["must be an ARN, which begins with arn:"]],
    ["BERTH_DOMAIN", `${"a.".repeat(126)}aa`, ["must be a domain name"]],
    ["BERTH_SIMULATE_FAILURES", "web=x,y", ['"web=x" is not SERVICE=FAILURE', '"y" is not SERVICE=FAILURE']],
    [
      "BERTH_STACK",
      "A".repeat(41),
      [
        "must have at most 40 characters",
        "must be lower case letters, digits and hyphens, beginning with a letter or digit",
      ],
    ],
  ])("%s=%s: all that is wrong with it", (variable, value, messages) => {
    const found = problemsOf({ [variable]: value }).problems.filter(({ path }) => path === variable);
    expect(found.map(({ message }) => message)).toEqual(
      messages.map((message) => `${JSON.stringify(value)}: ${message}`),
    );
  });

  test.each([
    [{ BERTH_SIMULATE_LATENCY: "0.5" }, { simulatorLatency: 0.5 }],
    [{ BERTH_DOMAIN: `${"a.".repeat(126)}a` }, { domain: `${"a.".repeat(126)}a` }],
    [{ BERTH_ALLOWED_POLICIES: "none" }, { allowedPolicies: [] }],
    [{ BERTH_TIMEOUT: "2h" }, { timeout: { milliseconds: 7_200_000, text: "2h" } }],
  ])("%j", (env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  test("tells all problems at once, those of the command line with those of the environment", () => {
    const error = problemsOf({ BERTH_STACK: "Prod", BERTH_MODE: "cheap", AWS_REGION: "x" }, [
      "up",
      "--nonsense",
    ]);
    expect(error.problems.map((problem) => problem.path)).toEqual([
      undefined,
      "BERTH_STACK",
      "AWS_REGION",
      "BERTH_MODE",
    ]);
  });

  test("a time to live needs the CD task's variables where the run is, and not where it is started", () => {
    const env = { BERTH_TTL: "3d", HOME: "/home/somebody" };
    expect(problemsOf(env).problems).toMatchObject([{ path: "BERTH_TTL" }]);
    expect(settingsOf(() => parseArguments(["up"]), env, "/work", true).ttl).toBe("3d");
  });

  test("a hosted zone asks for a domain", () => {
    expect(problemsOf({ BERTH_HOSTED_ZONE_ID: "Z123" }).problems[0]?.hint).toContain("BERTH_DOMAIN");
    expect(read({ BERTH_HOSTED_ZONE_ID: "Z123", BERTH_DOMAIN: "apps.example.com" }).hostedZoneId).toBe(
      "Z123",
    );
  });
});
