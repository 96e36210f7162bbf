/**
 * What an `up` would lose: reported before anything is touched, in the words of the compose file. The engines' own
 * protection comes after it, for what only they can see.
 */
import type { DataHolder } from "../../ports";
import type { Problem } from "../../errors";
import type { Project, Service } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import { volumesOf } from "../../model/volumes";
import { isStore, storeOfResource, type StoreDescriptor } from "../../stores";
import { lettingGo, lossOption, nameOfDataHolder, text, types, wordsOf } from "./data-words";
import { replicasFirst, storeProblems } from "./store-losses";

export { lossOption, nameOfDataHolder } from "./data-words";

/** What a project wants of its data. */
export interface Wanted {
  readonly project: Project;
  readonly mode: Pick<ModeSettings, "albAccessLogs">;
}

/** The resources that the user has named, by their names or their URNs. */
export function allowedLosses(
  holders: readonly DataHolder[],
  allowed: readonly string[],
): readonly DataHolder[] {
  return holders.filter(
    (resource) => allowed.includes(nameOfDataHolder(resource)) || allowed.includes(resource.urn),
  );
}

/**
 * Everything that the project would have replaced or deleted, and each upgrade that nobody has asked for.
 *
 * @param holders - what the stack holds, without what the user allows to go
 * @param targets - URNs of what the run is restricted to: the rest stays as it is. @default all
 */
export function dataProblems(
  wanted: Wanted,
  holders: readonly DataHolder[],
  targets?: readonly string[],
): readonly Problem[] {
  return holders.flatMap((resource) => {
    if (targets?.includes(resource.urn) === false) return [];
    if (resource.type === types.files) return filesProblems(wanted, resource);
    if (resource.type === types.bucket) return logsProblems(wanted, resource);
    const store = storeOfResource(resource.type, resource.inputs);
    if (store === undefined) return [];
    const service = wanted.project.services.find(({ name }) => name === resource.name);
    return service !== undefined && isStore(service) && service.kind === store.kind
      ? storeProblems(service, resource)
      : [goneProblem(wanted.project, { resource, store }, holders, service)];
  });
}

/**
 * What the user releases and would be made again, while replicas of it exist.
 *
 * @param lost - what the user allows to go
 */
export function replicaProblems(
  wanted: Wanted,
  lost: readonly DataHolder[],
  targets?: readonly string[],
): readonly Problem[] {
  return lost.flatMap((resource) => {
    const service = wanted.project.services.find(({ name }) => name === resource.name);
    const stays = service !== undefined && isStore(service) && (resource.replicas ?? 0) > 0;
    return stays && dataProblems(wanted, [resource], targets).length > 0
      ? [replicasFirst(service, resource)]
      : [];
  });
}

/** Data that has outlived its resource. */
export interface KeptData {
  /** By which the user speaks of it. */
  readonly name: string;
  readonly kind: "snapshot" | "file system";
  /** By which AWS knows it. */
  readonly id: string;
  /** What brings it back, or deletes it. */
  readonly use: string;
}

/**
 * What deleted resources have left in the account.
 *
 * @param lost - those of them whose data the user has released
 * @param outputs - the stack's, from before
 */
export function keptData(
  gone: readonly DataHolder[],
  lost: readonly DataHolder[],
  outputs: Readonly<Record<string, unknown>>,
): readonly KeptData[] {
  const kept = gone.flatMap((resource): KeptData[] => {
    const name = nameOfDataHolder(resource);
    const snapshot = text(resource, "finalSnapshotIdentifier");
    if (snapshot !== "") {
      const key = storeOfResource(resource.type, resource.inputs)?.keys[0] ?? "";
      return [
        { name, kind: "snapshot", id: snapshot, use: `${key}: {from-snapshot: ${snapshot}} restores it` },
      ];
    }
    const id = outputs["fileSystem"];
    if (resource.type !== types.files || typeof id !== "string" || lost.includes(resource)) return [];
    const use = `volumes: {VOLUME: {external: true, name: ${id}/VOLUME}} mounts a volume of it again; aws efs delete-file-system --file-system-id ${id} deletes it with all of them`;
    return [{ name, kind: "file system", id, use }];
  });
  // An engine keeps its state in the order in which things were made.
  return kept.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function goneProblem(
  project: Project,
  { resource, store }: { readonly resource: DataHolder; readonly store: StoreDescriptor },
  holders: readonly DataHolder[],
  now: Service | undefined,
): Problem {
  const { name } = resource;
  const what = `its ${wordsOf(resource)} would be deleted`;
  const path = `services.${name}`;
  const [key] = store.keys;
  if (now !== undefined) {
    return {
      path,
      message: `the service is no longer a managed store, and ${what}`,
      hint: `write ${key}: true again, or ${lettingGo(resource)}`,
    };
  }
  const [renamed] = project.services.filter(
    (service) => service.kind === store.kind && !holders.some((other) => other.name === service.name),
  );
  if (renamed === undefined) {
    return {
      path,
      message: `service ${name} is gone and ${what}`,
      hint: `put the service back, or ${lettingGo(resource)}`,
    };
  }
  return {
    path,
    message: `service ${name} is gone and ${what}; did you rename it to ${renamed.name}?`,
    hint: `a managed store is bound to its service's name: keep ${name}, with ${renamed.name} among networks.default.aliases; or ${lettingGo(resource)}, with which ${key}: {from-snapshot: …} fills ${renamed.name}`,
  };
}

function filesProblems({ project }: Wanted, resource: DataHolder): readonly Problem[] {
  const stays = volumesOf(project.services).some(({ fileSystem }) => fileSystem === undefined);
  if (stays) return [];
  return [
    {
      path: "volumes",
      message:
        "no service mounts a named volume any more, and the file system with what they hold would be deleted",
      hint: `keep a service that mounts one, or ${lossOption} ${nameOfDataHolder(resource)} deletes it with everything in it`,
    },
  ];
}

function logsProblems({ mode, project }: Wanted, resource: DataHolder): readonly Problem[] {
  const published = project.services.some(
    (service) => service.kind === "container" && service.ports.some((port) => port.mode === "ingress"),
  );
  if (mode.albAccessLogs && published) return [];
  return [
    {
      path: "x-berth.albAccessLogs",
      message: "the load balancer's access logs would be deleted with their bucket",
      hint: `x-berth: {albAccessLogs: true} keeps them, or ${lossOption} ${nameOfDataHolder(resource)} deletes them`,
    },
  ];
}
