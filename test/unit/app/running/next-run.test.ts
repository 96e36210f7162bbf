/** What the next run makes of a journal: pure. */
import { deployedNow, readJournal, type Journal } from "../../../../src/app/running/journal";
import { afterRun, sinceLastRun } from "../../../../src/app/running/next-run";
import type { Project } from "../../../../src/model/project";
import type { ResourceStep } from "../../../../src/ports";
import { MemoryTexts } from "../../../support/memory-texts";

const at = "2026-12-01T00:00:00.000Z";
const stack = { project: "shop", stack: "dev" };

function project(replicas: Readonly<Record<string, number>>): Project {
  const services = Object.entries(replicas).map(([name, count]) => ({
    kind: "container",
    name,
    replicas: count,
  }));
  return { name: "shop", services } as unknown as Project;
}

function step(name: string, revision: number, op: ResourceStep["op"] = "same"): ResourceStep {
  const inputs = { taskDefinition: `arn:aws:ecs:us-east-1:1:task-definition/shop-dev-${name}:${revision}` };
  const type = "aws:ecs/service:Service";
  return { urn: name, type, name, op, inputs, dependsOn: [], protect: false };
}

const arn = (name: string, revision: number) => step(name, revision).inputs["taskDefinition"];

async function journalOf(given: Partial<Journal> = {}): Promise<Journal> {
  return { ...(await readJournal(new MemoryTexts(), stack)), ...given };
}

test("a journal that can't be read says that nothing is known of AWS", async () => {
  const texts = new MemoryTexts();
  for (const text of ["{", '{"behind": 7}', "[]"]) {
    await texts.write("operations/shop/dev.json", text);
    expect(sinceLastRun(await readJournal(texts, stack), project({}))).toMatchObject({ refresh: true });
  }
});

test("a number of tasks whose file nobody knew holds, and the file of that run counts from then on", async () => {
  const journal = await journalOf({ scaled: { web: { at, tasks: 3 } } });
  expect(sinceLastRun(journal, project({ web: 1 })).scaled).toEqual({ web: 3 });
  const after = afterRun(journal, project({ web: 1 }), [step("web", 1)], {
    restricted: false,
    at,
    images: {},
    built: {},
  });
  expect(after.scaled).toEqual({ web: { at, tasks: 3, file: 1 } });
  expect(sinceLastRun(after, project({ web: 2 })).scaled).toEqual({});
});

test("of a service that the file no longer has nothing is said, and nothing is kept", async () => {
  const journal = await journalOf({ scaled: { gone: { at, tasks: 3, file: 1 } } });
  expect(sinceLastRun(journal, project({ web: 1 }))).toMatchObject({ notes: [], scaled: {} });
  expect(
    afterRun(journal, project({ web: 1 }), [], { restricted: false, at, images: {}, built: {} }).scaled,
  ).toEqual({});
});

test.each(["rolledBack", "stopped", "failed"] as const)(
  "with something in %s an unchanged project is no short cut",
  async (key) => {
    const entry = { at, from: "a:2", to: "a:1", command: "restart", suspended: false };
    const journal = await journalOf({ [key]: { web: entry } });
    expect(sinceLastRun(journal, project({ web: 1 })).mayStay).toBe(false);
    expect(sinceLastRun(await journalOf(), project({ web: 1 })).mayStay).toBe(true);
  },
);

test("a run of some targets settles what it has deployed, and nothing else", async () => {
  const rolled = { at, from: "a:2", to: "a:1" };
  const journal = await journalOf({ behind: true, rolledBack: { web: rolled, worker: rolled } });
  const steps = [step("web", 2, "update"), step("worker", 1)];
  const after = afterRun(journal, project({ web: 1, worker: 1 }), steps, {
    restricted: true,
    at,
    images: {},
    built: {},
  });
  expect(after).toMatchObject({ behind: true, rolledBack: { worker: rolled } });
  expect(Object.keys(after.rolledBack)).toEqual(["worker"]);
  expect(after.deployments[0]?.revisions).toEqual({ web: arn("web", 2) });
  expect(
    afterRun(journal, project({ web: 1 }), steps, { restricted: false, at, images: {}, built: {} }),
  ).toMatchObject({
    behind: false,
    rolledBack: {},
  });
});

test("what runs after a deployment is remembered once, the newest first, twenty at most", () => {
  const first = deployedNow([], { web: "a:1" }, at);
  expect(deployedNow(first, { web: "a:1" }, at)).toBe(first);
  expect(deployedNow(first, { web: "a:2" }, at).map(({ revisions }) => revisions["web"])).toEqual([
    "a:2",
    "a:1",
  ]);
  expect(deployedNow(first, { web: "a:1", worker: "b:1" }, at)).toHaveLength(2);
  let many = first;
  for (let revision = 2; revision < 40; revision++) many = deployedNow(many, { web: `a:${revision}` }, at);
  expect(many).toHaveLength(20);
});
