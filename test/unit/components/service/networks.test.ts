/** Networks of a compose file as security groups: who reaches whom, and in which order it comes about. */
import { projectProgram } from "../../../../stacks/project";
import { record, type Recording } from "../../../support/mocks";
import { RecordingRunner, containerOf, postgresOf, programArgs, projectOf } from "../../../support/projects";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ruleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const service = (name: string, networks: readonly string[] | undefined, more: object = {}) =>
  containerOf({ name, ...(networks === undefined ? {} : { networks }), ...more });

const tasks = new RecordingRunner();
const deploy = (...services: Parameters<typeof projectOf>[0]): Promise<Recording> =>
  record(projectProgram(programArgs(projectOf(services), { tasks })));

function groupsOf(recording: Recording, name: string): unknown {
  const { inputs } = recording.find("aws:ecs/service:Service", name);
  return (inputs["networkConfiguration"] as Record<string, unknown>)["securityGroups"];
}

describe("services that networks keep apart", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await deploy(
      postgresOf(),
      service("web", ["front"]),
      service("api", ["front", "app"], { uses: ["db"], ports: [] }),
      service("seed", ["app"], { lifecycle: "task", ports: [] }),
      service("lone", []),
    );
  });

  test("bear the groups of theirs, beside the project's and those of their databases", () => {
    expect(groupsOf(recording, "web")).toEqual(["todo_app-sg-id", "todo_front-sg-id"]);
    expect(groupsOf(recording, "api")).toEqual([
      "todo_app-sg-id",
      "todo_front-sg-id",
      // Not the project's own group, which has the same name with another parent.
      "todo_app-sg-id",
      "db-clients-id",
    ]);
    expect(groupsOf(recording, "lone")).toEqual(["todo_app-sg-id"]);
    expect(tasks.started.map(({ securityGroupIds }) => securityGroupIds)).toEqual([
      ["todo_app-sg-id", "todo_app-sg-id"],
    ]);
  });

  test("reach whoever bears the same group, and nobody by the project's", () => {
    const self = recording
      .ofType(ruleType)
      .filter(({ inputs }) => inputs["securityGroupId"] === inputs["referencedSecurityGroupId"]);
    expect(self.map(({ name }) => name).sort()).toEqual(["todo_network.app-self", "todo_network.front-self"]);
    for (const { inputs } of self) expect(inputs).toMatchObject({ ipProtocol: "-1" });
  });

  test("start once the rules stand", () => {
    const rules = recording.ofType(ruleType).filter(({ name }) => name.startsWith("todo_network."));
    for (const name of ["web", "api", "lone"])
      expect(recording.find("aws:ecs/service:Service", name).dependsOn).toEqual(
        expect.arrayContaining(rules.map(({ urn }) => urn)),
      );
  });

  test("two groups have two names, whatever a network and a service are called", () => {
    const names = recording.ofType(groupType).map(({ inputs }) => inputs["name"]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are asked by the load balancer all the same", () => {
    const rule = recording.find(ruleType, "services-in-8080");
    expect(rule.inputs).toMatchObject({ securityGroupId: "todo_app-sg-id" });
  });
});

test("services of one network reach each other by the project's group, once its rule stands", async () => {
  const recording = await deploy(service("web", undefined), service("api", undefined, { ports: [] }));
  const rule = recording.find(ruleType, "todo_app-sg-self");
  expect(rule.inputs).toMatchObject({
    securityGroupId: "todo_app-sg-id",
    referencedSecurityGroupId: "todo_app-sg-id",
  });
  expect(groupsOf(recording, "web")).toEqual(["todo_app-sg-id"]);
  expect(recording.find("aws:ecs/service:Service", "web").dependsOn).toContain(rule.urn);
  expect(recording.ofType("berth:aws:ServiceNetworks")).toEqual([]);
});
