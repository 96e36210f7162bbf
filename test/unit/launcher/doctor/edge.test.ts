import { edgeFindings } from "../../../../src/launcher/doctor/edge";
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
