/**
 * Events of certificates that are elsewhere than their stack: EventBridge reports a certificate in its own region, and a rule there
 * passes the event to the bus of the stack's, whose rules tell people. An event that is passed on names its source and resources as
 * before (EventBridge User Guide, "Sending and receiving events between AWS Regions").
 */
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import * as pulumi from "@pulumi/pulumi";
import { certificateRegion } from "../public/site-certificate";
import { serviceRole } from "../stack/iam";
import type { Scope } from "../stack/scope";
import { certificates as events } from "./kinds";

/** @param certificates - ARNs in the region of CloudFront's, in parts of which a pattern has room for each */
export function forwardCertificates(
  certificates: readonly (readonly pulumi.Input<string>[])[],
  scope: Scope,
  parent: pulumi.Resource,
): void {
  if (certificates.length === 0) return;
  const region = certificateRegion;
  const bus = scope.arn("events", "event-bus/default");
  // "We recommend always using IAM roles when the target of a rule is an event bus" (User Guide, "Permissions for event buses").
  const { role, policy } = serviceRole(
    "alerts-forward",
    {
      scope,
      principal: "events.amazonaws.com",
      physicalName: scope.identityName("alerts", "forward"),
      statements: [{ Effect: "Allow", Action: "events:PutEvents", Resource: bus }],
    },
    parent,
  );
  const roleArn = pulumi.all([role.arn, policy?.id]).apply(([arn]) => arn);
  certificates.forEach((part, index) => {
    const id = ["alert-forward", ...(index === 0 ? [] : [String(index + 1)])].join("-");
    const rule = new EventRule(
      id,
      {
        // The same stack may be in several regions, all of whose certificates are here.
        name: scope.name("eventRule", ...id.split("-"), scope.region),
        region,
        description: `Passes on to ${scope.region}: ${events.kind}`,
        eventPattern: pulumi.all([...part]).apply((known) => JSON.stringify(events.pattern(known))),
        tags: scope.tags(undefined, id),
      },
      { parent },
    );
    // It is tried again for a day, as AWS does by itself. The queue of what is undelivered is in the stack's region, and a rule's
    // has to be in its own; ACM reports the next day again.
    new EventTarget(id, { region, rule: rule.name, targetId: "bus", arn: bus, roleArn }, { parent });
  });
}
