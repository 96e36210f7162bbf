import { buildFindings } from "../../../../src/launcher/doctor/account";
import { firstDayFindings } from "../../../../src/launcher/doctor/first-day";
import { buildsOf } from "../../../../src/launcher/doctor/project";
import { FakeAccount } from "../../../support/account";
import { containerOf, mysqlOf, projectOf, todo } from "../../../support/projects";

const stack = { project: "todo", stack: "dev" };

function look(
  missing: readonly string[],
  logs: Readonly<Record<string, number>> = {},
  stands = true,
  project = todo(),
) {
  const asked: string[] = [];
  const firstDay = {
    missingRoles: (names: readonly string[]) => {
      asked.push(...names);
      return Promise.resolve(names.filter((name) => missing.includes(name)));
    },
    lastEvent: (group: string) => Promise.resolve(logs[group]),
  };
  return { asked, findings: firstDayFindings({ firstDay, project, stack, stands }) };
}

test("the service-linked roles that the project will want are asked for, and a missing one is told with its command", async () => {
  const { asked, findings } = look(["AWSServiceRoleForECS"], {}, false);
  expect(await findings).toEqual([
    expect.objectContaining({
      status: "warn",
      message: expect.stringMatching(/^AWSServiceRoleForECS is not there yet/) as string,
      fix: "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
    }),
  ]);
  expect(asked).toEqual(
    expect.arrayContaining(["AWSServiceRoleForRDS", "AWSServiceRoleForElasticLoadBalancing"]),
  );
  expect(await look([], {}, false).findings).toMatchObject([{ status: "ok" }]);
});

test("a MySQL is a database of RDS, whose role is asked for", async () => {
  const { asked, findings } = look([], {}, false, projectOf([mysqlOf()]));
  await findings;
  expect(asked).toContain("AWSServiceRoleForRDS");
  expect(asked).not.toContain("AWSServiceRoleForElastiCache");
});

test("a stack that stands has events and logs, or it is said which have not arrived", async () => {
  const at = Date.parse("2026-11-29T10:00:00Z");
  const { findings } = look([], { "/berth/todo/dev/logs": at });
  expect((await findings).slice(1)).toEqual([
    expect.objectContaining({
      status: "warn",
      message: "nothing of ECS's events has reached /aws/events/berth/todo/dev/ecs",
    }),
    expect.objectContaining({
      status: "ok",
      message: expect.stringContaining("2026-11-29T10:00:00") as string,
    }),
  ]);
});

test("builds that the account's vCPU don't hold at once wait, and that is told", async () => {
  const build = { kind: "build", build: { context: ".", dockerfile: "Dockerfile", args: {} } } as const;
  const names = ["a", "b", "c", "d", "e", "f"];
  const project = projectOf(names.map((name) => containerOf({ name, ports: [], image: build })));
  expect(buildsOf(project)).toBe(10);
  const account = new FakeAccount();
  account.quotas.fargateSpot = { limit: 6 };
  expect(await buildFindings(account, "fargateSpot", buildsOf(project))).toMatchObject([
    {
      status: "warn",
      message:
        "builds of 10 vCPU at once, and the account has 6 vCPU of Fargate Spot: they wait for one another",
    },
  ]);
  expect(await buildFindings(account, "fargateSpot", 6)).toEqual([]);
});
