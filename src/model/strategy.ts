/** How the requests of a published service move from the tasks of one revision to those of the next. */

/** `rolling`: task by task. `blue-green`: all at once, when the new tasks are there. `canary`: a part first. */
export const strategies = ["rolling", "blue-green", "canary"] as const;

export type Strategy = (typeof strategies)[number];

/** What a file, or the mode, asks of a service's deployments. */
export interface StrategyRequest {
  readonly strategy: Strategy;
  /** Percent of the requests that go to the new tasks first: of a canary alone. 0.1 to 100 */
  readonly percent: number;
  /**
   * Whole minutes for which the old tasks stay when all requests go to the new ones, and for which a canary has its part
   * of them before that. 0 to 1440
   */
  readonly bake: number;
  /** What a one-off task of the new revision runs before requests reach it; it has to end with 0. @default nothing */
  readonly test?: readonly string[];
}

/** A tenth, as ECS's console has it for a canary, and half of its bake ("Amazon ECS canary deployments", ECS developer guide). */
export const usualStrategy = { percent: 10, bake: 5 } as const;

/** Minutes that ECS holds a deployment for its test; then it rolls back (ECS API reference, TimeoutConfiguration: 1 to 20160). */
export const testLimit = 60;
