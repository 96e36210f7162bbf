/** Events as the pages of their services have them, of the stack `shop`, `dev`. */
const account = "123456789012";
const region = "us-east-1";
const of = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;

/** A reason by somebody else, with what breaks a text of JSON. */
export const reason = 'tasks failed to start: "sh": not found \\ \n';

function event(source: string, type: string, resources: readonly string[], detail: object): object {
  return {
    ...{
      version: "0",
      id: "ddca6449-b258-46c0-8653-e0e3a6d0468b",
      account,
      region,
      time: "2026-11-25T12:00:00Z",
    },
    ...{ source, "detail-type": type, resources, detail },
  };
}

/** Amazon ECS Developer Guide, "Amazon ECS service deployment state change events". */
export function deployment(eventName: string, service = "shop-dev-cluster/shop-dev-web"): object {
  return event("aws.ecs", "ECS Deployment State Change", [of("ecs", `service/${service}`)], {
    ...{ eventType: "ERROR", eventName, deploymentId: "ecs-svc/123", updatedAt: "2026-11-25T12:00:00Z" },
    reason,
  });
}

/** Amazon ECS Developer Guide, "Amazon ECS service action events". */
export function action(eventName: string, more: object = {}): object {
  return event("aws.ecs", "ECS Service Action", [of("ecs", "service/shop-dev-cluster/shop-dev-web")], {
    ...{ eventType: "ERROR", eventName, clusterArn: of("ecs", "cluster/shop-dev-cluster") },
    ...{ createdAt: "2026-11-25T12:00:00Z", ...more },
  });
}

/** Step Functions Developer Guide, "Automating Step Functions event delivery". */
export function execution(status: string, machine = "shop-dev-report-runs"): object {
  const name = "a-run";
  return event(
    "aws.states",
    "Step Functions Execution Status Change",
    [of("states", `execution:${machine}:${name}`)],
    {
      ...{ executionArn: of("states", `execution:${machine}:${name}`), name, status },
      ...{ stateMachineArn: of("states", `stateMachine:${machine}`), startDate: 1, stopDate: 2, input: "{}" },
    },
  );
}

/** CloudWatch User Guide, "Alarm events and EventBridge". */
export function alarm(alarmName: string, value: string, before: string): object {
  return event("aws.cloudwatch", "CloudWatch Alarm State Change", [of("cloudwatch", `alarm:${alarmName}`)], {
    ...{ alarmName, configuration: { description: `of ${alarmName}`, metrics: [] } },
    ...{
      previousState: { value: before },
      state: { value, reason, timestamp: "2026-11-25T12:00:00.000+0000" },
    },
  });
}

/** ACM User Guide, "Amazon EventBridge support for ACM". */
export function certificate(type: string, arn: string): object {
  return event("aws.acm", type, [arn], { DaysToExpiry: 31, CommonName: "shop.example.com" });
}
