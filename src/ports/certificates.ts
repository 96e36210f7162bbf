/** The port of certificates: those that wait for their proof, and those that are never issued. */
import type { StackIdentity } from "./stack";

/** A record that ACM looks for in the public DNS. */
export interface ProofRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Whether the public DNS answers with it. */
  readonly visible: boolean;
}

/** A certificate that is never issued: another one has to be asked for. */
export interface FailedCertificate {
  readonly arn: string;
  /** ACM's words: `FAILED: CAA_ERROR`, `VALIDATION_TIMED_OUT`. */
  readonly why: string;
}

export interface Certificates {
  /** Those of a stack's certificates that are never issued, or that ACM no longer has. */
  failed(stack: StackIdentity, arns: readonly string[]): Promise<readonly FailedCertificate[]>;
  /** The records that a certificate still waits for; none where it is issued, or not asked for yet. */
  missing(domainName: string): Promise<readonly ProofRecord[]>;
}
