// npm run drivers: what clients of Postgres make of a server that takes TLS alone, with a certificate of a private authority, as RDS
// has it, and of the variables that Berth gives with `ca` (docs/stores.md). Takes the servers and clients that this machine
// has, and names the others; packages of npm come from the registry. Ends with 1 where a client does other than the page says.
import { spawn, spawnSync } from "node:child_process";
import { chownSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "./bench/processes.mjs";
import { childEnvironment, install, root } from "./setup.mjs";

const needed = ["postgres", "initdb", "openssl", "psql"];
const missing = needed.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
if (missing.length > 0) {
  console.log(`skipped: no ${missing.join(", no ")} on the PATH`);
  process.exit(0);
}
install();

/** Postgres refuses to run as root: the user of its package does it then. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((flag) =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout),
  );
  return { uid, gid };
}

const folder = mkdtempSync(join(tmpdir(), "berth-drivers-"));
const own = owner();
const at = (name) => join(folder, name);

function must(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: folder, encoding: "utf8", ...options });
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

/** An authority, and a certificate of it for `localhost`. */
function certify() {
  const days = ["-days", "2"];
  const key = ["-newkey", "rsa:2048", "-nodes"];
  must("openssl", [
    "req",
    "-x509",
    ...key,
    ...days,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=private authority",
  ]);
  must("openssl", ["req", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"]);
  writeFileSync(at("names"), "subjectAltName=DNS:localhost\n");
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
  must("openssl", ["x509", "-req", "-in", "server.csr", ...by, ...days, "-out", "server.pem"]);
  chmodSync(at("server.key"), 0o600);
  if (own.uid !== undefined)
    for (const name of ["", "server.key", "server.pem"]) chownSync(at(name), own.uid, own.gid);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server that takes TLS alone. */
async function serve(port) {
  must("initdb", ["--pgdata", at("data"), "--username", "app", "--auth", "trust"], own);
  writeFileSync(at("data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n");
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "ssl=on"];
  const files = [`ssl_cert_file=${at("server.pem")}`, `ssl_key_file=${at("server.key")}`];
  const flags = [...settings, ...files].flatMap((setting) => ["-c", setting]);
  const server = spawn("postgres", ["-D", at("data"), "-p", String(port), ...flags], {
    ...own,
    stdio: "ignore",
  });
  for (let look = 0; look < 100; look += 1) {
    if (psql(port, "?sslmode=require") === "TLS") return server;
    await sleep(100);
  }
  server.kill();
  throw new Error("Postgres does not answer");
}

const question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
const urlOf = (port, query) => `postgres://app@localhost:${port}/postgres${query}`;
const clean = Object.fromEntries(
  Object.entries(childEnvironment()).filter(
    ([name]) => !name.startsWith("PG") && name !== "NODE_EXTRA_CA_CERTS",
  ),
);

/** @returns `TLS`, or `refused` */
function psql(port, query, env = {}) {
  const done = spawnSync("psql", ["--no-psqlrc", "-At", "-c", question, urlOf(port, query)], {
    env: { ...clean, HOME: folder, ...env },
    encoding: "utf8",
  });
  return done.stdout.trim() === "t" ? "TLS" : "refused";
}

/** node-postgres, in a process of its own: Node reads its variable of authorities once. */
function nodePostgres(packages) {
  const program = `const { Client } = require("pg"); const client = new Client({ connectionString: process.argv[1] });
    client.connect().then(() => client.query(${JSON.stringify(question)})).then(({ rows }) => { console.log(rows[0].ssl); return client.end(); })
      .catch((error) => { console.error(error.message); process.exit(1); });`;
  return (port, query, env = {}) => {
    const done = spawnSync("node", ["-e", program, urlOf(port, query)], {
      env: { ...clean, NODE_PATH: packages, ...env },
      encoding: "utf8",
    });
    return done.stdout.trim() === "true" ? "TLS" : "refused";
  };
}

/** The variables that Berth gives a service with `ca`, from the code that gives them. */
async function variables() {
  const outfile = at("clients.cjs");
  await bundle("src/stores/clients.ts", outfile, { packages: "external" });
  const { rootsVariables } = createRequire(join(root, "package.json"))(outfile);
  return Object.fromEntries(rootsVariables({ kind: "postgres" }).map((name) => [name, at("ca.pem")]));
}

/** node-postgres of the registry, or `undefined` where there is none. */
function installed() {
  const packages = join(root, "node_modules", ".cache", "berth-drivers");
  mkdirSync(packages, { recursive: true });
  const npm = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", packages, "pg@8"];
  return spawnSync("npm", npm, { env: childEnvironment() }).status === 0
    ? join(packages, "node_modules")
    : undefined;
}

let server;
let failed = false;
try {
  certify();
  const port = await freePort();
  server = await serve(port);
  const roots = await variables();
  const packages = installed();
  const verify = `?sslmode=verify-full&sslrootcert=${at("ca.pem")}`;
  // As docs/stores.md has it: the client, how it is asked, and what comes of it.
  const cases = [
    ["libpq", psql, "no word of TLS", "", {}, "TLS"],
    ["libpq", psql, "sslmode=require", "?sslmode=require", {}, "TLS"],
    ["libpq", psql, "sslmode=disable", "?sslmode=disable", {}, "refused"],
    ["libpq", psql, "verify-full without ca", "?sslmode=verify-full", {}, "refused"],
    ["libpq", psql, "verify-full with ca", "?sslmode=verify-full", roots, "TLS"],
    ["libpq", psql, "PGSSLMODE: verify-full", "", { ...roots, PGSSLMODE: "verify-full" }, "TLS"],
  ];
  if (packages === undefined) console.log("skipped  node-postgres: the registry of npm has none");
  else {
    const pg = nodePostgres(packages);
    cases.push(
      ["node-postgres", pg, "no word of TLS", "", {}, "refused"],
      ["node-postgres", pg, "sslmode=require without ca", "?sslmode=require", {}, "refused"],
      ["node-postgres", pg, "sslmode=require with ca", "?sslmode=require", roots, "TLS"],
      ["node-postgres", pg, "verify-full with ca", verify, roots, "TLS"],
      ["node-postgres", pg, "PGSSLMODE: verify-full", "", { ...roots, PGSSLMODE: "verify-full" }, "TLS"],
    );
  }
  for (const [driver, connect, how, query, env, expected] of cases) {
    const found = connect(port, query, env);
    failed ||= found !== expected;
    console.log(`${found === expected ? "ok      " : "WRONG   "} ${driver}, ${how}: ${found}`);
  }
  const others = ["psycopg", "pgx", "lib/pq", "PDO", "pgjdbc", "the clients of MariaDB"];
  console.log(`skipped  ${others.join(", ")}: tried by hand (docs/stores.md)`);
} finally {
  if (server !== undefined) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
