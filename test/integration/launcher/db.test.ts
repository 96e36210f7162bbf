/** `berth db` on the emulator's RDS. */
import type { AwsClients } from "../../../src/aws/clients";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";

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
}, 120_000);

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
  const none = await run("db restore cache");
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
  const restored = await run("db restore db before-the-migration");
  expect(restored.stdout).toContain('Write x-mysql: {from-snapshot: "before-the-migration"} at service db.');
  expect(restored.stdout).toContain("berth up --allow-data-loss db");
});

test("what is no store, no name or no snapshot is told with what there is", async () => {
  const store = await run("db backup web");
  expect([store.code, store.stderr]).toEqual([2, expect.stringContaining("it has db")]);
  const name = await run("db backup db --name a--b");
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining("is no name of a snapshot")]);
  const snapshot = await run("db restore db nowhere");
  expect([snapshot.code, snapshot.stderr]).toEqual([2, expect.stringContaining("there are ")]);
});
