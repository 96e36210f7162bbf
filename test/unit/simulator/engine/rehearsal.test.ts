/** A preview rehearses: what resources refuse of each other is told before anything is made, all of it at once. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
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
  (ranges: Readonly<Record<string, string>>, more: () => void = () => undefined): Program =>
  () => {
    const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/16" });
    for (const [name, cidrBlock] of Object.entries(ranges)) new Subnet(name, { vpcId: vpc.id, cidrBlock });
    more();
    return Promise.resolve({ vpcId: vpc.id });
  };

test("clashes between resources that don't exist yet are told, each of them, with those of single resources", async () => {
  const program = ranged({ a: "10.0.0.0/24", b: "10.0.0.128/25", c: "10.9.0.0/24" }, () => {
    new LogGroup("logs", { name: "logs", retentionInDays: 2 });
    new LogGroup("more", { name: "logs" });
    new TargetGroup("web", { port: 80, protocol: "HTTP", vpcId: "vpc-0123456789abcdef0" });
  });
  const error = await failureOf(bench.preview(program));
  expect(error.kind).toBe("deployment");
  // Which of two of one name comes second is nobody's promise.
  const paths = error.problems.map(({ path }) => path?.replace(/logs\.name|more\.name/, "second.name"));
  expect(paths.sort()).toEqual([
    "aws:cloudwatch/logGroup:LogGroup::logs.retentionInDays",
    "aws:cloudwatch/logGroup:LogGroup::second.name",
    "aws:ec2/subnet:Subnet::b.cidrBlock",
    "aws:ec2/subnet:Subnet::c.cidrBlock",
    "aws:lb/targetGroup:TargetGroup::web.vpcId",
  ]);
});

test("nothing is made by it, and nothing is told twice", async () => {
  const run = await bench.preview(ranged({ a: "10.0.0.0/24" }));
  expect(operations(run)).toEqual({ net: "create", a: "create" });
  expect(run.steps.find(({ name }) => name === "a")?.inputs["vpcId"]).toBe("[unknown]");
  expect(run.outputs).toEqual({ vpcId: "[unknown]" });
  expect(bench.held()).toEqual([]);
  expect(bench.files().size).toBe(0);
  const told = bench.events.filter((event) => event.kind === "resource" && event.status === "started");
  expect(told).toHaveLength(3);
});

test("a stack that stands is rehearsed as it stands: what goes makes no room for what comes before it goes", async () => {
  await bench.up(ranged({ a: "10.0.0.0/24" }));
  const held = bench.held();
  const error = await failureOf(bench.preview(ranged({ b: "10.0.0.0/25" })));
  expect(error.problems.map(({ path }) => path)).toEqual(["aws:ec2/subnet:Subnet::b.cidrBlock"]);
  await bench.preview(ranged({ a: "10.0.0.0/24", b: "10.0.1.0/24" }));
  expect(bench.held()).toEqual(held);
});

test("every protected resource that would be replaced or dropped is told", async () => {
  const guarded =
    (cidrBlock: string, names: readonly string[]): Program =>
    () => {
      for (const name of names) new Vpc(name, { cidrBlock }, { protect: true });
      return Promise.resolve({});
    };
  await bench.up(guarded("10.0.0.0/16", ["a", "b", "c"]));
  const error = await failureOf(bench.preview(guarded("10.1.0.0/16", ["a", "b"])));
  expect(error.problems.map(({ path }) => path).sort()).toEqual([
    "aws:ec2/vpc:Vpc::a",
    "aws:ec2/vpc:Vpc::b",
    "aws:ec2/vpc:Vpc::c",
  ]);
});

test("what a killed run had begun is there for a preview, as it is for the run that settles it", async () => {
  const program = ranged({ a: "10.0.0.0/24" });
  await bench.up(program);
  const file = join(bench.directory, "shop/dev.state.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as { resources: { urn: string; id: string }[] };
  const isBegun = ({ urn }: { readonly urn: string }): boolean => urn.endsWith("::a");
  const pending = state.resources
    .filter(isBegun)
    .map(({ id: _, ...resource }) => ({ op: "creating", resource }));
  const resources = state.resources.filter((resource) => !isBegun(resource));
  const killed = JSON.stringify({ ...state, resources, pending });
  writeFileSync(file, killed);
  bench.restart();
  expect(operations(await bench.preview(program))).toEqual({ net: "same", a: "same" });
  expect(readFileSync(file, "utf8")).toBe(killed);
});
