/** The list of what an older provider doesn't know: short, and of what Berth declares. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caseOf } from "../../provider/cases";
import { declaredBy } from "../../provider/declared";
import { leftOut } from "../../provider/left-out";
import { terraformType } from "../../provider/names";

/** Of the largest example, and of one whose services are shifted by ECS. */
const declaring = [
  caseOf("examples/everything", { withDomain: true }),
  caseOf("examples/todo", { mode: "high-availability" }),
];

/** Whether a path names something of a value, in any item of its lists. */
function holds(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined;
  if (Array.isArray(value)) return value.some((item) => holds(item, [key, ...rest]));
  return typeof value === "object" && value !== null && holds((value as Record<string, unknown>)[key], rest);
}

test("every entry names something that an example declares, and there are few", async () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-left-out-"));
  try {
    const all = await Promise.all(
      declaring.map(({ project, env }, index) => declaredBy(project, join(folder, String(index)), env)),
    );
    const resources = all.flatMap((declared) => declared.resources);
    const idle = leftOut.filter(
      ({ type, property }) =>
        !resources.some(
          (resource) =>
            terraformType(resource.type, { [type]: true }) === type &&
            holds(resource.inputs, property.split(".")),
        ),
    );
    expect(idle).toEqual([]);
    expect(leftOut.length).toBeLessThan(6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
