/** What a deployment of the simulator is made with. */
import type { SimulatedAws } from "../cloud/aws";
import type { StepRecorder } from "./steps";
import type { WorkCounter } from "./work";
import type { WorkingState } from "./working-state";

export interface DeploymentOptions {
  readonly cloud: SimulatedAws;
  readonly state: WorkingState;
  readonly recorder: StepRecorder;
  readonly work: WorkCounter;
  /** Nothing is made: what a preview knows is answered. */
  readonly dryRun: boolean;
  /** Everything that is refused is reported, and the run goes on: a preview and its rehearsal. */
  readonly lenient: boolean;
  /** URNs; empty for all. */
  readonly targets: ReadonlySet<string>;
  /** URNs of what is made again, whatever its inputs say. */
  readonly replace: ReadonlySet<string>;
}
