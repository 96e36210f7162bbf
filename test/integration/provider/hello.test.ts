/** The smallest example through the real provider: validate, plan, apply, an empty second plan, destroy. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { caseOf } from "../../provider/cases";
import { differenceLines } from "../../provider/report";
import { convertCase, faultsOf, runCase, type RunOptions } from "../../provider/run";
import { stages, type Stage } from "../../provider/stages";
import { schemaOf } from "../../provider/terraform";
import { findTools, type Tools } from "../../provider/tools";

const tools = findTools(process.env);
const cache = join(__dirname, "../../../node_modules/.cache/berth-provider");

async function optionsOf(here: Tools, until: Stage): Promise<RunOptions> {
  mkdirSync(cache, { recursive: true });
  return { tools: here, schema: await schemaOf(here, cache), until };
}

if ("terraform" in tools) {
  // The provider waits for two minutes by itself: a balancer's start, a bucket's rules. On a busy machine it took 14 minutes.
  test("hello comes up, stays as it is and goes, on the real provider", async () => {
    const options = await optionsOf(tools, "destroy");
    const wanted = caseOf("examples/hello");
    const conversion = await convertCase(wanted, options);
    const run = await runCase(wanted, conversion, options);
    const count = conversion.addresses.size;
    expect(faultsOf(run)).toEqual([]);
    expect(differenceLines([{ name: wanted.name, run }])).toEqual([]);
    expect(run.stages.map(({ stage }) => stage)).toEqual(stages);
    for (const { passed, total } of run.stages) expect([passed.size, total.size]).toEqual([count, count]);
  }, 2_700_000);

  test("in China it is planned with names of China's partition alone", async () => {
    const options = await optionsOf(tools, "plan");
    const wanted = caseOf("examples/hello", { region: "cn-north-1" });
    const conversion = await convertCase(wanted, options);
    expect(conversion.wrongArns).toEqual([]);
    expect(JSON.stringify(conversion.document)).toContain("arn:aws-cn:");
    expect(faultsOf(await runCase(wanted, conversion, options))).toEqual([]);
  });
} else {
  test.skip(`hello on the real provider (skipped: ${tools.join("; ")})`, () => undefined);
}
