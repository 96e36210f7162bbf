/** Runs an inline program in this process, against a monitor instead of an engine. */
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";
import { setMocks } from "@pulumi/pulumi/runtime/mocks";
import { disconnect } from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import type { Program, StackIdentity } from "../ports";
import { SimulatedVpc, awsxVpcType, vpcArgs } from "../simulator/awsx";
import {
  getAllTransitivelyReferencedResourceURNs,
  getStore,
  serializePropertiesReturnDeps,
  withLocalStorage,
} from "./simulator-internals";
import type { SimulatorMonitor } from "./simulator-monitor";

/** Runs follow one another: what a program leaves unhandled is told to the process, not to a run. */
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
    Object.assign(getStore().settings, { monitor, engine: logEngine(options.onLog) });
    await runInPulumiStack(program);
    await disconnect();
  });
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
  if (request.getType() !== awsxVpcType)
    throw new Error(`the simulator has no component ${request.getType()}`);
  const inputs: unknown = deserializeProperties(request.getObject() ?? new Struct());
  const parent =
    request.getParent() === "" ? {} : { parent: new pulumi.DependencyResource(request.getParent()) };
  const args = await vpcArgs(inputs as Readonly<Record<string, unknown>>);
  const made = new SimulatedVpc(request.getName(), args, {
    ...parent,
    dependsOn: request.getDependenciesList().map((urn) => new pulumi.DependencyResource(urn)),
  });
  const [outputs, resources] = await serializePropertiesReturnDeps("outputs", made.outputs());
  const response = new messages.RegisterResourceResponse()
    .setUrn(await valueOf(made.urn))
    .setObject(Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>));
  for (const [name, dependencies] of resources) {
    const urns = await getAllTransitivelyReferencedResourceURNs(dependencies, new Set());
    response
      .getPropertydependenciesMap()
      .set(name, new messages.RegisterResourceResponse.PropertyDependencies().setUrnsList([...urns]));
  }
  return response;
}

/** The value of an output that is known. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
