/** The same changes on the real engine, with the simulated AWS behind it. */
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { allChanges, changing, dataReplacements, expectedOutcomes, outcomes } from "../../support/changes";
import { describeWithPulumi, engineBench, type EngineBench } from "../../support/engine";
import { failure } from "../../support/engine-programs";

describeWithPulumi("one changed field on the real engine", () => {
  let bench: EngineBench;
  let cloud: SimulatedAws;
  beforeEach(async () => {
    cloud = new SimulatedAws({ region: "us-east-1" });
    bench = await engineBench(cloud);
  });
  afterEach(() => {
    bench.close();
  });

  test("is updated or replaced as on the simulator", async () => {
    await bench.up(changing(allChanges, false));
    const foreseen = await bench.preview(changing(allChanges, true));
    expect(outcomes(foreseen, allChanges)).toEqual(expectedOutcomes(allChanges));
  });

  test("of what holds data is refused where it would be replaced", async () => {
    await bench.up(changing(dataReplacements, false, true));
    const before = cloud.list().map(({ id }) => id);
    const program = changing(dataReplacements, true, true);
    for (const run of [() => bench.preview(program), () => bench.up(program)]) {
      const error = await failure(run());
      expect(error.kind).toBe("deployment");
      expect(error.message).toMatch(/protect/);
    }
    expect(cloud.list().map(({ id }) => id)).toEqual(before);
  });
});
