/**
 * Plain scalars as the reference's YAML library (go-yaml) reads them: YAML 1.2's words for booleans, YAML 1.1's octal
 * numbers (`0755`) and underscores in numbers; `yes`, `on` and `12:30:45` are texts.
 */
import type { Scalar } from "./tree";

type Value = Pick<Scalar, "value" | "text">;

const words: ReadonlyMap<string, Scalar["value"]> = new Map<string, Scalar["value"]>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
  ...["-0", "-0.0"].map((word) => [word, -0] as const),
]);

const wholeNumber = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const decimalNumber = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** The forms of a timestamp that go-yaml knows. */
const timestamp =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

/** The value of a plain scalar. */
export function plainScalar(source: string): Value {
  if (words.has(source)) {
    const value = words.get(source) ?? null;
    return {
      value,
      text: typeof value === "number" ? goNumber(value) : value === null ? "<nil>" : source.toLowerCase(),
    };
  }
  if (!/^[-+.0-9]/.test(source)) return { value: source, text: source };
  const time = timestampText(source);
  if (time !== undefined) return { value: source, text: time };
  const plain = source.startsWith(".") ? source : source.replaceAll("_", "");
  const whole = wholeNumber.exec(plain);
  if (whole !== null) return wholeValue(plain, whole);
  if (decimalNumber.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return { value, text: goNumber(value) };
  }
  return { value: source, text: source };
}

function wholeValue(plain: string, match: RegExpExecArray): Value {
  const [, sign, hex, binary, octal, decimal] = match;
  const magnitude = BigInt(
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? "0"),
  );
  const exact = sign === "-" ? -magnitude : magnitude;
  const fits = exact >= -(2n ** 63n) && exact < 2n ** (sign === "" ? 64n : 63n);
  if (fits) return { value: Number(exact), text: exact.toString() };
  // Beyond 64 bits go-yaml reads a decimal number as a float, and leaves any other as text.
  if (!decimalNumber.test(plain)) return { value: plain, text: plain };
  return { value: Number(plain), text: goNumber(Number(plain)) };
}

/** A float as Go's fmt prints it (`%v`): the shortest digits, an exponent below -4 and from 6 on. */
export function goNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "0", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plainDecimal(value, digits, exponent);
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plainDecimal(value: number, digits: string, exponent: number): string {
  return exponent < 0
    ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, "").length - 1 - exponent))
    : String(value);
}

/** A timestamp as Go prints a time; undefined where the text is none. */
function timestampText(source: string): string | undefined {
  const match = timestamp.exec(source);
  if (match === null) return undefined;
  const [
    ,
    year = "",
    month = "",
    day = "",
    separator,
    hour = "0",
    minute = "0",
    second = "0",
    fraction = "",
    zone,
  ] = match;
  // A "T" needs a zone, a space takes none.
  if (separator !== undefined && (separator === " ") !== (zone === undefined)) return undefined;
  const twoDigits = [month, day, hour, minute, second].map((part) => part.padStart(2, "0"));
  const [mm = "", dd = "", h = "", m = "", s = ""] = twoDigits;
  const iso = `${year}-${mm}-${dd}T${h}:${m}:${s}`;
  const parsed = new Date(`${iso}Z`);
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(iso)) return undefined;
  const offset = zone === undefined || zone === "Z" ? "+0000" : zone.replace(":", "");
  const digits = fraction.slice(0, 10).replace(/\.?0*$/, "");
  return `${year}-${mm}-${dd} ${h}:${m}:${s}${digits} ${offset} ${offset === "+0000" ? "UTC" : offset}`;
}
