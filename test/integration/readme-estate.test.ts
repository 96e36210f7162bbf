/** The documentation's diagram of the estate is the one that the example's plan gives. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { estateDiagram } from "../../scripts/readme/diagram";
import { Workspace } from "../support/archives";
import { cd } from "../support/cd";

const root = join(__dirname, "../..");
const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

test("agrees with the code", async () => {
  const file = join(workspace.path, "plan.json");
  const { code, stderr } = await cd(
    ["preview", "--simulate", "--plan", file, join(root, "examples/everything")],
    {
      env: { HOME: workspace.path, BERTH_DOMAIN: "example.com" },
    },
  );
  expect([stderr, code]).toEqual([stderr, 0]);
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as Plan;
  const diagram = estateDiagram(resources);
  expect(readFileSync(join(root, "docs/estate.md"), "utf8")).toContain(`\`\`\`mermaid\n${diagram}\n\`\`\``);
  // It would be another one for another plan.
  expect(estateDiagram(resources.filter(({ type }) => type !== "aws:rds/instance:Instance"))).not.toBe(
    diagram,
  );
});
