/** The built programs as processes: streams, exit codes, signals, what a command loads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, type ProgramOptions } from "../support/program";

const todo = join(__dirname, "../../examples/todo");
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-program-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function berthCd(argv: readonly string[], options: ProgramOptions = {}) {
  return program("berth-cd", argv, { cwd: home, ...options, env: { HOME: home, ...options.env } });
}

test("the Result stands on stdout alone, progress on stderr", async () => {
  const { code, stdout, stderr, result } = await berthCd(["up", "--simulate", "--json", todo]);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(Object.keys(result).sort()).toEqual(
    "builds changes command criticalPath endpoints engine outcome outputs project seconds stack warnings".split(
      " ",
    ),
  );
  expect(stderr).toMatch(/^web: created, 1 of 1 running$/m);
});

test("a preview tells what would be done", async () => {
  const { code, stderr } = await berthCd(["preview", "--simulate", "--verbose", todo]);
  expect(code).toBe(0);
  expect(stderr).toContain("  create    ecs Service web\n");
  expect(stderr).not.toContain("created");
});

test("for people: what became of each component, and at the end the URL", async () => {
  const { stdout } = await berthCd(["up", "--simulate", todo]);
  expect(stdout).toMatch(/^Created: network, entry, stack, cache, db, web, worker$/m);
  expect(stdout).toMatch(/\nThe deployment succeeded in .*: \d+ resources created\nweb +https:\S+\n$/);
  expect(stdout).toMatch(/^web +https:\/\/\w+\.cloudfront\.net$/m);
  expect(stdout).toMatch(/secret still to be set: \/berth\/todo\/dev\/POSTGRES_PASSWORD/);
});

test.each<[string[], number, RegExp]>([
  [["version"], 0, /^berth-cd \d+\.\d+\.\d+ \([0-9a-f]{12}\)\n$/],
  [["help"], 0, /Usage: berth-cd/],
  [["list", "--simulate"], 0, /^No stacks\n$/],
])("%j", async (argv, code, stdout) => {
  const done = await berthCd(argv);
  expect([done.code, done.stdout]).toEqual([code, expect.stringMatching(stdout) as string]);
});

test.each<[string[], Record<string, string>, number, RegExp]>([
  [["upp"], {}, 2, /unknown command 'upp'.*Did you mean up/s],
  [["up", "--simulate"], { BERTH_MODE: "cheap", BERTH_STACK: "X" }, 2, /BERTH_STACK.*BERTH_MODE/s],
  [["outputs", "--simulate"], { BERTH_PROJECT: "nobody" }, 2, /no stack "dev" of project "nobody"/],
  [["up", "--simulate", "missing.tar.gz"], {}, 3, /missing\.tar\.gz/],
  [
    ["up", todo],
    {
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    },
    5,
    /can't be reached/,
  ],
])("%j with %j ends with %i", async (argv, env, code, message) => {
  const done = await berthCd(argv, { env });
  expect([done.code, done.stderr]).toEqual([code, expect.stringMatching(message) as string]);
  expect(done.stdout).toBe("");
});

/** Has Node say which rooms of Pulumi and of the AWS SDK it reads. */
function watchRooms(): Record<string, string> {
  const hook = join(home, "hook.cjs");
  writeFileSync(
    hook,
    `const { Module } = require("node:module");
     const vm = require("node:vm");
     const tell = (name) => {
       if (/^(pulumi|aws)-[\\w-]+\\.js$/.test(name)) process.stderr.write("loads " + name + "\\n");
     };
     // With compiled code beside the rooms, and without.
     vm.Script = class extends vm.Script {
       constructor(source, options) {
         super(source, options);
         tell(options.filename.split("/").at(-1));
       }
     };
     const load = Module._load;
     Module._load = (name, ...rest) => {
       if (name.startsWith("./")) tell(name.slice(2));
       return load(name, ...rest);
     };`,
  );
  return { NODE_OPTIONS: `--require ${hook}` };
}

