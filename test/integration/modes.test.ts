/** A stack that stands changes its mode, from each to each: what stands then is what a new stack of that mode has. */
import { projectProgram } from "../../stacks/project";
import { dataTypes } from "../../src/stores/data-types";
import type { EngineRun, Program } from "../../src/ports";
import { modeNames, modeSettings, type ModeName } from "../../src/modes/modes";
import type { Project } from "../../src/model/project";
import { MadeUp } from "../support/made-up";
import { containerOf, programArgs, projectOf, todo } from "../support/projects";
import { SimulatorBench } from "../support/simulator-bench";

/** Postgres, Redis, a public service and a worker that are built, and a public one with a volume that scales. */
function project(): Project {
  const files = containerOf({
    name: "files",
    volumes: [{ volume: "data", folder: "/data", path: "/srv", readOnly: false }],
  });
  return projectOf([...todo().services, files]);
}

type Settings = Readonly<Record<string, unknown>>;

const unprotected = { postgresDeletionProtection: false, albDeletionProtection: false };

class Stack {
  readonly bench = new SimulatorBench({ project: "todo", stack: "dev" });

  /** The access logs of a mode that has them go in one that hasn't: the user has to name them. */
  async up(mode: ModeName, own: Settings = {}): Promise<EngineRun> {
    const lost = (await this.bench.engine.dataHolders(this.bench.stack)).filter(
      ({ type }) => type === "aws:s3/bucket:Bucket" && !modeSettings(mode, own).albAccessLogs,
    );
    const mayLose = lost.length === 0 ? {} : { mayLose: ["access-logs"] };
    const program = this.program(mode, own, mayLose);
    return this.bench.up(program, { release: lost.map(({ urn }) => urn) });
  }

  private program(mode: ModeName, own: Settings, more: object): Program {
    // A stack that exists goes on by rolling updates: src/app/resolve-rollout.ts.
    const settled = modeSettings(mode, { rollout: "rolling", ...own });
    const args = { mode: settled, domain: "example.com", ...more };
    return projectProgram(programArgs(project(), args));
  }

  /** Everything that stands. */
  list() {
    return this.bench.cloud.list();
  }

  close(): void {
    this.bench.remove();
  }
}

/** New stacks of each mode, with what their runs made. */
const fresh = new Map<ModeName, { readonly stack: Stack; readonly run: EngineRun }>();

beforeAll(async () => {
  for (const mode of modeNames) {
    const stack = new Stack();
    fresh.set(mode, { stack, run: await stack.up(mode) });
  }
});
afterAll(() => {
  for (const { stack } of fresh.values()) stack.close();
});

const standing = (run: EngineRun) =>
  run.steps.filter(({ op }) => op !== "delete").sort((a, b) => a.urn.localeCompare(b.urn));

/** Revisions and versions count what came before. */
const counted = ["revision", "latestVersion"];
/** What stands for a secret is salted by the stack. */
const sealed = /sealed:[0-9a-f]{64}/g;

/** What is left of two stacks without what their clouds made up: the resources with their inputs, and what AWS holds. */
function compared(switched: EngineRun, stack: Stack, mode: ModeName): readonly [unknown, unknown] {
  const other = fresh.get(mode);
  if (other === undefined) throw new Error(`no fresh stack in mode ${mode}`);
  const madeUp = new MadeUp();
  madeUp.learn([stack.list(), other.stack.list()], standing(switched));
  const shown = (run: EngineRun, { bench }: Stack, side: 0 | 1): unknown =>
    madeUp.without(
      {
        resources: standing(run).map(({ urn, inputs, protect, parent }) => ({
          urn,
          inputs,
          protect,
          parent,
        })),
        aws: bench.cloud
          .list()
          .map(({ urn, outputs }) => ({
            urn,
            outputs: Object.fromEntries(Object.entries(outputs).filter(([key]) => !counted.includes(key))),
          }))
          .sort((a, b) => a.urn.localeCompare(b.urn)),
      },
      side,
    );
  const unsealed = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(sealed, "sealed"));
  return [unsealed(shown(switched, stack, 0)), unsealed(shown(other.run, other.stack, 1))];
}

const pairs = modeNames.flatMap((from) =>
  modeNames.flatMap((to) => (from === to ? [] : [[from, to] as const])),
);

test.each(pairs)("from %s to %s", async (from, to) => {
  const stack = new Stack();
  try {
    await stack.up(from);
    const switched = await stack.up(to);
    const replaced = switched.steps.filter(({ op }) => op === "replace").map(({ type }) => type);
    expect(replaced.filter((type) => Object.values<string>(dataTypes).includes(type))).toEqual([]);
    expect(
      replaced.filter((type) => /subnet|routeTable|route:|loadBalancer|ecs\/service/i.test(type)),
    ).toEqual([]);
    const [found, wanted] = compared(switched, stack, to);
    expect(found).toEqual(wanted);
    const again = await stack.up(to);
    expect(again.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn}`)).toEqual([]);
    await stack.up(to, unprotected);
    await stack.bench.destroy();
    // The app's own steps deregister the revisions; the engine alone keeps them.
    const left = stack.list().map(({ type }) => type);
    expect(new Set(left)).toEqual(
      new Set(["aws:efs/fileSystem:FileSystem", "aws:ecs/taskDefinition:TaskDefinition"]),
    );
  } finally {
    stack.close();
  }
});

test.each([
  ["affordable", "gateway"],
  ["affordable", "gateway-per-zone"],
  ["balanced", "instance"],
  ["balanced", "gateway-per-zone"],
  ["high-availability", "instance"],
] as const)("mode %s takes the way out %s, and its own again", async (mode, natStrategy) => {
  const stack = new Stack();
  try {
    await stack.up(mode);
    const turned = await stack.up(mode, { natStrategy });
    const routes = turned.steps.filter(({ type }) => type === "aws:ec2/route:Route");
    const zones = modeSettings(mode).zones;
    expect(routes.filter(({ op }) => op === "update")).toHaveLength(
      // The first zone keeps its gateway where the others get or lose theirs.
      mode === "balanced" && natStrategy === "gateway-per-zone" ? zones - 1 : zones,
    );
    expect(routes.filter(({ op }) => op !== "update" && op !== "same")).toEqual([]);
    const back = await stack.up(mode);
    const [found, wanted] = compared(back, stack, mode);
    expect(found).toEqual(wanted);
  } finally {
    stack.close();
  }
});

test("the route turns to the new way out when that stands, and before the old one goes", async () => {
  const stack = new Stack();
  try {
    await stack.up("affordable");
    stack.bench.events.length = 0;
    await stack.up("balanced");
    const order = stack.bench.events.flatMap((event) =>
      event.kind === "resource" && event.status === "done"
        ? [`${event.op} ${event.urn.split("::").slice(2).join(" ")}`]
        : [],
    );
    const at = (pattern: RegExp): number => order.findIndex((line) => pattern.test(line));
    const made = at(/^create .*natGateway/);
    const turned = [1, 2].map((n) => at(new RegExp(`^update .*way-out-${n}$`)));
    const gone = at(/^delete .*autoscaling\/group/);
    expect([made, ...turned, gone].every((index) => index >= 0)).toBe(true);
    expect(turned.every((index) => made < index && index < gone)).toBe(true);
  } finally {
    stack.close();
  }
});
