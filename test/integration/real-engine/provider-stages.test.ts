/** The stages that the real provider is taken through on Pulumi's engine, here with the simulated AWS in its place. */
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { serveAws } from "../../../src/simulator/provider/provider";
import { caseOf } from "../../provider/cases";
import { runOnEngine } from "../../provider/engine";
import { describeWithPulumi } from "../../support/engine";

describeWithPulumi("the stages of the real provider's runs", () => {
  test("hello is planned, made, planned again without a change, and deleted", async () => {
    const wanted = caseOf("examples/hello");
    const served = await serveAws(new SimulatedAws({ region: wanted.region }));
    try {
      const env = {
        PULUMI_DEBUG_PROVIDERS: served.debugProviders,
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      };
      const results = await runOnEngine(wanted, env, "destroy");
      expect(results.flatMap(({ findings }) => findings)).toEqual([]);
      expect(results.map(({ stage }) => stage)).toEqual(["plan", "apply", "replan", "destroy"]);
      for (const { passed, total } of results)
        expect([passed.size > 60, passed.size]).toEqual([true, total.size]);
    } finally {
      served.close();
    }
  });
});
