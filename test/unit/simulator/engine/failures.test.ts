import { createHash } from "node:crypto";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { Instance } from "@pulumi/aws/rds/instance";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import { BerthError } from "../../../../src/errors";
import type { Program } from "../../../../src/ports";
import { failureOf, operations, SimulatorBench } from "../../../support/simulator-bench";

let bench: SimulatorBench;
beforeEach(() => {
  bench = new SimulatorBench();
});
afterEach(() => {
  bench.remove();
});

const ranged =
  (...ranges: readonly string[]): Program =>
  () => {
    const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/16" });
    ranges.forEach((cidrBlock, index) => new Subnet(`s${index}`, { vpcId: vpc.id, cidrBlock }));
    return Promise.resolve({});
  };

describe("a resource that AWS refuses", () => {
  test("fails the run, keeps what was made, and the next run goes on from there", async () => {
    const error = await failureOf(bench.up(ranged("10.0.0.0/24", "10.1.0.0/24")));
    expect(error.kind).toBe("deployment");
    expect(error.problems).toEqual([
      {
        path: "aws:ec2/subnet:Subnet::s1.cidrBlock",
        message: "'10.1.0.0/24' is not in the VPC's range",
        hint: "use a part of the VPC's range",
      },
    ]);
    expect(bench.held()).toEqual(bench.recorded());
    const run = await bench.up(ranged("10.0.0.0/24", "10.0.1.0/24"));
    expect(operations(run)).toMatchObject({ net: "same", s1: "create" });
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("stops what depends on it, without a word of its own", async () => {
    const error = await failureOf(
      bench.up(() => {
        const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/8" });
        const subnet = new Subnet("a", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
        return Promise.resolve({ id: subnet.id });
      }),
    );
    expect(error.problems.map(({ path }) => path)).toEqual(["aws:ec2/vpc:Vpc::net.cidrBlock"]);
    expect(bench.held()).toEqual([]);
  });

  test("is a type that the simulated AWS has not", async () => {
    class Unknown extends pulumi.CustomResource {
      constructor(name: string) {
        super("aws:quantum/computer:Computer", name, {});
      }
    }
    const error = await failureOf(
      bench.up(() => {
        new Unknown("q");
        return Promise.resolve({});
      }),
    );
    expect(error.message).toContain("the simulated AWS has no aws:quantum/computer:Computer");
  });

  test("is one of two with the same name and type", async () => {
    const error = await failureOf(
      bench.up(() => {
        new LogGroup("logs");
        new LogGroup("logs");
        return Promise.resolve({});
      }),
    );
    expect(error.message).toContain("the program has two resources of this type and name");
  });

  test("holds up nothing else: a deletion that fails leaves the rest deleted or recorded", async () => {
    await bench.up(() => {
      new Instance("db", {
        identifier: "db",
        instanceClass: "db.t4g.micro",
        engine: "postgres",
        allocatedStorage: 20,
        username: "postgres",
        password: "correct horse".replace(" ", "-"),
        deletionProtection: true,
      });
      return Promise.resolve({});
    });
    const error = await failureOf(bench.destroy());
    expect(error.message).toMatch(/Cannot delete protected DB Instance/);
    expect(bench.held()).toEqual(bench.recorded());
    expect(bench.held()).toHaveLength(1);
  });
});

describe("a program", () => {
  test("that throws fails the run with its words", async () => {
    const error = await failureOf(
      bench.up(() => {
        new LogGroup("logs");
        return Promise.reject(new Error("no such thing"));
      }),
    );
    expect(error.kind).toBe("deployment");
    expect(error.message).toContain("no such thing");
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("that is cancelled starts nothing more", async () => {
    const abort = new AbortController();
    const error = await failureOf(
      bench.up(
        () => {
          const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/16" });
          const late = vpc.id.apply((id) => {
            abort.abort();
            return id;
          });
          new Subnet("a", { vpcId: late, cidrBlock: "10.0.0.0/24" });
          return Promise.resolve({});
        },
        { signal: abort.signal },
      ),
    );
    expect(error.kind).toBe("cancelled");
    expect(bench.held()).toHaveLength(1);
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("is not begun where the signal was aborted before, and the reason of the abort is the error", async () => {
    const reason = new BerthError("timeout", "the run took too long");
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(bench.up(ranged(), { signal }))).toBe(reason);
    expect(bench.cloud.list()).toEqual([]);
  });
});

describe("an apply that rejects", () => {
  // In a process of its own: jest takes unhandled rejections for its own failures.
  test("fails the run, is told once, and neither ends nor holds the process", () => {
    const built = spawnSync(
      join(__dirname, "../../../../node_modules/.bin/esbuild"),
      [
        join(__dirname, "../../../support/simulator-rejection.ts"),
        "--bundle",
        "--platform=node",
        "--packages=external",
        `--outfile=${join(__dirname, "../../../../node_modules/.cache/simulator-rejection.js")}`,
      ],
      { encoding: "utf8" },
    );
    expect(built).toMatchObject({ status: 0 });
    const run = spawnSync(
      process.execPath,
      [join(__dirname, "../../../../node_modules/.cache/simulator-rejection.js"), bench.directory],
      { encoding: "utf8" },
    );
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual({
      kind: "deployment",
      problems: [{ message: "the build failed" }],
      second: "create",
    });
    expect(run.status).toBe(0);
  });
});

describe("secrets", () => {
  const secret = "correct-horse-battery-staple";
  const program =
    (value: string, version = 1): Program =>
    () => {
      const parameter = new Parameter("p", {
        name: "/berth/shop/dev/PASSWORD",
        type: "SecureString",
        value: pulumi.secret(value),
        tags: { version: String(version) },
      });
      return Promise.resolve({ value: parameter.value, copy: parameter.value.apply((text) => `<${text}>`) });
    };

  test("stand nowhere in clear: files, steps, events, outputs", async () => {
    const run = await bench.up(program(secret));
    await bench.up(program(secret, 2));
    const everything = [...bench.files().values(), JSON.stringify([run, bench.events])].join("\n");
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(createHash("sha256").update(JSON.stringify(secret)).digest("hex"));
    expect(run.outputs).toEqual({ value: "[secret]", copy: "[secret]" });
    expect(run.steps.at(-1)?.inputs).toMatchObject({ value: "[secret]" });
  });

  test("are seen to change, and to stay", async () => {
    await bench.up(program(secret));
    bench.restart();
    expect(operations(await bench.up(program(secret)))).toEqual({ p: "same" });
    const changed = await bench.up(program(`${secret}!`));
    expect(operations(changed)).toEqual({ p: "update" });
    expect(changed.steps.at(-1)?.diff).toEqual(["value"]);
  });

  test("reach the program in clear, in the run that knows them", async () => {
    const seen: string[] = [];
    const watching: Program = () => {
      const parameter = new Parameter("p", { name: "p", type: "SecureString", value: pulumi.secret(secret) });
      parameter.value.apply((value) => seen.push(value));
      return Promise.resolve({});
    };
    await bench.up(watching);
    await bench.up(watching);
    expect(seen).toEqual([secret, secret]);
  });
});
