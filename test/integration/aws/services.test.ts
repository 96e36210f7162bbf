/** Services of an emulated ECS: each task runs a process, which ends as the service's command says. */
import { ServicesWatch } from "../../../src/rollout/services";
import type { AwsClients } from "../../../src/aws/clients";
import { FargateServices } from "../../../src/aws/estate/services";
import { systemClock } from "../../../src/wiring/clock";
import type { Clock, ServicePlacement } from "../../../src/ports";
import { region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

const logGroupName = "/shop/logs";
const network = { subnets: ["subnet-0123456789abcdef0"], securityGroups: ["sg-0123456789abcdef0"] };
/** Polls a hundred times as often as in an account. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 100, signal),
};

let emulator: Emulator;
let clients: AwsClients;
let control: FargateServices;
let clusterArn: string;

beforeAll(async () => {
  const node = [process.execPath, "-e"];
  emulator = await startEmulator({
    steadyAfter: 1,
    programs: {
      lasting: [...node, "setInterval(() => {}, 1000)"],
      failing: [...node, "console.log('no database'); process.exit(3)"],
    },
  });
  clients = clientsOf(emulator);
  control = new FargateServices(clients);
  const { cluster } = await (await clients.ecs()).createCluster({ clusterName: "shop" });
  clusterArn = cluster?.clusterArn ?? "";
  await (await clients.logs()).createLogGroup({ logGroupName });
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

/** A service of one task, as the program declares it. */
async function serve(
  service: string,
  image: string,
  place: { readonly clusterArn: string; readonly providers?: readonly string[] } = { clusterArn },
): Promise<ServicePlacement> {
  const ecs = await clients.ecs();
  const options = {
    "awslogs-group": logGroupName,
    "awslogs-region": region,
    "awslogs-stream-prefix": service,
  };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: service,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      { name: service, image, essential: true, logConfiguration: { logDriver: "awslogs", options } },
    ],
  });
  const taskDefinitionArn = taskDefinition?.taskDefinitionArn ?? "";
  await ecs.createService({
    cluster: place.clusterArn,
    serviceName: service,
    taskDefinition: taskDefinitionArn,
    desiredCount: 1,
    capacityProviderStrategy: (place.providers ?? ["FARGATE"]).map((capacityProvider) => ({
      capacityProvider,
      weight: 1,
    })),
    networkConfiguration: { awsvpcConfiguration: network },
  });
  return { service, clusterArn: place.clusterArn, serviceName: service, taskDefinitionArn, logGroupName };
}

test("a service that lasts is steady", async () => {
  const placement = await serve("web", "lasting");
  const watch = new ServicesWatch({ control, clock });
  await watch.steady(watch.follow({ ...placement, checked: true, spot: false }));
  const state = await control.describe(placement);
  expect(state?.deployments).toMatchObject([
    {
      status: "PRIMARY",
      taskDefinitionArn: placement.taskDefinitionArn,
      rollout: "COMPLETED",
      running: 1,
      desired: 1,
    },
  ]);
  expect(await control.targetHealth(placement)).toEqual([]);
});

test("a service that isn't there", async () => {
  const placement = { service: "x", clusterArn, serviceName: "x", taskDefinitionArn: "x", logGroupName };
  expect(await control.describe(placement)).toBeUndefined();
});

test("a refusal is told with the service", async () => {
  const nowhere = {
    service: "web",
    clusterArn: "nowhere",
    serviceName: "web",
    taskDefinitionArn: "x",
    logGroupName,
  };
  await expect(control.redeploy(nowhere)).rejects.toThrow(/^services\.web: .*NotFound/);
});

test("the tasks that stopped, and their logs", async () => {
  const placement = await serve("worker", "failing");
  const ecs = await clients.ecs();
  const { tasks = [] } = await ecs.runTask({
    cluster: clusterArn,
    taskDefinition: placement.taskDefinitionArn,
    group: "service:worker",
    startedBy: "ecs-svc/1",
    networkConfiguration: { awsvpcConfiguration: network },
  });
  const arn = tasks[0]?.taskArn ?? "";
  for (let look = 0; look < 200; look += 1) {
    const described = await ecs.describeTasks({ cluster: clusterArn, tasks: [arn] });
    if (described.tasks?.[0]?.lastStatus === "STOPPED") break;
    await systemClock.sleep(50);
  }
  const stopped = (await control.stoppedTasks(placement)).find((task) => task.arn === arn);
  expect(stopped).toMatchObject({ deploymentId: "ecs-svc/1", containers: [{ name: "worker", exitCode: 3 }] });
  expect(await control.logTail(placement, arn, "worker", 20)).toEqual(["no database"]);
});

