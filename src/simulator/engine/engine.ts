/**
 * The simulator: an engine without Pulumi's CLI and without an account. It runs the same program in this process on
 * Pulumi's own mock hooks, against the simulated AWS, and keeps a state as the real one does. Never for a real deployment.
 */
import { definedOnly } from "../../defined";
import { BerthError, messageOf } from "../../errors";
import type { Logger } from "../../log";
import type {
  Clock,
  Engine,
  EngineRequest,
  EngineRun,
  DataHolder,
  ProgramRequest,
  Recovery,
  StackIdentity,
  StackResource,
  StackSummary,
} from "../../ports";
import { SimulatedAws } from "../cloud/aws";
import { FileCloudStore } from "../cloud/store";
import { settlePending } from "./pending";
import { SimulatorRun, type RunOptions } from "./run";
import { StateFiles, emptyState, parseState } from "../state/state";
import { dataHolders, shown, stackResources } from "./steps";

export interface SimulatorOptions {
  /** `<directory>/<project>/<stack>.state.json`, and the simulated cloud beside it. */
  readonly stateDirectory: string;
  readonly region: string;
  readonly clock: Clock;
  /** The cloud of a stack. @default one kept in a file beside the state */
  readonly cloud?: (stack: StackIdentity) => SimulatedAws;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latencyScale?: number;
  /** Whether AWS has verified the account. @default true */
  readonly verified?: boolean;
  /** Where it takes debug messages, it gets the stack traces of what programs throw. @default they take none */
  readonly log?: Logger;
}

export class SimulatorEngine implements Engine<"simulator"> {
  readonly kind = "simulator";
  private readonly files: StateFiles;
  private readonly clouds = new Map<string, SimulatedAws>();

  constructor(private readonly options: SimulatorOptions) {
    this.files = new StateFiles(options.stateDirectory);
  }

  /** The simulated AWS of a stack: the same object for as long as this engine lives. */
  cloud(stack: StackIdentity): SimulatedAws {
    const name = `${stack.project}/${stack.stack}`;
    const known = this.clouds.get(name);
    if (known !== undefined) return known;
    const made = this.options.cloud?.(stack) ?? this.ownCloud(stack);
    this.clouds.set(name, made);
    return made;
  }

  /** The clouds of the stacks that this engine has run. */
  openClouds(): readonly SimulatedAws[] {
    return [...this.clouds.values()];
  }

  private ownCloud(stack: StackIdentity): SimulatedAws {
    const { region, clock, latencyScale, verified } = this.options;
    const store = new FileCloudStore(this.files.beside(stack, ".cloud.json"));
    return new SimulatedAws({
      region,
      store,
      clock,
      ...definedOnly({ latencyScale, verified }),
    });
  }

  /** What a killed run had begun is settled first in a copy, as the next run settles it. */
  async preview(request: ProgramRequest): Promise<EngineRun> {
    const before = this.files.read(request) ?? emptyState(request);
    const cloud = before.pending === undefined ? this.cloud(request) : this.cloud(request).rehearsal();
    const { state } = await settlePending(before, cloud);
    const run = this.run(request, { state, cloud, purpose: "preview" });
    if (request.refresh === true) await run.refresh();
    await run.deploy(request.program);
    return run.result();
  }

  async up(request: ProgramRequest): Promise<EngineRun> {
    const run = this.run(request);
    if (request.refresh === true) await run.refresh();
    await run.deploy(request.program);
    return run.result();
  }

  refresh(request: EngineRequest): Promise<EngineRun> {
    return this.onExisting(request, (run) => run.refresh());
  }

  destroy(request: EngineRequest): Promise<EngineRun> {
    return this.onExisting(request, (run) => run.destroy());
  }

  /** A run on what the stack holds; a stack that doesn't exist holds nothing. */
  private async onExisting(
    request: EngineRequest,
    work: (run: SimulatorRun) => Promise<void>,
  ): Promise<EngineRun> {
    if (this.files.version(request) === undefined) return { steps: [], outputs: {} };
    const run = this.run(request);
    await work(run);
    return run.result();
  }

  async remove(stack: StackIdentity): Promise<void> {
    if (this.files.version(stack) === undefined) return;
    const count = this.files.read(stack)?.resources.length ?? 0;
    if (count > 0) {
      throw new BerthError("deployment", {
        path: `${stack.project}/${stack.stack}`,
        message: `the stack still has ${count} resources`,
        hint: "destroy it first: berth-cd destroy",
      });
    }
    await this.files.file(stack).remove();
  }

  async recover(recovery: Recovery): Promise<void> {
    const stack = { project: recovery.project, stack: recovery.stack };
    if (this.files.version(stack) === undefined) return;
    try {
      this.files.read(stack);
    } catch (error) {
      const kept = await recovery.lastGood();
      if (kept === undefined) throw error;
      recovery.note(`warning: ${messageOf(error)}: the last good one is used instead`);
      await this.importState(stack, kept);
    }
    const before = this.files.read(stack);
    if (before?.pending === undefined) return;
    const { state, notes } = await settlePending(before, this.cloud(stack));
    await this.files.file(stack).write(state);
    for (const line of notes) recovery.note(line);
  }

  /** The lease is the only lock that a simulated stack has. */
  cancel(): Promise<boolean> {
    return Promise.resolve(false);
  }

  exportState(stack: StackIdentity): Promise<string | undefined> {
    return attempt(() => this.files.text(stack));
  }

  async importState(stack: StackIdentity, text: string): Promise<void> {
    await this.files.file(stack).write(parseState(text));
  }

  outputs(stack: StackIdentity): Promise<Readonly<Record<string, unknown>> | undefined> {
    return attempt(() => {
      const state = this.files.read(stack);
      return state === undefined ? undefined : shown(state.outputs);
    });
  }

  list(): Promise<readonly StackSummary[]> {
    return attempt(() => this.files.list());
  }

  resources(stack: StackIdentity): Promise<readonly StackResource[]> {
    return attempt(() => stackResources(this.files.read(stack)?.resources ?? []));
  }

  dataHolders(stack: StackIdentity): Promise<readonly DataHolder[]> {
    return attempt(() => dataHolders(this.files.read(stack)?.resources ?? []));
  }

  stateVersion(stack: StackIdentity): Promise<string | undefined> {
    return attempt(() => this.files.version(stack));
  }

  private run(
    request: EngineRequest & Pick<ProgramRequest, "replace">,
    previewed?: Pick<RunOptions, "state" | "cloud" | "purpose">,
  ): SimulatorRun {
    const { clock, log } = this.options;
    const own = previewed ?? {
      state: this.files.read(request) ?? emptyState(request),
      cloud: this.cloud(request),
      file: this.files.file(request),
    };
    return new SimulatorRun({ request, clock, log, ...own });
  }
}

/** A synchronous answer as a promise, its error included. */
function attempt<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}
