/** What a rehearsal may ask of the simulated AWS. */

/** The ways in which a service fails; Spot without room is one that a run gets over. */
export const serviceFaults = [
  "crash-loop",
  "out-of-memory",
  "image",
  "secret",
  "container-health",
  "target-health",
  "capacity",
  "spot-capacity",
  "rollback",
  "alarm",
  "late-alarm",
  "stuck",
] as const;

/** The ways in which an image's build fails: the build itself, or the test stage before it. */
export const buildFaults = ["build", "test"] as const;

/**
 * The ways in which a task of a build, or of a service that runs to its end, does not begin at first: a run gets over
 * each of them.
 */
export const startFaults = ["young-role", "closed-way-out", "account-limit"] as const;

/** The ways in which a NAT instance opens no way out: after a while, or never. */
export const natFaults = ["late-nat", "dead-nat"] as const;

/** The way in which an account has no entry by CloudFront. */
export const entryFault = "unverified";

/** The way in which a zone of another account is out of reach: its role doesn't trust the run. */
export const zoneFault = "untrusted";

export type NatFault = (typeof natFaults)[number];

export type RehearsedStartFault = (typeof startFaults)[number];

export type BuildFault = (typeof buildFaults)[number];

export type ServiceFault = (typeof serviceFaults)[number];
