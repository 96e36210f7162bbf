/** What Berth declares and an older provider has no argument for: `@pulumi/aws` 7 stands on terraform-provider-aws 6. */

export interface LeftOut {
  /** Terraform's type. */
  readonly type: string;
  /** The path in Pulumi's words. */
  readonly property: string;
  /** The version of terraform-provider-aws that brought it, by its changelog. */
  readonly since: string;
  /** What an older provider asks for in its place. In a text, `{label}` stands for the resource's name. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** Each is left out where the provider doesn't know it, and nothing else is. */
export const leftOut: readonly LeftOut[] = [
  { type: "aws_lb_listener_rule", property: "transforms", since: "6.19.0" },
  // The changelog of terraform-provider-aws: blue/green deployments in 6.4.0; canaries and pause hooks came later.
  { type: "aws_ecs_service", property: "deploymentConfiguration", since: "6.4.0" },
  { type: "aws_ecs_service", property: "loadBalancers.advancedConfiguration", since: "6.4.0" },
  {
    // Pull request 46813 of terraform-provider-aws, opened on 2026-03-08.
    type: "aws_cloudwatch_log_resource_policy",
    property: "resourceArn",
    since: "6, of spring 2026",
    instead: { policy_name: "{label}" },
  },
];

export function leftOutOf(type: string, property: string): LeftOut | undefined {
  return leftOut.find((entry) => entry.type === type && entry.property === property);
}
