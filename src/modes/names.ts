/** The names of the deployment modes. */
export const modeNames = ["affordable", "balanced", "high-availability"] as const;
export type ModeName = (typeof modeNames)[number];
