import { app, appProblems, appWarnings } from "../../support/interpret";

function reserved(...devices: readonly object[]): object {
  return { deploy: { resources: { reservations: { devices } } } };
}

const gpu = { capabilities: ["gpu"] };
const at = "services.app.deploy.resources.reservations.devices[0]";

test.each([
  ["under deploy", reserved({ ...gpu, count: 2 }), 2],
  ["under gpus", { gpus: [{ ...gpu, count: 4, driver: "nvidia" }] }, 4],
  ["by ids", reserved({ ...gpu, device_ids: ["0", "3"] }), 2],
  ["in two requests", reserved({ ...gpu, count: 1 }, { capabilities: ["gpu", "video"], count: 2 }), 3],
  ["all of them: one", reserved({ ...gpu, count: -1 }), 1],
])("GPUs %s", (_, keys, expected) => {
  expect(app(keys as never).gpus).toBe(expected);
});

test("a service without devices asks for none", () => {
  expect(app({ deploy: { resources: { reservations: { devices: [] } } } })).not.toHaveProperty("gpus");
});

test.each([
  [reserved({ ...gpu, count: -1 }), `${at}: all GPUs of the smallest instance that the service fits into: 1`],
  [reserved({ ...gpu, device_ids: ["0"] }), `${at}.device_ids: ECS chooses the GPUs itself`],
  [reserved({ ...gpu, count: 1, options: { a: "b" } }), `${at}.options: ECS hands no options to the driver`],
])("%j is warned of", (keys, expected) => {
  expect(appWarnings(keys as never)).toEqual([expect.stringContaining(expected)]);
});

test.each([
  [reserved({ ...gpu, count: 9 }), `${at}.count: 9 is out of range: a whole number from 1 to 8`],
  [reserved({ ...gpu, count: 5 }, { ...gpu, count: 4 }), `${at}: 9 GPUs are more`],
  [
    reserved({ ...gpu, count: 1, driver: "amd" }),
    `${at}.driver: the instances have NVIDIA's driver, not "amd"`,
  ],
  [
    reserved({ capabilities: ["gpu", "tpu"], count: 1 }),
    `${at}.capabilities[1]: the instances have GPUs, no device that can do "tpu"`,
  ],
  [
    { ...reserved({ ...gpu, count: 1 }), platform: "linux/arm64" },
    "services.app.platform: GPU services run on amd64",
  ],
  [{ ...reserved({ ...gpu, count: 1 }), restart: "no" }, `${at}: a one-off task gets no GPU`],
  [
    { gpus: [{ ...gpu, count: 0 }] },
    "services.app.gpus[0].count: 0 is out of range: a whole number from 1 to 8",
  ],
])("%j is an error", (keys, expected) => {
  expect(appProblems(keys as never)).toEqual([expect.stringContaining(expected)]);
});
