import { Role } from "@pulumi/aws/iam/role";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { Program } from "../../../../src/ports";
import { failureOf, operations, SimulatorBench } from "../../../support/simulator-bench";

let bench: SimulatorBench;
beforeEach(() => {
  bench = new SimulatorBench();
});
afterEach(() => {
  bench.remove();
});

interface NetworkShape {
  readonly tags?: Record<string, string>;
  readonly vpcRange?: string;
  readonly subnets?: readonly string[];
}

/** A VPC and subnets by name; `10.0.1.0/24`, `10.0.2.0/24` … */
function network({ tags = {}, vpcRange = "10.0.0.0/16", subnets = ["a", "b"] }: NetworkShape = {}): Program {
  return () => {
    const vpc = new Vpc("net", { cidrBlock: vpcRange, tags });
    const prefix = vpcRange.split(".").slice(0, 2).join(".");
    const made = subnets.map(
      (name) => new Subnet(name, { vpcId: vpc.id, cidrBlock: `${prefix}.${name.charCodeAt(0) - 96}.0/24` }),
    );
    return Promise.resolve({ vpcId: vpc.id, subnetIds: made.map(({ id }) => id) });
  };
}

function deletions(): readonly string[] {
  return bench.events.flatMap((event) =>
    event.kind === "resource" && event.op === "delete" && event.status === "done" ? [event.name] : [],
  );
}

