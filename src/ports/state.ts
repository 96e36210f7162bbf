/** The ports of the records beside a stack's state: texts, the lease of the run that has it, and who such a run is. */
import type { StackIdentity } from "./stack";

/** Texts by key (`folder/name.json`): a directory, or a prefix of a bucket. */
export interface TextStore {
  /** `undefined` where there is none. */
  read(key: string): Promise<string | undefined>;
  /** Changes whenever the text does (an ETag, a hash); `undefined` where there is none. */
  version(key: string): Promise<string | undefined>;
  /** {@link version} of each key that begins with a folder's name and a slash. */
  versions(folder: string): Promise<ReadonlyMap<string, string>>;
  /** Whole or not at all. */
  write(key: string, text: string): Promise<void>;
  /**
   * Writes where nothing is there yet; of any number of writers at once exactly one does. No two write the same text.
   * @returns whether this one did
   */
  create(key: string, text: string): Promise<boolean>;
  /** The keys that begin with a folder's name and a slash, sorted. */
  list(folder: string): Promise<readonly string[]>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
}

/** Who runs: a process of a machine, or an ECS task. */
export interface RunOwner {
  readonly host: string;
  /** Tells the machine, and the space in which its process ids count, from every other one. */
  readonly machine: string;
  readonly pid: number;
  /** When the process began, as the machine counts it: a reused pid has another one. */
  readonly processStart: string;
  /** The ARN of the ECS task that the process is. */
  readonly taskArn?: string;
}

/** `unknown`: it can't be asked from here, as a process of another machine. */
export type Liveness = "alive" | "gone" | "unknown";

/** Who runs are, and whether they still do. */
export interface RunOwners {
  /** Who this process is. */
  self(): Promise<RunOwner>;
  /** `gone` only where that is sure: ECS says STOPPED, or the process is no more. */
  liveness(owner: RunOwner): Promise<Liveness>;
  /**
   * Asks a run to end in order: StopTask, or SIGTERM.
   * @returns whether it could be asked
   */
  end(owner: RunOwner): Promise<boolean>;
}

/** A run that has locked a stack, or had. */
export interface LeaseHolder extends RunOwner {
  /** Differs for each run. */
  readonly id: string;
  readonly command: string;
  /** Berth's. */
  readonly version: string;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601: its last sign of life. */
  readonly heartbeat: string;
}

/** The right to change a stack, until it is freed. */
export interface Lease {
  /** Runs that ended without freeing theirs, and whose traces nobody has cleared away yet. */
  readonly after: readonly LeaseHolder[];
  /** Says that those traces are cleared away. */
  cleared(): Promise<void>;
  /** Lets the next run in. Nothing happens where another has taken the lease by force. */
  free(): Promise<void>;
}

/** What became of a cancellation. */
export type Cancellation = "nothing to cancel" | "ended" | "broken";

/** One run at a time on a stack. */
export interface Leases {
  /**
   * Takes the stack for this run, also from one that is provably gone.
   *
   * @param end - called when the run is to end in order: somebody asked for it, or took the lease by force
   * @throws BerthError (locked) where its holder lives, or may: who, since when, and the command that cancels it
   */
  take(stack: StackIdentity, command: string, end: (reason: string) => void): Promise<Lease>;
  /** The run that has locked the stack, by its lease; it may be gone. The owner of one that can't be read is unknown. */
  holder(stack: StackIdentity): Promise<LeaseHolder | "unknown" | undefined>;
  /**
   * Asks the run that has locked the stack to end, and waits for it; frees the lease of one that is gone.
   *
   * @param force - break the lease, whoever has it
   * @param note - called with what is waited for
   * @throws BerthError (locked) where the run was asked and has not ended
   */
  cancel(stack: StackIdentity, force: boolean, note: (message: string) => void): Promise<Cancellation>;
}

/** A resource that AWS has, by its ARN. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A resource that the Tagging API does not show: what it belongs to, or its name and its own tags, identify it. */
export type ChildResource =
  | { readonly kind: "mount target"; readonly fileSystemId: string; readonly subnetId: string }
  /** The version of a secret that is its current one. */
  | { readonly kind: "secret version"; readonly secretId: string }
  /** Parts of CloudFront, which have no tags: there is one of a name, and the stack is part of the name. */
  | { readonly kind: "origin access control" | "headers policy"; readonly name: string }
  /** The one of the name that has these tags: another one is another stack's, or somebody else's. */
  | {
      readonly kind: "role" | "instance profile";
      readonly name: string;
      readonly tags: Readonly<Record<string, string>>;
    };

/** What AWS says exists, whatever a state knows of it. Rejects where AWS refuses or can't be reached. */
export interface ExistingResources {
  /** What has the tags of a stack (`berth:project`, `berth:stack`). */
  tagged(stack: StackIdentity): Promise<readonly TaggedResource[]>;
  /** The id that the aws provider knows it by, and whether AWS is still making it; `undefined` where there is none. */
  child(of: ChildResource): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined>;
}
