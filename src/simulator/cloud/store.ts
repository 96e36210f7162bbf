/** Where the simulated AWS keeps what exists: apart from any engine's state, as the real one does. */
import type { ServiceFault } from "../../ports/rehearsal";
import type { Properties } from "./cloud";
import { JsonFile } from "./json-file";

/** A resource that exists. */
export interface StoredResource {
  readonly type: string;
  readonly id: string;
  /** The URN that made it, as a tag would say. */
  readonly urn: string;
  /** What its made-up values derive from. */
  readonly seed: number;
  /** Every property, computed ones included. */
  readonly outputs: Properties;
}

/** An image that a repository holds. */
export interface StoredImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** A deployment of a service of ECS. */
export interface StoredDeployment {
  readonly id: string;
  readonly taskDefinition: string;
  readonly rollout: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  /** ECS's own words on it. */
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** How it fails, where a rehearsal asked for it. */
  readonly fault?: ServiceFault;
  /** Its capacity provider strategies. @default the service's: a cloud of before does not say */
  readonly capacity?: readonly unknown[];
  /** The target groups and ports that its tasks are registered with. @default the service's, as above */
  readonly targets?: readonly unknown[];
  /** Whether its tasks run and are healthy while older ones still run. @default false */
  readonly healthy?: boolean;
  /** Whether its tasks have stopped before a newer deployment's run: its minimum healthy percent is 0. @default false */
  readonly stopped?: boolean;
  /** How it moves the requests, where it does: what the service said when it began. @default a rolling deployment */
  readonly moves?: StoredMoves;
  /** The target groups that its tasks are registered with, where they are not those that the service names. */
  readonly groups?: readonly string[];
  /** How often it was looked at. */
  readonly looks: number;
  /** ARNs of its tasks that failed. */
  readonly stops: readonly string[];
}

/** A deployment that moves requests (ECS API reference, ServiceDeployment). */
export interface StoredMoves {
  readonly strategy: "BLUE_GREEN" | "CANARY";
  readonly percent: number;
  /** Minutes. */
  readonly bake: number;
  /** `SCALE_UP`, `BAKE_TIME` and others. */
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether it waits for an answer when its tasks are there, and what that was. @default it does not wait */
  readonly hook?: "to come" | "waits" | "continue" | "rollback";
}

/** How a service of ECS is being deployed: the primary deployment first. */
export interface StoredRollout {
  /** ARN of the service. */
  readonly service: string;
  readonly deployments: readonly StoredDeployment[];
  /** Whether tasks of before outlast a deployment. @default false */
  readonly protected?: boolean;
  readonly events: readonly { readonly id: string; readonly at: number; readonly message: string }[];
}

/** The data of a resource that was deleted; it stays until somebody deletes it too. */
export interface StoredSnapshot {
  /** The type of the resource. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
}

export interface CloudData {
  readonly version: 1;
  /** Grows with each resource made: no two resources share an id, also one that replaces another. */
  readonly serial: number;
  readonly resources: readonly StoredResource[];
  readonly images: readonly StoredImage[];
  /** @default none: a cloud of before has no deployments */
  readonly rollouts?: readonly StoredRollout[];
  /** Absent in files of earlier versions. */
  readonly snapshots?: readonly StoredSnapshot[];
}

export interface CloudStore {
  load(): CloudData | undefined;
  /** Resolves once the data would survive the end of the process. @default it is kept nowhere */
  save?(data: CloudData): Promise<void>;
}

/** Keeps the cloud in a file of mode 0600, replaced as a whole. */
export class FileCloudStore implements CloudStore {
  private readonly file: JsonFile<CloudData>;

  constructor(path: string) {
    this.file = new JsonFile(path);
  }

  load(): CloudData | undefined {
    return this.file.read();
  }

  save(data: CloudData): Promise<void> {
    return this.file.write(data);
  }
}

/** Keeps the cloud for the life of the process. */
export class MemoryCloudStore implements CloudStore {
  private data: CloudData | undefined;

  load(): CloudData | undefined {
    return this.data;
  }

  save(data: CloudData): Promise<void> {
    this.data = data;
    return Promise.resolve();
  }
}
