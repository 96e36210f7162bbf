/** What ACM says of certificates, over a client that answers by itself. */
import { AcmCertificates } from "../../../../src/aws/estate/certificates";
import type { AwsClients } from "../../../../src/aws/clients";

const arn = (region: string, id: string): string => `arn:aws:acm:${region}:123456789012:certificate/${id}`;

const known: Readonly<Record<string, object>> = {
  [arn("eu-central-1", "issued")]: { Status: "ISSUED" },
  [arn("eu-central-1", "waiting")]: { Status: "PENDING_VALIDATION" },
  [arn("eu-central-1", "caa")]: { Status: "FAILED", FailureReason: "CAA_ERROR" },
  [arn("us-east-1", "late")]: { Status: "VALIDATION_TIMED_OUT" },
};

function certificates(regions: (string | undefined)[], code = "ResourceNotFoundException"): AcmCertificates {
  const acm = (region?: string) => {
    regions.push(region);
    return Promise.resolve({
      describeCertificate: ({ CertificateArn = "" }) =>
        CertificateArn in known
          ? Promise.resolve({ Certificate: known[CertificateArn] })
          : Promise.reject(Object.assign(new Error("refused"), { name: code })),
    });
  };
  return new AcmCertificates({ acm } as unknown as AwsClients);
}

const stack = { project: "shop", stack: "dev" };

test("those that are never issued, or are gone, each asked for in its own region", async () => {
  const regions: (string | undefined)[] = [];
  const asked = [...Object.keys(known), arn("eu-central-1", "gone")];
  expect(await certificates(regions).failed(stack, asked)).toEqual([
    { arn: arn("eu-central-1", "caa"), why: "FAILED: CAA_ERROR" },
    { arn: arn("us-east-1", "late"), why: "VALIDATION_TIMED_OUT" },
    { arn: arn("eu-central-1", "gone"), why: "ACM no longer has it" },
  ]);
  expect(regions).toEqual(["eu-central-1", "eu-central-1", "eu-central-1", "us-east-1", "eu-central-1"]);
});

test("any other refusal is AWS's error", async () => {
  const refused = certificates([], "AccessDeniedException").failed(stack, [arn("eu-central-1", "gone")]);
  await expect(refused).rejects.toMatchObject({ kind: "deployment" });
});

describe("records that a certificate waits for", () => {
  /** @returns the regions that are asked */
  const asked = async (region: string): Promise<readonly string[]> => {
    const regions: string[] = [];
    const acm = (each: string) => {
      regions.push(each);
      const found = { DomainName: "shop.com", CertificateArn: arn(each, "waiting") };
      const record = { Name: `_${each}.shop.com.`, Type: "CNAME", Value: "_a.acm-validations.aws." };
      return Promise.resolve({
        listCertificates: () => Promise.resolve({ CertificateSummaryList: [found] }),
        describeCertificate: () =>
          Promise.resolve({ Certificate: { DomainValidationOptions: [{ ResourceRecord: record }] } }),
      });
    };
    const clients = { acm, region: () => Promise.resolve(region) } as unknown as AwsClients;
    const resolver = { resolveCname: () => Promise.reject(new Error("none")) };
    const missing = await new AcmCertificates(clients, resolver).missing("shop.com");
    expect(missing.map(({ name }) => name)).toEqual(regions.map((each) => `_${each}.shop.com.`));
    return regions;
  };

  test("are looked for where CloudFront takes certificates from as well, once", async () => {
    expect(await asked("eu-west-1")).toEqual(["eu-west-1", "us-east-1"]);
    expect(await asked("us-east-1")).toEqual(["us-east-1"]);
    expect(await asked("us-gov-west-1")).toEqual(["us-gov-west-1"]);
  });
});