describe("a run", () => {
  test("creates, then has nothing to do, also in another process", async () => {
    const first = await bench.up(network());
    expect(operations(first)).toEqual({ net: "create", a: "create", b: "create" });
    expect(first.steps[0]).toMatchObject({ type: "pulumi:pulumi:Stack", name: "shop-dev", op: "create" });
    expect(first.outputs["vpcId"]).toMatch(/^vpc-0[0-9a-f]{16}$/);

    bench.restart();
    const version = await bench.engine.stateVersion(bench.stack);
    const second = await bench.up(network());
    expect(second.steps.map(({ op }) => op)).toEqual(["same", "same", "same", "same"]);
    expect(second.outputs).toEqual(first.outputs);
    expect(await bench.engine.stateVersion(bench.stack)).not.toBeUndefined();
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("updates in place what AWS can change", async () => {
    const first = await bench.up(network());
    const second = await bench.up(network({ tags: { owner: "me" } }));
    expect(operations(second)).toEqual({ net: "update", a: "same", b: "same" });
    expect(second.steps.find(({ name }) => name === "net")?.diff).toEqual(["tags"]);
    expect(second.outputs["vpcId"]).toBe(first.outputs["vpcId"]);
    expect(bench.cloud.find("aws:ec2/vpc:Vpc", first.outputs["vpcId"])?.outputs["tagsAll"]).toEqual({
      owner: "me",
    });
  });

  test("replaces what AWS can't change, and what hangs on it; the old ones go last", async () => {
    const first = await bench.up(network());
    const second = await bench.up(network({ vpcRange: "10.1.0.0/16" }));
    expect(operations(second)).toEqual({ net: "replace", a: "replace", b: "replace" });
    expect(second.outputs["vpcId"]).not.toBe(first.outputs["vpcId"]);
    expect(bench.held()).toHaveLength(3);
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("deletes what the program no longer has, dependents first", async () => {
    await bench.up(network());
    const run = await bench.up(() => Promise.resolve({}));
    expect(operations(run)).toEqual({ net: "delete", a: "delete", b: "delete" });
    expect(deletions().at(-1)).toBe("net");
    expect(bench.held()).toEqual([]);
    expect(bench.recorded()).toEqual([]);
  });

  test("gives a resource its parents, its dependencies and its provider's id", async () => {
    class Group extends pulumi.ComponentResource {
      constructor(name: string) {
        super("test:index:Group", name, {});
        const vpc = new Vpc(name, { cidrBlock: "10.0.0.0/16" }, { parent: this });
        new Subnet(name, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" }, { parent: vpc });
        this.registerOutputs({ vpcId: vpc.id });
      }
    }
    const { steps } = await bench.up(() => {
      new Group("one");
      return Promise.resolve({});
    });
    const prefix = "urn:pulumi:dev::shop::test:index:Group";
    expect(steps.map(({ urn }) => urn).slice(1)).toEqual([
      `${prefix}::one`,
      `${prefix}$aws:ec2/vpc:Vpc::one`,
      `${prefix}$aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet::one`,
    ]);
    expect(steps.at(-1)).toMatchObject({
      parent: `${prefix}$aws:ec2/vpc:Vpc::one`,
      dependsOn: [`${prefix}$aws:ec2/vpc:Vpc::one`],
    });
  });

  test("is one of many in a process: another project's knows nothing of it", async () => {
    const other = new SimulatorBench({ project: "blog", stack: "prod" });
    const [mine, theirs] = await Promise.all([bench.up(network()), other.up(network())]);
    expect(mine.steps[0]?.urn).toBe("urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev");
    expect(theirs.steps[0]?.urn).toBe("urn:pulumi:prod::blog::pulumi:pulumi:Stack::blog-prod");
    expect(operations(await bench.up(network()))).toEqual({ net: "same", a: "same", b: "same" });
    other.remove();
  });
});

describe("a preview", () => {
  test("writes nothing, and foresees the operations of the run", async () => {
    const preview = await bench.preview(network());
    expect(bench.files().size).toBe(0);
    expect(preview.outputs).toEqual({ vpcId: "[unknown]", subnetIds: ["[unknown]", "[unknown]"] });
    expect(preview.steps.find(({ name }) => name === "a")?.inputs).toEqual({
      cidrBlock: "10.0.1.0/24",
      vpcId: "[unknown]",
    });
    const up = await bench.up(network());
    expect(operations(preview)).toEqual(operations(up));
  });

  test.each<[string, NetworkShape]>([
    ["nothing", {}],
    ["an update", { tags: { a: "b" } }],
    ["a replacement", { vpcRange: "10.9.0.0/16" }],
    ["a deletion", { subnets: ["b"] }],
    ["an addition", { subnets: ["a", "b", "c"] }],
  ])("of %s foresees it and changes neither state nor cloud", async (_, shape) => {
    await bench.up(network());
    const before = bench.files();
    const preview = await bench.preview(network(shape));
    expect(bench.files()).toEqual(before);
    const up = await bench.up(network(shape));
    expect(operations(preview)).toEqual(operations(up));
    expect(preview.steps.map(({ diff }) => diff)).toEqual(up.steps.map(({ diff }) => diff));
  });

  test("tells everything that AWS would refuse at once", async () => {
    const error = await failureOf(
      bench.preview(() => {
        new TargetGroup("web", { name: "a".repeat(33), port: 80, protocol: "HTTP" });
        new LogGroup("logs", { retentionInDays: 2 });
        return Promise.resolve({});
      }),
    );
    expect(error.kind).toBe("deployment");
    expect(error.problems.map(({ path }) => path).sort()).toEqual([
      "aws:cloudwatch/logGroup:LogGroup::logs.retentionInDays",
      "aws:lb/targetGroup:TargetGroup::web.name",
    ]);
  });
});

describe("a resource with a name of its own", () => {
  const named =
    (vpcRange: string): Program =>
    () => {
      const vpc = new Vpc("net", { cidrBlock: vpcRange });
      new TargetGroup("web", { name: "web", port: 80, protocol: "HTTP", vpcId: vpc.id });
      return Promise.resolve({});
    };

  test("goes before its replacement comes", async () => {
    await bench.up(named("10.0.0.0/16"));
    const run = await bench.up(named("10.1.0.0/16"));
    expect(operations(run)).toEqual({ net: "replace", web: "replace" });
    expect(bench.held()).toHaveLength(2);
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("takes what depends on it along", async () => {
    const program =
      (description: string): Program =>
      () => {
        const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/16" });
        const group = new SecurityGroup("web", { name: "web", description, vpcId: vpc.id });
        new SecurityGroup("db", {
          vpcId: vpc.id,
          ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, securityGroups: [group.id] }],
        });
        return Promise.resolve({});
      };
    await bench.up(program("one"));
    const error = await failureOf(bench.up(program("two")));
    expect(error.message).toContain("DependencyViolation");
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("is made again where a replacement has to stand beside the old one", async () => {
    const program =
      (port: number): Program =>
      () => {
        const group = new TargetGroup("web", { port, protocol: "HTTP" });
        return Promise.resolve({ name: group.name });
      };
    const first = await bench.up(program(80));
    const preview = await bench.preview(program(81));
    const second = await bench.up(program(81));
    expect(operations(preview)).toEqual({ web: "replace" });
    expect(operations(second)).toEqual({ web: "replace" });
    expect(second.outputs["name"]).not.toBe(first.outputs["name"]);
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("is made for it where the program gives none, and kept", async () => {
    const program =
      (days: number): Program =>
      () => {
        const logs = new LogGroup("logs", { retentionInDays: days });
        return Promise.resolve({ name: logs.name });
      };
    const first = await bench.up(program(1));
    expect(first.outputs["name"]).toMatch(/^logs-[0-9a-f]{7}$/);
    expect(first.steps[1]?.inputs).toEqual({ name: first.outputs["name"], retentionInDays: 1 });
    const second = await bench.up(program(7));
    expect(second.outputs).toEqual(first.outputs);
    expect(operations(second)).toEqual({ logs: "update" });
  });
});

describe("the options of a resource", () => {
  test("protect refuses to drop and to replace it, not to destroy it", async () => {
    const program =
      (range: string, protect: boolean): Program =>
      () => {
        new Vpc("net", { cidrBlock: range }, { protect });
        return Promise.resolve({});
      };
    await bench.up(program("10.0.0.0/16", true));
    const replaced = await failureOf(bench.up(program("10.1.0.0/16", true)));
    expect(replaced.message).toMatch(/Vpc::net: it is protected, and cidrBlock/);
    const dropped = await failureOf(bench.up(() => Promise.resolve({})));
    expect(dropped.message).toMatch(/Vpc::net: it is protected and can't be deleted/);
    expect(bench.held()).toHaveLength(1);
    expect(operations(await bench.destroy())).toEqual({ net: "delete" });
    expect(bench.held()).toEqual([]);
  });

  test("retainOnDelete leaves it in the cloud", async () => {
    await bench.up(() => {
      new Bucket("kept", {}, { retainOnDelete: true });
      return Promise.resolve({});
    });
    await bench.destroy();
    expect(bench.held()).toHaveLength(1);
    expect(bench.recorded()).toEqual([]);
  });

  test("ignoreChanges keeps the old value", async () => {
    const program =
      (days: number): Program =>
      () => {
        new LogGroup(
          "logs",
          { retentionInDays: days, tags: { a: String(days) } },
          { ignoreChanges: ["retentionInDays", "tags.a"] },
        );
        return Promise.resolve({});
      };
    await bench.up(program(1));
    const run = await bench.up(program(7));
    expect(operations(run)).toEqual({ logs: "same" });
    expect(run.steps[1]?.inputs["retentionInDays"]).toBe(1);
  });

  test("an alias finds it under its old name", async () => {
    const program =
      (name: string, aliases: pulumi.Alias[]): Program =>
      () => {
        new Vpc(name, { cidrBlock: "10.0.0.0/16" }, { aliases });
        return Promise.resolve({});
      };
    await bench.up(program("old", []));
    const run = await bench.up(program("new", [{ name: "old" }]));
    expect(operations(run)).toEqual({ new: "same" });
    expect(bench.held()).toHaveLength(1);
  });

  test("an alias of a component is one of all below it", async () => {
    const program = (type: string, aliases: pulumi.Alias[]): Program => {
      class Kind extends pulumi.ComponentResource {
        constructor() {
          super(type, "web", {}, { aliases });
          new Vpc("net", { cidrBlock: "10.0.0.0/16" }, { parent: this });
        }
      }
      return () => {
        new Kind();
        return Promise.resolve({});
      };
    };
    await bench.up(program("test:a:Service", []));
    const run = await bench.up(program("test:a:Task", [{ type: "test:a:Service" }]));
    expect(operations(run)).toMatchObject({ net: "same" });
    expect(bench.held()).toHaveLength(1);
  });

  test("a reference to a resource that is got by its id is read", async () => {
    const first = await bench.up(network());
    const id = String(first.outputs["vpcId"]);
    const run = await bench.up(
      () => {
        const vpc = Vpc.get("found", id);
        return Promise.resolve({ range: vpc.cidrBlock });
      },
      { targets: ["urn:none"] },
    );
    expect(run.outputs).toEqual({ range: "10.0.0.0/16" });
  });
});

describe("targets", () => {
  test("restrict what is changed", async () => {
    await bench.up(network());
    const urn = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net";
    const run = await bench.up(network({ tags: { a: "b" }, subnets: ["b", "c"] }), { targets: [urn] });
    expect(operations(run)).toEqual({ net: "update", b: "same" });
    expect(bench.held()).toHaveLength(3);
  });

  test("of a destroy are refused where something else depends on them", async () => {
    await bench.up(network());
    const vpc = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net";
    const error = await failureOf(bench.destroy({ targets: [vpc] }));
    expect(error.message).toContain("depends on it, and is not targeted");
    const subnet = "urn:pulumi:dev::shop::aws:ec2/subnet:Subnet::a";
    expect(operations(await bench.destroy({ targets: [subnet] }))).toEqual({ a: "delete" });
    expect(bench.held()).toEqual(bench.recorded());
  });

  test.each(["destroy", "refresh"] as const)("of a %s have to exist", async (operation) => {
    await bench.up(network());
    const error = await failureOf(bench[operation]({ targets: ["urn:none"] }));
    expect(error.message).toContain("no resource named 'urn:none' found");
    expect(bench.held()).toHaveLength(3);
  });
});

describe("refresh", () => {
  test("drops what the cloud has lost, and the next run makes it again", async () => {
    const first = await bench.up(network());
    const [lost] = first.outputs["subnetIds"] as string[];
    await bench.cloud.delete("aws:ec2/subnet:Subnet", lost ?? "");
    const refreshed = await bench.refresh();
    expect(refreshed.steps.filter(({ op }) => op !== "same").map(({ name, op }) => [name, op])).toEqual([
      ["a", "delete"],
    ]);
    expect(operations(await bench.up(network()))).toEqual({ net: "same", a: "create", b: "same" });
    expect(bench.held()).toEqual(bench.recorded());
  });

  test("comes before a run that asks for it", async () => {
    const first = await bench.up(network());
    const [lost] = first.outputs["subnetIds"] as string[];
    await bench.cloud.delete("aws:ec2/subnet:Subnet", lost ?? "");
    expect(operations(await bench.up(network()))).toMatchObject({ a: "same" });
    expect(operations(await bench.up(network(), { refresh: true }))).toMatchObject({ a: "create" });
  });
});

describe("the engine", () => {
  test("lists its stacks, tells their outputs, removes the empty ones", async () => {
    expect(await bench.engine.list()).toEqual([]);
    expect(await bench.engine.outputs(bench.stack)).toBeUndefined();
    expect(await bench.engine.stateVersion(bench.stack)).toBeUndefined();
    await bench.up(network({ subnets: [] }));
    expect(await bench.engine.list()).toMatchObject([{ project: "shop", stack: "dev", resourceCount: 2 }]);
    expect(await bench.engine.outputs(bench.stack)).toMatchObject({ subnetIds: [] });
    expect((await failureOf(bench.engine.remove(bench.stack))).message).toContain("still has 2 resources");
    await bench.destroy();
    expect(await bench.engine.outputs(bench.stack)).toEqual({});
    await bench.engine.remove(bench.stack);
    expect(await bench.engine.list()).toEqual([]);
  });

  test("does nothing on a stack that doesn't exist", async () => {
    expect(await bench.destroy()).toEqual({ steps: [], outputs: {} });
    expect(await bench.refresh()).toEqual({ steps: [], outputs: {} });
    await bench.engine.remove(bench.stack);
    expect(bench.files().size).toBe(0);
  });

  test("keeps its files to their owner", async () => {
    await bench.up(() => {
      new Role("r", { assumeRolePolicy: '{"Statement":[]}' });
      return Promise.resolve({});
    });
    expect([...bench.files().keys()]).toEqual(["shop/dev.cloud.json", "shop/dev.state.json"]);
  });
});
