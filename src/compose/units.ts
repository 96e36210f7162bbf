/** Sizes, durations and numbers as the reference reads and prints them. Each parser gives undefined for no such value. */

const multipliers: Readonly<Record<string, number>> = {
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

const size = /^([0-9]+\.?[0-9]*|\.[0-9]+) ?(?:([kmgtp])(?:i?b)?|b)?$/i;

/**
 * Bytes of a text such as `512m`, `1.5gb`, `64 KiB`, `1024`, `-1` (Compose Specification, "Specifying byte values";
 * each unit is a power of 1024, as in Docker).
 *
 * @returns the bytes in decimal
 */
export function parseBytes(text: string): string | undefined {
  if (/^[-+]?[0-9]+$/.test(text)) return wholeBytes(text);
  const match = size.exec(text);
  if (match === null) return undefined;
  const [, number = "", unit] = match;
  const bytes = Number(number) * (unit === undefined ? 1 : (multipliers[unit.toLowerCase()] ?? 1));
  return bytes < 2 ** 63 ? BigInt(Math.trunc(bytes)).toString() : undefined;
}

function wholeBytes(text: string): string | undefined {
  const bytes = BigInt(text.replace(/^\+/, ""));
  return bytes >= -(2n ** 63n) && bytes < 2n ** 63n ? bytes.toString() : undefined;
}

const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

const durationPart = /([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/y;

/** Nanoseconds of a text such as `1m30s`, `500ms`, `1.5h`, `2w1d` (Compose Specification, "Specifying durations"). */
export function parseDuration(text: string): bigint | undefined {
  const unsigned = text.replace(/^[-+]/, "");
  if (unsigned === "0") return 0n;
  let total = 0n;
  let at = 0;
  while (at < unsigned.length) {
    durationPart.lastIndex = at;
    const match = durationPart.exec(unsigned);
    const part = match === null ? undefined : partOf(match);
    if (part === undefined) return undefined;
    total += part;
    at = durationPart.lastIndex;
  }
  if (at === 0 || total >= 2n ** 63n) return undefined;
  return text.startsWith("-") ? -total : total;
}

function partOf([, whole = "", fraction = "", unit = ""]: RegExpExecArray): bigint | undefined {
  const scale = Object.hasOwn(nanoseconds, unit) ? nanoseconds[unit] : undefined;
  if (scale === undefined || (whole === "" && fraction === "") || whole.length > 19) return undefined;
  const digits = fraction.slice(0, 18);
  return (
    BigInt(whole === "" ? "0" : whole) * scale +
    (BigInt(digits === "" ? "0" : digits) * scale) / 10n ** BigInt(digits.length)
  );
}

/** A duration as Go prints it: `1h0m30s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(duration: bigint): string {
  if (duration === 0n) return "0s";
  const sign = duration < 0n ? "-" : "";
  const total = duration < 0n ? -duration : duration;
  if (total < 1000n) return `${sign}${total}ns`;
  if (total < 1_000_000n) return `${sign}${decimal(total, 3)}µs`;
  if (total < 1_000_000_000n) return `${sign}${decimal(total, 6)}ms`;
  const minutes = total / 60_000_000_000n;
  const seconds = `${decimal(total % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return `${sign}${seconds}`;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? "" : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const fraction = (value % scale).toString().padStart(places, "0").replace(/0+$/, "");
  return `${value / scale}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The shortest decimal number that a 32-bit float holds as the same value: 0.1, not 0.10000000149011612. */
export function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}

/** A whole number written in decimal. */
export function parseWhole(text: string): number | undefined {
  return /^[-+]?[0-9]+$/.test(text) ? exactly(Number(text)) : undefined;
}

/** A whole number written as YAML writes it: `0o17`, `017` and `0x1f` too. */
export function parseAnyBase(text: string): number | undefined {
  const octal = /^0o?([0-7]+)$/i.exec(text)?.[1];
  if (octal !== undefined) return exactly(Number.parseInt(octal, 8));
  return /^(0x[0-9a-f]+|0b[01]+|0|[1-9][0-9]*)$/i.test(text) ? exactly(Number(text)) : undefined;
}

function exactly(value: number): number | undefined {
  return Math.abs(value) < 2 ** 63 ? value : undefined;
}

/** A number in decimal, with a fraction or an exponent. */
export function parseDecimal(text: string): number | undefined {
  const value = /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["true", "y", "yes", "on"].map((word) => [word, true] as const),
  ...["false", "n", "no", "off"].map((word) => [word, false] as const),
]);

/** A boolean written as a text, in any case: `true`, `yes`, `on`, `y` and their opposites. */
export function parseBoolean(text: string): boolean | undefined {
  return truths.get(text.toLowerCase());
}
