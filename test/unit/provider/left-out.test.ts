/** The list of what an older provider doesn't know: short, and of what Berth declares. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caseOf } from "../../provider/cases";
import { declaredBy } from "../../provider/declared";
import { leftOut } from "../../provider/left-out";
import { terraformType } from "../../provider/names";

test("every entry names something that the largest example declares, and there are few", async () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-left-out-"));
  try {
    const { project, env } = caseOf("examples/everything", { withDomain: true });
    const { resources } = await declaredBy(project, folder, env);
    const idle = leftOut.filter(
      ({ type, property }) =>
        !resources.some(
          (resource) =>
            terraformType(resource.type, { [type]: true }) === type && property in resource.inputs,
        ),
    );
    expect(idle).toEqual([]);
    expect(leftOut.length).toBeLessThan(6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
