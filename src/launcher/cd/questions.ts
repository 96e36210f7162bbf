/** The questions to a person before money is spent, or data goes; in CI and where nobody can be asked the run goes on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps, Progress } from "../../app/deps";
import { preview } from "../../app/deploy";
import { readRecord } from "../../app/stack/run-records";
import { BerthError } from "../../errors";
import { cloudFrontAddresses } from "../../model/deployed";
import type { StackIdentity, StackResource } from "../../ports";
import { monthlyCost } from "../../report/cost/cost";
import { listPrices } from "../../report/cost/list-prices";
import { dollars } from "../../report/summary/text";
import type { Settings } from "../../settings/settings";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { cdAccount, settingsIn } from "./account";
import { isLocal } from "./local";

/** Whether somebody is there, and has not said yes already. */
export function isAsked({ terminal }: Launcher, given: Given): boolean {
  return terminal.interactive && !given.has("yes") && !given.has("simulate");
}

/**
 * Asks before the first `up` of a stack, with what it is going to cost.
 *
 * @param settings - those that the run will have
 * @throws BerthError (cancelled) where the answer is no
 */
export async function askFirstUp(
  launcher: Launcher,
  settings: Settings,
  { project, stack }: StackIdentity,
): Promise<void> {
  const cost = await costOf(launcher, settings);
  const price =
    cost === undefined ? "its cost is not known" : `about ${dollars(cost)} a month before anybody uses it`;
  const question = `Create the stack ${stack} of ${project}? It is new: ${price}`;
  if (!(await launcher.terminal.confirm(question))) throw new BerthError("cancelled", "Nothing was deployed");
}

/** By the simulator, since no engine runs on this machine; `undefined` where it refuses what the run is to report. */
async function costOf(launcher: Launcher, settings: Settings): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "berth-cost-"));
  const { events: _events, ttl: _ttl, ...rest } = settings;
  const simulated: Settings = { ...rest, command: "config", simulate: true, simulatorDirectory: folder };
  const deps: Deps = { ...launcher.cdDeps(simulated), progress: silent };
  try {
    const { steps = [], prepared } = await preview(simulated, deps);
    const prices = await pricesOf(launcher, settings, steps, prepared.region);
    return monthlyCost(steps, prepared.region, new Date(launcher.clock.now()), prices).total;
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind === "cancelled") throw error;
    return undefined;
  } finally {
    await deps.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the account that is to be deployed to, as the run itself asks for them. */
async function pricesOf(
  launcher: Launcher,
  settings: Settings,
  steps: readonly StackResource[],
  region: string,
) {
  const deps = launcher.cdDeps(settings);
  deps.progress.end();
  try {
    return await listPrices(steps, region, deps);
  } finally {
    await deps.close();
  }
}

const nothing = (): void => undefined;
const silent: Progress = {
  note: nothing,
  outline: nothing,
  engine: nothing,
  build: nothing,
  oneOff: nothing,
  service: nothing,
  times: () => ({}),
  end: nothing,
};

/**
 * Asks before a stack is taken down: what goes, and what of its data stays.
 *
 * @throws BerthError (cancelled) where the answer is no
 */
export async function askDown(launcher: Launcher, identity: StackIdentity, given: Given): Promise<void> {
  const { settings } = launcher;
  const deps = launcher.cdDeps(isLocal(given) ? settings : settingsIn(await cdAccount(launcher), settings));
  // Nothing is drawn where the question is going to be.
  deps.progress.end();
  try {
    const outputs = (await readRecord(await deps.records(), identity))?.outputs ?? {};
    const lost = given.list("allowDataLoss");
    const question = `Delete the stack ${identity.stack} of ${identity.project}? ${whatGoes(outputs, lost)}`;
    if (!(await launcher.terminal.confirm(question)))
      throw new BerthError("cancelled", "Nothing was deleted");
  } finally {
    await deps.close();
  }
}

/** @param outputs - of the stack's last deployment, where there is a record of it */
export function whatGoes(outputs: Readonly<Record<string, unknown>>, lost: readonly string[]): string {
  const found = outputs["services"];
  const kinds = typeof found === "object" && found !== null ? Object.entries(found) : [];
  const kindOf = (value: unknown): string => String((value as { kind?: unknown } | null)?.kind);
  const stores = kinds
    .filter(([, value]) => !["container", "task", "schedule", "static"].includes(kindOf(value)))
    .map(([name]) => name);
  const services = kinds.map(([name]) => name).filter((name) => !stores.includes(name));
  const kept = stores.filter((name) => !lost.includes(name));
  const volumes = outputs["fileSystem"] !== undefined;
  const names = cloudFrontAddresses(outputs).map(({ url }) => new URL(url).hostname);
  const addresses =
    names.length === 0
      ? "its addresses"
      : `its addresses (${[...new Set(names)].join(", ")}, which CloudFront gives to nobody again and takes some minutes to delete)`;
  const goes = ["its network", addresses, ...services, ...stores];
  const stays = [
    ...(kept.length === 0 ? [] : [`a final snapshot of ${kept.join(", ")}`]),
    ...(volumes && !lost.includes("volumes") ? ["the file system of its volumes"] : []),
  ];
  const all =
    kinds.length === 0 ? "Everything of it goes; databases leave a final snapshot" : `${goes.join(", ")} go`;
  const left =
    stays.length === 0 ? (kinds.length === 0 ? "" : "; no data stays") : `; ${stays.join(" and ")} stays`;
  return `${all}${left}`;
}
