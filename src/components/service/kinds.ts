/** The components that a compose service's container becomes: what it was before keeps its role and its revisions. */
import type * as pulumi from "@pulumi/pulumi";

export const containerKinds = {
  service: "berth:aws:ContainerService",
  task: "berth:aws:OneOffTask",
  schedule: "berth:aws:ScheduledTask",
} as const;

type Kind = (typeof containerKinds)[keyof typeof containerKinds];

/**
 * The options of a component with the names that it would have as one of the other kinds. Children inherit them: without
 * that the role of a server that becomes a scheduled task would be made again, under a name that the old one still has.
 */
export function asAnyKind(
  kind: Kind,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ComponentResourceOptions {
  const others = Object.values(containerKinds).filter((other) => other !== kind);
  return { ...opts, aliases: [...(opts?.aliases ?? []), ...others.map((type) => ({ type }))] };
}
