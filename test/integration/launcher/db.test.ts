/** `berth db` on the emulator's RDS. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsStoreSnapshots } from "../../../src/aws/estate/store-snapshots";
import type { AwsClients } from "../../../src/aws/clients";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";

const compose = `
name: shop
services:
  db:
    image: mysql:8.4
    x-mysql: true
    environment: { MYSQL_USER: shop, MYSQL_PASSWORD: hidden00 }
`;

let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  const rds = await clients.rds();
  await rds.createDBInstance({
    DBInstanceIdentifier: "shop-dev-db",
    Engine: "mysql",
    EngineVersion: "8.4.3",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: 20,
    MasterUsername: "shop",
    MasterUserPassword: "hidden00",
    Tags: [
      { Key: "berth:project", Value: "shop" },
      { Key: "berth:stack", Value: "dev" },
      { Key: "berth:service", Value: "db" },
    ],
  });
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

function run(line: string) {
  return berthIn(emulator, line.split(" "), { env: { BERTH_PROJECT: "shop" } });
}

test("without a snapshot it says how to make one", async () => {
  const { code, stdout, stderr } = await run("db backups cache");
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("berth db backup cache makes one");
  const none = await run("db restore cache --yes");
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("there is no snapshot of cache")]);
});

test("a backup is made under a name, listed, and restored by what is to be written", async () => {
  const made = await run("db backup db --name before-the-migration");
  expect([made.code, made.stdout]).toEqual([0, "before-the-migration\n"]);
  const second = await run("db backup db");
  expect(second.stdout).toMatch(/^shop-dev-db-\d{14}\n$/);
  const listed = await run("db backups db --json");
  const { backups } = JSON.parse(listed.stdout) as {
    backups: { name: string; engine: string; automatic: boolean }[];
  };
  expect(backups.find(({ name }) => name === "before-the-migration")).toMatchObject({
    engine: "mysql",
    automatic: false,
    status: "available",
  });
  expect((await run("db backups db")).stdout).toMatch(
    /^before-the-migration +mysql 8\.4\.3 +20 GiB +kept +available /m,
  );
});

test("a restore asks, says what goes and what stays, and runs the project with the snapshot", async () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-restore-"));
  writeFileSync(join(folder, "compose.yaml"), compose);
  const inFolder = (line: string, answers?: readonly boolean[]) =>
    berthIn(emulator, line.split(" "), { cwd: folder, ...(answers === undefined ? {} : { answers }) });
  try {
    await run("db backup db --name yesterday");
    expect((await inFolder("up --simulate")).code).toBe(0);
    const nobody = await inFolder("db restore db yesterday --simulate");
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("nobody can be asked here")]);
    const no = await inFolder("db restore db yesterday --simulate", [false]);
    expect([no.code, no.stderr]).toEqual([130, expect.stringContaining("Nothing was restored")]);
    expect(no.questions[0]).toMatch(
      /^Restore db of shop\/dev from the snapshot yesterday .*is deleted from db and kept in a final snapshot/,
    );
    const yes = await inFolder("db restore db yesterday --simulate --json", [true]);
    const { changes } = JSON.parse(yes.stdout) as { changes: Record<string, number> };
    expect([yes.code, changes["replace"]]).toEqual([0, 1]);
    const again = await inFolder("db restore db yesterday --simulate --yes");
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringMatching(
        /began with the snapshot yesterday already.*\n {2}fix: copy it under another name/,
      ),
    ]);
    // The file says nothing of it, and the next run keeps the store.
    const next = await inFolder("up --simulate --force --json");
    expect((JSON.parse(next.stdout) as { changes: Record<string, number> }).changes["replace"]).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a snapshot that is being made, or of another engine, is refused", async () => {
  const of = { version: "8.4.3", automatic: false, created: 1 };
  const told = jest.spyOn(AwsStoreSnapshots.prototype, "list").mockResolvedValue([
    { ...of, name: "unfinished", status: "creating", engine: "mysql" },
    { ...of, name: "foreign", status: "available", engine: "postgres" },
  ]);
  const unfinished = await run("db restore db unfinished --yes");
  const foreign = await run("db restore db foreign --yes");
  told.mockRestore();
  expect([unfinished.code, unfinished.stderr]).toEqual([
    2,
    expect.stringContaining("unfinished is creating"),
  ]);
  expect([foreign.code, foreign.stderr]).toEqual([
    2,
    expect.stringContaining("foreign is of Postgres, and db is MySQL"),
  ]);
});

test("what is no store, no name or no snapshot is told with what there is", async () => {
  const store = await run("db backup web");
  expect([store.code, store.stderr]).toEqual([2, expect.stringContaining("it has db")]);
  const name = await run("db backup db --name a--b");
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining("is no name of a snapshot")]);
  const snapshot = await run("db restore db nowhere");
  expect([snapshot.code, snapshot.stderr]).toEqual([2, expect.stringContaining("there are ")]);
});
