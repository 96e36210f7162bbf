/** The documentation's prices of the examples are those of their plans, in each mode. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { modeNames } from "../../src/modes/modes";
import { Workspace } from "../support/archives";
import { cd } from "../support/cd";

const root = join(__dirname, "../..");
const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

async function costOf(example: string, mode: string): Promise<string> {
  const file = join(workspace.path, `${example}-${mode}.json`);
  const { code, stderr } = await cd(
    ["preview", "--simulate", "--plan", file, join(root, "examples", example)],
    { env: { HOME: workspace.path, AWS_REGION: "us-east-1", BERTH_MODE: mode } },
  );
  expect([stderr, code]).toEqual([stderr, 0]);
  const { monthlyCost } = JSON.parse(readFileSync(file, "utf8")) as Plan;
  return `$${Math.round(monthlyCost?.total ?? Number.NaN)}`;
}

test.each(["hello", "todo"])(
  "of %s",
  async (example) => {
    const row: string[] = [];
    for (const mode of modeNames) row.push(await costOf(example, mode));
    const page = readFileSync(join(root, "docs/cost.md"), "utf8");
    expect(page).toContain(`| \`examples/${example}\` | ${row.join(" | ")} |`);
    const readme = readFileSync(join(root, "README.md"), "utf8");
    if (example === "hello") expect(readme).toContain(`${row[0] ?? ""} a month for one small web service`);
  },
  120_000,
);
