import { Vpc } from "@pulumi/awsx/ec2/vpc";
import { layOut } from "../../../../src/simulator/awsx/layout";
import { contains, overlap, parseCidr } from "../../../../src/simulator/awsx/cidr";
import type { Program } from "../../../../src/ports";
import fc from "fast-check";
import { failureOf, SimulatorBench } from "../../../support/simulator-bench";

let bench: SimulatorBench;
beforeEach(() => {
  bench = new SimulatorBench();
});
afterEach(() => {
  bench.remove();
});

type Strategy = "None" | "Single" | "OnePerAz";

function network(strategy: Strategy, zones: number, more: object = {}): Program {
  return () => {
    const vpc = new Vpc("net", {
      availabilityZoneNames: ["a", "b", "c"].slice(0, zones).map((zone) => `us-east-1${zone}`),
      natGateways: { strategy },
      subnetStrategy: "Auto",
      ...more,
    });
    return Promise.resolve({
      vpcId: vpc.vpcId,
      publicSubnetIds: vpc.publicSubnetIds,
      privateSubnetIds: vpc.privateSubnetIds,
    });
  };
}

/** How many of each type a run made. */
function counts(steps: readonly { readonly type: string }[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { type } of steps) {
    const name = type.split(":").pop() ?? "";
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

/** EMULATOR's table, and what it comes to in three zones. */
test.each<[Strategy, number, number, number]>([
  ["None", 2, 2, 0],
  ["Single", 2, 4, 1],
  ["OnePerAz", 2, 4, 2],
  ["None", 3, 3, 0],
  ["Single", 3, 6, 1],
  ["OnePerAz", 3, 6, 3],
])("gateways %s in %i zones: %i routes, %i gateways", async (strategy, zones, routes, gateways) => {
  const run = await bench.up(network(strategy, zones));
  const { Stack, Vpc: vpcs, ...rest } = counts(run.steps);
  expect([Stack, vpcs]).toEqual([1, 2]);
  expect(rest).toEqual({
    InternetGateway: 1,
    Subnet: 2 * zones,
    RouteTable: 2 * zones,
    RouteTableAssociation: 2 * zones,
    Route: routes,
    ...(gateways === 0 ? {} : { Eip: gateways, NatGateway: gateways }),
  });
  expect(run.outputs["publicSubnetIds"]).toHaveLength(zones);
  expect(run.outputs["privateSubnetIds"]).toHaveLength(zones);
  const again = await bench.up(network(strategy, zones));
  expect(new Set(again.steps.map(({ op }) => op))).toEqual(new Set(["same"]));
  await bench.destroy();
  expect(bench.held()).toEqual([]);
});

test("a preview shows the same children, and knows none of the ids", async () => {
  const preview = await bench.preview(network("Single", 2));
  const up = await bench.up(network("Single", 2));
  expect(preview.steps.map(({ urn }) => urn).sort()).toEqual(up.steps.map(({ urn }) => urn).sort());
  expect(preview.outputs["vpcId"]).toBe("[unknown]");
});

test("children nest as awsx nests them, with its names", async () => {
  const { steps } = await bench.up(network("Single", 2));
  const urns = steps.map(({ urn }) => urn.split("::").slice(2).join("::"));
  const subnet = "awsx:ec2:Vpc$aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet";
  expect(urns).toEqual(
    expect.arrayContaining([
      "awsx:ec2:Vpc::net",
      "awsx:ec2:Vpc$aws:ec2/vpc:Vpc::net",
      "awsx:ec2:Vpc$aws:ec2/vpc:Vpc$aws:ec2/internetGateway:InternetGateway::net",
      `${subnet}::net-public-1`,
      `${subnet}::net-private-2`,
      `${subnet}$aws:ec2/routeTable:RouteTable::net-private-1`,
      `${subnet}$aws:ec2/routeTable:RouteTable$aws:ec2/route:Route::net-private-1`,
      `${subnet}$aws:ec2/eip:Eip::net-1`,
      `${subnet}$aws:ec2/natGateway:NatGateway::net-1`,
    ]),
  );
});

test.each([
  ["two ways to name zones", { numberOfAvailabilityZones: 2 }, /Only one of/],
  ["an argument that isn't simulated", { ipv4IpamPoolId: "ipam-1" }, /has no ipv4IpamPoolId/],
  ["a strategy that isn't simulated", { subnetStrategy: "Exact" }, /Auto only/],
])("%s is refused", async (_, more, message) => {
  const error = await failureOf(bench.up(network("None", 2, more)));
  expect(error.message).toMatch(message);
});

/** Nothing where the layout is refused for its size: that is its right. */
function fitting<T>(lay: () => readonly T[]): readonly T[] {
  try {
    return lay();
  } catch (error) {
    expect(String(error)).toContain("too large");
    return [];
  }
}

describe("the layout", () => {
  const ranges = (zones: number, zoneMask?: number): Readonly<Record<string, string>> => {
    const names = ["a", "b", "c"].slice(0, zones);
    const laid = layOut("net", "10.0.0.0/16", names, undefined, zoneMask);
    return Object.fromEntries(laid.map(({ resourceName, cidrBlock }) => [resourceName, cidrBlock]));
  };

  test("in two zones is awsx's", () => {
    expect(ranges(2)).toEqual({
      "net-private-1": "10.0.0.0/18",
      "net-public-1": "10.0.64.0/19",
      "net-private-2": "10.0.128.0/18",
      "net-public-2": "10.0.192.0/19",
    });
  });

  test("in three zones is awsx's", () => {
    expect(ranges(3)).toEqual({
      "net-private-1": "10.0.0.0/19",
      "net-public-1": "10.0.32.0/20",
      "net-private-2": "10.0.64.0/19",
      "net-public-2": "10.0.96.0/20",
      "net-private-3": "10.0.128.0/19",
      "net-public-3": "10.0.160.0/20",
    });
  });

  test("in shares of a given size leaves the zones that stay as they are", () => {
    expect(ranges(3, 18)).toEqual(ranges(3));
    expect(ranges(3)).toMatchObject(ranges(2, 18));
    expect(Object.keys(ranges(2, 18))).toHaveLength(4);
  });

  test("never overlaps and never leaves the range", () => {
    const specs = fc.array(
      fc.record({
        type: fc.constantFrom("Public" as const, "Private" as const, "Isolated" as const, "Unused" as const),
        cidrMask: fc.integer({ min: 20, max: 28 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 18 }),
        fc.integer({ min: 1, max: 4 }),
        specs,
        (bits, zones, wanted) => {
          const names = Array.from({ length: zones }, (_, n) => `z${n}`);
          const cidrBlock = `10.64.0.0/${bits}`;
          const given = wanted.map((spec, n) => ({ ...spec, name: `s${n}` }));
          const laid = fitting(() => layOut("n", cidrBlock, names, given));
          const blocks = laid.map((subnet) => parseCidr(subnet.cidrBlock) ?? { base: -1, bits: 0 });
          const range = parseCidr(cidrBlock) ?? { base: 0, bits: 32 };
          expect(blocks.every((block) => contains(range, block))).toBe(true);
          blocks.forEach((block, n) => {
            expect(blocks.slice(n + 1).some((other) => overlap(block, other))).toBe(false);
          });
        },
      ),
    );
  });

  test("refuses what doesn't fit", () => {
    expect(() => layOut("n", "10.0.0.0/27", ["a"], undefined)).toThrow(/requires a \/26/);
    expect(() => layOut("n", "10.0.0.0/24", ["a", "b"], [{ type: "Public", cidrMask: 24 }])).toThrow(
      /too large/,
    );
  });
});
