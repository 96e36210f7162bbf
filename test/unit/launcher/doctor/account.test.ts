import {
  bootstrapFinding,
  identityFinding,
  permissionFindings,
  principalOf,
  quotaFinding,
} from "../../../../src/launcher/doctor/account";
import { domainFindings } from "../../../../src/launcher/doctor/domain";
import { needsOf } from "../../../../src/app/quotas";
import { secretFindings } from "../../../../src/launcher/doctor/project";
import { modeSettings } from "../../../../src/modes/modes";
import { FakeAccount } from "../../../support/account";
import { containerOf, projectOf, todo } from "../../../support/projects";

const stack = { project: "todo", stack: "dev" };
const role = "arn:aws:sts::123456789012:assumed-role/deployer/session";

describe("the caller", () => {
  test("is named, and the root user is warned", () => {
    const account = "123456789012";
    expect(identityFinding({ account, arn: role })).toMatchObject({ status: "ok" });
    const root = identityFinding({ account, arn: "arn:aws:iam::123456789012:root" });
    expect(root).toMatchObject({
      status: "warn",
      fix: expect.stringContaining("IAM Identity Center") as string,
    });
  });

  test("is simulated as its role, and every action that it lacks is told", async () => {
    const account = new FakeAccount();
    for (const action of ["ssm:PutParameter", "ecs:RunTask"]) account.deniedActions.add(action);
    const findings = await permissionFindings(account, { account: "123456789012", arn: role });
    expect(account.simulated).toEqual(["arn:aws:iam::123456789012:role/deployer"]);
    expect(findings).toMatchObject([
      { status: "fail", message: "not allowed: ecs:RunTask, ssm:PutParameter" },
    ]);
    account.deniedActions.clear();
    expect(await permissionFindings(account, account.caller)).toMatchObject([{ status: "ok" }]);
  });

  test.each([
    [role, "arn:aws:iam::123456789012:role/deployer"],
    ["arn:aws-cn:sts::1:assumed-role/a/b", "arn:aws-cn:iam::1:role/a"],
    ["arn:aws:iam::1:user/x", "arn:aws:iam::1:user/x"],
  ])("%s is %s", (arn, principal) => {
    expect(principalOf(arn)).toBe(principal);
  });
});

test.each<[string, string | undefined, string, string]>([
  ["CREATE_COMPLETE", "1.0.0", "ok", "berth-cd of version 1.0.0 in eu-west-1"],
  ["UPDATE_COMPLETE", "0.9.0", "warn", "is of version 0.9.0, this program of 1.0.0"],
  ["UPDATE_IN_PROGRESS", "1.0.0", "warn", "is UPDATE_IN_PROGRESS"],
  ["ROLLBACK_COMPLETE", undefined, "fail", "is ROLLBACK_COMPLETE"],
  ["UPDATE_ROLLBACK_FAILED", "1.0.0", "fail", "is UPDATE_ROLLBACK_FAILED"],
])("a bootstrap stack that is %s, of %s: %s", (status, version, verdict, message) => {
  const outputs: Record<string, string> = version === undefined ? {} : { Version: version };
  const found = { id: "arn:stack", status, outputs, parameters: {} };
  const finding = bootstrapFinding(found, "1.0.0", "eu-west-1");
  expect(finding).toMatchObject({ status: verdict, message: expect.stringContaining(message) as string });
  expect(finding.fix === undefined).toBe(verdict === "ok");
});

test("no bootstrap stack", () => {
  expect(bootstrapFinding(undefined, "1.0.0", "eu-west-1")).toMatchObject({
    status: "fail",
    message: "the account has no stack berth-cd in eu-west-1",
    fix: expect.stringMatching(/^run berth bootstrap once/) as string,
  });
});

test.each<[{ limit: number; used?: number }, number, string, string]>([
  [{ limit: 5, used: 4 }, 1, "ok", "4 of 5 VPCs, and this stack needs 1 more"],
  [{ limit: 5, used: 5 }, 0, "ok", "5 of 5 VPCs"],
  [{ limit: 5, used: 5 }, 1, "fail", "5 of 5 VPCs, and this stack needs 1 more"],
  [{ limit: 6 }, 1.5, "ok", "1.5 of 6 VPCs"],
  [{ limit: 1 }, 1.5, "fail", "1.5 of 1 VPCs"],
])("a quota of %j with a need of %d is %s", async (quota, need, status, message) => {
  const account = new FakeAccount();
  account.quotas.vpcs = quota;
  expect(await quotaFinding(account, "vpcs", need)).toMatchObject([{ status, message }]);
});

