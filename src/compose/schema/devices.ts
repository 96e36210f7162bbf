/** What of a container has to do with devices (Compose Specification, "Services top-level element"). */
import type { CanonicalBlkio, CanonicalDeviceRequest } from "../canonical";
import { countOrIds, fillDevice } from "../defaults";
import { joinKey } from "../tree";
import { distinctTexts, listOf, struct, textMap } from "./collections";
import { bytes, deviceCount, text, whole } from "./scalars";
import type { Shape } from "./shape";

const throttles = listOf(
  struct<{ path: string; rate: string }>({ path: text(), rate: bytes() }, { closed: true }),
);

/** The reference prints these with capitals, and zeros too. */
function capitals(shape: Shape, zero: string | number): Shape {
  const second = typeof zero === "string" ? "Rate" : "Weight";
  return listOf({
    ...(shape.items ?? shape),
    emit: (node, path, context) => {
      if (node.kind !== "map") return undefined;
      const field = (key: string) => {
        const value = node.entries.get(key);
        return value && shape.items?.fields?.[key]?.emit(value, joinKey(path, key), context);
      };
      return { Path: field("path") ?? "", [second]: field(second.toLowerCase()) ?? zero };
    },
  });
}

export const blkio = struct<CanonicalBlkio>(
  {
    weight: whole,
    weight_device: capitals(
      listOf(struct<{ path: string; weight: number }>({ path: text(), weight: whole }, { closed: true })),
      0,
    ),
    device_read_bps: capitals(throttles, "0"),
    device_read_iops: capitals(throttles, "0"),
    device_write_bps: capitals(throttles, "0"),
    device_write_iops: capitals(throttles, "0"),
  },
  { closed: true },
);

/** Devices that are asked for: GPUs and the like. */
export function deviceRequest(settings: { readonly required?: readonly string[] } = {}): Shape {
  return {
    ...struct<CanonicalDeviceRequest>(
      {
        capabilities: distinctTexts,
        driver: text(),
        count: deviceCount,
        device_ids: distinctTexts,
        options: textMap,
      },
      settings,
    ),
    fill: fillDevice,
    rule: countOrIds,
  };
}
