/**
 * Stacks that earlier builds deployed (test/standing): the present build updates each without replacing or deleting
 * anything, deploys a change to it, and takes all of it away.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Plan } from "../../src/app/plan";
import type { ResourceStep } from "../../src/ports";
import { dataTypes } from "../../src/stores/data-types";
import { cd, type Ran } from "../support/cd";
import { allowedChanges, type AllowedChange } from "../standing/allowed";

const fixtures = join(__dirname, "../standing");
const stacks = readdirSync(join(fixtures, "stacks"));

/** The service of each project that gets the change. */
const changedService: Readonly<Record<string, string>> = { hello: "web", todo: "worker", everything: "site" };

/** A copy of the fixture: the stack's backend, and its project. */
class Deployed {
  readonly project: string;
  private readonly home = mkdtempSync(join(tmpdir(), "berth-standing-"));
  private readonly env: Readonly<Record<string, string>>;
  private readonly noDomain: boolean;

  constructor(name: string) {
    const [project = "", ...words] = name.split("-");
    this.project = project;
    this.noDomain = words.at(-1) === "nodomain";
    this.env = {
      HOME: this.home,
      PULUMI_BACKEND_URL: `file://${join(this.home, "backend")}`,
      BERTH_MODE: (this.noDomain ? words.slice(0, -1) : words).join("-"),
      ...(this.noDomain ? {} : { BERTH_DOMAIN: "example.com" }),
    };
    cpSync(join(fixtures, "projects", project), join(this.home, project), { recursive: true });
    unzip(join(fixtures, "stacks", name), join(this.home, "backend"));
  }

  run(command: string, ...options: readonly string[]): Promise<Ran> {
    const argv = [command, "--simulate", "--json", ...options];
    return cd(argv, { env: this.env, cwd: join(this.home, this.project) });
  }

  /** A command that has to succeed. @returns what it does to each resource */
  async steps(command: "preview" | "up"): Promise<readonly ResourceStep[]> {
    const file = join(this.home, "plan.json");
    const { code, stderr } = await this.run(command, "--plan", file);
    if (code !== 0) throw new Error(`${command} ended with ${code}\n${stderr}`);
    return (JSON.parse(readFileSync(file, "utf8")) as Plan).resources;
  }

  /** Lays keys over the compose file. */
  override(keys: unknown): void {
    writeFileSync(join(this.home, this.project, "compose.override.yaml"), JSON.stringify(keys));
  }

  /** Types of what is left in the simulated AWS. */
  left(): readonly string[] {
    const file = join(this.home, "backend/simulator", this.project, "dev.cloud.json");
    const cloud = JSON.parse(readFileSync(file, "utf8")) as { resources: readonly { type: string }[] };
    return cloud.resources.map(({ type }) => type);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Every `.gz` file of a folder, in its place in another one. */
function unzip(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".gz")) continue;
    const path = join(to, entry.slice(0, -".gz".length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gunzipSync(readFileSync(join(from, entry))));
  }
}

/** A revision of a task definition can't be edited: a new one beside it is how a service is updated. */
const revision = "aws:ecs/taskDefinition:TaskDefinition";

/** Fields of a store that change without an interruption. */
const harmless = new Set(["tags", "tagsAll", "deletionProtection"]);

/** Whether its owner would notice: something goes, or a store is changed, which AWS may do with an interruption. */
function isNoticed({ op, type, diff = [] }: ResourceStep): boolean {
  if (op === "update")
    return Object.values<string>(dataTypes).includes(type) && !diff.every((key) => harmless.has(key));
  return op === "delete" || (op === "replace" && type !== revision);
}

const isSame = (step: ResourceStep, row: AllowedChange): boolean =>
  step.op === row.op && step.type === row.type && step.name === row.name;

const used = new Set<AllowedChange>();

/** What is noticed and not allowed: a line each. */
function noticed(steps: readonly ResourceStep[]): readonly string[] {
  return steps.filter(isNoticed).flatMap((step) => {
    const row = allowedChanges.find((allowed) => isSame(step, allowed));
    if (row !== undefined) used.add(row);
    const fields = (step.diff ?? []).join(", ");
    return row === undefined ? [`${step.op} ${step.type} ${step.name} (${fields})`] : [];
  });
}

const named = (steps: readonly ResourceStep[], op: ResourceStep["op"]): readonly string[] =>
  steps.filter((step) => step.op === op).map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);

test.each(stacks)("%s is updated, changed and taken down", async (name) => {
  const stack = new Deployed(name);
  try {
    expect(noticed(await stack.steps("preview"))).toEqual([]);
    expect(noticed(await stack.steps("up"))).toEqual([]);

    const keys: Record<string, unknown> = {};
    if (name.includes("high-availability")) {
      // AWS refuses to delete what its own deletion protection guards.
      expect((await stack.run("down")).code).toBe(2);
      keys["x-berth"] = { albDeletionProtection: false, postgresDeletionProtection: false };
    }
    const service = changedService[stack.project] ?? "";
    const deploy = { resources: { reservations: { memory: "1G" } } };
    stack.override({ ...keys, services: { [service]: { environment: { CHANGED: "yes" }, deploy } } });
    const changed = await stack.steps("up");
    expect(noticed(changed)).toEqual([]);
    expect(named(changed, "replace")).toEqual([`TaskDefinition ${service}`]);
    expect(named(changed, "update")).toContain(`Service ${service}`);

    const down = await stack.run("down");
    expect(down).toMatchObject({ code: 0 });
    // A file system's data outlives its stack, for whoever wants it back.
    expect(stack.left().filter((type) => type !== dataTypes.files)).toEqual([]);
    expect((await stack.run("list")).result.outputs).toEqual({ stacks: [] });
  } finally {
    stack.remove();
  }
});

test("every allowed change was needed by a stack", () => {
  expect(allowedChanges.filter((row) => !used.has(row))).toEqual([]);
});
