/** What holds data, from the file's side, on both engines: refused, let go by name, snapshotted, restored. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../support/cd";
import { describeWithPulumi } from "../../support/engine";
import { readPlan, realWorld, type RealWorld } from "./world";

interface Shape {
  /** The database's service. */
  readonly db?: string;
  readonly user?: string;
  readonly image?: string;
  readonly postgres?: string;
  readonly volume?: boolean;
}

/** A web service with a database and a named volume. */
function compose({
  db = "db",
  user = "shop",
  image = "postgres:16",
  postgres = "true",
  volume = true,
}: Shape): string {
  return `name: todo
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    environment: {DATABASE_URL: "postgres://${user}:long-enough@${db}/shop"}
${volume ? '    volumes: ["uploads:/srv"]' : ""}
  ${db}:
    image: ${image}
    x-postgres: ${postgres}
    environment: {POSTGRES_USER: ${user}, POSTGRES_DB: shop, POSTGRES_PASSWORD: long-enough}
${volume ? "volumes: {uploads: }" : ""}
`;
}

type Run = (argv: readonly string[]) => Promise<Ran>;

interface Kept {
  readonly name: string;
  readonly kind: string;
  readonly id: string;
}

const kept = (ran: Ran): readonly Kept[] => (ran.result.outputs["kept"] ?? []) as readonly Kept[];

