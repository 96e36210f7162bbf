/**
 * Everything that loads Pulumi, behind one door: the engines, the simulated AWS and the program.
 * The build makes one bundle of it, so that there is one Pulumi runtime, and loads it only for the commands that need it.
 */
export { projectProgram } from "../stacks/project";
export { PulumiEngine } from "./engine/pulumi";
export { SimulatorEngine } from "./engine/simulator";
export { SimulatedBuildTasks } from "./simulator/build-tasks";
export { SimulatedOneOffTasks } from "./simulator/one-off-tasks";
export { AttachedAws } from "./simulator/attached-aws";
export { SimulatedLeftovers } from "./simulator/leftovers";
export { SimulatedSchedules } from "./simulator/schedules";
export { SimulatedRollouts } from "./simulator/rollouts";
