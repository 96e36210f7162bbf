/** The real engine: Pulumi's Automation API with an inline program, state on `file://` or `s3://`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/stack";
import type {
  DataHolder,
  Engine,
  EngineRequest,
  EngineRun,
  Program,
  ProgramRequest,
  Recovery,
  StackIdentity,
  StackResource,
  StackSummary,
} from "../../ports";
import type { RunRecorder } from "../events";
import { backendExists, checkpointKey, makeBackend } from "./backend";
import { parseCheckpoint, requireCheckpoint, type Checkpoint } from "./checkpoint";
import { findCli, type PulumiCli } from "./cli";
import { cliEnvironment } from "./environment";
import { explain } from "./errors";
import { breakLocks } from "./locks";
import { emptyCheckpoint, onNewStack } from "./new-stack";
import { operateOn, type Operate, type OperateOptions, type Run } from "./operation";
import type { PulumiEngineOptions } from "./options";
import { planDependencies, withDependencies } from "./plan";
import { recoverState } from "./recovery";
import { previewContext, releasedState } from "./release";
import { qualifiedName, withDirectory, type CliContext } from "./workspace";

/** A run on a stack that is there, or is not yet. */
interface StackRun extends Run {
  readonly isNew: boolean;
}

/** Pulumi as an engine. Runs of one process follow each other: the SDK keeps global state. */
export class PulumiEngine implements Engine<"pulumi"> {
  readonly kind = "pulumi";
  readonly #environment: Readonly<Record<string, string>>;
  #cli: Promise<PulumiCli> | undefined;

  constructor(private readonly options: PulumiEngineOptions) {
    this.#environment = cliEnvironment(options);
  }

