/** Plans of whole projects as they stand after `up --simulate`: every id is known. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../../src/app/plan";
import type { ModeName } from "../../../src/modes/modes";
import { modeNames } from "../../../src/modes/modes";
import { alwaysOutputs } from "../../../src/simulator/cloud/always-outputs";
import type { Properties } from "../../../src/simulator/cloud/cloud";
import type { CloudData, StoredResource } from "../../../src/simulator/cloud/store";
import { runFolder, runProgram } from "../bundle";

/** One deployment to plan. */
export interface PlanJob {
  /** What a test calls it. */
  readonly name: string;
  /** The project's folder. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface PlanOutcome {
  readonly code: number;
  readonly stderr: string;
}

export interface Estate extends PlanJob {
  readonly plan: Plan;
  /** What exists in the simulated AWS. */
  readonly cloud: readonly StoredResource[];
}

const root = join(__dirname, "../../..");

/** What the account's own stack gives a run. */
export const account = {
  BERTH_BUCKET: "archives",
  BERTH_PERMISSIONS_BOUNDARY_ARN: "arn:aws:iam::123456789012:policy/berth-boundary",
  BERTH_SECRETS_KEY_ARN: "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
} as const;

/** A project in a mode, under `example.com` unless it is said to have no domain. */
export function jobOf(name: string, directory: string, mode: ModeName, domain = true): PlanJob {
  const env = { ...account, BERTH_MODE: mode, ...(domain ? { BERTH_DOMAIN: "example.com" } : {}) };
  return { name: `${name}, ${mode}${domain ? "" : ", no domain"}`, directory: join(root, directory), env };
}

/** Every project of the corpus, every example, schedules, and CloudFront in front of a domain, in each mode, and in the first one without a domain too. */
export function everyJob(): readonly PlanJob[] {
  const below = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`)
      .sort();
  const corpus = ["test/corpus/awesome-compose", "test/corpus/defang-samples"];
  const own = ["schedules", "edge-names"].map((name) => `test/provider/projects/${name}`);
  return [...[...corpus, "examples"].flatMap(below), ...own].flatMap((directory) => {
    const name = directory.replace(/^test\/(corpus|provider)\//, "");
    return [
      ...modeNames.map((mode) => jobOf(name, directory, mode)),
      jobOf(name, directory, "affordable", false),
    ];
  });
}

/**
 * Deploys the projects on the simulator; the test files of a run that ask for the same ones share them, and the work.
 *
 * @returns those that are not refused for what stands in their files
 */
export async function plansOf(jobs: readonly PlanJob[]): Promise<readonly Estate[]> {
  const text = JSON.stringify(jobs);
  const folder = join(runFolder(), `plans-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  const list = join(folder, "jobs.json");
  writeFileSync(`${list}.${process.pid}`, text);
  renameSync(`${list}.${process.pid}`, list);
  await runProgram(join(__dirname, "make-plans.ts"), folder);
  return jobs.flatMap((job, index) => {
    const read = (ending: string): unknown =>
      JSON.parse(readFileSync(join(folder, `${index}${ending}`), "utf8"));
    const { code, stderr } = read(".json") as PlanOutcome;
    if (code === 3) return [];
    if (code !== 0) throw new Error(`${job.name} ended with ${code}:\n${stderr}`);
    const plan = read(".plan.json") as Plan;
    const kept = join(folder, `home-${index}`, ".berth/simulator", plan.project, `${plan.stack}.cloud.json`);
    const { resources } = JSON.parse(readFileSync(kept, "utf8")) as CloudData;
    return [{ ...job, plan, cloud: resources }];
  });
}

/**
 * What AWS lets somebody tag and Berth doesn't: CloudFront took tags of functions from spring 2026 on, and refused to make
 * functions that had some for weeks (cloudformation-coverage-roadmap, issue 2508); an object of a bucket is the bucket's.
 */
const untagged: readonly string[] = [
  "aws:cloudfront/function:Function",
  "aws:s3/bucketObjectv2:BucketObjectv2",
];

/** Whether a type has to bear the stack's tags: it has `tagsAll` in the SDK; an Auto Scaling group has tags of another form. */
export function bearsTags(type: string): boolean {
  if (untagged.includes(type)) return false;
  return (
    alwaysOutputs[type]?.map?.split(" ").includes("tagsAll") === true ||
    type === "aws:autoscaling/group:Group"
  );
}

/** The tags of a resource; an Auto Scaling group has them as a list. */
export function tagsOf(properties: Properties): Readonly<Record<string, unknown>> {
  const tags = properties["tags"] ?? {};
  if (!Array.isArray(tags)) return tags as Record<string, unknown>;
  return Object.fromEntries((tags as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
}