function scenarios(start: () => Promise<{ readonly world: RealWorld; readonly run: Run }>): void {
  let world: RealWorld;
  let run: Run;
  const write = (shape: Shape): void => {
    writeFileSync(join(world.project, "compose.yaml"), compose(shape));
  };
  const planFile = (): string => join(world.folder, "plan.json");
  const opOf = (type: string, name: string): string | undefined =>
    readPlan(planFile()).resources.find(
      (resource) => resource.type.endsWith(`:${type}`) && resource.name === name,
    )?.op;

  beforeEach(async () => {
    ({ world, run } = await start());
    write({});
    const { code, stderr } = await run(["up"]);
    expect([code, stderr]).toEqual([0, stderr]);
  });
  afterEach(() => {
    world.close();
  });

  test("a renamed service, a renamed user and a gone volume are refused before anything is touched, all at once", async () => {
    write({ db: "database", volume: false });
    for (const command of ["preview", "up"]) {
      const { code, stderr, result } = await run([command]);
      expect([code, result.error?.kind]).toEqual([5, "deployment"]);
      expect(stderr).toContain(
        'services.db: service db is gone and its Postgres database "shop" would be deleted; did you rename it to database?',
      );
      expect(stderr).toContain("volumes: no service mounts a named volume any more");
      expect(stderr).not.toContain("created");
    }
    write({ user: "other" });
    expect((await run(["up"])).stderr).toContain("services.db.environment.POSTGRES_USER");
    write({});
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
  });

  test("what the user names goes, in the preview and in the run, and leaves a snapshot", async () => {
    write({ db: "database", volume: false });
    const allow = ["--allow-data-loss", "db", "--allow-data-loss", "volumes"];
    expect((await run(["preview", ...allow, "--plan", planFile()])).code).toBe(0);
    expect([opOf("Instance", "db"), opOf("FileSystem", "volumes")]).toEqual(["delete", "delete"]);
    expect((await run(["preview"])).code).toBe(5);
    expect((await run(["up", ...allow])).code).toBe(0);
    expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
  });

  test("another user replaces a database that may go, once", async () => {
    write({ user: "other" });
    expect((await run(["up", "--allow-data-loss", "db", "--plan", planFile()])).code).toBe(0);
    expect(opOf("Instance", "db")).toBe("replace");
    write({ user: "third" });
    expect((await run(["up"])).code).toBe(5);
  });

  test("a target is looked at as everything is, and what is none stays as it is", async () => {
    write({ user: "other" });
    for (const target of ["db", "web"]) {
      const { code, stderr } = await run(["up", "--target", target]);
      expect([code, stderr]).toEqual([5, expect.stringContaining("services.db.environment.POSTGRES_USER")]);
      expect(stderr).not.toContain("updated");
    }
    const allow = ["--allow-data-loss", "db"];
    const replaced = await run(["up", "--target", "db", ...allow, "--plan", planFile()]);
    expect([replaced.code, opOf("Instance", "db"), replaced.stderr]).toEqual([0, "replace", replaced.stderr]);
    const urn = readPlan(planFile()).resources.find(
      ({ type, name }) => type === "aws:rds/instance:Instance" && name === "db",
    )?.urn;

    // The store is gone from the file: as a target it would be deleted, and beside one Pulumi would stumble over it.
    write({ db: "database", user: "other" });
    const dropped = await run(["up", "--target", urn ?? ""]);
    expect([dropped.code, dropped.stderr]).toEqual([
      5,
      expect.stringContaining('services.db: service db is gone and its Postgres database "shop" would be'),
    ]);
    const beside = await run(["up", "--target", "web"]);
    expect([beside.code, beside.stderr]).toEqual([
      2,
      expect.stringContaining("--target: the file has no Postgres db any more"),
    ]);
    expect(beside.stderr).not.toContain("created");
  });

  test("a major upgrade is asked for, and there is no way back", async () => {
    write({ image: "postgres:17" });
    expect((await run(["up"])).stderr).toContain(
      "services.db.image: postgres 17 is a major upgrade of postgres 16",
    );
    write({ image: "postgres:17", postgres: "{allow-downtime: true}" });
    expect((await run(["up", "--plan", planFile()])).code).toBe(0);
    expect(opOf("Instance", "db")).toBe("update");
    write({ image: "postgres:16", postgres: "{allow-downtime: true}" });
    expect((await run(["up"])).stderr).toContain("version 16 is older than 17");
  });

  test("a store is made anew of a snapshot for one run; what it held is kept, and the next run leaves it", async () => {
    const ran = await run(["up", "--restore", "db=yesterday", "--plan", planFile()]);
    expect([ran.code, opOf("Instance", "db")]).toEqual([0, "replace"]);
    expect(ran.stderr).toMatch(/db is replaced: what it holds now is kept in the snapshot todo-dev-db-\w+/);
    expect((await run(["up", "--force", "--plan", planFile()])).code).toBe(0);
    expect(opOf("Instance", "db")).toBe("same");
    const again = await run(["up", "--restore", "db=yesterday"]);
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining("db began with the snapshot yesterday already"),
    ]);
    const wrong = await run(["up", "--restore", "bd=yesterday", "--restore", "db"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/bd is no database or cache of the project\n {2}fix: did you mean db\?/);
    expect(wrong.stderr).toMatch(/"db" names no service and snapshot/);
  });

  test("a destroy leaves a snapshot and the volumes, says where, and can be done again; a snapshot is restored once", async () => {
    const first = kept(await run(["destroy"]));
    expect(first.map(({ name, kind }) => [name, kind]).sort()).toEqual([
      ["db", "snapshot"],
      ["volumes", "file system"],
    ]);
    const snapshot = first.find(({ kind }) => kind === "snapshot")?.id ?? "";
    write({ postgres: `{from-snapshot: ${snapshot}}` });
    expect((await run(["up"])).code).toBe(0);
    write({});
    expect((await run(["up", "--plan", planFile()])).code).toBe(0);
    expect(opOf("Instance", "db")).toBe("same");
    write({ postgres: "{from-snapshot: another}" });
    expect((await run(["up"])).stderr).toContain("services.db.x-postgres.from-snapshot");
    const again = await run(["down", "--allow-data-loss", "volumes"]);
    expect(again.code).toBe(0);
    expect(kept(again).map(({ name }) => name)).toEqual(["db"]);
    expect(kept(again)[0]?.id).not.toBe(snapshot);
  });
}

describe("on the simulator", () => {
  scenarios(async () => {
    const world = await realWorld();
    return { world, run: (argv) => world.simulated(argv) };
  });
});

describeWithPulumi("on the real engine", () => {
  scenarios(async () => {
    const world = await realWorld();
    return { world, run: (argv) => world.real(argv) };
  });

  test("what stays in the account and what goes is the same there", async () => {
    const world = await realWorld();
    writeFileSync(join(world.project, "compose.yaml"), compose({}));
    const types = (): readonly string[] => world.clouds()[0].map(({ type }) => type);
    await world.real(["up"]);
    await world.real(["down"]);
    expect(types()).toEqual(["aws:efs/fileSystem:FileSystem"]);
    await world.real(["up"]);
    await world.real(["down", "--allow-data-loss", "volumes"]);
    expect(types()).toEqual(["aws:efs/fileSystem:FileSystem"]);
    world.close();
  });
});
