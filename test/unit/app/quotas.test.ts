/** The account's quotas, counted before a new stack is made. */
import { judgeQuotas } from "../../../src/app/quotas";
import { BerthError } from "../../../src/errors";
import { modeSettings } from "../../../src/modes/modes";
import type { Quota, QuotaName } from "../../../src/ports";
import { containerOf, projectOf } from "../../support/projects";

type Quotas = Readonly<Partial<Record<QuotaName, Quota>>>;

async function judged(
  operation: "up" | "preview",
  quotas: Quotas,
  over: Readonly<Record<string, unknown>> = {},
) {
  const asked: QuotaName[] = [];
  const quota = (name: QuotaName): Promise<Quota> => {
    asked.push(name);
    return Promise.resolve(quotas[name] ?? { limit: 5, used: 0 });
  };
  const mode = modeSettings("high-availability", over);
  const given = { project: projectOf([containerOf()]), mode, region: "eu-west-1" };
  const warnings = await judgeQuotas(given, operation, { quotas: () => Promise.resolve({ quota }) });
  return { asked, said: warnings.map(({ path, message }) => `${path}: ${message}`) };
}

const full: Quotas = { vpcs: { limit: 5, used: 5 }, addresses: { limit: 5, used: 3 } };

const vpcs =
  "x-berth.vpc: the account has 5 of the 5 VPCs that it may have in eu-west-1, and a new stack makes 1 more";
const addresses =
  "x-berth.natStrategy: the account has 3 of the 5 Elastic IP addresses that it may have in eu-west-1, and a new stack makes 3 more";

test("an up is refused with all of them, and with what to do", async () => {
  const refused = await judged("up", full).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BerthError);
  const { kind, problems } = refused as BerthError;
  expect([kind, problems.map(({ path, message }) => `${path ?? ""}: ${message}`)]).toEqual([
    "usage",
    [vpcs, addresses],
  ]);
  expect(problems.map(({ hint }) => hint)).toEqual([
    "delete one that nobody needs (aws ec2 describe-vpcs), name one that is there (x-berth: {vpc: …}), or ask for more: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6",
    expect.stringMatching(/--service-code ec2 --quota-code L-0263D0A3 --desired-value 6$/) as string,
  ]);
});

test("a preview is told the same", async () => {
  const { said } = await judged("preview", full);
  expect(said).toEqual([
    expect.stringContaining(`${vpcs}: delete one`) as string,
    expect.stringContaining(`${addresses}: release one`) as string,
  ]);
});

test("one address is the least: no other way out is advised", async () => {
  const gateway = { natStrategy: "gateway", vpc: "new" };
  const { said } = await judged("preview", { addresses: { limit: 5, used: 5 } }, gateway);
  expect(said).toEqual([
    expect.stringMatching(
      /makes 1 more: release one that nobody needs \([^)]*\), or ask for more: /,
    ) as string,
  ]);
});

test("what fits exactly is nothing, and an existing VPC takes of none", async () => {
  const last: Quotas = { vpcs: { limit: 5, used: 4 }, addresses: { limit: 5, used: 2 } };
  expect(await judged("up", last)).toEqual({ asked: ["vpcs", "addresses"], said: [] });
  expect(await judged("up", full, { vpc: "vpc-0123456789abcdef0" })).toEqual({ asked: [], said: [] });
});

test("where they can't be read, the run goes on and says so; where nobody reads them, it says nothing", async () => {
  const given = {
    project: projectOf([containerOf()]),
    mode: modeSettings("affordable"),
    region: "eu-west-1",
  };
  const denied = new BerthError("usage", {
    path: "servicequotas:GetServiceQuota vpcs",
    message: "AccessDenied",
  });
  const quotas = () => Promise.resolve({ quota: () => Promise.reject(denied) });
  expect(await judgeQuotas(given, "up", { quotas })).toEqual([
    { path: "x-berth.vpc", message: expect.stringContaining("berth bootstrap gives this") as string },
  ]);
  expect(await judgeQuotas(given, "up", {})).toEqual([]);
});
