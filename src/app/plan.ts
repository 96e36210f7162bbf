/** The plan file of `--plan` (docs/design.md, Contracts). */
import { writeFile } from "node:fs/promises";
import { BerthError, messageOf } from "../errors";
import type { ComponentChange, ResourceStep } from "../ports";
import { definedOnly } from "../defined";
import type { MonthlyCost } from "../ports/cost";
import type { Coverage } from "../model/project";
import type { Settings } from "../settings/settings";
import type { Deployment } from "./deploy";
import type { Deps } from "./deps";

export interface Plan {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly mode: string;
  readonly resources: readonly ResourceStep[];
  readonly coverage: readonly Coverage[];
  /** The digests of base images, by service and reference. @default nobody asked for them */
  readonly bases?: Deployment["prepared"]["bases"]["after"];
  /** What the resources cost before anybody uses them. @default nothing was counted: no engine ran */
  readonly monthlyCost?: MonthlyCost;
  /** By component. @default no engine ran */
  readonly summary?: readonly ComponentChange[];
}

/** The plan of a deployment or of its preview. */
export function planOf(
  deployment: Deployment,
  settings: Settings,
  found: Pick<Plan, "monthlyCost" | "summary"> = {},
): Plan {
  const { prepared } = deployment;
  return {
    ...prepared.identity,
    region: prepared.region,
    mode: settings.mode,
    resources: deployment.steps ?? [],
    coverage: prepared.project.coverage,
    ...(Object.keys(prepared.bases.after).length === 0 ? {} : { bases: prepared.bases.after }),
    ...definedOnly(found),
  };
}

/**
 * Writes the plan: to a file readable by its owner alone, or to `s3://bucket/key`.
 *
 * @throws BerthError (usage) where it can't be written there
 */
export async function writePlan(path: string, plan: Plan, put: Deps["put"]): Promise<void> {
  const text = `${JSON.stringify(plan, undefined, 2)}\n`;
  if (path.startsWith("s3://")) {
    await put(path, text, "application/json");
    return;
  }
  await keepPlan(path, text);
}

/**
 * Keeps a plan's text in a file that its owner alone reads.
 *
 * @throws BerthError (usage) where it can't be written there
 */
export async function keepPlan(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw new BerthError("usage", {
      path: "--plan",
      message: messageOf(error),
      hint: "name a file in a folder that exists",
    });
  }
}
