import { failedCertificates } from "../../../src/app/failed-certificates";
import type { Deps } from "../../../src/app/deps";
import type { FailedCertificate, StackResource } from "../../../src/ports";

const identity = { project: "shop", stack: "dev" };
const stood = (["a.com", "b.com"] as const).map((name): StackResource => ({
  ...{ urn: `urn:${name}`, id: `arn:${name}`, name, inputs: {}, dependsOn: [] },
  type: "aws:acm/certificate:Certificate",
}));

function deps(failed: () => Promise<readonly FailedCertificate[]>, told: string[] = []) {
  const note = (message: string): void => void told.push(message);
  const asked: string[] = [];
  const certificates = () =>
    Promise.resolve({
      missing: () => Promise.resolve([]),
      failed: (_: unknown, arns: readonly string[]) => {
        asked.push(...arns);
        return failed();
      },
    });
  return { asked, given: { certificates, progress: { note } } as unknown as Deps };
}

test("a certificate that is never issued is made anew, and told; the state's other resources are not asked for", async () => {
  const told: string[] = [];
  const { asked, given } = deps(
    () => Promise.resolve([{ arn: "arn:b.com", why: "FAILED: CAA_ERROR" }]),
    told,
  );
  const vpc = { ...stood[0], type: "aws:ec2/vpc:Vpc", id: "vpc-1" } as StackResource;
  expect(await failedCertificates(identity, [...stood, vpc], given)).toEqual(["urn:b.com"]);
  expect(asked).toEqual(["arn:a.com", "arn:b.com"]);
  expect(told).toEqual([expect.stringMatching(/b\.com is never issued \(FAILED: CAA_ERROR\)/)]);
});

test("where ACM can't be asked the run goes on, and says so", async () => {
  const told: string[] = [];
  const { given } = deps(() => Promise.reject(new Error("denied")), told);
  expect(await failedCertificates(identity, stood, given)).toEqual([]);
  expect(told).toEqual([expect.stringMatching(/^warning: .*denied/)]);
});

test("a stack without certificates asks nobody", async () => {
  const { asked, given } = deps(() => Promise.resolve([]));
  expect(await failedCertificates(identity, [], given)).toEqual([]);
  expect(asked).toEqual([]);
});
