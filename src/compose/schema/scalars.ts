/** The shapes of scalars. */
import type { Bytes, Duration, Json } from "../canonical-values";
import { hasMarker, shown } from "../markers";
import type { Node } from "../tree";
import {
  formatDuration,
  parseBytes,
  parseDecimal,
  parseDuration,
  parseWhole,
  shortestFloat32,
} from "../units";
import type { Cast, Emit, ScalarRule, ScalarType, Shape } from "./shape";

function scalarShape<T>(rule: ScalarRule, emit: Emit): Shape<T> {
  return { scalar: rule, emit };
}

function scalarText(node: Node): string | undefined {
  return node.kind === "scalar" && node.value !== null ? node.text : undefined;
}

function scalarNumber(node: Node): number | undefined {
  if (node.kind !== "scalar") return undefined;
  return typeof node.value === "string"
    ? parseDecimal(node.value)
    : typeof node.value === "number"
      ? node.value
      : undefined;
}

/** A text, left out where it is empty; numbers too where `types` lets them in. */
export function text(types: readonly ScalarType[] = ["text"]): Shape<string> {
  return scalarShape({ types }, (node) => {
    const value = scalarText(node);
    return value === "" ? undefined : value;
  });
}

/** One of some words. */
export function word<const W extends string>(...words: readonly W[]): Shape<W> {
  return { ...(text() as Shape<W>), scalar: { types: ["text"], oneOf: words } };
}

/** A text of a form. */
export function patterned(pattern: RegExp, meaning: string): Shape<string> {
  return { ...text(), scalar: { types: ["text"], pattern, meaning } };
}

const flagRule: ScalarRule = { types: ["boolean", "text"], cast: "boolean" };

/** A boolean that is left out where it is false. */
export const flag: Shape<true> = scalarShape(flagRule, (node) => (truth(node) === true ? true : undefined));

/** A boolean that is kept where it is false. */
export const optionalFlag: Shape<boolean> = scalarShape(flagRule, truth);

/** A boolean that is true unless said otherwise, and left out then. */
export const flagUnlessFalse: Shape<false> = scalarShape(flagRule, (node) =>
  truth(node) === false ? false : undefined,
);

/** A boolean that no text may name. */
export const strictFlag: Shape<true> = { ...flag, scalar: { types: ["boolean"] } };

function truth(node: Node): boolean | undefined {
  return node.kind === "scalar" && typeof node.value === "boolean" ? node.value : undefined;
}

function numberShape(
  types: readonly ScalarType[],
  cast: Cast,
  print: (value: number) => Json | undefined,
): Shape<number> {
  return scalarShape({ types: [...types, "text"], cast }, (node) => {
    const value = scalarNumber(node);
    return value === undefined ? undefined : print(value);
  });
}

const unlessZero = (value: number) => (value === 0 ? undefined : value);

/** A whole number, left out where it is 0. */
export const whole: Shape<number> = numberShape(["whole"], "whole", unlessZero);

/** A whole number that may be written with a fraction, which is cut off; left out where it is 0. */
export const truncated: Shape<number> = numberShape(["number"], "whole", (value) =>
  unlessZero(Math.trunc(value)),
);

/** A whole number that is kept where it is 0. */
export const optionalWhole: Shape<number> = numberShape(["whole"], "whole", (value) => value);

/** As {@link truncated}, kept where it is 0. */
export const optionalTruncated: Shape<number> = numberShape(["number"], "whole", Math.trunc);

/** A whole number in any base that YAML knows, kept where it is 0. */
export const optionalAnyBase: Shape<number> = numberShape(["whole"], "any-base", (value) => value);

/** A number of 32 bits, left out where it is 0. */
export const float: Shape<number> = numberShape(["number"], "number", (value) =>
  unlessZero(shortestFloat32(value)),
);

/** The number of processors of a resource: as {@link float}. */
export const cores: Shape<number> = float;

/** A size in bytes, as decimal text; left out where it is 0. */
export function bytes(types: readonly ScalarType[] = ["whole", "text"]): Shape<Bytes> {
  return scalarShape({ types }, (node, path, { problems }) => {
    const source = scalarText(node) ?? "";
    const size = parseBytes(source);
    if (size === undefined) {
      problems.add(refusal(source, "a size"), { path, at: node, hint: "write it like 512m, 2g or 1048576" });
    }
    return size === "0" ? undefined : size;
  });
}

const durations = "30s, 1m30s or 500ms";

function duration(print: (nanoseconds: bigint) => Json | undefined): Shape<Duration> {
  return scalarShape({ types: ["text"], examples: durations }, (node, path, { problems }) => {
    const source = scalarText(node) ?? "";
    const value = parseDuration(source);
    if (value === undefined) {
      problems.add(refusal(source, "a duration"), {
        path,
        at: node,
        hint: `write it like ${durations}`,
      });
      return undefined;
    }
    return print(value);
  });
}

/** A duration, kept where it is 0. */
export const optionalDuration: Shape<Duration> = duration(formatDuration);

/** A duration, left out where it is 0. */
export const durationUnlessZero: Shape<Duration> = duration((value) =>
  value === 0n ? undefined : formatDuration(value),
);

/** The mode of a file, octal with a leading 0 (`"0444"`): octal as a text, as it is as a number. */
export const fileMode: Shape<string> = scalarShape(
  { types: ["number", "text"] },
  (node, path, { problems }) => {
    if (node.kind !== "scalar") return undefined;
    const mode =
      typeof node.value === "string"
        ? /^[-+]?[0-7]+$/.test(node.value)
          ? Number.parseInt(node.value, 8)
          : undefined
        : scalarNumber(node);
    if (mode === undefined || !Number.isInteger(mode)) {
      problems.add(refusal(node.text, "a file mode"), {
        path,
        at: node,
        hint: "write it in octal, like 0440",
      });
      return undefined;
    }
    return `0${mode.toString(8)}`;
  },
);

/** The number of devices: a number, or `all` as -1. */
export const deviceCount: Shape<number> = scalarShape(
  { types: ["text", "whole"] },
  (node, path, { problems }) => {
    const source = scalarText(node) ?? "";
    const count = source.toLowerCase() === "all" ? -1 : parseWhole(source);
    if (count === undefined) {
      problems.add(refusal(source, "a number of devices"), {
        path,
        at: node,
        hint: 'write a number or "all"',
      });
    }
    return count === 0 ? undefined : count;
  },
);

/** "… is no …", where the value comes from an unset variable with that reported. */
export function refusal(source: string, what: string): string {
  const because = hasMarker(source) ? ", because the variable in it is not set" : "";
  return `${JSON.stringify(shown(source))} is not ${what}${because}`;
}
