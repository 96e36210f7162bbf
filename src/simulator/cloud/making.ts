/** What a resource of the simulated AWS is made of. */
import type { Properties } from "./cloud";
import { hexOf } from "./naming";
import type { Making, World } from "./resource-type";
import { textOf } from "./values";

/** @param seed - its own among all that were ever made */
export function makingOf(world: World, urn: string, inputs: Properties, seed: number): Making {
  return {
    ...{ world, inputs, urn },
    logicalName: urn.split("::").pop() ?? "",
    hex: (length, purpose = "") => hexOf(length, world.accountId, world.region, urn, seed, purpose),
    text: (property) => textOf(inputs[property]),
  };
}
