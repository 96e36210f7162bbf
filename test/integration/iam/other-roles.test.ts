/** The other roles: the launcher's policy, ECS's and Scheduler's of the account's stack, and those of projects. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "../../../src/simulator/cloud/values";
import { jobOf, plansOf, type Estate } from "../../support/estates/plans";
import {
  cdCalls,
  executionCalls,
  launcherCalls,
  ofThePerson,
  schedulerCalls,
} from "../../support/iam/edge-calls";
import { managedPolicy, templateRole, verdictOf, type Call, type Caller } from "../../support/iam/evaluate";
import {
  forbiddenToLauncher,
  forbiddenToSchedules,
  forbiddenToServices,
} from "../../support/iam/forbidden-to-others";
import { boundaryArn, projectRoles, type ProjectRole } from "../../support/iam/roles";
import { actionsOf, labelOf, names, placesOf, without } from "../../support/iam/statements";
import { account, resolveTemplate } from "../../support/iam/template";

const template = resolveTemplate();

const launcher: Caller = {
  arn: `arn:aws:sts::${account.id}:assumed-role/ci/session`,
  policies: [managedPolicy(template, `arn:aws:iam::${account.id}:policy/berth-cd/berth-cd-LauncherPolicy`)],
};

const admin = {
  name: "AdministratorAccess",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

async function verdicts(caller: Caller, calls: readonly Call[], wanted: boolean): Promise<readonly string[]> {
  const others: string[] = [];
  for (const call of calls)
    if (((await verdictOf(caller, call)) === "Allowed") !== wanted)
      others.push(`${call.action} on ${call.resource}`);
  return others;
}

const roles: readonly (readonly [string, Caller, readonly Call[]])[] = [
  ["the launcher's policy", launcher, launcherCalls],
  ["the execution role of the CD task", templateRole(template, "ExecutionRole"), executionCalls],
  ["the role of EventBridge Scheduler", templateRole(template, "SchedulerRole"), schedulerCalls],
];

test.each(roles)("%s allows what is asked for, and grants nothing else", async (_, caller, calls) => {
  expect(await verdicts(caller, calls, true)).toEqual([]);
  const granted = placesOf(caller).flatMap(({ statement }) => actionsOf(statement));
  expect(granted.filter((pattern) => !calls.some(({ action }) => names(pattern, action)))).toEqual([]);
});

test.each(roles)("%s has no statement that can be taken out unnoticed", async (_, caller, calls) => {
  for (const place of placesOf(caller)) {
    const touched = calls.filter(({ action }) =>
      actionsOf(place.statement).some((one) => names(one, action)),
    );
    const refused = await verdicts(without(caller, place), touched, true);
    expect([labelOf(place), refused.length > 0]).toEqual([labelOf(place), true]);
  }
});

test("what must stay denied to the launcher is denied", async () => {
  expect(await verdicts(launcher, forbiddenToLauncher, false)).toEqual([]);
});

test("every call of the AWS SDK in the source is among them, or the account owner's own", () => {
  const known = new Set(
    [...cdCalls, ...launcherCalls].map(({ action }) => action.split(":")[1]?.toLowerCase()),
  );
  const calls = sdkCalls(join(__dirname, "../../../src"));
  expect(calls.length).toBeGreaterThan(45);
  const unknown = calls.filter((name) => !known.has(name.toLowerCase()) && !(name in ofThePerson));
  expect(unknown.filter((name) => !(name in sameAction)).sort()).toEqual([]);
});

/** Operations of S3 and EFS that another action stands for. */
const sameAction: Readonly<Record<string, string>> = {
  HeadObject: "s3:GetObject",
  ListObjectsV2: "s3:ListBucket",
  // Of an object of the same bucket: it is read and written (Amazon S3 API, CopyObject, Permissions).
  CopyObject: "s3:PutObject",
};

/** Names of operations, of every call on a client: `ecs.runTask(…)`. */
function sdkCalls(folder: string): readonly string[] {
  const client =
    /\b(?:acm|cloudFormation|cloudFront|ec2|ecr|ecs|efs|elastiCache|elb|iam|logs|quotas|rds|route53|s3|scheduler|secrets|sfn|ssm|sts|tagging)\.([a-z]\w+)\(\{/g;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^aws\/.*\.ts$/.test(file),
  );
  const found = files.flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(client)]);
  return [...new Set(found.map(([, name = ""]) => name.charAt(0).toUpperCase() + name.slice(1)))];
}

