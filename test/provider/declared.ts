/** What Berth declares for a project: the state that a run on its simulator leaves. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cd } from "../support/cd";
import type { Declared } from "./references";

export interface DeclaredStack {
  readonly name: string;
  readonly resources: readonly Declared[];
}

/**
 * Deploys a project on the simulator.
 *
 * @param folder - an empty one, for the state
 * @param env - settings, such as `BERTH_MODE`
 * @throws Error with what berth-cd wrote, where it fails
 */
export async function declaredBy(
  project: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<DeclaredStack> {
  const { code, stderr } = await cd(["up", "--simulate", project], {
    env: { HOME: folder, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "x", ...env },
    cwd: project,
  });
  if (code !== 0) throw new Error(`berth-cd up --simulate ends with ${code}:\n${stderr}`);
  const suffix = ".state.json";
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith(suffix),
  );
  if (file === undefined) throw new Error(`berth-cd up --simulate left no state below ${folder}`);
  const state = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
    readonly project: string;
    readonly stack: string;
    readonly resources: readonly Declared[];
  };
  return { name: `${state.project}/${state.stack}`, resources: state.resources };
}
