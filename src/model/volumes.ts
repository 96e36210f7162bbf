/** The named volumes of a project: what its services mount, each once. */
import type { ContainerService, Service, VolumeMount } from "./project";

/** A folder that services mount. */
export interface Volume extends Pick<VolumeMount, "folder" | "fileSystem"> {
  /** The key in the file, with the subpath behind it; unique in a project. */
  readonly name: string;
  /** Whose the folder is from the start, where those that write to it agree. @default root's, open to everyone */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** The tag by which the owner of a file system opens it to projects. */
export const sharedTag = { key: "berth:shared", value: "true" } as const;

/** The volumes in the order in which the services mount them. */
export function volumesOf(services: readonly Service[]): readonly Volume[] {
  const mounts = services.flatMap((service) =>
    service.kind === "container" ? (service.volumes ?? []).map((mount) => ({ mount, service })) : [],
  );
  const names = [...new Set(mounts.map(({ mount }) => mount.volume))];
  return names.flatMap((name): Volume[] => {
    const own = mounts.filter(({ mount }) => mount.volume === name);
    const [first] = own;
    if (first === undefined) return [];
    const { folder, fileSystem } = first.mount;
    const owner = commonOwner(own.filter(({ mount }) => !mount.readOnly).map(({ service }) => service));
    return [
      {
        name,
        folder,
        ...(fileSystem === undefined ? {} : { fileSystem }),
        ...(owner === undefined ? {} : { owner }),
      },
    ];
  });
}

/** The name of the container that copies into a service's volumes what its image has there. */
export function fillerName(service: string): string {
  return `${service}-volumes`;
}

/** Whether two tasks of the service may write to one folder: then the old task has to stop before a new one starts. */
export function writesVolume({ volumes = [] }: ContainerService): boolean {
  return volumes.some(({ readOnly }) => !readOnly);
}

function commonOwner(writers: readonly ContainerService[]): Volume["owner"] {
  const users = new Set(writers.map(({ user, imageUser }) => user ?? imageUser));
  const [only] = users;
  const match = users.size === 1 ? /^(\d+)(?::(\d+))?$/.exec(only ?? "") : null;
  return match === null ? undefined : { uid: Number(match[1]), gid: Number(match[2] ?? 0) };
}
