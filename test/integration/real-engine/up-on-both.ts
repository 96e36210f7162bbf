/** One `up` on the real engine and one on the simulator, which have to come to the same plan. */
import { join } from "node:path";
import type { Plan } from "../../../src/app/plan";
import type { Ran } from "../../support/cd";
import { comparable, MadeUp } from "../../support/made-up";
import { readPlan, type RealWorld } from "./world";

/**
 * Brings the project of a folder up on both, and expects one plan of them, what each cloud made up apart.
 *
 * @param options - of the command, besides
 * @returns the real engine's run and plan, and the simulator's run
 */
export async function upOnBoth(
  world: RealWorld,
  folder: string,
  env: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<{ readonly ran: Ran; readonly plan: Plan; readonly simulated: Ran }> {
  const file = (name: string): string => join(world.folder, `${name}.both.json`);
  const madeUp = new MadeUp();
  // What goes is in the plans, and in no cloud afterwards. The run before has compared it with its inputs.
  madeUp.learn(world.clouds(), []);
  const real = await world.real(["up", folder, "--plan", file("real"), ...options], env);
  expect([real.stderr, real.code]).toEqual([real.stderr, 0]);
  const simulated = await world.simulated(["up", folder, "--plan", file("simulated"), ...options], env);
  expect([simulated.stderr, simulated.code]).toEqual([simulated.stderr, 0]);
  const [plan, other] = [readPlan(file("real")), readPlan(file("simulated"))];
  madeUp.learn(world.clouds(), plan.resources);
  const [found, wanted] = [comparable(other.resources), comparable(plan.resources)];
  expect(madeUp.without(found, 1)).toEqual(madeUp.without(wanted, 0));
  expect(other.monthlyCost).toEqual(plan.monthlyCost);
  return { ran: real, plan, simulated };
}

/** Takes the project down on both, and expects that nothing is left. */
export async function downOnBoth(
  world: RealWorld,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  expect((await world.real(["down", folder], env)).code).toBe(0);
  expect((await world.simulated(["down", folder], env)).code).toBe(0);
  expect(world.clouds()).toEqual([[], []]);
}
