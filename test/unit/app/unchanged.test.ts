/** Which runs need no engine, and why the others do: whoever is wrong here leaves a stack as it is that has changed. */
import { readJournal, writeJournal, type Journal } from "../../../src/app/running/journal";
import { writeRecord } from "../../../src/app/stack/run-records";
import { addCost, keepView } from "../../../src/app/stack/views";
import type { Prepared } from "../../../src/app/prepared";
import { unchangedDeployment, previewUnchanged, warningsOf } from "../../../src/app/unchanged";
import type { Settings } from "../../../src/settings/settings";
import { HandClock } from "../../support/hand-clock";
import { MemoryTexts } from "../../support/memory-texts";

const identity = { project: "shop", stack: "dev" };
const at = "2026-12-01T00:00:00.000Z";
const own = { path: "services.web", message: "of the file" };
const store = { path: "services.db", message: "of its stores" };
const services = [{ kind: "container", name: "web", replicas: 1 }];
const prepared = {
  ...{ identity, fingerprint: "made of this", warnings: [own] },
  project: { name: "shop", services },
} as unknown as Prepared;
const plain = {
  ...{ force: false, refresh: false, targets: [], restore: [] },
} as unknown as Settings;
const timeToLive = {
  ttl: "12h",
  schedule: "berth-shop-dev",
  task: {
    ...{
      clusterArn: "c",
      taskDefinitionArn: "t",
      subnetIds: [],
      securityGroupIds: [],
      schedulerRoleArn: "r",
    },
  },
};
const cost = {
  ...{ total: 12.34, unknown: [], region: "us-east-1", components: [] },
  prices: { region: "us-east-1", asOf: "2026-03" },
};

interface World {
  readonly settings?: Partial<Settings>;
  /** What the last run left; `false`: nothing. */
  readonly record?: Readonly<Record<string, unknown>> | false;
  readonly journal?: Partial<Journal>;
  /** The state's own version now. */
  readonly version?: string | false;
  /** The version that the view was made of; `false`: there is none. */
  readonly view?: string | false;
  readonly priced?: boolean;
  readonly schedule?: boolean;
}

async function worldOf(given: World) {
  const texts = new MemoryTexts();
  const { record = {}, version = "v1", view = "v1", journal, priced = true } = given;
  const outputs = { url: "http://shop" };
  if (record !== false) {
    const made = {
      fingerprint: "made of this",
      stateVersion: "v1",
      resourceCount: 42,
      storeWarnings: [store],
    };
    await writeRecord(texts, identity, { ...made, outputs, ...record });
  }
  if (journal !== undefined)
    await writeJournal(texts, identity, { ...(await readJournal(texts, identity)), ...journal });
  if (view !== false) {
    const engine = { outputs: () => Promise.resolve(outputs), resources: () => Promise.resolve([]) };
    await keepView(texts, identity, view, engine, 0);
    if (priced) await addCost(texts, identity, cost);
  }
  const notes: string[] = [];
  const extended: string[] = [];
  const schedules = {
    extend: (_stack: unknown, name: string, until: string) => {
      extended.push(`${name} ${until}`);
      return Promise.resolve(given.schedule ?? true);
    },
  };
  const deps = {
    ...{ records: () => Promise.resolve(texts), clock: new HandClock() },
    stateVersion: () => Promise.resolve(version === false ? undefined : version),
    progress: { note: (text: string) => void notes.push(text) },
    schedules: () => Promise.resolve(schedules),
  } as unknown as Parameters<typeof unchangedDeployment>[2];
  return { deps, notes, extended, settings: { ...plain, ...given.settings } };
}

async function upOf(given: World) {
  const { deps, notes, extended, settings } = await worldOf(given);
  return { found: await unchangedDeployment(prepared, settings, deps), notes, extended };
}

async function previewOf(given: World) {
  const { deps, notes, settings } = await worldOf(given);
  return { found: await previewUnchanged(prepared, settings, deps), notes };
}

const asked = "the command line asks for a run";
const everything = "only the engine knows every resource";
const unsteady = "a service was stopped, rolled back or left unsteady since its last run";