test("a deployment begun again is a new one", async () => {
  const placement = await serve("api", "lasting");
  const before = (await control.describe(placement))?.deployments[0]?.id;
  await control.redeploy(placement);
  const after = (await control.describe(placement))?.deployments.find(({ status }) => status === "PRIMARY");
  expect(after?.id).not.toBe(before);
});

test("a service that finds no room on Spot is moved to on-demand capacity, and is steady there", async () => {
  const ecs = await clients.ecs();
  const tags = [{ key: "spot", value: "none" }];
  const { cluster } = await ecs.createCluster({ clusterName: "shop-without-spot", tags });
  const place = { clusterArn: cluster?.clusterArn ?? "", providers: ["FARGATE_SPOT", "FARGATE"] };
  const placement = await serve("cheap", "lasting", place);
  const before = await control.describe(placement);
  expect(before?.deployments).toMatchObject([{ status: "PRIMARY", spot: true, running: 0 }]);
  const told: string[] = [];
  const watch = new ServicesWatch({ control, clock, onProgress: ({ status }) => told.push(status) });

  const end = await watch.steady(watch.follow({ ...placement, checked: true, spot: true }));

  expect(end).toEqual({ onDemand: true });
  expect(told.filter((status) => status !== "waiting")).toEqual(["moved", "steady"]);
  const [service] =
    (await ecs.describeServices({ cluster: place.clusterArn, services: ["cheap"] })).services ?? [];
  expect(service?.taskDefinition).toBe(placement.taskDefinitionArn);
  expect(service?.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE", weight: 1 }]);
  const primary = service?.deployments?.find(({ status }) => status === "PRIMARY");
  expect(primary).toMatchObject({ rolloutState: "COMPLETED", runningCount: 1 });
  expect(primary?.id).not.toBe(before?.deployments[0]?.id);
});

describe("a load balancer", () => {
  const group = async (name: string): Promise<string> => {
    const balancing = await clients.loadBalancing();
    const made = await balancing.createTargetGroup({
      Name: name,
      Protocol: "HTTP",
      Port: 80,
      TargetType: "ip",
      VpcId: "vpc-0123456789abcdef0",
    });
    return made.TargetGroups?.[0]?.TargetGroupArn ?? "";
  };

  test("its rule leads where it is told to", async () => {
    const balancing = await clients.loadBalancing();
    const placement = await serve("led", "lasting");
    const [old, fresh] = [await group("old"), await group("new")];
    const made = await balancing.createLoadBalancer({ Name: "alb", Subnets: network.subnets });
    const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    const forward = [{ Type: "forward" as const, TargetGroupArn: old }];
    const listener = await balancing.createListener({
      LoadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: forward,
    });
    const ListenerArn = listener.Listeners?.[0]?.ListenerArn ?? "";
    const rule = await balancing.createRule({
      ListenerArn,
      Priority: 1,
      Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
      Actions: forward,
    });
    const RuleArn = rule.Rules?.[0]?.RuleArn ?? "";
    await control.lead(placement, RuleArn, fresh);
    const rules = await balancing.describeRules({ RuleArns: [RuleArn] });
    expect(rules.Rules?.[0]?.Actions).toMatchObject([{ TargetGroupArn: fresh }]);
    await control.lead(placement, ListenerArn, fresh);
    const listeners = await balancing.describeListeners({ ListenerArns: [ListenerArn] });
    expect(listeners.Listeners?.[0]?.DefaultActions).toMatchObject([{ TargetGroupArn: fresh }]);
  });

  test("the targets that are healthy are counted, and where tasks are registered is known", async () => {
    const placement = await serve("behind", "lasting");
    const ecs = await clients.ecs();
    const balancing = await clients.loadBalancing();
    const TargetGroupArn = await group("behind");
    await control.redeploy(placement, { targets: [{ targetGroupArn: TargetGroupArn, containerPort: 80 }] });
    expect((await control.describe(placement))?.targets).toEqual([
      { targetGroupArn: TargetGroupArn, containerPort: 80 },
    ]);
    expect(await control.healthyTargets(placement)).toBe(0);
    await balancing.registerTargets({ TargetGroupArn, Targets: [{ Id: "10.0.0.7", Port: 80 }] });
    const healthy = async (): Promise<number> => {
      const { TargetHealthDescriptions = [] } = await balancing.describeTargetHealth({ TargetGroupArn });
      return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
    };
    // The service's own task may become one meanwhile.
    let [before, counted, after] = [-1, -1, -1];
    while (before !== after || before === -1) {
      before = await healthy();
      counted = await control.healthyTargets(placement);
      after = await healthy();
    }
    expect(counted).toBe(after);
    expect(counted).toBeGreaterThan(0);
    await ecs.updateService({ cluster: clusterArn, service: "behind", desiredCount: 0 });
  });
});
