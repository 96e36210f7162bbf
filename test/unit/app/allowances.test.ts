/** What the account's owner has not allowed is refused before anything is made, with the command that allows it. */
import { allowedByDefault, judgeAllowances, type Allowances } from "../../../src/app/allowances";
import { BerthError, type SourceLocation } from "../../../src/errors";
import { resolveTemplate } from "../../support/iam/template";
import { projectOf } from "../../support/interpret";

const admin = "arn:aws:iam::aws:policy/AdministratorAccess";

const role = "arn:aws:iam::210987654321:role/dns";

function judge(
  api: Readonly<Record<string, unknown>>,
  allowances: Allowances & { readonly hostedZoneRoleArn?: string },
  domain?: string,
  location: SourceLocation | "nowhere" = { file: "compose.yaml", line: 4, column: 3 },
) {
  const project = projectOf({ api: { image: "busybox:1.37", ...api } });
  return judgeAllowances({
    project,
    mode: { delegatedZone: false },
    settings: { stack: "dev", ...allowances, ...(domain === undefined ? {} : { domain }) },
    locate: () => (location === "nowhere" ? undefined : location),
  });
}

function problemsOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return (error as { problems: unknown }).problems;
  }
  return undefined;
}

test("policies that read are any service's; more needs the owner's word, and the error has the command", () => {
  const none = { allowedPolicies: [] };
  expect(judge({ "x-policies": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }, none)).toEqual([]);
  expect(judge({ "x-policies": ["arn:aws-cn:iam::aws:policy/CloudWatchAgentServerPolicy"] }, none)).toEqual(
    [],
  );
  expect(problemsOf(() => judge({ "x-policies": [admin, "own"] }, none))).toEqual([
    {
      path: "services.api.x-policies",
      message: `${admin} lets a service do more than read, so the account's owner has to allow it`,
      hint: `berth bootstrap --allow-policies ${admin}`,
      location: { file: "compose.yaml", line: 4, column: 3 },
    },
    expect.objectContaining({ hint: "berth bootstrap --allow-policies arn:aws:iam::*:policy/own" }),
  ]);
});

test("the owner's word: an ARN, a pattern, or everything", () => {
  expect(judge({ "x-policies": [admin] }, { allowedPolicies: [admin] })).toEqual([]);
  expect(judge({ "x-policies": ["own"] }, { allowedPolicies: ["arn:aws:iam::*:policy/own"] })).toEqual([]);
  expect(judge({ "x-policies": [admin, "own"] }, { allowedPolicies: ["arn:*:iam::*:policy/*"] })).toEqual([]);
  // A policy of one's own that has the name of one of AWS's is another one.
  expect(
    problemsOf(() => judge({ "x-policies": ["AdministratorAccess"] }, { allowedPolicies: [admin] })),
  ).toEqual([
    expect.objectContaining({
      hint: `berth bootstrap --allow-policies ${admin},arn:aws:iam::*:policy/AdministratorAccess`,
    }),
  ]);
});

test("where nothing is known of the account, it is a warning", () => {
  expect(judge({ "x-policies": [admin] }, {})).toEqual([
    { path: "services.api.x-policies", message: expect.stringContaining("--allow-policies") as string },
  ]);
});

test("records of domains that were not given are refused: the project's domain, and those of a service", () => {
  const ports = [{ target: 80, mode: "ingress" }];
  const api = { ports, "x-domains": ["www.acme.io", "shop.example.com"] };
  const allowances = { recordNames: ["example.com", "*.example.com"] };
  expect(judge({ ports }, allowances, "example.com")).toEqual([]);
  expect(judge({ ports }, { recordNames: ["*"] }, "acme.io")).toEqual([]);
  expect(judge(api, {}, "acme.io")).toEqual([]);
  expect(problemsOf(() => judge(api, allowances, "notexample.com"))).toEqual([
    expect.objectContaining({
      path: "BERTH_DOMAIN",
      hint: "berth bootstrap --domains example.com,notexample.com",
    }),
    expect.objectContaining({
      path: expect.stringMatching(/^services\.api\.x-domains/) as string,
      message: "the CD task may not change the DNS records of www.acme.io",
    }),
  ]);
});

test("records in another account's zone are that account's word: a role changes them", () => {
  const ports = [{ target: 80, mode: "ingress" }];
  const recordNames = ["example.com"];
  const crossAccount = { ports, "x-domains": [{ name: "www.acme.io", "zone-role": role }] };
  expect(judge(crossAccount, { recordNames }, "example.com")).toEqual([]);
  expect(judge({ ports }, { recordNames, hostedZoneRoleArn: role }, "acme.io")).toEqual([]);
  expect(problemsOf(() => judge({ ports }, { recordNames }, "acme.io"))).toHaveLength(1);
});

test("a refusal is the project's, and has no place where the file has none", () => {
  const refuse = () => judge({ "x-policies": [admin] }, { allowedPolicies: [] }, undefined, "nowhere");
  expect(refuse).toThrow(BerthError);
  expect(refuse).toThrow(expect.objectContaining({ kind: "project" }) as Error);
  expect((problemsOf(refuse) as readonly object[])[0]).not.toHaveProperty("location");
});

test("the template allows the same policies", () => {
  const { resources } = resolveTemplate();
  const { Statement } = resources["CdBoundary"]?.Properties["PolicyDocument"] as {
    readonly Statement: readonly { readonly Sid: string; readonly Condition?: unknown }[];
  };
  expect(Statement.find(({ Sid }) => Sid === "OnlyAllowedPolicies")?.Condition).toEqual({
    ArnNotLike: { "iam:PolicyARN": allowedByDefault.map((pattern) => pattern.replace("arn:*", "arn:aws")) },
  });
});
