/** How ECS moves the requests of a service, and what is run before. */
import type * as pulumi from "@pulumi/pulumi";
import type { StrategyRequest } from "../../model/strategy";

/** A strategy by which ECS moves the requests itself. */
export type ShiftingStrategy = StrategyRequest & { readonly strategy: "blue-green" | "canary" };

/** A command, and where its task runs. */
export interface ServiceTest {
  readonly command: readonly string[];
  readonly subnetIds: pulumi.Input<readonly string[]>;
  readonly securityGroupIds: pulumi.Input<readonly string[]>;
}
