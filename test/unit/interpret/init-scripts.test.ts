/** Scripts of a managed database's first start: which task runs them, who waits for it, and what its program does. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerService } from "../../../src/model/project";
import { scriptRunners, scriptsFolder } from "../../../src/stores/init-scripts";
import { interpret, type Raw } from "../../support/interpret";

const mount = { type: "bind", source: "./init", target: `${scriptsFolder}/` };
const database: Raw = {
  image: "postgres:17-alpine",
  "x-postgres": true,
  environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD: null },
  volumes: [mount, { type: "volume", source: "data", target: "/var/lib/postgresql/data" }],
};
const url = { DATABASE_URL: "postgres://shop:x@db/shop" };

function containers(services: Raw): readonly ContainerService[] {
  const result = interpret(services, { volumes: { data: null } });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.project.services.flatMap((service) => (service.kind === "container" ? [service] : []));
}

test("a one-off task of the image's own runs them, with the image's variables, and who uses the database waits", () => {
  const found = containers({
    db: database,
    web: { image: "nginx", environment: url },
    later: { image: "nginx", depends_on: { db: { condition: "service_healthy", required: true } } },
    apart: { image: "nginx" },
  });
  const named = (name: string) => found.find((service) => service.name === name);
  expect(named("db-init")).toMatchObject({
    lifecycle: "task",
    uses: ["db"],
    environment: {
      PGHOST: { kind: "plain", value: "db" },
      POSTGRES_USER: { kind: "plain", value: "shop" },
      POSTGRES_PASSWORD: { kind: "secret", name: "POSTGRES_PASSWORD" },
    },
    entrypoint: ["/bin/sh", "-c", scriptRunners.postgres?.program],
    image: {
      kind: "build",
      build: {
        dockerfile: { image: "postgres:17-alpine", mounts: [{ path: "init", target: scriptsFolder }] },
      },
    },
    size: { cpu: 256, memory: 512 },
  });
  const waits = { service: "db-init", condition: "service_completed_successfully", required: true };
  for (const name of ["web", "later"]) expect(named(name)?.dependsOn).toContainEqual(waits);
  expect(named("apart")?.dependsOn).toEqual([]);
});

test("without scripts there is no task, and a cache has none", () => {
  const plain = containers({ db: { ...database, volumes: [] }, web: { image: "nginx", environment: url } });
  expect(plain.map(({ name }) => name)).toEqual(["web"]);
  const cache = interpret({ cache: { image: "redis:7", "x-redis": true, volumes: [mount] } });
  expect(cache.ok ? [] : cache.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("a managed service reads no file at"),
  ]);
});

test("a service of the task's name is a problem", () => {
  const result = interpret({ db: database, "db-init": { image: "nginx" } }, { volumes: { data: null } });
  expect(result.ok ? [] : result.problems).toMatchObject([
    { path: "services.db.volumes", message: expect.stringContaining("run as the service db-init") as string },
  ]);
});

/** Plays psql or mysql: keeps the marks in a file, writes down each script, and fails at `SELEC`. */
const client = `#!${process.execPath}
const fs = require("node:fs");
const file = process.env.STATE;
const state = JSON.parse(fs.readFileSync(file, "utf8"));
const argv = process.argv.slice(2);
const name = (argv.find((word) => word.startsWith("name=")) ?? "").slice(5);
const at = argv.indexOf("-f");
const text = at < 0 ? fs.readFileSync(0, "utf8") : fs.readFileSync(argv[at + 1], "utf8");
const quoted = name || (/'([^']*)'\\)?\\s*$/.exec(text) ?? [])[1];
const end = (answer, code = 0) => { fs.writeFileSync(file, JSON.stringify(state)); if (answer !== "") console.log(answer); process.exit(code); };
if (/^SELECT 1\\s*$/.test(text)) end("1");
if (/CREATE TABLE berth/.test(text)) { state.done = []; end(""); }
if (/INSERT INTO berth/.test(text)) { state.done.push(quoted); end(""); }
if (/FROM berth.init_scripts WHERE/.test(text)) end(state.done.includes(quoted) ? "1" : "0");
if (/pg_class|NOT IN/.test(text)) end(String(state.tables));
if (/to_regclass|table_schema = 'berth'/.test(text)) end(state.done === undefined ? "0" : "1");
state.ran.push(text.trim());
if (/SELEC /.test(text)) { console.error("ERROR: syntax error at SELEC"); end("", 1); }
end("");
`;

describe.each(["postgres", "mysql"] as const)("the program of %s", (kind) => {
  let folder: string;
  const state = () =>
    JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as { ran: string[]; done?: string[] };
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, "scripts", name), text);
  };
  const run = () =>
    spawnSync(
      "/bin/sh",
      ["-c", (scriptRunners[kind]?.program ?? "").replace(`=${scriptsFolder}`, `=${folder}/scripts`)],
      {
        encoding: "utf8",
        env: {
          PATH: `${folder}/bin:/usr/bin:/bin`,
          STATE: join(folder, "state.json"),
          ...{ POSTGRES_PASSWORD: "x", MYSQL_ROOT_PASSWORD: "x", MYSQL_HOST: "db" },
        },
      },
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "berth-init-"));
    for (const name of ["bin", "scripts"]) mkdirSync(join(folder, name));
    for (const name of ["psql", "mysql", "mariadb"]) {
      writeFileSync(join(folder, "bin", name), client);
      chmodSync(join(folder, "bin", name), 0o755);
    }
    writeFileSync(join(folder, "state.json"), JSON.stringify({ ran: [], tables: 0 }));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("runs each script once, by its name, and goes on with the one that failed", () => {
    write("10-last.sql", "LAST");
    write("01-first.sql", "FIRST");
    write("02-it's.sql", "SELEC broken");
    write("05-shell.sh", `echo hello > ${folder}/hello`);
    write("readme.txt", "no script");
    const failed = run();
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringMatching(/syntax error at SELEC[^]*02-it's.sql failed: correct it, and run berth up/),
    ]);
    expect(state()).toMatchObject({ ran: ["FIRST", "SELEC broken"], done: ["01-first.sql"] });
    write("02-it's.sql", "SECOND");
    const again = run();
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringContaining("readme.txt is no script: ignored"),
    ]);
    expect(state().ran).toEqual(["FIRST", "SELEC broken", "SECOND", "LAST"]);
    expect(existsSync(join(folder, "hello"))).toBe(true);
    expect(run().status).toBe(0);
    expect(state().ran).toHaveLength(4);
  });

  test("leaves a database alone that has tables and no mark", () => {
    write("01-first.sql", "FIRST");
    writeFileSync(join(folder, "state.json"), JSON.stringify({ ran: [], tables: 3 }));
    const ran = run();
    expect([ran.status, ran.stdout]).toEqual([0, expect.stringContaining("has 3 tables already")]);
    expect(state().ran).toEqual([]);
  });
});