test("a command loads what it needs, and no more", async () => {
  const env = watchRooms();
  const loads = async (...argv: readonly string[]): Promise<readonly string[]> =>
    [...new Set((await berthCd(argv, { env })).stderr.match(/^loads .*$/gm))].sort();
  expect(await loads("config", todo)).toEqual([]);
  expect(await loads("version")).toEqual([]);
  expect(await loads("preview", "--simulate", todo)).toEqual([
    "loads pulumi-aws.js",
    "loads pulumi-awsx.js",
    "loads pulumi-pulumi.js",
  ]);
  expect(await loads("up", "--simulate", todo)).toContain("loads pulumi-pulumi.js");
  expect(await loads("up", "--simulate", todo)).toEqual([]);
});

/** Has Node say at its end which limits of stack traces there were, and which one there is then. */
function watchStackTraces(): Record<string, string> {
  const hook = join(home, "limits.cjs");
  writeFileSync(
    hook,
    `const seen = new Set();
     setInterval(() => seen.add(Error.stackTraceLimit), 1).unref();
     process.on("exit", () => {
       process.stderr.write(\`limits \${JSON.stringify([[...seen].sort(), Error.stackTraceLimit])}\\n\`);
     });`,
  );
  return { NODE_OPTIONS: `--require ${hook}` };
}

test.each([
  ["warn", [[0, 10], 10]],
  ["debug", [[10], 10]],
])("at LOG_LEVEL=%s a run has the limits of stack traces %j", async (level, limits) => {
  const env = { ...watchStackTraces(), LOG_LEVEL: level, BERTH_SIMULATE_LATENCY: "0.001" };
  const { code, stderr } = await berthCd(["up", "--simulate", todo], { env });
  expect([code, JSON.parse(/^limits (.*)$/m.exec(stderr)?.[1] ?? "null")]).toEqual([0, limits]);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends a run in order: the lock goes, and the next run goes on",
  async (signal) => {
    const stopped = await berthCd(["up", "--simulate", "--json", "--verbose", todo], {
      env: { BERTH_SIMULATE_LATENCY: "0.05" },
      started: (child) => {
        let sent = false;
        child.stderr?.on("data", (text: string) => {
          if (sent || !text.includes("created   ec2 Subnet")) return;
          sent = child.kill(signal);
        });
      },
    });
    expect(stopped.code).toBe(signal === "SIGTERM" ? 143 : 130);
    expect(stopped.result).toMatchObject({
      outcome: "cancelled",
      project: "todo",
      error: { kind: "cancelled" },
    });
    const next = await berthCd(["up", "--simulate", "--json", todo]);
    expect(next.result).toMatchObject({ outcome: "succeeded" });
    expect(next.result.changes.same).toBeGreaterThan(0);
  },
);

test("one run of a stack at a time: the other one is told who holds it", async () => {
  const env = { BERTH_SIMULATE_LATENCY: "0.01" };
  let second: ReturnType<typeof berthCd> | undefined;
  const first = await berthCd(["up", "--simulate", "--json", todo], {
    env,
    started: (child) => {
      child.stderr?.once("data", () => {
        second = berthCd(["up", "--simulate", "--json", todo]);
      });
    },
  });
  expect(first.code).toBe(0);
  expect((await second)?.code).toBe(6);
  expect((await second)?.result.error?.message).toMatch(/process \d+/);
});

describe("berth", () => {
  const berth = (...argv: readonly string[]) => program("berth", argv, { cwd: home, env: { HOME: home } });

  test("config is berth-cd's", async () => {
    const { code, stdout } = await berth("config", todo);
    expect([code, (JSON.parse(stdout) as { name: string }).name]).toEqual([0, "todo"]);
  });

  test("--local deploys in this process", async () => {
    const { code, result } = await berth("up", "--local", "--simulate", "--json", todo);
    expect([code, result.outcome]).toEqual([0, "succeeded"]);
  });

  test.each(["up", "bootstrap", "ls"])("%s without credentials says what to set", async (command) => {
    const env = { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" };
    const { code, stderr } = await program("berth", [command], { cwd: home, env: { HOME: home, ...env } });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/credentials[\s\S]*fix: set AWS_PROFILE/) as string,
    ]);
  });

  test("an unknown command is told", async () => {
    expect((await berth("upp")).code).toBe(2);
  });
});
