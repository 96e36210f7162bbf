/**
 * How awsx's subnet strategy Auto divides a range: evenly between zones, or into shares of a given size; in each zone in
 * the order of the specs.
 */
import { formatCidr, parseCidr, rangeFrom, sizeOf } from "./cidr";

export interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated" | "Unused";
  readonly name?: string;
  /** Length of the prefix in bits. */
  readonly cidrMask?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface LaidOutSubnet {
  /** `NAME-public-1`: the logical name of the subnet and of what belongs to it. */
  readonly resourceName: string;
  readonly type: "Public" | "Private" | "Isolated";
  readonly name: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly cidrMask: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Zones below this size can't hold awsx's default subnets. */
const smallestZone = 26;
/** awsx makes public subnets first, since gateways are in them. */
const order = ["Public", "Private", "Isolated"] as const;

/** How many more bits of prefix it takes to distinguish `count` ranges. */
function bitsFor(count: number): number {
  return Math.ceil(Math.log2(count));
}

function defaults(zoneBits: number): readonly SubnetSpec[] {
  if (zoneBits > smallestZone) {
    throw new Error(
      `Automatic subnet creation requires a /${smallestZone} per zone; only /${zoneBits} is available`,
    );
  }
  const bits = Math.max(zoneBits, 16);
  return [
    { type: "Private", cidrMask: bits + 1 },
    { type: "Public", cidrMask: bits + 2 },
  ];
}

/**
 * The subnets of every zone, public ones first in each.
 *
 * @param zoneMask - bits of the prefix of a zone's share; like awsx, this doesn't look whether all of them fit
 * @throws Error where the range is too small
 */
export function layOut(
  name: string,
  cidrBlock: string,
  zones: readonly string[],
  given: readonly SubnetSpec[] | undefined,
  zoneMask?: number,
): readonly LaidOutSubnet[] {
  const range = parseCidr(cidrBlock);
  if (range === undefined) throw new Error(`cidrBlock: '${cidrBlock}' is no IPv4 range`);
  const zoneBits = zoneMask ?? range.bits + bitsFor(zones.length);
  const specs = given ?? defaults(zoneBits);
  if (specs.length === 0) throw new Error("No subnets specified");
  const even = zoneBits + bitsFor(specs.length);
  const total = specs.reduce((sum, spec) => sum + sizeOf(spec.cidrMask ?? even), 0);
  if (total > sizeOf(zoneBits)) {
    throw new Error(`Subnets are too large for VPC: ${total} addresses in zones of ${sizeOf(zoneBits)}`);
  }
  return zones.flatMap((zone, index) => {
    let next = range.base + index * sizeOf(zoneBits);
    const end = next + sizeOf(zoneBits);
    const subnets = specs.flatMap((spec) => {
      const block = rangeFrom(next, spec.cidrMask ?? even);
      next = block.base + sizeOf(block.bits);
      // A smaller range before a larger one leaves a gap.
      if (next > end)
        throw new Error(`Subnets are too large for VPC: with their gaps they don't fit in a zone`);
      const { type, tags = {} } = spec;
      if (type === "Unused") return [];
      const part = spec.name ?? type.toLowerCase();
      const resourceName = `${name}-${part}-${index + 1}`;
      return [
        { resourceName, type, name: part, zone, cidrBlock: formatCidr(block), cidrMask: block.bits, tags },
      ];
    });
    return [...subnets].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
  });
}