  preview(request: ProgramRequest): Promise<EngineRun> {
    return this.#run(request, async (run) => {
      const plan = join(run.directory, "plan.json");
      const recorder = await this.#operate(await this.#aside(run), request.program, (stack, options) =>
        stack.preview({ ...options, ...replacing(request), plan, refresh: request.refresh === true }),
      );
      const planned = planDependencies(await readFile(plan, "utf8"));
      return withDependencies(recorder, [planned, run.before.dependencies]);
    });
  }

  up(request: ProgramRequest): Promise<EngineRun> {
    return this.#run(request, async (run) => {
      await makeBackend(this.options.backendUrl);
      await this.#release(request, []);
      const operate = (): Promise<RunRecorder> =>
        this.#operate(run, request.program, (stack, options) =>
          stack.up({ ...options, ...replacing(request), refresh: request.refresh === true }),
        );
      const recorder = await (run.isNew ? onNewStack(request, this.options, operate) : operate());
      const after = await this.#checkpoint(request);
      return withDependencies(recorder, [after?.dependencies, run.before.dependencies]);
    });
  }

  refresh(request: EngineRequest): Promise<EngineRun> {
    return this.#onExisting(request, (stack, options) => stack.refresh(options));
  }

  /**
   * Protection keeps an `up` from replacing or dropping what holds data. A destroy means all of it, or what it names:
   * the protection goes first, and the program's next `up` puts it back on what is left.
   */
  destroy(request: EngineRequest): Promise<EngineRun> {
    return this.#onExisting(request, async (stack, options, before) => {
      await this.#release(request, request.targets ?? before.dataHolders.map(({ urn }) => urn));
      await stack.destroy({ ...options, continueOnError: true });
    });
  }

  async remove(stack: StackIdentity): Promise<void> {
    if ((await this.#checkpoint(stack)) === undefined) return;
    await this.#command(stack, ["stack", "rm", "--yes", "--preserve-config", qualifiedName(stack)]);
  }

  async recover(recovery: Recovery): Promise<void> {
    const only = (urns: readonly string[], operate: Operate): Promise<EngineRun> =>
      this.#onExisting({ ...recovery, targets: urns }, operate);
    await recoverState(recovery, this.options, {
      refresh: async (urns) => {
        await only(urns, (stack, options) => stack.refresh({ ...options, clearPendingCreates: true }));
      },
      remove: async (urns) => {
        await only(urns, (stack, options) => stack.destroy(options));
      },
    });
  }

  async cancel(stack: StackIdentity): Promise<boolean> {
    return (await breakLocks(this.options.state, stack)).broken.length > 0;
  }

  exportState(stack: StackIdentity): Promise<string | undefined> {
    return this.options.state.read(checkpointKey(stack));
  }

  async importState(stack: StackIdentity, text: string): Promise<void> {
    requireCheckpoint(text);
    await this.options.state.write(checkpointKey(stack), text);
  }

  async outputs(stack: StackIdentity): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.#checkpoint(stack))?.outputs;
  }

  async list(): Promise<readonly StackSummary[]> {
    if (!(await backendExists(this.options.backendUrl))) return [];
    const nowhere = { project: "", stack: "" };
    const listed = JSON.parse(await this.#command(nowhere, ["stack", "ls", "--all", "--json"])) as {
      readonly name: string;
      readonly lastUpdate?: string;
      readonly resourceCount?: number;
    }[];
    return listed.map(({ name, lastUpdate, resourceCount }) => {
      const [, project = "", stack = ""] = name.split("/");
      return {
        project,
        stack,
        ...(lastUpdate === undefined ? {} : { lastUpdate }),
        ...(resourceCount === undefined ? {} : { resourceCount }),
      };
    });
  }

  async resources(stack: StackIdentity): Promise<readonly StackResource[]> {
    return (await this.#checkpoint(stack))?.resources ?? [];
  }

  async dataHolders(stack: StackIdentity): Promise<readonly DataHolder[]> {
    return (await this.#checkpoint(stack))?.dataHolders ?? [];
  }

  stateVersion(stack: StackIdentity): Promise<string | undefined> {
    return this.options.state.version(checkpointKey(stack));
  }

  /** A run on what the stack holds; a stack that doesn't exist holds nothing. */
  #onExisting(
    request: EngineRequest,
    operate: (stack: Stack, options: OperateOptions, before: Checkpoint) => Promise<unknown>,
  ): Promise<EngineRun> {
    return this.#run(request, async (run) => {
      const { before } = run;
      if (run.isNew) return { steps: [], outputs: {} };
      const recorder = await this.#operate(run, undefined, (stack, options) =>
        operate(stack, options, before),
      );
      return withDependencies(recorder, [before.dependencies]);
    });
  }

  async #aside(run: StackRun): Promise<Run> {
    const { request, context, directory, isNew } = run;
    const state = isNew ? undefined : await this.exportState(request);
    return { ...run, context: await previewContext(context, request, directory, state) };
  }

  /** Takes the protection off, in the state; for what the request releases, everything that keeps it. */
  async #release(request: EngineRequest, unprotect: readonly string[]): Promise<void> {
    const { release = [] } = request;
    if (release.length === 0 && unprotect.length === 0) return;
    const state = await this.exportState(request);
    const released = state === undefined ? undefined : releasedState(state, release, unprotect);
    if (released !== undefined && released !== state) await this.importState(request, released);
  }

  async #run(request: EngineRequest, work: (run: StackRun) => Promise<EngineRun>): Promise<EngineRun> {
    const [found, context] = await Promise.all([this.#checkpoint(request), this.#context()]);
    const before = found ?? parseCheckpoint(emptyCheckpoint(request));
    const isNew = found === undefined;
    return withDirectory((directory) => work({ request, context, directory, before, isNew }));
  }

  #operate(run: Run, program: Program | undefined, operate: Operate): Promise<RunRecorder> {
    return operateOn(run, program, operate, this.options);
  }

  async #context(): Promise<CliContext> {
    const environment = this.#environment;
    const home = environment["PULUMI_HOME"] ?? join(environment["HOME"] ?? "/", ".pulumi");
    this.#cli ??= findCli(environment, home, this.options.log);
    return { cli: await this.#cli, environment, secretsProvider: this.options.secretsProvider };
  }

  /** A command about a stack, outside of any project. @returns what it wrote on stdout */
  async #command(identity: StackIdentity, args: readonly string[]): Promise<string> {
    const { cli, environment } = await this.#context();
    try {
      return (await withDirectory((directory) => cli.run(args, directory, environment))).stdout;
    } catch (error) {
      const { backendUrl } = this.options;
      throw explain({ error, identity, backendUrl, problems: [], thrown: [] });
    }
  }

  async #checkpoint(stack: StackIdentity): Promise<Checkpoint | undefined> {
    const text = await this.exportState(stack);
    return text === undefined ? undefined : parseCheckpoint(text);
  }
}

function replacing({ replace = [] }: ProgramRequest): { readonly replace?: string[] } {
  return replace.length === 0 ? {} : { replace: [...replace] };
}
