/** What ECS and Elastic Load Balancing are asked and told of a deployment that moves requests. */
import type { AwsClients } from "../../../../src/aws/clients";
import { FargateServices } from "../../../../src/aws/estate/services";
import { forwardTo } from "../../../../src/aws/estate/shifts";

const placement = {
  service: "web",
  clusterArn: "cluster",
  serviceName: "shop-dev-web",
  taskDefinitionArn: "web:2",
  logGroupName: "logs",
};

/** Clients that write down what they are told. */
function clientsOf(status: string, details: object = {}, actions: readonly object[] | Error = []) {
  const told: unknown[] = [];
  const note = (input: unknown): Promise<object> => {
    told.push(input);
    return Promise.resolve({});
  };
  const ecs = {
    listServiceDeployments: () =>
      Promise.resolve({
        serviceDeployments: [
          { serviceDeploymentArn: "d/1", createdAt: new Date(1), status: "SUCCESSFUL" },
          { serviceDeploymentArn: "d/2", createdAt: new Date(2), status },
        ],
      }),
    describeServiceDeployments: ({ serviceDeploymentArns: [arn] }: { serviceDeploymentArns: string[] }) =>
      Promise.resolve({ serviceDeployments: [{ serviceDeploymentArn: arn, status, ...details }] }),
    continueServiceDeployment: note,
    stopServiceDeployment: note,
    updateService: note,
  };
  const answer = (given: object): Promise<object> =>
    actions instanceof Error ? Promise.reject(actions) : Promise.resolve(given);
  const balancing = {
    describeRules: () => answer({ Rules: [{ Actions: actions }] }),
    describeListeners: () => answer({ Listeners: [{ DefaultActions: actions }] }),
  };
  const clients = {
    ecs: () => Promise.resolve(ecs),
    loadBalancing: () => Promise.resolve(balancing),
  } as unknown as AwsClients;
  return { control: new FargateServices(clients), told };
}

test.each([
  ["PENDING", "going"],
  ["IN_PROGRESS", "going"],
  ["SUCCESSFUL", "succeeded"],
  ["STOP_REQUESTED", "going back"],
  ["ROLLBACK_IN_PROGRESS", "going back"],
  ["ROLLBACK_SUCCESSFUL", "failed"],
  ["ROLLBACK_FAILED", "failed"],
  ["STOPPED", "failed"],
])("%s: %s, of the newest deployment", async (status, expected) => {
  const { control } = clientsOf(status, { lifecycleStage: "BAKE_TIME", statusReason: "why" });
  expect(await control.course(placement)).toEqual({
    arn: "d/2",
    status: expected,
    stage: "BAKE_TIME",
    reason: "why",
  });
});

test("a pause hook that waits is answered by its id", async () => {
  const hooks = [
    { hookId: "h-1", status: "SUCCEEDED" },
    { hookId: "h-2", status: "AWAITING_ACTION" },
  ];
  const { control, told } = clientsOf("IN_PROGRESS", { lifecycleHookDetails: hooks });
  const course = await control.course(placement);
  if (course === undefined) throw new Error("There is no deployment.");
  await control.answer(placement, course, "rollback");
  await control.takeBack(placement, course);
  expect(told).toEqual([
    { serviceDeploymentArn: "d/2", hookId: "h-2", action: "ROLLBACK" },
    { serviceDeploymentArn: "d/2", stopType: "ROLLBACK" },
  ]);
});

test("a rule leads to the group with the greatest weight, or to its only one", async () => {
  const weighted = {
    Type: "forward",
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: "a", Weight: 0 },
        { TargetGroupArn: "b", Weight: 100 },
      ],
    },
  };
  expect(await clientsOf("", {}, [weighted]).control.leadsTo(placement, "rule")).toEqual(["b", "a"]);
  const single = { Type: "forward", TargetGroupArn: "a" };
  expect(await clientsOf("", {}, [single]).control.leadsTo(placement, "rule")).toEqual(["a"]);
});

test("a listener of a network load balancer leads to its default action's; what is gone leads nowhere", async () => {
  const listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/a/1/2";
  const single = { Type: "forward", TargetGroupArn: "a" };
  expect(await clientsOf("", {}, [single]).control.leadsTo(placement, listener)).toEqual(["a"]);
  const error = Object.assign(new Error("One or more rules not found"), { name: "RuleNotFoundException" });
  expect(await clientsOf("", {}, error).control.leadsTo(placement, "rule")).toEqual([]);
});

test("a rule that is to name a pair keeps the group beside the one that it leads to", () => {
  expect(forwardTo("a", undefined)).toEqual({ Type: "forward", TargetGroupArn: "a" });
  expect(forwardTo("a", "b")).toMatchObject({
    ForwardConfig: { TargetGroups: [{ Weight: 1 }, { TargetGroupArn: "b", Weight: 0 }] },
  });
});

test("what ECS moves requests by is told with the service's load balancers", async () => {
  const { control, told } = clientsOf("");
  const shift = { alternateTargetGroupArn: "b", productionListenerRule: "rule", roleArn: "role" };
  await control.redeploy(placement, { targets: [{ targetGroupArn: "a", containerPort: 80, shift }] });
  expect(told).toMatchObject([
    {
      loadBalancers: [
        { targetGroupArn: "a", containerPort: 80, containerName: "web", advancedConfiguration: shift },
      ],
    },
  ]);
});
