/** What of a container has to do with devices (Compose Specification, "Services top-level element"). */
import type { Bytes } from "../canonical-values";
import { countOrIds, fillDevice } from "../defaults";
import { joinKey } from "../tree";
import { distinctTexts, listOf, struct, textMap } from "./collections";
import { bytes, deviceCount, text, whole } from "./scalars";
import { emitted, marked, type Shape } from "./shape";

const throttles = listOf(struct({ path: text(), rate: bytes() }, { closed: true }));

export interface Throttle {
  readonly Path: string;
  readonly Rate: Bytes;
}

export interface WeightOf {
  readonly Path: string;
  readonly Weight: number;
}

/** The reference prints these with capitals, and zeros too. */
function capitals<Z extends string | number>(
  shape: Shape,
  zero: Z,
): Shape<readonly (Z extends string ? Throttle : WeightOf)[]> {
  const second = typeof zero === "string" ? "Rate" : "Weight";
  return listOf(
    emitted(shape.items ?? shape, (node, path, context) => {
      if (node.kind !== "map") return undefined;
      const field = (key: string) => {
        const value = node.entries.get(key);
        return value && shape.items?.fields?.[key]?.emit(value, joinKey(path, key), context);
      };
      return { Path: field("path") ?? "", [second]: field(second.toLowerCase()) ?? zero };
    }),
  );
}

export const blkio = struct(
  {
    weight: whole,
    weight_device: capitals(listOf(struct({ path: text(), weight: whole }, { closed: true })), 0),
    device_read_bps: capitals(throttles, "0"),
    device_read_iops: capitals(throttles, "0"),
    device_write_bps: capitals(throttles, "0"),
    device_write_iops: capitals(throttles, "0"),
  },
  { closed: true },
);

/** Devices that are asked for: GPUs and the like. */
export function deviceRequest(required: readonly "capabilities"[] = []) {
  return marked(
    struct(
      {
        capabilities: distinctTexts,
        driver: text(),
        count: deviceCount,
        device_ids: distinctTexts,
        options: textMap,
      },
      required.length === 0 ? {} : { required },
    ),
    { fill: fillDevice, rule: countOrIds },
  );
}
