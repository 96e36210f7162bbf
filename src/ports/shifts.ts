/** The requests to ECS where it moves a service's requests between two target groups itself. */
/** A service of ECS, and what it is meant to run. */
export interface ServicePlacement {
  /** The compose service, which is the name of the container too. */
  readonly service: string;
  readonly clusterArn: string;
  readonly serviceName: string;
  /** The task definition that this run registered: no other one counts as success. */
  readonly taskDefinitionArn: string;
  readonly logGroupName: string;
}

/** A command of a service's own image. */
export interface ServiceTest {
  readonly command: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** How ECS moves the requests to new tasks. */
export interface ShiftRequest {
  readonly strategy: "blue-green" | "canary";
  /** Of the requests that a canary gets first. */
  readonly percent: number;
  /** Minutes: {@link StrategyRequest} of the model says of what. */
  readonly bake: number;
  /** What has to succeed before requests reach the new tasks. @default nothing */
  readonly test?: ServiceTest;
}

/** The stage of a deployment (ECS API reference, ServiceDeployment). */
export interface ServiceCourse {
  readonly arn: string;
  readonly status: "going" | "going back" | "succeeded" | "failed";
  /** ECS's own words. */
  readonly reason?: string;
  /** `BAKE_TIME` and others; ECS may know more than this program. */
  readonly stage?: string;
  /** The pause hook that waits for an answer. */
  readonly hook?: string;
}

export interface ServiceShifts {
  /** The stage of a service's newest deployment; `undefined` where it has had none that ECS knows of. */
  course(placement: ServicePlacement): Promise<ServiceCourse | undefined>;
  /** Has a paused deployment go on, or go back (ECS API reference, ContinueServiceDeployment). */
  answer(placement: ServicePlacement, course: ServiceCourse, action: "continue" | "rollback"): Promise<void>;
  /** Takes a deployment back that goes on (ECS API reference, StopServiceDeployment, stopType ROLLBACK). */
  takeBack(placement: ServicePlacement, course: ServiceCourse): Promise<void>;
  /** The target groups of a rule, or of a listener of a network load balancer, that with most of its requests first; none where it is gone. */
  leadsTo(placement: ServicePlacement, ruleArn: string): Promise<readonly string[]>;
}
