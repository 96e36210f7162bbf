import fc from "fast-check";
import { describeSize, fargateSizes, largestSize, smallestSize } from "../../../src/model/sizing";

describe("Fargate's sizes", () => {
  test("every row of the table is there", () => {
    const byCpu = new Map<number, number[]>();
    for (const { cpu, memory } of fargateSizes) byCpu.set(cpu, [...(byCpu.get(cpu) ?? []), memory / 1024]);
    const range = (from: number, to: number, step: number) =>
      Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
    expect([...byCpu]).toEqual([
      [256, [0.5, 1, 2]],
      [512, [1, 2, 3, 4]],
      [1024, range(2, 8, 1)],
      [2048, range(4, 16, 1)],
      [4096, range(8, 30, 1)],
      [8192, range(16, 60, 4)],
      [16384, range(32, 120, 8)],
    ]);
    expect(fargateSizes).toContainEqual(largestSize);
  });

  test.each([
    [0, 0, 256, 512],
    [256, 512, 256, 512],
    [102.4, 64, 256, 512],
    [256, 513, 256, 1024],
    [256, 1536, 256, 2048],
    [256, 2049, 512, 3072],
    [512, 512, 512, 1024],
    [1024, 512, 1024, 2048],
    [1025, 512, 2048, 4096],
    [2048, 8192, 2048, 8192],
    [4096, 30 * 1024 + 1, 8192, 32 * 1024],
    [8192, 61 * 1024, 16384, 64 * 1024],
    [16384, 120 * 1024, 16384, 120 * 1024],
  ])("%d units and %d MiB get %d and %d", (cpu, memory, givenCpu, givenMemory) => {
    expect(smallestSize({ cpu, memory })).toEqual({ cpu: givenCpu, memory: givenMemory });
  });

  test("what is too large gets none", () => {
    expect(smallestSize({ cpu: 16385, memory: 1 })).toBeUndefined();
    expect(smallestSize({ cpu: 1, memory: 120 * 1024 + 1 })).toBeUndefined();
  });

  test("the size holds the request, and none that holds it is smaller", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 16384, noNaN: true }),
        fc.integer({ min: 0, max: 120 * 1024 }),
        (cpu, memory) => {
          const size = smallestSize({ cpu, memory });
          if (size === undefined) throw new Error("every request within the largest size is held");
          expect(size.cpu).toBeGreaterThanOrEqual(cpu);
          expect(size.memory).toBeGreaterThanOrEqual(memory);
          const others = fargateSizes.filter(
            (other) => other.cpu >= cpu && other.memory >= memory && other !== size,
          );
          expect(others.filter((other) => other.cpu < size.cpu || other.memory < size.memory)).toEqual([]);
        },
      ),
    );
  });

  test("sizes read as people say them", () => {
    expect([{ cpu: 256, memory: 512 }, largestSize].map(describeSize)).toEqual([
      "0.25 vCPU and 512 MiB",
      "16 vCPU and 120 GiB",
    ]);
  });
});
