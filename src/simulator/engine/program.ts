/** Runs an inline program in this process, against a monitor instead of an engine. */
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { setMocks } from "@pulumi/pulumi/runtime/mocks";
import { disconnect } from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import type { Program, StackIdentity } from "../../ports";
import { makeComponent } from "../awsx/construct";
import { forgetStack, setEngine, withLocalStorage } from "../pulumi-internals";
import { keepingStructs } from "./kept-struct";
import type { SimulatorMonitor } from "./monitor";

/** Runs follow one another: what a program leaves unhandled is reported to the process, not to a run. */
let last: Promise<unknown> = Promise.resolve();

/** Waits for the runs of this process that came before. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
}

type Severity = "info" | "warning" | "error";
/** Pulumi's log severities; debug messages, which may carry secrets, are dropped. */
const severities: readonly (Severity | undefined)[] = [undefined, "info", "warning", "error"];

export interface ProgramOptions extends StackIdentity {
  readonly program: Program;
  readonly monitor: SimulatorMonitor;
  readonly dryRun: boolean;
  readonly onLog: (severity: Severity, message: string, urn: string) => void;
}

/**
 * Runs the program until it has returned and all of its resources are registered. Each run has a store of its own, so
 * that a second one in the same process, of another project, starts from nothing.
 */
export function runProgram(options: ProgramOptions): Promise<void> {
  const { project, stack, program, monitor, dryRun } = options;
  return withLocalStorage(async () => {
    await setMocks(monitor.mocks, project, stack, dryRun);
    setEngine({ monitor, engine: logEngine(options.onLog) });
    await keepingStructs(() => runInPulumiStack(program));
    await disconnect();
  }).finally(forgetStack);
}

/** What the runtime asks of an engine besides a monitor: to be logged to. */
function logEngine(onLog: ProgramOptions["onLog"]): object {
  return {
    log: (request: LogRequest, done: () => void) => {
      const severity = severities[request.getSeverity()];
      if (severity !== undefined && !request.getEphemeral())
        onLog(severity, request.getMessage(), request.getUrn());
      done();
    },
    setRootResource: (_: unknown, done: (error: null, response: object) => void) => {
      done(null, {});
    },
    close: () => undefined,
  };
}

/** A component of a provider's process, made in this one: its children are registered, its outputs answered. */
export async function makeRemote(
  request: messages.RegisterResourceRequest,
): Promise<messages.RegisterResourceResponse> {
  const made = await makeComponent({
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    inputs: request.getObject(),
    dependsOn: request.getDependenciesList(),
  });
  const response = new messages.RegisterResourceResponse().setUrn(made.urn).setObject(made.outputs);
  for (const [property, urns] of made.dependencies) {
    const dependencies = new messages.RegisterResourceResponse.PropertyDependencies();
    response.getPropertydependenciesMap().set(property, dependencies.setUrnsList([...urns]));
  }
  return response;
}
