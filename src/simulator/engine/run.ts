/** One operation of the simulator on one stack, from the state before it to what it reports at its end. */
import { BerthError, messageOf } from "../../errors";
import type { Logger } from "../../log";
import type { Clock, EngineRequest, EngineRun, Operation, Program, ProgramRequest } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";
import { refreshedInputs } from "../cloud/diff";
import type { JsonFile } from "../cloud/json-file";
import { same } from "../cloud/values";
import { plainText } from "../../engine/events";
import { collectRejections, dropLateRejections } from "../../engine/rejections";
import { collectLarge, inLeanHeap } from "../../engine/lean-heap";
import { makeLean } from "../../engine/lean-sdk";
import { logStackTrace, withoutStackTraces } from "../../engine/stack-traces";
import { Deletions } from "./deletions";
import { Deployment } from "./deployment";
import type { DeploymentOptions } from "./options";
import { isEngineOwn } from "./goal";
import { SimulatorMonitor } from "./monitor";
import { inTurn, makeRemote, runProgram } from "./program";
import type { StackState, StateResource } from "../state/state";
import { shown, StepRecorder } from "./steps";
import { WorkCounter } from "./work";
import { WorkingState } from "./working-state";

export interface RunOptions {
  readonly request: EngineRequest & Pick<ProgramRequest, "replace">;
  readonly state: StackState;
  readonly cloud: SimulatedAws;
  readonly clock: Clock;
  /** Where the state is saved; absent where none is written. */
  readonly file?: JsonFile<StackState>;
  readonly log: Logger | undefined;
  /** A preview makes nothing; its rehearsal makes everything, in a copy of the cloud. @default "run" */
  readonly purpose?: "run" | "preview" | "rehearsal";
}

export class SimulatorRun {
  private readonly recorder: StepRecorder;
  private readonly purpose: NonNullable<RunOptions["purpose"]>;
  /** To the program a rehearsal is a preview: it builds no image and starts no task. */
  private readonly dryRun: boolean;
  /** What the program throws of its own accord keeps its kind, as with the other engine. */
  private readonly own = new Set<BerthError>();
  private before: StackState;
  private state: WorkingState;

  constructor(private readonly options: RunOptions) {
    const { request, clock, file } = options;
    this.recorder = new StepRecorder(request.onEvent, () => clock.now(), request.sourceOf);
    this.purpose = options.purpose ?? "run";
    this.dryRun = this.purpose !== "run";
    this.before = options.state;
    this.state = new WorkingState(this.before, file);
  }

  result(): EngineRun {
    return { steps: this.recorder.list(), outputs: shown(this.state.outputs) };
  }

  /** Drops what the cloud no longer has, takes over what it changed. */
  async refresh(): Promise<void> {
    this.refuseUnknownTargets();
    const resources: StateResource[] = [];
    for (const resource of this.before.resources) {
      const found = await this.refreshed(resource);
      if (found !== undefined) resources.push(found);
    }
    this.before = { ...this.before, resources };
    this.state = new WorkingState(this.before, this.options.file);
    await this.save();
  }

  private async refreshed(resource: StateResource): Promise<StateResource | undefined> {
    const { cloud, request } = this.options;
    if (this.isLeftOut(resource.urn)) return resource;
    if (isEngineOwn(resource)) {
      this.recorder.record("same", resource);
      return resource;
    }
    if (request.signal.aborted) throw this.cancelled();
    return this.recorder.during("refresh", resource.urn, async () => {
      const found = await cloud.read(resource.type, resource.id ?? "");
      const op: Operation =
        found === undefined ? "delete" : same(found.outputs, resource.outputs) ? "same" : "update";
      this.recorder.record(op, resource);
      if (found === undefined) return undefined;
      const inputs = refreshedInputs(resource.inputs, resource.outputs, found.outputs);
      return { ...resource, inputs, outputs: found.outputs };
    });
  }

  /** Makes the stack what the program says. @throws BerthError (deployment, cancelled) */
  async deploy(program: Program): Promise<void> {
    const { release = [] } = this.options.request;
    this.loosen((urn) => release.includes(urn));
    const work = new WorkCounter();
    await this.guarded(work, async () => {
      const isWhole = await inLeanHeap(() => this.settle(program, work));
      if (isWhole && this.purpose === "preview") await this.rehearse(program);
    });
  }

  /** Runs the program to its end; what it has made is not kept beyond. @returns whether nothing broke it off */
  private async settle(program: Program, work: WorkCounter): Promise<boolean> {
    const deployment = new Deployment(this.deploymentOptions(work));
    await inTurn(() => this.runProgram(program, this.monitor(deployment, work), work));
    if (work.isHalted || (!this.dryRun && this.recorder.problems().length > 0)) return false;
    return deployment.finish().then(() => true);
  }

  /**
   * Runs the program once more, in a copy of the cloud: what resources refuse of each other shows only where their ids
   * are known. Its problems are reported with those of the preview.
   */
  private async rehearse(program: Program): Promise<void> {
    collectLarge();
    const cloud = this.options.cloud.rehearsal(this.recorder.refusal.bind(this.recorder));
    const request = { ...this.options.request, onEvent: () => undefined };
    const { clock, log } = this.options;
    const run = new SimulatorRun({ request, clock, log, cloud, state: this.before, purpose: "rehearsal" });
    try {
      await run.deploy(program);
    } catch (error) {
      if (!(error instanceof BerthError) || error.kind !== "deployment") throw error;
      for (const problem of error.problems) this.recorder.add(problem);
    }
  }

