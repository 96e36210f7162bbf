/**
 * Writes the compiled code of the rooms for this Node, beside them: `node dist/code.js`, once after the build, and in an
 * image for the Node that is in it. It runs commands as users do, so that V8 has compiled what they run.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { codeFile, Rooms } from "./rooms";

const rooms = join(__dirname, "rooms");

/** A project with what many have, written in the ways in which people write it. */
const project = `
# Kept in one place.
services:
  web:
    <<: &common
      restart: unless-stopped
      networks: [inner]
      logging:
        driver: json-file
        options: {max-size: 5m}
    image: registry.example/web:\${TAG}
    container_name: web
    ports:
      - "80:8080"
    environment:
      LEVEL: "\${LEVEL:-info}"
      PASSWORD:
      TITLE: 'the shop'
      DATABASE_URL: postgres://app:\${PASSWORD}@db:5432/app
    env_file: [web.env]
    healthcheck:
      test: [CMD, wget, -q, "http://localhost:8080/"]
      interval: 10s
      timeout: 5s
      retries: 3
    depends_on:
      db:
        condition: service_healthy
      cache: {condition: service_started}
    deploy:
      replicas: 2
      resources:
        reservations: {cpus: "0.25", memory: 512M}
    volumes:
      - files:/files
      - type: volume
        source: files
        target: /also
  worker:
    <<: *common
    build:
      context: .
      args: {LEVEL: info}
    command: >-
      work
      quickly
    environment:
      - LEVEL=info # as the build
      - REGION=\${REGION}
    depends_on: [db]
  db:
    image: postgres:17
    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: "\${PASSWORD}"}
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U app"]
    x-postgres: true
    networks:
      inner:
        aliases: [database]
  cache: {image: "redis:8", x-redis: true, networks: [inner]}

networks:
  inner: {}

volumes:
  files:
`;

/** The files of its build. */
const files = {
  Dockerfile: `# syntax=docker/dockerfile:1
ARG VERSION=24
FROM node:\${VERSION} AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
FROM node:\${VERSION}-slim
COPY --from=build /app /app
ENV LEVEL=info
EXPOSE 8080
HEALTHCHECK CMD ["node", "check.js"]
CMD ["node", "index.js"]
`,
  ".env": "# of the shell too\nTAG=1\nNAME=\"a \${TAG}\"\nexport OTHER='b'\n",
  "web.env": "COLOUR=blue\n\nSIZE=1 # small\n",
  ".dockerignore": "node_modules\n**/*.log\n!kept.log\n",
  "index.js": "",
  "package.json": "{}",
};

/** An `up` that makes what the others find. */
const first: readonly string[] = ["berth-cd", "up", "--simulate", "."];

/** What people wait for most often, and what ends at once. The rooms that these read have the code of these alone. */
const reads: readonly (readonly string[])[] = [
  ["berth-cd", "version"],
  ["berth-cd", "help"],
  ["berth-cd", "config", "."],
  ["berth-cd", "list"],
  ["berth-cd", "list", "--simulate"],
  ["berth-cd", "outputs", "--simulate", "."],
  ["berth-cd", "up", "--simulate", "."],
  ["berth", "version"],
  ["berth", "--help"],
  ["berth", "config"],
];

/** What uses an engine takes longer than compiling does. */
const runs: readonly (readonly string[])[] = [
  ["berth-cd", "up", "--simulate", "--force", "--json", "."],
  ["berth-cd", "preview", "--simulate", "."],
];

/** The files of code for this Node that are there. */
function compiled(): readonly string[] {
  return readdirSync(rooms).filter((each) => each.endsWith(codeFile("")));
}

const [, , settled = "", program, ...words] = process.argv;
if (program === undefined) void compileAll();
else runCompiling(program, words);

/**
 * Runs one command in this process, and writes the compiled code of the rooms that it has read, but for those that are
 * settled. What a command has compiled, the next one begins with.
 */
function runCompiling(name: string, argv: readonly string[]): void {
  process.argv.splice(2, process.argv.length, ...argv);
  const reading = new Rooms();
  process.on("exit", () => {
    const known = settled.split(",");
    for (const [file, script] of reading.scripts) {
      if (known.includes(basename(codeFile(file)))) continue;
      // Whoever reads it meanwhile has the one or the other, whole.
      writeFileSync(`${codeFile(file)}.new`, script.createCachedData());
      renameSync(`${codeFile(file)}.new`, codeFile(file));
    }
  });
  if (name === "rooms") {
    for (const file of readdirSync(rooms).filter((each) => each.endsWith(".js")))
      reading.read(join(rooms, file));
    return;
  }
  const edge = reading.read(join(rooms, "cli.js"))["src/cli/process.ts"]?.() as typeof import("./process");
  // eslint-disable-next-line no-restricted-properties -- handed in, as by the programs themselves
  (name === "berth" ? edge.runBerth : edge.runBerthCd)(process.env);
}

async function compileAll(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "berth-code-"));
  const bucket = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(
      '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>',
    );
  });
  await new Promise<void>((listening) => bucket.listen(0, "127.0.0.1", listening));
  try {
    const all = { ...files, "compose.yaml": project };
    // The state is beside the project: what is in the project is built, and is to be the same in each run.
    mkdirSync(join(home, "project"));
    for (const [name, text] of Object.entries(all)) writeFileSync(join(home, "project", name), text);
    const { port } = bucket.address() as AddressInfo;
    const each = async (
      commands: readonly (readonly string[])[],
      settled: readonly string[],
    ): Promise<void> => {
      for (const command of commands) await run(command, settled, home, port);
    };
    await each([first], []);
    for (const file of compiled()) rmSync(join(rooms, file));
    await each(reads, []);
    await each(runs, compiled());
    await each([["rooms"]], compiled());
  } finally {
    bucket.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** @throws Error where the command fails: then it is not what it was here for */
function run(
  command: readonly string[],
  settled: readonly string[],
  home: string,
  port: number,
): Promise<void> {
  const env = {
    HOME: home,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    ...(command.includes("--simulate") ? {} : { PULUMI_BACKEND_URL: "s3://bucket" }),
  };
  const child = spawn(process.execPath, [__filename, settled.join(","), ...command], {
    cwd: join(home, "project"),
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command.join(" ")} ended with ${String(code)}\n${told}`));
    });
  });
}
