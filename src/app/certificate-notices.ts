/** Tells what a certificate waits for that is not issued after a while, instead of a silent hour. */
import { messageOf } from "../errors";
import type { Certificates, Clock, EngineEvent, ProofRecord } from "../ports";

export interface CertificateNoticesOptions {
  readonly certificates: () => Promise<Certificates>;
  readonly clock: Clock;
  readonly note: (message: string) => void;
}

/** Milliseconds: a record in the account's own zone proves a certificate within a minute or two. */
const patience = 120_000;
/** Milliseconds between two notices. */
const repeat = 600_000;

const validationType = "aws:acm/certificateValidation:CertificateValidation";

/** Follows the engine's events: while a certificate is being proved, nothing but what needs it waits. */
export class CertificateNotices {
  readonly #waiting = new Map<string, AbortController>();

  constructor(private readonly options: CertificateNoticesOptions) {}

  take(event: EngineEvent): void {
    if (event.kind !== "resource" || event.type !== validationType || event.op === "delete") return;
    if (event.status !== "started") {
      this.#waiting.get(event.urn)?.abort();
      this.#waiting.delete(event.urn);
      return;
    }
    const over = new AbortController();
    this.#waiting.set(event.urn, over);
    void this.#watch(event.name, over.signal);
  }

  /** The run has ended. */
  close(): void {
    for (const over of this.#waiting.values()) over.abort();
    this.#waiting.clear();
  }

  async #watch(domainName: string, signal: AbortSignal): Promise<void> {
    const { clock, certificates, note } = this.options;
    try {
      for (let wait = patience; !signal.aborted; wait = repeat) {
        // Rejects when the certificate's proof is over.
        await clock.sleep(wait, signal);
        const missing = await (await certificates()).missing(domainName);
        for (const record of missing) note(noticeOf(domainName, record));
      }
    } catch (error) {
      // A sleep that is over; and a look that failed must not fail the run, which waits in any case.
      if (!signal.aborted) note(`The certificate of ${domainName} can't be looked at: ${messageOf(error)}`);
    }
  }
}

function noticeOf(domainName: string, { name, type, value, visible }: ProofRecord): string {
  const record = `${name} ${type} ${value}`;
  return visible
    ? `The certificate of ${domainName} waits: the record ${record} is in the public DNS, and ACM has yet to see it (up to 30 minutes)`
    : `The certificate of ${domainName} waits for a record that the public DNS doesn't answer with: ${record}; is the domain delegated to this hosted zone's name servers?`;
}