describe("of a project", () => {
  let estate: Estate;
  let made: readonly ProjectRole[];

  beforeAll(async () => {
    const job = jobOf("everything", "examples/everything", "affordable");
    const corners = jobOf("corners", "test/support/iam/corners", "balanced");
    const [found, second] = await plansOf(
      [job, corners].map((one) => ({
        ...one,
        env: {
          ...one.env,
          BERTH_PERMISSIONS_BOUNDARY_ARN: boundaryArn(),
          BERTH_PULL_THROUGH_DOCKER_HUB: "berth-cd-dockerhub",
        },
      })),
    );
    if (found === undefined || second === undefined) throw new Error("a project was refused");
    estate = found;
    made = [estate, second].flatMap((one) => projectRoles(one, template));
  });

  const roleOf = (part: string): ProjectRole => {
    const found = made.find(({ name }) => name.includes(part));
    if (found === undefined)
      throw new Error(`no role ${part} among ${made.map(({ name }) => name).join(", ")}`);
    return found;
  };

  test("every role has the boundary, and nothing but what stands in its own statements", () => {
    expect(made.length).toBeGreaterThan(8);
    for (const { declared } of made) expect(declared.outputs["permissionsBoundary"]).toBe(boundaryArn());
    expect(made.flatMap(({ attached }) => attached)).toEqual([
      "arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess",
    ]);
  });

  test("what its statements grant is inside the boundary: the boundary breaks nothing", async () => {
    for (const { name, caller } of made) {
      for (const { statement } of placesOf({ arn: caller.arn, policies: caller.policies })) {
        const resources = [statement["Resource"]].flat().filter((one) => typeof one === "string");
        for (const action of actionsOf(statement).filter((one) => !one.includes("*"))) {
          const verdict = await anyVerdict(caller, action, resources, statement["Condition"]);
          expect([name, action, verdict]).toEqual([name, action, "Allowed"]);
        }
      }
    }
  });

  test("what must stay denied to a service is denied, also with AdministratorAccess", async () => {
    const { caller } = roleOf("api-task");
    expect(caller.context).toMatchObject({ "aws:PrincipalTag/berth:service": "api" });
    expect(await verdicts({ ...caller, policies: [admin] }, forbiddenToServices, false)).toEqual([]);
  });

  test("what must stay denied to the roles of no service is denied, also with AdministratorAccess", async () => {
    const { caller } = roleOf("execution-role");
    expect(await verdicts({ ...caller, policies: [admin] }, forbiddenToSchedules, false)).toEqual([]);
  });

  test("the execution role reads the parameters of its own stack, and of no other", async () => {
    const { caller } = roleOf("execution-role");
    const parameter = (path: string): Call => ({
      action: "ssm:GetParameters",
      resource: `arn:aws:ssm:${account.region}:${account.id}:parameter/berth/${path}`,
    });
    expect(await verdicts(caller, [parameter("everything/dev/SESSION_KEY")], true)).toEqual([]);
    expect(
      await verdicts(caller, [parameter("pay/dev/KEY"), parameter("everything/prod/KEY")], false),
    ).toEqual([]);
  });

  test("the execution role fills the account's cache with its services' images, and with no others", async () => {
    const { caller } = roleOf("corners-dev-ecs-task-execution-role");
    const asked = (name: string, ...actions: readonly string[]): readonly Call[] =>
      actions.map((action) => ({
        action,
        resource: `arn:aws:ecr:${account.region}:${account.id}:repository/${name}`,
      }));
    const fill = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
    const [own, before] = ["berth-cd-dockerhub/valkey/valkey", "berth-cd-dockerhub/library/nginx"];
    expect(await verdicts(caller, asked(own, ...fill, "ecr:BatchGetImage"), true)).toEqual([]);
    expect(await verdicts(caller, asked(before, ...fill), false)).toEqual([]);
    // What a service had before, and goes back to.
    expect(await verdicts(caller, asked(before, "ecr:BatchGetImage"), true)).toEqual([]);
    expect(await verdicts(caller, asked("pay/web", "ecr:BatchGetImage"), false)).toEqual([]);
  });

  test("a build pushes to its project's repositories, and does nothing else that it could be made to do", async () => {
    const { caller } = roleOf("kaniko-task");
    const repository = (name: string): string =>
      `arn:aws:ecr:${account.region}:${account.id}:repository/${name}`;
    const push = (name: string): Call => ({ action: "ecr:PutImage", resource: repository(name) });
    expect(await verdicts(caller, [push("everything/kaniko-build")], true)).toEqual([]);
    const denied: readonly Call[] = [
      push("pay/kaniko-build"),
      { action: "ecr:DeleteRepository", resource: repository("everything/kaniko-build") },
      { action: "ecs:RunTask", resource: `arn:aws:ecs:${account.region}:${account.id}:task-definition/x:1` },
      {
        action: "s3:GetObject",
        resource: `arn:aws:s3:::berth-cd-bucket-${account.id}-${account.region}/.pulumi/x`,
      },
      {
        action: "ssm:GetParameters",
        resource: `arn:aws:ssm:us-east-1:${account.id}:parameter/berth/everything/dev/K`,
      },
    ];
    expect(await verdicts(caller, denied, false)).toEqual([]);
  });

  test("every role is taken for this account alone: AWS's services can't be made to use it for somebody else", () => {
    const trusts = [
      ...made.map(({ name, declared }) => [name, textOf(declared.outputs["assumeRolePolicy"])] as const),
      ...Object.entries(template.resources)
        .filter(([, { Type }]) => Type === "AWS::IAM::Role")
        .map(
          ([name, { Properties }]) => [name, JSON.stringify(Properties["AssumeRolePolicyDocument"])] as const,
        ),
    ];
    expect(trusts.map(([name]) => name)).toEqual(
      expect.arrayContaining(["ExecutionRole", "ConnectRole", "TaskRole", "SchedulerRole"]),
    );
    // EC2 gives a role to its own account's instances alone, and sends no source.
    const open = trusts.filter(
      ([, trust]) => !trust.includes('"aws:SourceAccount"') && !trust.includes("ec2.amazonaws"),
    );
    expect(open).toEqual([]);
  });

  test("no statement of the boundary can be taken out unnoticed", async () => {
    const wide = { ...roleOf("api-task").caller, policies: [admin] };
    const untagged = { ...roleOf("execution-role").caller, policies: [admin] };
    for (const place of placesOf(wide).filter(({ policy }) => policy === "Boundary")) {
      const touched = (calls: readonly Call[]): readonly Call[] =>
        calls.filter(({ action }) => actionsOf(place.statement).some((one) => names(one, action)));
      const cut = without(wide, place);
      const noticed =
        place.statement.Effect === "Deny"
          ? [
              ...(await verdicts(cut, touched(forbiddenToServices), false)),
              ...(await verdicts(without(untagged, place), touched(forbiddenToSchedules), false)),
            ].length > 0
          : (await verdictOf(cut, { action: "polly:DescribeVoices", resource: "*" })) !== "Allowed";
      expect([labelOf(place), noticed]).toEqual([labelOf(place), true]);
    }
  });

  test("ECS's events may be written by both who bring them, and the stream is made without a source", () => {
    const policy = estate.cloud.find(({ type }) => type.endsWith("LogResourcePolicy"));
    const { Statement } = JSON.parse(textOf(policy?.outputs["policyDocument"])) as {
      readonly Statement: readonly {
        Action: string;
        Condition?: unknown;
        Principal: { Service: readonly string[] };
      }[];
    };
    for (const { Principal } of Statement)
      expect(Principal.Service).toEqual(["events.amazonaws.com", "delivery.logs.amazonaws.com"]);
    expect(Statement.map(({ Action, Condition }) => [Action, Condition !== undefined])).toEqual([
      ["logs:CreateLogStream", false],
      ["logs:PutLogEvents", true],
    ]);
  });
});

/** `Allowed` where one of the resources that a statement names is: an action takes some kinds alone. */
async function anyVerdict(
  caller: Caller,
  action: string,
  resources: readonly string[],
  condition: unknown,
): Promise<string> {
  const context = Object.fromEntries(
    Object.values((condition ?? {}) as Record<string, Record<string, string>>).flatMap((keys) =>
      Object.entries(keys),
    ),
  );
  let last = "no resource";
  for (const resource of resources) {
    const plain = resource === "*" ? resource : resource.replace(/:\*$/, ":log-stream:x").replace(/\*/g, "x");
    last = await verdictOf(caller, { action, resource: plain, context }).catch((error: unknown) =>
      String(error),
    );
    if (last === "Allowed") return last;
  }
  return last;
}
