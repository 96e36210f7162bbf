/** The simulator's state of a stack: what its last run left, in a JSON file beside those of the other stacks. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BerthError, messageOf } from "../../errors";
import type { StackIdentity, StackSummary } from "../../ports";
import type { Properties } from "../cloud/cloud";
import { JsonFile } from "../cloud/json-file";
import { anything, listOf, oneOf, record, text as textShape } from "../../ports/shape";

/** One resource as the engine last knew it. Secrets are sealed (a salted digest), never in clear. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Absent for components. */
  readonly id?: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** URNs, those of the property dependencies included. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly provider?: string;
  readonly deletedWith?: string;
  /** The old half of a replacement, still to be deleted. */
  readonly delete?: true;
}

/** An operation that was begun, saved before it reaches the cloud: a run that is killed leaves it. */
export interface PendingOperation {
  readonly op: "creating" | "updating" | "deleting";
  /** As it will be, or as it was where it is deleted. */
  readonly resource: StateResource;
}

export interface StackState {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** What the digests of secrets are salted with. */
  readonly salt: string;
  /** ISO 8601; absent where no run has ended yet. */
  readonly lastUpdate?: string;
  /** In an order in which each resource comes after what it depends on. */
  readonly resources: readonly StateResource[];
  readonly outputs: Properties;
  /** Absent where nothing is under way. */
  readonly pending?: readonly PendingOperation[];
}

const suffix = ".state.json";

export function emptyState({ project, stack }: StackIdentity): StackState {
  return { version: 1, project, stack, salt: randomBytes(16).toString("hex"), resources: [], outputs: {} };
}

/** @throws BerthError (usage) where the text is no state of the simulator's */
export function parseState(text: string): StackState {
  try {
    const stored: unknown = JSON.parse(text);
    shape(stored);
    return stored as StackState;
  } catch (error) {
    throw new BerthError("usage", "this is no state of the simulator's", { cause: error });
  }
}

/** What distinguishes a state from any other document. */
const shape = record({ version: oneOf(1), salt: textShape, resources: listOf(anything) });

/** The files of all stacks: `<directory>/<project>/<stack>.state.json`. */
export class StateFiles {
  constructor(private readonly directory: string) {}

  /** A path beside the state of the stack, with another ending. */
  beside({ project, stack }: StackIdentity, ending: string): string {
    return join(this.directory, project, `${stack}${ending}`);
  }

  file(stack: StackIdentity): JsonFile<StackState> {
    return new JsonFile<StackState>(this.beside(stack, suffix));
  }

  /** The file as it is now. */
  text(stack: StackIdentity): string | undefined {
    const path = this.beside(stack, suffix);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  /** @throws BerthError (deployment) where the file is there and isn't a state */
  read(stack: StackIdentity): StackState | undefined {
    const text = this.text(stack);
    try {
      return text === undefined ? undefined : parseState(text);
    } catch (error) {
      throw new BerthError(
        "deployment",
        { path: this.beside(stack, suffix), message: `the state can't be read: ${messageOf(error)}` },
        { cause: error },
      );
    }
  }

  /** sha256 of the file. */
  version(stack: StackIdentity): string | undefined {
    const text = this.text(stack);
    return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
  }

  list(): readonly StackSummary[] {
    return this.#stacks().map((stack) => summaryOf(stack, this.read(stack)));
  }

  /** `project/stack` to {@link version}. */
  versions(): ReadonlyMap<string, string> {
    return new Map(
      this.#stacks().map((stack) => [`${stack.project}/${stack.stack}`, this.version(stack) ?? ""]),
    );
  }

  #stacks(): readonly StackIdentity[] {
    return folders(this.directory).flatMap((project) =>
      readdirSync(join(this.directory, project))
        .filter((name) => name.endsWith(suffix))
        .map((name) => ({ project, stack: name.slice(0, -suffix.length) })),
    );
  }
}

function folders(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => statSync(join(directory, name)).isDirectory())
    .sort();
}

function summaryOf(stack: StackIdentity, state: StackState | undefined): StackSummary {
  return {
    ...stack,
    ...(state?.lastUpdate === undefined ? {} : { lastUpdate: state.lastUpdate }),
    ...(state === undefined ? {} : { resourceCount: state.resources.length }),
  };
}