  /**
   * Deletes everything, or what is targeted and nothing else depends on. Protection keeps an `up` from replacing or
   * dropping what holds data; a destroy means what it names, so the protection goes first.
   */
  async destroy(): Promise<void> {
    this.refuseUnknownTargets();
    const work = new WorkCounter();
    this.loosen((urn) => !this.isLeftOut(urn));
    const all = this.state.all();
    const going = all.filter(({ urn }) => !this.isLeftOut(urn));
    const staying = all.filter(({ urn }) => this.isLeftOut(urn));
    for (const { urn } of going) {
      const holder = staying.find((other) => other.dependencies.includes(urn) || other.parent === urn);
      if (holder === undefined) continue;
      this.recorder.problem(urn, new Error(`'${holder.urn}' depends on it, and is not targeted`));
    }
    await this.guarded(work, async () => {
      if (this.recorder.problems().length === 0) {
        // What can't go keeps what it depends on; the rest goes all the same.
        await new Deletions({ ...this.deploymentOptions(work), lenient: true }).all(going);
      }
      if (this.state.all().length === 0) await this.state.setOutputs("", {}, true);
    });
  }

  /** In Pulumi's words. @throws BerthError (deployment) with each target that the state doesn't know */
  private refuseUnknownTargets(): void {
    const known = new Set(this.before.resources.map(({ urn }) => urn));
    const unknown = (this.options.request.targets ?? []).filter((urn) => !known.has(urn));
    if (unknown.length === 0) return;
    const problems = unknown.map((urn) => ({ message: `no resource named '${urn}' found` }));
    throw new BerthError("deployment", problems);
  }

  /** Takes the protection off, and off what is released the retention too. */
  private loosen(going: (urn: string) => boolean): void {
    const { release = [] } = this.options.request;
    const resources = this.before.resources.map((resource) =>
      going(resource.urn)
        ? {
            ...resource,
            protect: false,
            retainOnDelete: resource.retainOnDelete && !release.includes(resource.urn),
          }
        : resource,
    );
    this.before = { ...this.before, resources };
    this.state = new WorkingState(this.before, this.options.file);
  }

  private deploymentOptions(work: WorkCounter): DeploymentOptions {
    const { request, cloud } = this.options;
    const { recorder, state } = this;
    const targets = new Set(request.targets ?? []);
    return {
      ...{ cloud, state, recorder, work, targets, replace: new Set(request.replace) },
      dryRun: this.purpose === "preview",
      lenient: this.dryRun,
    };
  }

  private monitor(deployment: Deployment, work: WorkCounter): SimulatorMonitor {
    return new SimulatorMonitor({
      stack: this.options.request,
      cloud: this.options.cloud,
      deployment,
      state: this.state,
      work,
      salt: this.before.salt,
      remote: makeRemote,
      onFailure: (urn, error) => {
        this.recorder.problem(urn, error);
        work.halt();
      },
    });
  }

  /** Runs the program until it has ended, or the run is halted and nothing is in flight. */
  private async runProgram(program: Program, monitor: SimulatorMonitor, work: WorkCounter): Promise<void> {
    const { log, request } = this.options;
    const { project, stack } = request;
    const rejections = collectRejections();
    const onLog = this.recorder.diagnostic.bind(this.recorder);
    const fail = (error: unknown): void => {
      logStackTrace(log, error);
      if (error instanceof BerthError) this.own.add(error);
      else this.recorder.add({ message: plainText(messageOf(error)) });
      work.halt();
    };
    const watched = watch(program, fail);
    try {
      makeLean(log);
      await withoutStackTraces(log, () => {
        const ended = runProgram({ project, stack, program: watched, monitor, dryRun: this.dryRun, onLog });
        return Promise.race([ended, work.halted]);
      });
    } catch (error) {
      fail(error);
      await work.halted;
    } finally {
      if (work.isHalted) dropLateRejections();
      await rejections.stop();
      for (const error of rejections.seen()) fail(error);
    }
  }

  /** Halts the run when it is cancelled, saves the state at its end, and reports its problems as one error. */
  private async guarded(work: WorkCounter, doWork: () => Promise<void>): Promise<void> {
    const { signal, hasten } = this.options.request;
    const isCancelled = (): boolean => signal.aborted;
    if (isCancelled()) throw this.cancelled();
    const halt = (): void => {
      work.halt();
    };
    const abandon = (): void => {
      work.abandon();
    };
    signal.addEventListener("abort", halt, { once: true });
    hasten?.addEventListener("abort", abandon, { once: true });
    try {
      const done = doWork();
      await Promise.race([done, work.halted.then(() => (hasten?.aborted === true ? undefined : done))]);
    } finally {
      signal.removeEventListener("abort", halt);
      hasten?.removeEventListener("abort", abandon);
      await this.save();
      this.state.close();
    }
    const [own] = this.own;
    if (own !== undefined) {
      throw new BerthError(
        own.kind,
        [...this.own].flatMap((error) => error.problems),
        { cause: own },
      );
    }
    const problems = this.recorder.problems();
    if (problems.length > 0) throw new BerthError("deployment", problems);
    if (isCancelled()) throw this.cancelled();
  }

  private save(): Promise<void> {
    return this.state.save(new Date(this.options.clock.now()).toISOString());
  }

  private cancelled(): BerthError {
    const reason: unknown = this.options.request.signal.reason;
    return reason instanceof BerthError ? reason : new BerthError("cancelled", "the run was cancelled");
  }

  private isLeftOut(urn: string): boolean {
    const targets = this.options.request.targets ?? [];
    return targets.length > 0 && !targets.includes(urn);
  }
}

/**
 * A program that reports its failure and then stays open: Pulumi's runtime would leave several copies of its rejection
 * unhandled. The run that is halted waits for it no longer.
 */
function watch(program: Program, onFailure: (error: unknown) => void): Program {
  return async () => {
    try {
      return await program();
    } catch (error) {
      onFailure(error);
      return new Promise<never>(() => undefined);
    }
  };
}