describe("what a project needs", () => {
  test("by mode", () => {
    expect(needsOf(todo(), modeSettings("affordable"))).toMatchObject({
      vpcs: 1,
      addresses: 1,
      loadBalancers: 1,
    });
    const services = [containerOf({ size: { cpu: 512, memory: 1024 }, replicas: 3, ports: [] })];
    expect(needsOf(projectOf(services), modeSettings("affordable"))).toEqual({
      vpcs: 1,
      addresses: 1,
      loadBalancers: 0,
      fargateSpot: 1.5,
    });
    const single = [containerOf({ size: { cpu: 1024, memory: 2048 }, replicas: 1 })];
    expect(needsOf(projectOf(single), modeSettings("high-availability"))).toEqual({
      vpcs: 1,
      addresses: 3,
      loadBalancers: 1,
      fargate: 2,
    });
  });
});

describe("the domain", () => {
  const servers = ["ns-1.awsdns-1.org", "ns-2.awsdns-2.com"];

  function look(account: FakeAccount, known: readonly string[]) {
    const resolveNs = () => Promise.resolve(known);
    return domainFindings({ domain: "apps.example.com", stack, inspector: account, resolveNs });
  }

  function zoned(): FakeAccount {
    const account = new FakeAccount();
    account.zone = { id: "Z1", name: "example.com", nameServers: servers };
    return account;
  }

  test("without a zone", async () => {
    expect(await look(new FakeAccount(), [])).toMatchObject([
      {
        check: "domain",
        status: "fail",
        message: "this account has no public hosted zone for apps.example.com",
      },
    ]);
  });

  test("delegated to its zone", async () => {
    expect(await look(zoned(), ["NS-2.awsdns-2.com."])).toMatchObject([
      { check: "domain", status: "ok" },
      { check: "certificate", status: "ok", message: "berth up will ask for *.todo.apps.example.com" },
    ]);
  });

  test.each([
    [[], /no name server is asked for example\.com/],
    [["ns.elsewhere.net"], /is delegated to ns\.elsewhere\.net, and not to its hosted zone Z1/],
  ])("delegated to %j", async (known, message) => {
    expect((await look(zoned(), known))[0]).toMatchObject({
      status: "fail",
      message: expect.stringMatching(message) as string,
      fix: expect.stringContaining(servers.join(", ")) as string,
    });
  });

  test.each<[string, string, RegExp | undefined]>([
    ["ISSUED", "ok", undefined],
    ["PENDING_VALIDATION", "warn", /ACM waits for the record _a\.example\.com CNAME _b\.aws/],
    ["FAILED", "fail", /another one in its place/],
  ])("a certificate that is %s: %s", async (status, verdict, fix) => {
    const account = zoned();
    const records = [{ name: "_a.example.com", type: "CNAME", value: "_b.aws" }];
    account.certificates.set("*.todo.apps.example.com", { status, records });
    const [, certificate] = await look(account, servers);
    expect(certificate).toMatchObject({ check: "certificate", status: verdict });
    if (fix !== undefined) expect(certificate?.fix).toMatch(fix);
  });
});

test("secrets that are missing are told with who needs them, and the command", async () => {
  const keeper = {
    list: () => Promise.resolve([]),
    set: () => Promise.reject(new Error("nothing is changed")),
    get: () => Promise.reject(new Error("no value is read")),
    remove: () => Promise.reject(new Error("nothing is changed")),
  };
  const findings = await secretFindings(
    { ...todo(), secrets: ["DB_PASSWORD"] },
    { project: "todo", stack: "prod" },
    keeper,
  );
  expect(findings.length).toBeGreaterThan(0);
  for (const finding of findings)
    expect(finding).toMatchObject({
      status: "fail",
      fix: expect.stringMatching(/^berth secret set [A-Z_]+ --stack prod$/) as string,
    });
});
