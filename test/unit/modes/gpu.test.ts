import * as fc from "fast-check";
import { gpuFamilies, gpuInstances, gpuPlace, gpuPools, mostGpus } from "../../../src/modes/gpu";
import { modeSettings } from "../../../src/modes/modes";
import { fargateSizes } from "../../../src/model/sizing";
import { containerOf, postgresOf } from "../../support/projects";

const small = { cpu: 256, memory: 512 };

test.each([
  [1, small, "g4dn.xlarge", { cpu: 4096, memory: 14_745 }],
  [1, { cpu: 4096, memory: 14 * 1024 }, "g4dn.xlarge", { cpu: 4096, memory: 14_745 }],
  // 16 GiB are all that the smallest has; a tenth is not for tasks.
  [1, { cpu: 256, memory: 15 * 1024 }, "g4dn.2xlarge", { cpu: 8192, memory: 29_491 }],
  [1, { cpu: 16_384, memory: 120 * 1024 }, "g4dn.16xlarge", { cpu: 65_536, memory: 235_929 }],
  // Two of four: half of the instance.
  [2, small, "g4dn.12xlarge", { cpu: 24_576, memory: 88_473 }],
  [8, small, "g4dn.metal", { cpu: 98_304, memory: 353_894 }],
])("%d GPUs with %j run on %s", (gpus, size, type, expected) => {
  const place = gpuPlace({ gpus, size }, "g4dn");
  expect([place.instance.type, place.size]).toEqual([type, expected]);
});

test("every family has an instance for whatever the interpreter lets through", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...gpuFamilies),
      fc.integer({ min: 1, max: mostGpus }),
      fc.constantFrom(...fargateSizes),
      (family, gpus, size) => {
        const place = gpuPlace({ gpus, size }, family);
        expect(place.instance.gpus).toBeGreaterThanOrEqual(gpus);
        expect(place.size.cpu).toBeGreaterThanOrEqual(size.cpu);
        expect(place.size.memory).toBeGreaterThanOrEqual(size.memory);
        // All tasks that its GPUs have room for fit onto the instance.
        const tasks = Math.floor(place.instance.gpus / gpus);
        expect(tasks * place.size.cpu).toBeLessThanOrEqual(place.instance.cpu);
        expect(tasks * place.size.memory).toBeLessThan(place.instance.memory);
      },
    ),
  );
});

test("what no instance holds is an error", () => {
  expect(() => gpuPlace({ gpus: 9, size: small }, "g5")).toThrow("No instance of g5 has 9 GPUs");
});

test.each(gpuFamilies)("the instances of %s differ", (family) => {
  const types = gpuInstances(family).map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});

describe("pools", () => {
  const mode = modeSettings("affordable");

  test("services of one instance type share them; each has room for its tasks twice", () => {
    const services = [
      containerOf({ name: "a", gpus: 1, replicas: 2 }),
      containerOf({ name: "b", gpus: 1, replicas: 1, autoscaling: { min: 1, max: 3, cpu: 70 } }),
      containerOf({ name: "c", gpus: 2, replicas: 3 }),
      containerOf({ name: "d" }),
      postgresOf(),
    ];
    expect(gpuPools(services, mode).map(({ instance, most }) => [instance.type, most])).toEqual([
      ["g4dn.xlarge", 10],
      ["g4dn.12xlarge", 4],
    ]);
  });

  test("the mode's least number of tasks finds room, on the mode's family", () => {
    const pools = gpuPools([containerOf({ gpus: 1 })], {
      ...modeSettings("high-availability"),
      gpuInstanceFamily: "g6",
    });
    expect(pools.map(({ instance, most }) => [instance.type, most])).toEqual([["g6.xlarge", 4]]);
  });

  test("there are none where nothing asks for a GPU", () => {
    expect(gpuPools([containerOf(), postgresOf()], mode)).toEqual([]);
  });
});
