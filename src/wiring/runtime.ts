/**
 * Everything that loads Pulumi, behind one door: the engines, the simulated AWS and the program.
 * The build makes one bundle of it, so that there is one Pulumi runtime, and loads it only for the commands that need it.
 */
export { projectProgram } from "../../stacks/project";
export { PulumiEngine } from "../engine/pulumi/engine";
export { SimulatorEngine } from "../simulator/engine/engine";
export { SimulatedBuildTasks } from "../simulator/plays/build-tasks";
export { SimulatedOneOffTasks } from "../simulator/plays/one-off-tasks";
export { AttachedAws } from "../simulator/plays/attached-aws";
export { SimulatedNat } from "../simulator/plays/nat";
export { SimulatedLeftovers } from "../simulator/plays/leftovers";
export { SimulatedSites } from "../simulator/plays/sites";
export { SimulatedZones } from "../simulator/plays/zones";
export { SimulatedCertificates } from "../simulator/plays/certificates";
export { SimulatedSchedules } from "../simulator/plays/schedules";
export { SimulatedRollouts } from "../simulator/plays/rollouts";
export { SimulatedStackControl } from "../simulator/plays/stack-control";
