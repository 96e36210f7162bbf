/** What a rehearsal may ask of the simulated AWS. */

/** The ways in which a service fails. */
export const serviceFaults = [
  "crash-loop",
  "out-of-memory",
  "image",
  "secret",
  "container-health",
  "target-health",
  "capacity",
  "rollback",
  "alarm",
  "stuck",
] as const;

export type ServiceFault = (typeof serviceFaults)[number];
