/** Everything that the CD task has to be allowed: the provider's calls for the examples, and those of Berth's own edge. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modeNames } from "../../../src/modes/modes";
import { jobOf, plansOf, type Estate } from "../estates/plans";
import { withMore } from "./beyond";
import { declaredCalls, type DeclaredCall } from "./declared";
import { cdCalls } from "./edge-calls";
import type { Call } from "./evaluate";
import type { RecordedCalls } from "./record/table";
import { zoneRoleArn } from "./zone-role";
import { boundaryArn } from "./roles";

/** A call, and what makes it. */
export interface NeededCall extends Call {
  readonly by: string;
}

/** The domains of the examples, as `berth bootstrap --domains` gives them to the template, and a role for a zone elsewhere. */
export const domains = {
  ZoneRoleArns: zoneRoleArn,
  RecordNames: "example.com,*.example.com,everything.example.org,*.everything.example.org",
};

/** As it was recorded, and what lies beyond the recording. */
export function recordedCalls(): RecordedCalls {
  const text = readFileSync(join(__dirname, "recorded/provider.json"), "utf8");
  return withMore(JSON.parse(text) as RecordedCalls);
}

/** The examples in each mode, with and without a domain, those apart that can't do without one. */
export async function exampleEstates(): Promise<readonly Estate[]> {
  const jobs = ["hello", "todo", "everything"].flatMap((name) =>
    modeNames.flatMap((mode) =>
      [true, false].map((domain) => {
        const job = jobOf(name, `examples/${name}`, mode, domain);
        return {
          ...job,
          env: { ...job.env, BERTH_PERMISSIONS_BOUNDARY_ARN: boundaryArn(), BERTH_TTL: "12h" },
        };
      }),
    ),
  );
  const corners = jobOf("corners", "test/support/iam/corners", "balanced");
  const edge = jobOf("edge", "test/provider/projects/edge", "balanced", false);
  const names = jobOf("edge-names", "test/provider/projects/edge-names", "balanced");
  const others = [corners, edge, names].map((job) => ({
    ...job,
    env: { ...job.env, BERTH_PERMISSIONS_BOUNDARY_ARN: boundaryArn() },
  }));
  return plansOf([...jobs, ...others]);
}

/** Each call once. @throws Error with each type of resource of which no calls are recorded */
export async function neededByCd(
  estates: readonly Estate[],
  recorded: RecordedCalls,
): Promise<readonly NeededCall[]> {
  const declared: DeclaredCall[] = [];
  for (const estate of estates) declared.push(...(await declaredCalls(estate, recorded)));
  const all: readonly NeededCall[] = [
    ...declared,
    ...cdCalls.map((call) => ({ ...call, by: "Berth's own edge, or the state's backend" })),
  ];
  return [...new Map(all.map((call) => [shapeOf(call), call])).values()];
}

/** Calls that IAM can't tell apart but for the id of one thing are one; names stay, for policies go by them. */
function shapeOf({ action, resource, context = {} }: Call): string {
  const plain = resource.replace(/[0-9a-f]{12,}/g, "#").replace(/Z[A-Z0-9]{10,}/g, "Z#");
  return JSON.stringify([
    action,
    plain,
    Object.keys(context).sort(),
    context["iam:PolicyARN"],
    context["iam:PassedToService"],
  ]);
}
