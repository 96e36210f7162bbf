/** One operation of the CLI on a stack: opened, listened to, tried again where the state could not be reached, explained. */
import type { Stack } from "@pulumi/pulumi/automation/stack";
import type { EngineEvent as PulumiEvent } from "@pulumi/pulumi/automation/events";
import type { Logger } from "../../log";
import type { Clock, EngineRequest, Program, TextStore } from "../../ports";
import { RunRecorder } from "../events";
import { checkpointKey } from "./backend";
import { parseCheckpoint, type Checkpoint } from "./checkpoint";
import { BerthError, messageOf } from "../../errors";
import { explain, isStateLost, refusedState } from "./errors";
import { breakLocks, isLockGone } from "./locks";
import { StateGateway } from "./state-gateway";
import { openStack, type CliContext } from "./workspace";
import { collectRejections, dropLateRejections } from "../rejections";
import { makeLean } from "../lean-sdk";
import { logStackTrace, withoutStackTraces } from "../stack-traces";

/** An operation of the CLI on an opened stack. */
export type Operate = (stack: Stack, options: OperateOptions) => Promise<unknown>;

export interface OperateOptions {
  readonly onEvent: (event: PulumiEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly signal: AbortSignal;
  readonly color: "never";
  readonly suppressOutputs: true;
  readonly suppressProgress: true;
  readonly target?: string[];
}

/** Everything that one run has at hand. */
export interface Run {
  readonly request: EngineRequest;
  readonly context: CliContext;
  readonly directory: string;
  /** The state before the run. */
  readonly before: Checkpoint;
}

/** What every operation needs of the engine that it belongs to. */
export interface OperationPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly backendUrl: string;
  readonly state: TextStore;
}

/** How often an operation is begun whose state can't be reached, before anything of it has begun. */
const attempts = 4;

/** Milliseconds before the second attempt, at most; twice as many before each further one. */
const firstWait = 500;

/**
 * Opens the stack and runs the operation to its end. The CLI tries its calls of the state again by itself, but gives up at
 * an answer that breaks off: as long as nothing of the operation has begun, it is begun again.
 *
 * @throws BerthError whatever goes wrong
 */
export async function operateOn(
  run: Run,
  program: Program | undefined,
  operate: Operate,
  ports: OperationPorts,
): Promise<RunRecorder> {
  const { request } = run;
  const { clock, log, backendUrl, state } = ports;
  for (let attempt = 1; ; attempt++) {
    const recorder = new RunRecorder(request.onEvent, () => clock.now());
    const rejections = collectRejections();
    const seen = { begun: false };
    try {
      request.signal.throwIfAborted();
      const watched = rejections.watch(program);
      const before = attempt === 1 ? run.before : await existing(run, state);
      const options = optionsOf(request, log, (event) => {
        seen.begun ||= event.resourcePreEvent !== undefined;
        recorder.take(event);
      });
      await carryOut({ ...run, before }, watched, ports, (stack) => operate(stack, options));
      return recorder;
    } catch (error) {
      // A CLI that was hastened, or could not reach its state, leaves its lock; it is our child, and has ended.
      const isLost = isStateLost(error);
      if (request.hasten?.aborted === true || isLost) {
        // Where that fails too, the next run does it.
        await breakLocks(state, request, (lock) => isLockGone(lock, [], clock)).catch(() => undefined);
      }
      if (!isLost || seen.begun || attempt === attempts || request.signal.aborted) {
        const problems = recorder.problems();
        const thrown = rejections.seen();
        for (const one of thrown) logStackTrace(log, one);
        if (request.signal.aborted) dropLateRejections();
        throw explain({ error, identity: request, backendUrl, problems, thrown, signal: request.signal });
      }
      log.info(`the state could not be reached: attempt ${attempt + 1} of ${attempts}`);
    } finally {
      await rejections.stop();
    }
    await clock.sleep(firstWait * 2 ** (attempt - 1) * Math.random(), request.signal).catch(() => undefined);
  }
}

/** Opens the stack and has the CLI do it. @throws the signal's reason where it is aborted */
async function carryOut(
  run: Run,
  program: Program | undefined,
  ports: OperationPorts,
  operate: (stack: Stack) => Promise<unknown>,
): Promise<void> {
  const { request, context, directory, before } = run;
  makeLean(ports.log);
  await throughGateway(run, ports, async (environment) => {
    const cli = context.cli.hastenedBy(request.hasten);
    const stack = await openStack({ ...context, cli, environment }, directory, request, before, program);
    request.signal.throwIfAborted();
    await withoutStackTraces(ports.log, () => operate(stack));
  });
  // A CLI that is interrupted before it has begun ends as if all were done.
  request.signal.throwIfAborted();
}

/**
 * Where the state is in a bucket, each step of the CLI would wait for several of its answers: there is a gateway before it.
 *
 * @throws BerthError (usage) where AWS refuses to read or write the state
 */
async function throughGateway(
  { request, context }: Run,
  { backendUrl, state }: OperationPorts,
  work: (environment: CliContext["environment"]) => Promise<void>,
): Promise<void> {
  const { environment } = context;
  if (environment["PULUMI_BACKEND_URL"]?.startsWith("s3://") !== true) return work(environment);
  const gateway = await StateGateway.open({ backendUrl, state, checkpoint: checkpointKey(request) });
  try {
    await work({ ...environment, PULUMI_BACKEND_URL: gateway.backendUrl });
  } catch (error) {
    await gateway.close().catch(() => undefined);
    const { refusal } = gateway;
    if (refusal === undefined || isStateLost(error)) throw error;
    throw new BerthError("usage", refusedState(backendUrl, messageOf(refusal)), { cause: refusal });
  }
  await gateway.close();
}

function optionsOf(
  { signal, targets }: EngineRequest,
  log: Logger,
  onEvent: NonNullable<OperateOptions["onEvent"]>,
): OperateOptions {
  const write = (text: string): void => {
    log.debug(text.trimEnd());
  };
  return {
    ...{ onEvent, onOutput: write, onError: write, signal, color: "never" },
    ...{ suppressOutputs: true, suppressProgress: true },
    ...(targets === undefined ? {} : { target: [...targets] }),
  };
}

async function existing({ request, before }: Run, state: TextStore): Promise<Checkpoint> {
  const text = await state.read(checkpointKey(request));
  return text === undefined ? before : parseCheckpoint(text);
}
