/** The port of certificates that wait for their proof. */

/** A record that ACM looks for in the public DNS. */
export interface ProofRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Whether the public DNS answers with it. */
  readonly visible: boolean;
}

export interface Certificates {
  /** The records that a certificate still waits for; none where it is issued, or not asked for yet. */
  missing(domainName: string): Promise<readonly ProofRecord[]>;
}
