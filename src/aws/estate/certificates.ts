/** Certificates of ACM that wait for their proof. */
import { Resolver } from "node:dns/promises";
import type { Certificates, ProofRecord } from "../../ports";
import type { AwsClients } from "../clients";
import { awsError } from "../faults";

/** Milliseconds for a name server's answer, and how often it is asked. */
const lookUp = { timeout: 2_000, tries: 2 };

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AcmCertificates implements Certificates {
  readonly #clients: AwsClients;
  readonly #resolver: Pick<Resolver, "resolveCname">;

  constructor(clients: AwsClients, resolver: Pick<Resolver, "resolveCname"> = new Resolver(lookUp)) {
    this.#clients = clients;
    this.#resolver = resolver;
  }

  async missing(domainName: string): Promise<readonly ProofRecord[]> {
    try {
      const acm = await this.#clients.acm();
      const arns: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await acm.listCertificates({ CertificateStatuses: ["PENDING_VALIDATION"], NextToken });
        for (const { DomainName, CertificateArn } of page.CertificateSummaryList ?? []) {
          if (DomainName === domainName && CertificateArn !== undefined) arns.push(CertificateArn);
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      const records = new Map<string, ProofRecord>();
      for (const CertificateArn of arns) {
        const { Certificate } = await acm.describeCertificate({ CertificateArn });
        for (const { ValidationStatus, ResourceRecord } of Certificate?.DomainValidationOptions ?? []) {
          if (ValidationStatus === "SUCCESS" || ResourceRecord === undefined) continue;
          const { Name: name = "", Type: type = "CNAME", Value: value = "" } = ResourceRecord;
          records.set(name, { name, type, value, visible: await this.#isVisible(name, value) });
        }
      }
      return [...records.values()];
    } catch (error) {
      throw awsError("deployment", domainName, error);
    }
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
