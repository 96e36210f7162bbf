/**
 * The ports: what the use-cases of `src/app` and the program of `stacks` need from outside.
 * Adapters: `src/engine`, `src/aws`, `src/simulator`, `src/archive`.
 */
export type * from "./account";
export type * from "./addresses";
export type * from "./alerts";
export type * from "./archive";
export type * from "./certificates";
export type * from "./engine";
export type * from "./images";
export type * from "./inspection";
export type * from "./leftovers";
export type * from "./operations";
export type * from "./outline";
export type * from "./prices";
export type * from "./running";
export type * from "./secrets";
export type * from "./schedules";
export type * from "./services";
export type * from "./sites";
export type * from "./shifts";
export type * from "./stack";
export type * from "./state";
export type * from "./file-systems";
export type * from "./stores";
export type * from "./summary";
export type * from "./tasks";
export type * from "./time";
export type * from "./time-to-live";
export type * from "./way-out";
export type * from "./zones";
