/** What a run may lose: what is refused before an engine starts, and what the engine is told may go. */
import { losingAll, resolveLosses } from "../../../../src/app/data/losses";
import type { BerthError } from "../../../../src/errors";
import type { Service } from "../../../../src/model/project";
import { modes } from "../../../../src/modes/modes";
import type { DataHolder } from "../../../../src/ports";
import { containerOf, postgresOf, projectOf } from "../../../support/projects";

function holder(name: string, own: Partial<DataHolder> = {}): DataHolder {
  const type = "aws:rds/instance:Instance";
  return {
    ...{ urn: `urn:${name}`, type, name, retained: false },
    inputs: {
      ...{ dbName: "todo", username: "todo", engine: "postgres", engineVersion: "16" },
      ...{ instanceClass: modes.affordable.postgresInstanceClass, allocatedStorage: 20, multiAz: false },
      finalSnapshotIdentifier: `snap-${name}`,
    },
    ...own,
  };
}

const web = containerOf({ ports: [] });
const gone: readonly Service[] = [web];
const db = holder("db");
const users = holder("users");

interface Case {
  readonly services?: readonly Service[];
  readonly held?: readonly DataHolder[];
  readonly allow?: readonly string[];
  readonly restore?: readonly string[];
  readonly targets?: readonly string[];
  readonly mode?: keyof typeof modes;
}

function settle(own: Case) {
  const { services = gone, held = [db], allow = [], restore = [], targets, mode = "affordable" } = own;
  const locate = (path: string) =>
    path === "services.db" ? { file: "compose.yaml", line: 7, column: 3 } : undefined;
  return resolveLosses(
    { project: projectOf(services), mode: modes[mode], locate },
    { allowDataLoss: allow, restore },
    held,
    targets,
  );
}

function refusal(own: Case): BerthError {
  try {
    settle(own);
  } catch (error) {
    return error as BerthError;
  }
  throw new Error("it was not refused");
}

test("a database that goes is refused, where the file has it", () => {
  const { kind, problems } = refusal({});
  expect(kind).toBe("deployment");
  expect(problems).toMatchObject([
    { path: "services.db", message: expect.stringContaining("service db is gone") as string },
  ]);
  expect(problems[0]?.location).toMatchObject({ line: 7 });
});

test("each that goes is told, and where it stands only where that is known", () => {
  const { problems } = refusal({ held: [db, users] });
  expect(problems.map(({ path }) => path)).toEqual(["services.db", "services.users"]);
  expect(problems[1]).not.toHaveProperty("location");
});

test("a database that stays is no loss, and nothing is let go for it", () => {
  expect(settle({ services: [postgresOf(), web] })).toEqual({ args: {}, request: {}, notes: [] });
});

test("what is named may go, by its URN, and nothing else", () => {
  expect(settle({ allow: ["db"] })).toEqual({
    args: { mayLose: ["db"] },
    request: { release: ["urn:db"] },
    notes: [],
  });
  expect(refusal({ held: [db, users], allow: ["db"] }).problems.map(({ path }) => path)).toEqual([
    "services.users",
  ]);
});

test("a run of some targets is asked for what is among them alone", () => {
  expect(settle({ held: [db, users], targets: [] }).request).toEqual({});
  expect(refusal({ held: [db, users], targets: ["urn:users"] }).problems.map(({ path }) => path)).toEqual([
    "services.users",
  ]);
});

test("a store that is restored may go, and the snapshot of what it held is named", () => {
  const settled = settle({ services: [postgresOf(), web], restore: ["db=before"], allow: ["users"] });
  expect(settled.request).toEqual({ release: ["urn:db"] });
  expect(settled.notes).toEqual(["db is replaced: what it holds now is kept in the snapshot snap-db"]);
});

test("only what is restored leaves a snapshot that is told of, where it leaves one", () => {
  const bare = holder("db", { inputs: { engine: "postgres" } });
  expect(settle({ held: [bare, users], restore: ["db=before"], allow: ["users"] }).notes).toEqual([]);
  expect(settle({ held: [db, users], restore: ["db=before"], allow: ["users"] }).notes).toHaveLength(1);
});

test("what waits for a database's window is told of those that the run touches", () => {
  const services = [postgresOf(), web];
  expect(settle({ services, mode: "balanced" }).notes).toEqual([
    expect.stringContaining("Database db: db.t4g.micro becomes db.m7g.large"),
  ]);
  expect(settle({ services, mode: "balanced", targets: ["urn:db"] }).notes).toHaveLength(1);
  expect(settle({ services, mode: "balanced", targets: ["urn:other"] }).notes).toEqual([]);
  expect(settle({ services, mode: "balanced", allow: ["db"] }).notes).toEqual([]);
});

describe("replicas of what is made again", () => {
  const replicated = holder("db", { replicas: 2 });

  test("they are to go first, where something of the change would have the source replaced", () => {
    const services = [postgresOf({ username: "ada" }), web];
    expect(refusal({ services, held: [replicated], allow: ["db"] }).problems).toMatchObject([
      { path: "services.db", message: "db has 2 read replicas, which this can't take along" },
    ]);
    const one = holder("db", { replicas: 1 });
    expect(refusal({ services, held: [one], allow: ["db"] }).problems).toMatchObject([
      { message: "db has 1 read replica, which this can't take along" },
    ]);
  });

  test.each<[string, Case]>([
    ["a source that stays as it is", { services: [postgresOf(), web], held: [replicated] }],
    ["a source without any", { services: [postgresOf({ username: "ada" }), web], held: [db] }],
    [
      "none that are known",
      { services: [postgresOf({ username: "ada" }), web], held: [holder("db", { replicas: 0 })] },
    ],
    ["a source that leaves the file", { held: [replicated] }],
    ["a service that becomes a container", { services: [containerOf({ name: "db" })], held: [replicated] }],
    [
      "a source that the run leaves alone",
      { services: [postgresOf({ username: "ada" }), web], held: [replicated], targets: ["urn:other"] },
    ],
    [
      "another service of the name's like",
      { services: [postgresOf({ name: "users" }), web], held: [replicated] },
    ],
  ])("%s keeps nobody waiting", (_what, own) => {
    expect(settle({ ...own, allow: ["db"] }).request).toEqual({ release: ["urn:db"] });
  });
});

test("a preview that shows what there is lets everything go", () => {
  const bucket = holder("logs", { type: "aws:s3/bucket:Bucket" });
  expect(losingAll([db, bucket])).toEqual({
    args: { mayLose: ["db", "access-logs"] },
    request: { release: ["urn:db", "urn:logs"] },
  });
});
