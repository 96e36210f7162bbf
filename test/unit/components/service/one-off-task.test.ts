/** One-off tasks as a program declares and runs them. */
import { projectProgram } from "../../../../stacks/project";
import type { ProjectProgramArgs } from "../../../../src/ports";
import type { ContainerService, Dependency } from "../../../../src/model/project";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf, RecordingRunner } from "../../../support/projects";

const definitionType = "aws:ecs/taskDefinition:TaskDefinition";
const serviceType = "aws:ecs/service:Service";

const after = (service: string, own: Partial<Dependency> = {}): Dependency => ({
  service,
  condition: "service_completed_successfully",
  required: true,
  ...own,
});

function job(own: Partial<ContainerService> = {}): ContainerService {
  const image = { kind: "reference", reference: "app:1" } as const;
  return containerOf({ name: "migrate", lifecycle: "task", image, ports: [], ...own });
}

/** Writes down what happened in which order: one-off tasks here, resources in the recording. */
class OrderedRunner extends RecordingRunner {
  readonly ended: string[] = [];

  override async completed(): Promise<void> {
    await new Promise(setImmediate);
    this.ended.push(this.started.at(-1)?.service ?? "");
  }
}

interface Ran {
  readonly recording: Recording;
  readonly tasks: OrderedRunner;
}

async function run(
  services: Parameters<typeof projectOf>[0],
  own: Partial<ProjectProgramArgs> & { readonly preview?: boolean } = {},
): Promise<Ran> {
  const { preview = false, ...args } = own;
  const tasks = new OrderedRunner();
  const program = projectProgram(programArgs(projectOf(services), { tasks, ...args }));
  return { recording: await record(program, { preview }), tasks };
}

const shop = [
  postgresOf(),
  job({ uses: ["db"], dependsOn: [after("db", { condition: "service_healthy" })] }),
  containerOf({ dependsOn: [after("migrate")] }),
];

test("is a task definition with its role: no ECS service, and no name", async () => {
  const { recording } = await run(shop);
  const [container] = JSON.parse(
    recording.find(definitionType, "migrate").inputs["containerDefinitions"] as string,
  ) as Record<string, unknown>[];
  expect(container).toMatchObject({ name: "migrate", image: "app:1", essential: true });
  expect(recording.ofType(serviceType).map(({ name }) => name)).toEqual(["web"]);
  expect(recording.ofType("aws:servicediscovery/service:Service").map(({ name }) => name)).toEqual(
    expect.not.arrayContaining(["migrate"]),
  );
  expect(recording.find("berth:aws:OneOffTask", "migrate")).toBeDefined();
  expect(recording.outputs["services"]).toMatchObject({ migrate: { kind: "task" } });
});

test("runs once, where the services run, with the groups of the databases that it uses", async () => {
  const { tasks } = await run(shop);
  expect(tasks.started).toEqual([
    {
      service: "migrate",
      required: true,
      clusterArn: expect.stringContaining("cluster") as string,
      taskDefinitionArn: expect.stringMatching(/TaskDefinition\/migrate$/) as string,
      containerName: "migrate",
      subnetIds: ["subnet-private-us-east-1a", "subnet-private-us-east-1b"],
      securityGroupIds: ["todo_app-sg-id", "db-clients-id"],
      logGroupName: "/berth/todo/dev/logs",
    },
  ]);
});

test("a preview runs nothing, and shows what waits for what", async () => {
  const { recording, tasks } = await run(shop, { preview: true });
  expect(tasks.started).toEqual([]);
  const { urn } = recording.find(definitionType, "migrate");
  expect(recording.find(serviceType, "web").dependsOn).toContain(urn);
});

test("a chain of tasks runs one after the other", async () => {
  const seed = job({ name: "seed", dependsOn: [after("migrate")] });
  const { tasks } = await run([job(), seed]);
  expect(tasks.started.map(({ service }) => service)).toEqual(["migrate", "seed"]);
  expect(tasks.ended).toEqual(["migrate", "seed"]);
});

test.each<[string, boolean, readonly Dependency[]]>([
  ["nobody", true, []],
  ["somebody", true, [after("migrate")]],
  ["somebody who can do without", false, [after("migrate", { required: false })]],
])("that %s waits for: required is %s", async (_, required, dependsOn) => {
  const { tasks } = await run([job(), containerOf({ dependsOn })]);
  expect(tasks.started.map((request) => request.required)).toEqual([required]);
});

test("runs in a restricted run only where its task definition is among the targets", async () => {
  const { recording, tasks } = await run([job()]);
  expect(tasks.started).toHaveLength(1);
  const { urn } = recording.find(definitionType, "migrate");
  expect((await run([job()], { targets: [urn] })).tasks.started).toHaveLength(1);
  expect((await run([job()], { targets: ["urn:other"] })).tasks.started).toEqual([]);
});
