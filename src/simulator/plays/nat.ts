/** The NAT instance of a stack under simulation: it forwards at once, after some looks, or never. */
import type { NatReader, NatReport } from "../../ports";
import type { NatFault } from "../../ports/rehearsal";
import { natEnds } from "../../ports/way-out";

/** Looks at an instance that is late before it has done its work. */
const lateLooks = 3;

const killed = "dnf was killed, which is what running out of memory looks like";

export class SimulatedNat implements NatReader {
  #looks = 0;

  constructor(private readonly fault?: NatFault) {}

  report(): Promise<NatReport> {
    this.#looks += 1;
    const end = this.isOpen ? [natEnds.open] : [];
    const lines = [natEnds.begun, ...(this.fault === undefined ? [] : [killed]), ...end];
    return Promise.resolve({ instanceId: "i-0123456789abcdef0", state: "running", startedAt: 0, lines });
  }

  get isOpen(): boolean {
    return this.fault === undefined || (this.fault === "late-nat" && this.#looks > lateLooks);
  }
}
