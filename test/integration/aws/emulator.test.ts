/** The tests' own AWS: that it starts, isolates, runs tasks as processes, and goes away. */
import { startEmulator, type Emulator } from "../../support/emulator";

describe("the emulator", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 120_000);
  afterAll(() => emulator.stop());

  it("answers", async () => {
    expect((await fetch(`${emulator.url}/_ministack/health`)).status).toBe(200);
  });
});