/** Where an engine has to run for an `up`, as for a preview. */
const runs: readonly (readonly [string, World, string])[] = [
  ["--force", { settings: { force: true } }, asked],
  ["--force-recreate", { settings: { forceRecreate: [] } }, asked],
  ["--refresh", { settings: { refresh: true } }, asked],
  ["a target", { settings: { targets: ["web"] } }, asked],
  ["a snapshot to restore", { settings: { restore: [{ service: "db", snapshot: "s" }] } as never }, asked],
  ["a plan", { settings: { plan: "plan.json" } }, everything],
  ["no stack", { version: false }, "the stack is new"],
  ["no success", { record: false }, "its last run has not succeeded, or brought up a part of it"],
  [
    "another project",
    { record: { fingerprint: "made of that" } },
    "the project, its secrets, the settings or the version of Berth have changed since its last run",
  ],
  ["a stopped service", { journal: { stopped: { web: { at, suspended: false } } } }, unsteady],
  ["a failed restart", { journal: { failed: { web: { at, command: "restart" } } } }, unsteady],
  ["a state that has moved on", { version: "v2" }, "its state has changed since its last success"],
];

test.each(runs)("%s: up runs, and so does a preview, which says why", async (_what, world, why) => {
  expect(await upOf(world)).toEqual({ found: undefined, notes: [], extended: [] });
  expect((await previewOf(world)).found).toBe(why);
});

const unchanged = {
  ...{ prepared, outcome: "unchanged", sameCount: 42, outputs: { url: "http://shop" }, builds: [] },
  warnings: [own, store],
};
const scaled: World = { journal: { scaled: { web: { at, tasks: 3, file: 1 } } } };
const keeps = "web keeps 3 tasks, as berth scale says; the file says 1";
const looked = expect.stringMatching(/^Nothing changed since the last deployment/) as string;

test("up leaves a stack that was made of the same things, with the warnings of then", async () => {
  expect(await upOf({})).toEqual({ found: unchanged, notes: [looked], extended: [] });
  expect((await upOf(scaled)).notes).toEqual([keeps, looked]);
});

test("up puts off the end of a stack, and says when it is", async () => {
  const world = { record: { outputs: { timeToLive } } };
  const { found, notes, extended } = await upOf(world);
  expect(found?.sameCount).toBe(42);
  expect(notes).toEqual([expect.stringMatching(/^The stack removes itself at .*BERTH_TTL=12h/), looked]);
  expect(extended).toEqual([expect.stringMatching(/^berth-shop-dev /)]);
});

test("an engine runs where the schedule of the stack's end is gone", async () => {
  const { found, notes } = await upOf({ record: { outputs: { timeToLive } }, schedule: false });
  expect([found, notes]).toEqual([undefined, []]);
});

test("a preview of the same things is told with the cost of the last run", async () => {
  expect(await previewOf({})).toEqual({ found: { unchanged, cost }, notes: [] });
  expect(await previewOf(scaled)).toEqual({ found: { unchanged, cost }, notes: [keeps] });
});

const noPrices = "the last run left no prices";

test.each<[string, World, string]>([
  ["AWS may be ahead", { journal: { behind: true } }, "AWS may have what the state does not know of"],
  ["--verbose", { settings: { verbose: true } }, everything],
  ["--markdown", { settings: { markdown: true } }, everything],
  [
    "a service has left Spot",
    { record: { outputs: { onDemand: ["web"] } } },
    "a service runs on demand and would go back to Spot",
  ],
  [
    "the stack has an end",
    { record: { outputs: { timeToLive } } },
    "the stack's time to live would be put off",
  ],
  ["there is no view", { view: false }, noPrices],
  ["the view has no prices", { priced: false }, noPrices],
  ["the prices are of another state", { view: "v0" }, noPrices],
])("a preview runs where %s, and up does not", async (_what, world, why) => {
  expect(await previewOf(world)).toEqual({ found: why, notes: [] });
  expect((await upOf(world)).found?.outcome).toBe("unchanged");
});

test("options that are off ask for nothing", async () => {
  const { found } = await previewOf({ settings: { verbose: false, markdown: false } });
  expect(found).toMatchObject({ cost });
});

test("what has left Spot and what a rollout could not be is told with the warnings of the project", () => {
  const outputs = { onDemand: ["web", "api"], rolloutWarnings: { web: "no blue and green" } };
  expect(warningsOf({ warnings: [own] }, outputs)).toEqual([
    own,
    { path: "services.web.x-rollout", message: "no blue and green" },
    ...["web", "api"].map((service) => ({
      path: `services.${service}`,
      message: expect.stringMatching(/^it runs on demand/) as string,
    })),
  ]);
  expect(warningsOf({ warnings: [] }, { onDemand: "web" })).toEqual([]);
});
