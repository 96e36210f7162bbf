import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { chooseContainer, commandLine } from "../../../../src/launcher/shell/choose";
import type { ServiceView, TaskView } from "../../../../src/ports";

const service: ServiceView = {
  service: "web",
  name: "shop-dev-web",
  arn: "arn:service",
  status: "ACTIVE",
  desired: 2,
  running: 2,
  pending: 0,
  taskDefinitionArn: "arn:definition:1",
  deployments: [],
  events: [],
  execEnabled: true,
  subnetIds: [],
  securityGroupIds: [],
};

function task(id: string, own: Partial<TaskView> = {}): TaskView {
  return {
    arn: `arn:task/${id}`,
    id,
    family: "shop-dev-web",
    taskDefinitionArn: service.taskDefinitionArn,
    group: "service:shop-dev-web",
    status: "RUNNING",
    health: "HEALTHY",
    started: "2026-11-25T10:00:00Z",
    containers: [
      { name: "web-files", status: "STOPPED", execReady: false },
      { name: "web", status: "RUNNING", execReady: true },
      { name: "sidecar", status: "RUNNING", execReady: true },
    ],
    ...own,
  };
}

const tasks = [
  task("aaaa"),
  task("bbbb", { started: "2026-11-25T11:00:00Z" }),
  task("cccc", { status: "STOPPED" }),
  task("dddd", { group: "service:other" }),
];

test.each<[object, string, string]>([
  [{}, "bbbb", "web"],
  [{ task: "aa" }, "aaaa", "web"],
  [{ container: "sidecar" }, "bbbb", "sidecar"],
])("%j is %s, %s", (named, id, container) => {
  const chosen = chooseContainer(service, tasks, { readOnly: false, ...named });
  expect([chosen.task.id, chosen.container]).toEqual([id, container]);
});

test.each<[string, Partial<ServiceView>, object, RegExp]>([
  ["no task", {}, { none: true }, /no task of it runs \(2 of 2\) \(berth ps says why/],
  [
    "no such task",
    {},
    { task: "cc" },
    /--task: no running task of web begins with cc \(these run: bbbb, aaaa\)/,
  ],
  ["no such container", {}, { container: "db" }, /no running container db \(it has web, sidecar\)/],
  ["a container that has ended", {}, { container: "web-files" }, /no running container web-files/],
  ["no exec", { execEnabled: false }, {}, /opens no shells .*x-berth: \{execEnabled: true\}/],
  ["a read-only file system", { execEnabled: false }, { readOnly: true }, /its file system is read-only/],
])("%s is refused", (_what, own, named: { none?: boolean }, message) => {
  const { none, ...rest } = named;
  expect(() =>
    chooseContainer({ ...service, ...own }, none === true ? [] : tasks, { readOnly: false, ...rest }),
  ).toThrow(message);
});

test.each<[string[], string]>([
  [[], "/bin/sh"],
  [["bash"], "bash"],
  [["ls", "-l", "/app"], "ls -l /app"],
  [["ls | wc -l"], "/bin/sh -c 'ls | wc -l'"],
  [["sh", "-c", "echo 'a b'"], `sh -c 'echo '\\''a b'\\'''`],
  [["echo", ""], "echo ''"],
])("%j is the line %s", (words, line) => {
  expect(commandLine(words)).toBe(line);
});

test("a shell reads the words out of the line as they were given", () => {
  const word = fc.string({ unit: "grapheme-ascii", maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const line = commandLine(["printf", "%s\\n", ...words]);
      const said = execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" });
      expect(said).toBe(words.map((one) => `${one}\n`).join(""));
    }),
    { numRuns: 30 },
  );
});
