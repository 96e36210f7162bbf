/** Certificates under simulation: nobody waits for one, and ACM refuses those whose domains forbid it (CAA). */
import type { Certificates, FailedCertificate, StackIdentity } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";
import { certificateFailure } from "../services/acm";
import { tokens } from "../services/common";

export class SimulatedCertificates implements Certificates {
  constructor(private readonly cloudOf: (stack: StackIdentity) => SimulatedAws) {}

  /** A simulated certificate is issued at once. */
  missing(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  failed(stack: StackIdentity, arns: readonly string[]): Promise<readonly FailedCertificate[]> {
    const cloud = this.cloudOf(stack);
    const found = arns.flatMap((arn) => {
      const certificate = cloud.find(tokens.certificate, arn);
      const why =
        certificate === undefined ? "ACM no longer has it" : certificateFailure(certificate.outputs);
      return why === undefined ? [] : [{ arn, why }];
    });
    return Promise.resolve(found);
  }
}
