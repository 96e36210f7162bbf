/** IPv4 ranges: enough of them to lay out a network and to see what overlaps. */

export interface Cidr {
  /** The first address, as a number. */
  readonly base: number;
  /** Length of the prefix in bits, 0 to 32. */
  readonly bits: number;
}

/** Parses `10.0.0.0/16`; `undefined` where it isn't an IPv4 range with its host bits at zero. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1).map(Number);
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = numbers;
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return undefined;
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  return base % sizeOf(bits) === 0 ? { base, bits } : undefined;
}

/** How many addresses a range of this prefix length has. */
export function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function formatCidr({ base, bits }: Cidr): string {
  return `${formatAddress(base)}/${bits}`;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + sizeOf(inner.bits) <= outer.base + sizeOf(outer.bits);
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + sizeOf(b.bits) && b.base < a.base + sizeOf(a.bits);
}

/** The first range of a prefix length that begins at or after an address. */
export function rangeFrom(address: number, bits: number): Cidr {
  return { base: Math.ceil(address / sizeOf(bits)) * sizeOf(bits), bits };
}
