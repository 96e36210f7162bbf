/** What a project may reach, what its state may hold, and what its resources are called; policies over whole estates are an integration test. */
import fc from "fast-check";
import { projectProgram } from "../../../stacks/project";
import { modeNames, modeSettings } from "../../../src/modes/modes";
import { checkName } from "../../../src/simulator/cloud/naming";
import { namesByType, resourceTypes } from "../../../src/simulator/services";
import { record, type RecordedResource, type Recording } from "../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf, redisOf, todo } from "../../support/projects";

const boundary = "arn:aws:iam::123456789012:policy/boundary";
const key = "arn:aws:kms:us-east-1:123456789012:key/1";

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
}

function statements(resource: RecordedResource): readonly Statement[] {
  return (JSON.parse(resource.inputs["policy"] as string) as { Statement: Statement[] }).Statement;
}

describe.each(modeNames.flatMap((mode) => [[mode, "example.com"] as const, [mode, undefined] as const]))(
  "in mode %s with domain %s",
  (mode, domain) => {
    let recording: Recording;
    let resources: readonly RecordedResource[];
    beforeAll(async () => {
      const args = programArgs(todo(), {
        mode: modeSettings(mode, domain === undefined ? {} : { edge: "balancer" }),
        permissionsBoundaryArn: boundary,
        secretsKeyArn: key,
        pullThroughDockerHub: "docker-hub",
        ...(domain === undefined ? {} : { domain }),
      });
      recording = await record(projectProgram(args));
      resources = recording.resources.filter(({ type }) => /^aws(x?):/.test(type));
    });

    test("a database lets in its own clients and nobody else", () => {
      const rules = recording.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
      const into = (group: string): unknown[] =>
        rules
          .filter(({ inputs }) => inputs["securityGroupId"] === group)
          .map(({ inputs }) => [inputs["referencedSecurityGroupId"], inputs["fromPort"], inputs["toPort"]]);
      expect(into("db-server-id")).toEqual([["db-clients-id", 5432, 5432]]);
      expect(into("cache-server-id")).toEqual([["cache-clients-id", 6379, 6379]]);
      expect(into("bootstrap-id")).toEqual([]);
    });

    test("the build role reads its contexts and the caches, and writes its own repositories", () => {
      const granted = statements(recording.find("aws:iam/rolePolicy:RolePolicy", "kaniko-task-role"));
      expect(granted.map(({ Resource }) => Resource)).toEqual([
        "*",
        [
          "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build",
          "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build/cache",
          "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build/cache-arm64",
        ],
        ["arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/*"],
        expect.stringMatching(/^arn:aws:s3:::berth-todo-dev-123456789012-.*\/contexts\/\*$/),
      ]);
    });

    test("no secret's value stands in a task definition, and where it stands it is secret in the state", () => {
      for (const { inputs } of recording.ofType("aws:ecs/taskDefinition:TaskDefinition")) {
        expect(inputs["containerDefinitions"]).not.toContain("value-of-");
      }
      const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("value-of-"));
      expect(holders.map(({ name, secretInputs }) => [name, secretInputs]).sort()).toEqual([
        ["db", ["password"]],
        ["web/DATABASE_URL", ["value"]],
        ["worker/DATABASE_URL", ["value"]],
      ]);
    });
  },
);

describe("names", () => {
  /** The program's resources whose names AWS would not take, or has under another resource of the type already. */
  async function refused(
    project: string,
    stack: string,
    [db, cache, web]: readonly string[],
  ): Promise<unknown> {
    const services = [
      postgresOf({ name: db ?? "" }),
      redisOf({ name: cache ?? "" }),
      containerOf({ name: web ?? "", uses: [db ?? "", cache ?? ""] }),
    ];
    const args = programArgs(projectOf(services, project), {
      stack,
      mode: modeSettings("high-availability"),
    });
    const { resources } = await record(projectProgram(args), { project, stack });
    const problems: unknown[] = [];
    const taken = new Set<string>();
    for (const { type, inputs } of resources) {
      const [rule, rules] = [resourceTypes.get(type)?.name, namesByType.get(type)];
      if (rule === undefined || rules === undefined) continue;
      const scope = typeof rule.unique === "function" ? rule.unique(inputs) : "";
      const bearer = `${type} ${scope} ${String(inputs[rule.property])}`;
      if (taken.has(bearer) && rule.unique !== false) problems.push(`two of ${bearer}`);
      taken.add(bearer);
      problems.push(...checkName(rule, rules, inputs));
    }
    expect(taken.size).toBeGreaterThan(30);
    return problems;
  }

  const longest = (letter: string): string => letter.repeat(63);
  const three = (end: string): readonly string[] => ["d", "r", "w"].map((letter) => letter + end);

  test.each<[what: string, project: string, stack: string, services: readonly string[]]>([
    ["of the greatest length", longest("p"), longest("s"), ["d", "r", "w"].map(longest)],
    ["that differ in their last letter", longest("p"), "dev", three("x".repeat(62))],
    ["of one letter", "p", "s", ["d", "r", "w"]],
    ["that begin with digits", "0", "1", ["2", "3", "4"]],
    ["with everything that Compose takes", "p_-9", "s--1", three("._-A9--_.z")],
    ["that AWS keeps for itself", "aws", "ecs", ["fargate-d", "internal-r", "sg-w"]],
  ])("%s are taken, each once", async (_, project, stack, services) => {
    expect(await refused(project, stack, services)).toEqual([]);
  });

  const projectName = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/);
  const serviceName = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/);
  // Host names have no capitals and no underscores: names that differ in those alone are refused before.
  const spelled = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const services = fc.uniqueArray(serviceName, { minLength: 3, maxLength: 3, selector: spelled });

  test("of any letters are taken, each once", async () => {
    await fc.assert(
      fc.asyncProperty(projectName, projectName, services, async (project, stack, names) => {
        expect(await refused(project, stack, names)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
