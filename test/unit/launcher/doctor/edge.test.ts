import { edgeFindings, siteFindings } from "../../../../src/launcher/doctor/edge";
import { modeSettings } from "../../../../src/modes/modes";
import { FakeAccount } from "../../../support/account";
import { containerOf, projectOf } from "../../../support/projects";

const web = containerOf({ name: "web" });
const own = { ...web, domains: [{ name: "www.example.com", from: "x" }] };

async function found(edge: "cloudfront" | "balancer", service = web, stands = false, distributions = false) {
  const mode = modeSettings("affordable", { edge });
  const inspector = new FakeAccount();
  inspector.distributions = distributions;
  const findings = await edgeFindings({ project: projectOf([service]), mode, inspector, stands });
  return findings.map(({ check, status, message }) => `${check} ${status} ${message}`);
}

test("an account that has no distribution is told what may come", async () => {
  expect(await found("cloudfront")).toEqual([
    expect.stringMatching(/^domain ok .*CloudFront answers over HTTPS/),
    expect.stringMatching(/^cloudfront warn .*not verified/),
  ]);
  expect(await found("cloudfront", web, false, true)).toEqual([expect.stringMatching(/^domain ok/)]);
});

test("nothing is asked where the load balancer answers, or the stack exists", async () => {
  expect(await found("balancer")).toEqual([expect.stringContaining("over HTTP on the load balancer's name")]);
  expect(await found("cloudfront", own)).toEqual([expect.stringContaining("over HTTP on the load")]);
  expect(await found("cloudfront", web, true)).toEqual([expect.stringContaining("keep the addresses")]);
});

describe("static sites", () => {
  const docs = {
    ...containerOf({ name: "docs" }),
    site: { dir: "public", index: "index.html", spa: false, headers: {} },
  };

  async function told(
    named: boolean,
    edge: "cloudfront" | "balancer",
    distributions = false,
    stands = false,
  ) {
    const inspector = new FakeAccount();
    inspector.distributions = distributions;
    const mode = modeSettings("affordable", { edge });
    const findings = await siteFindings({ project: projectOf([web, docs]), mode, inspector, stands }, named);
    return findings.map(({ check, status, message }) => `${check} ${status} ${message}`);
  }

  test("of an account that has no distribution what may come is told once", async () => {
    const served = expect.stringMatching(/^static sites ok CloudFront serves docs;/) as string;
    const doubts = expect.stringMatching(/^cloudfront warn .*not verified/) as string;
    expect(await told(true, "cloudfront")).toEqual([served, doubts]);
    expect(await told(false, "balancer")).toEqual([served, doubts]);
    // Said of the addresses without a domain already.
    expect(await told(false, "cloudfront")).toEqual([served]);
    expect(await told(true, "cloudfront", true)).toEqual([served]);
    expect(await told(true, "cloudfront", false, true)).toEqual([served]);
  });

  test("nothing is said where there is none", async () => {
    const mode = modeSettings("affordable", {});
    const args = { project: projectOf([web]), mode, inspector: new FakeAccount(), stands: false };
    expect(await siteFindings(args, true)).toEqual([]);
  });
});

test("names of one's own behind CloudFront: who answers, and what may come", async () => {
  const told = async (asked: boolean, stands = false) => {
    const project = { ...projectOf([own]), overrides: asked ? { edge: "cloudfront" } : {} };
    const mode = modeSettings("affordable", { edge: "cloudfront" });
    const inspector = new FakeAccount();
    inspector.distributions = false;
    const findings = await edgeFindings({ project, mode, inspector, stands });
    return findings.map(({ check, status, message }) => `${check} ${status} ${message}`);
  };
  const answers = expect.stringMatching(/^cloudfront ok .*own names.*us-east-1/) as string;
  expect(await told(true)).toEqual([answers, expect.stringMatching(/^cloudfront warn .*not verified/)]);
  expect(await told(true, true)).toEqual([answers]);
  expect(await told(false)).toEqual([expect.stringContaining("over HTTP on the load")]);
});
