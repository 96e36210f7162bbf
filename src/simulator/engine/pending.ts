/** What a run of the simulator that was killed had begun: settled by what its cloud holds, before the next one starts. */
import { messageOf } from "../../errors";
import type { SimulatedAws } from "../cloud/aws";
import { makingOf } from "../cloud/making";
import { same } from "../cloud/values";
import { resourceTypes } from "../services";
import type { PendingOperation, StackState, StateResource } from "../state/state";
import { nameOfUrn, typeOfUrn } from "./urn";

/** The state without pending operations, and a line for each that was settled. */
export interface Resolved {
  readonly state: StackState;
  readonly notes: readonly string[];
}

export async function settlePending(state: StackState, cloud: SimulatedAws): Promise<Resolved> {
  const resources = [...state.resources];
  const notes: string[] = [];
  for (const pending of state.pending ?? []) {
    const told = await settle(pending, resources, cloud);
    const { urn } = pending.resource;
    notes.push(`${typeOfUrn(urn)} ${nameOfUrn(urn)} was being ${words[pending.op]}: ${told}`);
  }
  const { pending: _settled, ...rest } = state;
  return { state: { ...rest, resources }, notes };
}

const words: Readonly<Record<PendingOperation["op"], string>> = {
  creating: "created",
  updating: "updated",
  deleting: "deleted",
};

/** Changes the list to what exists. @returns what was found */
async function settle(
  { op, resource }: PendingOperation,
  resources: StateResource[],
  cloud: SimulatedAws,
): Promise<string> {
  if (op === "creating") return adopt(resource, resources, cloud);
  const index = resources.findIndex(({ urn, id }) => urn === resource.urn && id === resource.id);
  const known = resources[index];
  const found = await cloud.read(resource.type, resource.id ?? "");
  if (known === undefined) return "the state doesn't know it";
  if (found === undefined) {
    resources.splice(index, 1);
    return "it is gone";
  }
  if (op === "deleting") {
    try {
      await cloud.delete(resource.type, resource.id ?? "");
    } catch (error) {
      return `it stays: ${messageOf(error)}`;
    }
    resources.splice(index, 1);
    return "it is deleted now";
  }
  if (same(found.outputs, known.outputs)) return "it is as it was";
  resources[index] = { ...resource, outputs: found.outputs };
  return "it is changed";
}

/**
 * What exists and the state doesn't know is taken over. Of a replacement the new half is to be deleted, and made again;
 * where its id is made of its inputs that would be the same thing, so the old half is to be deleted.
 */
function adopt(resource: StateResource, resources: StateResource[], cloud: SimulatedAws): string {
  const known = new Set(resources.map(({ type, id }) => `${type} ${id ?? ""}`));
  const found = cloud
    .list()
    .find(
      ({ type, urn, id }) => type === resource.type && urn === resource.urn && !known.has(`${type} ${id}`),
    );
  if (found === undefined) return "it does not exist";
  const taken = { ...resource, id: found.id, outputs: found.outputs };
  const replaced = resources.findIndex(({ urn, delete: gone }) => urn === resource.urn && gone !== true);
  const old = resources[replaced];
  if (old === undefined) {
    resources.push(taken);
    return "it exists, and was added to the state";
  }
  if (!isMadeOfInputs(resource, found.id, cloud)) {
    resources.push({ ...taken, delete: true });
    return "it exists beside the one that it replaces, and is deleted in this run";
  }
  resources.splice(replaced, 1, taken);
  resources.push({ ...old, delete: true });
  return "it takes the place of the one that it replaces, which is deleted in this run";
}

/** Whether what has these inputs always has this id. */
function isMadeOfInputs({ type, urn, inputs }: StateResource, id: string, cloud: SimulatedAws): boolean {
  return resourceTypes.get(type)?.id(makingOf(cloud, urn, inputs, 0)) === id;
}
