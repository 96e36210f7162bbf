/**
 * What is said of builds that fail, by the logs that the real executor wrote of them (failing-logs.txt, recorded from
 * `npm run executor`): the same words as in test/executor/failures.txt, without an executor.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KanikoImageBuilder } from "../../../src/builds/image-builder";
import { BerthError, messageOf } from "../../../src/errors";
import { failing } from "../../executor/failures";
import { archiveOf, FakeBuildTasks, request, VirtualClock, type Course } from "./builds-fakes";

/** What stands for `HOST` of the logs and the Dockerfiles. */
const host = "registry.test:5000";

const recorded = readFileSync(join(__dirname, "failing-logs.txt"), "utf8").replaceAll("HOST", host);
const told = readFileSync(join(__dirname, "../../executor/failures.txt"), "utf8");

/** Exit code and log of each, by its name. */
const logs = new Map(
  recorded
    .split(/^## /m)
    .slice(1)
    .map((section): [string, Course] => {
      const [head = "", ...log] = section.trimEnd().split("\n");
      const at = head.lastIndexOf(": ");
      return [head.slice(0, at), { exitCode: Number(head.slice(at + 2)), log }];
    }),
);

function builderOf(course: Course, dockerfile: string): KanikoImageBuilder {
  const clock = new VirtualClock();
  const tasks = new FakeBuildTasks(clock);
  tasks.courses = { d1: { stoppedReason: "Essential container in task exited", ...course } };
  const archive = archiveOf(dockerfile.replaceAll("BASE", "HOST/base:1").replaceAll("HOST", host));
  return new KanikoImageBuilder({ tasks, clock, archive });
}

const build = { context: ".", dockerfile: "Dockerfile", args: {} };
const asked = request({ service: "app", build, logGroupName: "builds", repositoryUrl: `${host}/REPOSITORY` });

test.each(failing.filter(({ name }) => logs.has(name)).map((each) => [each.name, each] as const))(
  "%s",
  async (name, { dockerfile }) => {
    const builder = builderOf(logs.get(name) ?? {}, dockerfile);
    const error: unknown = await builder.ensure(asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BerthError);
    expect(told).toContain(`${name}:\n  ${messageOf(error).replaceAll(host, "HOST")}\n`);
  },
);

test("every failure of the real executor has its log here, but for those that are told before", () => {
  const before = ["a typo"];
  expect(failing.map(({ name }) => name).filter((name) => !before.includes(name))).toEqual([...logs.keys()]);
});

test("no capacity is told in ECS' own words, and what may help", async () => {
  const unavailable =
    "Capacity is unavailable at this time. Please try again later or in a different availability zone";
  const builder = builderOf({ unavailable }, "FROM BASE\n");
  await expect(builder.ensure(asked)).rejects.toThrow(
    `services.app.build: ECS did not start the build task: ${unavailable}`,
  );
});

test("a cancel stops the task, and is no failure of the build", async () => {
  const builder = builderOf({ takes: 60_000 }, "FROM BASE\n");
  const image = builder.ensure(asked);
  const ended = expect(image).rejects.toMatchObject({ kind: "cancelled" });
  await builder.stop();
  await ended;
  expect(builder.failures()).toEqual([]);
});
