/** One program, every engine, one simulated AWS: the steps must be the same, but for what each cloud makes up. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Instance } from "@pulumi/aws/rds/instance";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Repository } from "@pulumi/aws/ecr/repository";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import { systemClock } from "../../../src/wiring/clock";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import type { Engine, EngineKind, EngineRun, Program, ResourceStep } from "../../../src/ports";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { describeWithPulumi, engineBench, type EngineBench } from "../../support/engine";

class Database extends pulumi.ComponentResource {
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: { readonly net: Vpc; readonly protect: boolean; readonly size: number }) {
    super("berth:test:Database", name, {});
    const group = new SecurityGroup(
      name,
      { vpcId: args.net.vpcId, description: "database" },
      { parent: this },
    );
    const subnets = new SubnetGroup(name, { subnetIds: args.net.privateSubnetIds }, { parent: this });
    const instance = new Instance(
      name,
      {
        engine: "postgres",
        engineVersion: "17",
        instanceClass: "db.t4g.micro",
        allocatedStorage: args.size,
        username: "berth",
        password: pulumi.secret("hunter2-hunter2"),
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        skipFinalSnapshot: true,
      },
      { parent: this, protect: args.protect },
    );
    this.endpoint = instance.endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

interface Shape {
  readonly days?: number;
  readonly size?: number;
  readonly group?: string;
  readonly repository?: boolean;
  readonly protect?: boolean;
}

function stack({
  days = 1,
  size = 20,
  group = "/shop/dev",
  repository = true,
  protect = true,
}: Shape = {}): Program {
  return () => {
    const net = new Vpc("net", {
      cidrBlock: "10.0.0.0/16",
      availabilityZoneNames: ["us-east-1a", "us-east-1b"],
      subnetStrategy: "Auto",
      natGateways: { strategy: "Single" },
      tags: { "berth:project": "shop" },
    });
    const database = new Database("db", { net, protect, size });
    const logs = new LogGroup("logs", { name: group, retentionInDays: days });
    if (repository) new Repository("images", { forceDelete: true }, { dependsOn: [logs] });
    return Promise.resolve({
      vpcId: net.vpcId,
      endpoint: database.endpoint,
      password: pulumi.secret("hunter2-hunter2"),
      logs: logs.arn,
    });
  };
}

const securityGroup = "urn:pulumi:dev::shop::berth:test:Database$aws:ec2/securityGroup:SecurityGroup::db";

/** The order of steps that don't wait for each other is nobody's promise. */
function sorted(run: EngineRun): readonly ResourceStep[] {
  return [...run.steps].sort((a, b) => a.urn.localeCompare(b.urn));
}

/** Ids of two clouds differ; where they stand does not. Keys in order, so that ids are met in the same order. */
function withoutMadeUp(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a.localeCompare(b)))
      : item,
  );
  const ids = [...new Set(text.match(/\b(?:[a-z]+-[0-9a-f]{17}|[0-9a-f]{7,}(?=["-]))/g) ?? [])];
  return JSON.parse(ids.reduce((all, id, index) => all.replaceAll(id, `<${index}>`), text)) as unknown;
}

describeWithPulumi("the simulator and the real engine on the simulated AWS", () => {
  let bench: EngineBench;
  let directory: string;
  let engines: { readonly [Kind in EngineKind]: Engine<Kind> };

  beforeAll(async () => {
    bench = await engineBench(new SimulatedAws({ region: "us-east-1" }));
    directory = mkdtempSync(join(tmpdir(), "berth-parity-"));
    engines = {
      pulumi: bench.engine,
      simulator: new SimulatorEngine({ stateDirectory: directory, region: "us-east-1", clock: systemClock }),
    };
  });
  afterAll(() => {
    bench.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What each engine does, by its kind, one after the other. */
  async function each(run: (engine: Engine) => Promise<EngineRun>): Promise<Record<EngineKind, EngineRun>> {
    const runs: [string, EngineRun][] = [];
    for (const [kind, engine] of Object.entries(engines)) runs.push([kind, await run(engine)]);
    return Object.fromEntries(runs) as Record<EngineKind, EngineRun>;
  }

  // Each row goes on from the stack that the row before it left.
  test.each<[string, (engine: Engine) => Promise<EngineRun>]>([
    ["preview of a new stack", (engine) => engine.preview({ ...bench.request(), program: stack() })],
    ["first up", (engine) => engine.up({ ...bench.request(), program: stack() })],
    ["up with nothing to change", (engine) => engine.up({ ...bench.request(), program: stack() })],
    [
      "preview of a resource that is made anew",
      (engine) => engine.preview({ ...bench.request(), program: stack(), replace: [securityGroup] }),
    ],
    [
      "a resource that is made anew",
      (engine) => engine.up({ ...bench.request(), program: stack(), replace: [securityGroup] }),
    ],
    [
      "preview of an update",
      (engine) => engine.preview({ ...bench.request(), program: stack({ days: 7, size: 30 }) }),
    ],
    ["update", (engine) => engine.up({ ...bench.request(), program: stack({ days: 7, size: 30 }) })],
    [
      "preview of a replacement",
      (engine) =>
        engine.preview({ ...bench.request(), program: stack({ days: 7, size: 30, group: "/shop/other" }) }),
    ],
    [
      "replacement",
      (engine) =>
        engine.up({ ...bench.request(), program: stack({ days: 7, size: 30, group: "/shop/other" }) }),
    ],
    [
      "removal of a resource",
      (engine) =>
        engine.up({
          ...bench.request(),
          program: stack({ days: 7, size: 30, group: "/shop/other", repository: false, protect: false }),
        }),
    ],
    ["refresh", (engine) => engine.refresh(bench.request())],
    ["destroy", (engine) => engine.destroy(bench.request())],
  ])("%s: the same steps and outputs", async (_name, run) => {
    const { pulumi: real, ...others } = await each(run);
    expect(sorted(real).length).toBeGreaterThan(20);
    for (const [kind, other] of Object.entries(others)) {
      expect({ kind, steps: withoutMadeUp(sorted(other)) }).toEqual({
        kind,
        steps: withoutMadeUp(sorted(real)),
      });
      expect(withoutMadeUp(other.outputs)).toEqual(withoutMadeUp(real.outputs));
    }
  });

  test("each engine says its own kind", () => {
    for (const [kind, engine] of Object.entries(engines)) expect(engine.kind).toBe(kind);
  });
});
