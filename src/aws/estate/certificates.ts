/** Certificates of ACM that wait for their proof, or are never issued. */
import { Resolver } from "node:dns/promises";
import type { Certificates, FailedCertificate, ProofRecord, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { partitionOf } from "../../partitions";
import { awsError, faultOf } from "../faults";
import { allPages } from "../pages";

/** Milliseconds for a name server's answer, and how often it is asked. */
const lookUp = { timeout: 2_000, tries: 2 };

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AcmCertificates implements Certificates {
  readonly #resolver: Pick<Resolver, "resolveCname">;

  constructor(
    private readonly clients: AwsClients,
    resolver: Pick<Resolver, "resolveCname"> = new Resolver(lookUp),
  ) {
    this.#resolver = resolver;
  }

  async failed(_stack: StackIdentity, arns: readonly string[]): Promise<readonly FailedCertificate[]> {
    const found = await Promise.all(arns.map((arn) => this.#failure(arn)));
    return found.flatMap((why, index) => (why === undefined ? [] : [{ arn: arns[index] ?? "", why }]));
  }

  /** Why a certificate is never issued (ACM API, CertificateDetail, Status). @returns `undefined` where it is, or may be */
  async #failure(CertificateArn: string): Promise<string | undefined> {
    try {
      // A static site's is in CloudFront's region.
      const acm = await this.clients.acm(CertificateArn.split(":")[3]);
      const { Certificate } = await acm.describeCertificate({ CertificateArn });
      const { Status, FailureReason } = Certificate ?? {};
      if (Status !== "FAILED" && Status !== "VALIDATION_TIMED_OUT") return undefined;
      return FailureReason === undefined ? Status : `${Status}: ${FailureReason}`;
    } catch (error) {
      if (faultOf(error).code === "ResourceNotFoundException") return "ACM no longer has it";
      throw awsError("deployment", CertificateArn, error);
    }
  }

  async missing(domainName: string): Promise<readonly ProofRecord[]> {
    return ask("deployment", domainName, async () => {
      const records = new Map<string, ProofRecord>();
      for (const { acm, CertificateArn } of await this.#waiting(domainName)) {
        const { Certificate } = await acm.describeCertificate({ CertificateArn });
        for (const { ValidationStatus, ResourceRecord } of Certificate?.DomainValidationOptions ?? []) {
          if (ValidationStatus === "SUCCESS" || ResourceRecord === undefined) continue;
          const { Name: name = "", Type: type = "CNAME", Value: value = "" } = ResourceRecord;
          records.set(name, { name, type, value, visible: await this.#isVisible(name, value) });
        }
      }
      return [...records.values()];
    });
  }

  /** Those that begin with a name: in the stack's own region, and in the one from which CloudFront takes certificates. */
  async #waiting(domainName: string) {
    const region = await this.clients.region();
    const elsewhere = partitionOf(region).id === "aws" && region !== "us-east-1" ? ["us-east-1"] : [];
    const found = await Promise.all(
      [region, ...elsewhere].map(async (each) => {
        const acm = await this.clients.acm(each);
        const waiting = await allPages(async (NextToken) => {
          const page = await acm.listCertificates({ CertificateStatuses: ["PENDING_VALIDATION"], NextToken });
          return [page.CertificateSummaryList, page.NextToken];
        });
        return waiting.flatMap(({ DomainName, CertificateArn }) =>
          DomainName === domainName && CertificateArn !== undefined ? [{ acm, CertificateArn }] : [],
        );
      }),
    );
    return found.flat();
  }

  async #isVisible(name: string, value: string): Promise<boolean> {
    const bare = (text: string): string => text.replace(/\.$/, "").toLowerCase();
    try {
      return (await this.#resolver.resolveCname(bare(name))).some((answer) => bare(answer) === bare(value));
    } catch {
      return false;
    }
  }
}
