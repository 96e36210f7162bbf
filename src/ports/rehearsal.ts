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
  "stuck",
] as const;

/** The ways in which an image's build fails: the build itself, or the test stage before it. */
export const buildFaults = ["build", "test"] as const;

export type BuildFault = (typeof buildFaults)[number];

export type ServiceFault = (typeof serviceFaults)[number];
