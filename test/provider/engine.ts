/**
 * The other way to the real provider: Pulumi's engine with its own plugin. `berth-cd` itself goes through preview, up, a
 * second preview, which must be empty, and destroy. Builds, one-off tasks and the wait for services are left to test
 * doubles: no emulator runs a task.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import type { Deps } from "../../src/app/deps";
import { cd, type Ran } from "../support/cd";
import { RecordingBuilder, RecordingRunner, RecordingWatch } from "../support/projects";
import type { ProviderCase } from "./cases";
import type { Finding, Stage, StageResult } from "./stages";

/** The command of each stage. Pulumi checks the inputs as it plans. */
const commands = { plan: "preview", apply: "up", replan: "preview", destroy: "destroy" } as const;
type EngineStage = keyof typeof commands;

/** What is asked of a plan's step for the stage to have passed it. */
const wanted: Readonly<Record<EngineStage, string>> = {
  plan: "create",
  apply: "create",
  replan: "same",
  destroy: "delete",
};

/**
 * @param env - where AWS is: `AWS_ENDPOINT_URL`, or an attached provider
 * @param until - the last stage
 */
export async function runOnEngine(
  { project, env: settings }: ProviderCase,
  env: Readonly<Record<string, string>>,
  until: Stage,
): Promise<readonly StageResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "berth-provider-engine-"));
  const planFile = join(folder, "plan.json");
  const run = (argv: readonly string[]): Promise<Ran> =>
    cd([...argv, "--json"], {
      cwd: project,
      deps: withoutTasks,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "x",
        ...pulumiHome(),
        ...settings,
        ...env,
      },
    });
  const results: StageResult[] = [];
  let made: ReadonlySet<string> = new Set();
  try {
    for (const stage of Object.keys(commands) as EngineStage[]) {
      const began = Date.now();
      const destroys = stage === "destroy";
      const ran = await run([commands[stage], ...(destroys ? [] : ["--plan", planFile])]);
      const steps = destroys || ran.code !== 0 ? [] : planIn(planFile).resources.filter(isOfAws);
      const total = stage === "plan" ? new Set(steps.map(({ urn }) => urn)) : made;
      made = total;
      const differing = steps.filter(({ op }) => op !== wanted[stage]);
      const findings: readonly Finding[] = [
        ...(ran.code === 0 ? [] : [{ stage, address: "", words: ran.stderr.slice(-4000) }]),
        ...differing.map(({ urn, op, diff }) => ({
          stage,
          address: urn,
          words: `${op} ${(diff ?? []).join(", ")}`,
        })),
      ];
      const unlike = new Set(differing.map(({ urn }) => urn));
      const passed =
        ran.code === 0 ? new Set([...total].filter((urn) => !unlike.has(urn))) : new Set<string>();
      results.push({ stage, passed, total, seconds: (Date.now() - began) / 1000, findings });
      if (ran.code !== 0 || stage === until) break;
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function planIn(file: string): Plan {
  return JSON.parse(readFileSync(file, "utf8")) as Plan;
}

function isOfAws({ type }: { readonly type: string }): boolean {
  return type.startsWith("aws:");
}

/** Where the plugins lie, which `HOME` no longer says. */
function pulumiHome(): Readonly<Record<string, string>> {
  const home = process.env["PULUMI_HOME"] ?? join(process.env["HOME"] ?? "", ".pulumi");
  return { PULUMI_HOME: home };
}

/** Its images are there before they are asked for, so that a preview names them as a run does. */
class BuiltAlready extends RecordingBuilder {
  override preview(repositoryUrl: string, tag: string): Promise<string> {
    return Promise.resolve(`${repositoryUrl}@sha256:${tag}`);
  }
}

function withoutTasks(real: Deps): Deps {
  return {
    ...real,
    imageBuilder: () => Promise.resolve(new BuiltAlready()),
    taskRunner: () => Promise.resolve(new RecordingRunner()),
    serviceWatch: () => Promise.resolve(new RecordingWatch()),
  };
}
