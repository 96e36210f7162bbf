/**
 * Pulumi's mock monitor, taken at its word: every registration of the program reaches a {@link Deployment} with all of
 * its options (parent, dependencies, protect …), which plain mocks don't pass.
 */
import { status } from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { specialResourceSig, specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { messageOf } from "../../errors";
import type { StackIdentity } from "../../ports";
import type { Properties, SimulatedCloud } from "../cloud/cloud";
import { isRecord, mapProperties, recordOf, textOf } from "../cloud/values";
import { Wire } from "../provider/wire";
import type { Deployment, Registered } from "./deployment";
import type { Goal } from "./goal";
import { Halted, type WorkCounter } from "./work";
import type { WorkingState } from "./working-state";
import { makeUrn, nameOfUrn, stackType, typeOfUrn } from "./urn";

/** Makes the children of a component that lives in a provider's process, and answers with its outputs. */
export type RemoteComponents = (
  request: messages.RegisterResourceRequest,
) => Promise<messages.RegisterResourceResponse>;

export interface MonitorOptions {
  readonly stack: StackIdentity;
  readonly cloud: SimulatedCloud;
  readonly deployment: Deployment;
  readonly state: WorkingState;
  readonly work: WorkCounter;
  readonly salt: string;
  readonly remote: RemoteComponents;
  /** Told of what went wrong outside of the deployment. */
  readonly onFailure: (urn: string, error: unknown) => void;
}

type Callback<T> = (error: unknown, response: T | undefined) => void;

/** What a reference to a resource, passed on by the program, is resolved to. */
interface Known {
  readonly urn: string;
  readonly id: string;
  readonly state: Struct;
}

export class SimulatorMonitor extends MockMonitor {
  /** The other names of the resources that have some, by URN. */
  private readonly aliases = new Map<string, readonly string[]>();
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: MonitorOptions) {
    super({ call: refuse, newResource: refuse });
  }

  override registerResource(
    request: messages.RegisterResourceRequest,
    callback: Callback<messages.RegisterResourceResponse>,
  ): Promise<void> {
    if (!request.getRemote()) return answer(callback, () => this.register(request));
    const urn = makeUrn(this.options.stack, request.getParent(), request.getType(), request.getName());
    return answer(callback, () => this.telling(urn, () => this.options.remote(request)));
  }

  override readResource(
    request: messages.ReadResourceRequest,
    callback: Callback<messages.ReadResourceResponse>,
  ): Promise<void> {
    const { cloud, stack, work } = this.options;
    const [type, id] = [request.getType(), request.getId()];
    const urn = makeUrn(stack, request.getParent(), type, request.getName());
    const read = async (): Promise<messages.ReadResourceResponse> => {
      const found = await work.run(() => cloud.read(type, id));
      if (found === undefined) throw new Error(`'${id}' does not exist`);
      const properties = new Wire().close(found.outputs);
      this.remember(urn, id, properties);
      return new messages.ReadResourceResponse().setUrn(urn).setProperties(properties);
    };
    return answer(callback, () => this.telling(urn, read));
  }

  override invoke(
    request: messages.ResourceInvokeRequest,
    callback: Callback<messages.ResourceInvokeResponse>,
  ): Promise<void> {
    const call = async (): Promise<messages.ResourceInvokeResponse> => {
      const wire = new Wire();
      const args = wire.open(request.getArgs());
      const response = new messages.ResourceInvokeResponse();
      if (request.getTok() === "pulumi:pulumi:getResource") {
        const { state, ...known } = this.resourceOf(textOf(args["urn"]));
        return response.setReturn(Struct.fromJavaScript({ ...known, state: state.toJavaScript() }));
      }
      const { cloud, work } = this.options;
      return response.setReturn(wire.close(await work.run(() => cloud.invoke(request.getTok(), args))));
    };
    // What a function says is the program's to handle.
    return answer(callback, call, status.UNKNOWN);
  }

  override registerResourceOutputs(
    request: messages.RegisterResourceOutputsRequest,
    callback: Callback<object>,
  ): void {
    void answer(callback, async () => {
      const outputs = plain(new Wire(this.options.salt).open(request.getOutputs()));
      const urn = request.getUrn();
      await this.options.state.setOutputs(urn, recordOf(outputs), typeOfUrn(urn) === stackType);
      return {};
    });
  }

  private async register(
    request: messages.RegisterResourceRequest,
  ): Promise<messages.RegisterResourceResponse> {
    const wire = new Wire(this.options.salt);
    const goal = this.goalOf(request, inputsOf(request, wire), wire);
    const made = await this.options.deployment.register(goal);
    const properties = this.closed(wire, request, made);
    this.remember(goal.urn, made.id ?? "", properties);
    return new messages.RegisterResourceResponse()
      .setUrn(goal.urn)
      .setId(made.id ?? "")
      .setObject(properties)
      .setUnknown(made.skipped === true);
  }

  private closed(wire: Wire, request: messages.RegisterResourceRequest, made: Registered): Struct {
    const secret = request.getAdditionalsecretoutputsList();
    const properties = wire.close(made.outputs);
    if (secret.length === 0) return properties;
    const marked = Object.entries(properties.toJavaScript()).map(([key, value]) => [
      key,
      secret.includes(key) && recordOf(value)[specialSigKey] === undefined
        ? { [specialSigKey]: specialSecretSig, value }
        : value,
    ]);
    return Struct.fromJavaScript(Object.fromEntries(marked) as Record<string, JavaScriptValue>);
  }

  private goalOf(
    request: messages.RegisterResourceRequest,
    inputs: Properties,
    { unknownSecrets }: Wire,
  ): Goal {
    const { stack } = this.options;
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const urn = makeUrn(stack, parent, type, name);
    return {
      urn,
      type,
      custom: request.getCustom(),
      parent,
      inputs,
      unknownSecrets,
      dependencies: request.getDependenciesList(),
      propertyDependencies: propertyDependencies(request),
      protect: request.getProtect() === true,
      retainOnDelete: request.getRetainondelete() === true,
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      deleteBeforeReplace: request.getDeletebeforereplacedefined()
        ? request.getDeletebeforereplace()
        : undefined,
      aliases: this.aliasesOf(request, urn, parent),
      importId: request.getImportid(),
      provider: request.getProvider(),
      deletedWith: request.getDeletedwith(),
    };
  }

  /** Its own, and those that it has as a child of its parent's: a parent's alias is one of all below it (Pulumi, "Aliases"). */
  private aliasesOf(request: messages.RegisterResourceRequest, urn: string, parent: string): string[] {
    const own = request.getAliasesList().map((alias) => this.aliasUrn(alias, urn, parent));
    const inherited = (this.aliases.get(parent) ?? []).map((above) =>
      makeUrn(this.options.stack, above, typeOfUrn(urn), nameOfUrn(urn)),
    );
    const all = [...own, ...inherited];
    if (all.length > 0) this.aliases.set(urn, all);
    return all;
  }

  /** An alias is a URN, or says in which parts the old URN differed. */
  private aliasUrn(alias: Alias, urn: string, parent: string): string {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    const { project, stack } = this.options.stack;
    const above = spec.getNoparent() ? "" : spec.getParenturn() || parent;
    return makeUrn(
      { project: spec.getProject() || project, stack: spec.getStack() || stack },
      above,
      spec.getType() || typeOfUrn(urn),
      spec.getName() || nameOfUrn(urn),
    );
  }

  private async telling<T>(urn: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Halted)) this.options.onFailure(urn, error);
      throw error;
    }
  }

  private remember(urn: string, id: string, properties: Struct): void {
    this.known.set(urn, { urn, id, state: properties });
  }

  private resourceOf(urn: string): Known {
    const found = this.known.get(urn);
    if (found === undefined) throw new Error(`the stack has no resource ${urn}`);
    return found;
  }
}

function refuse(): never {
  throw new Error("the simulator answers by itself");
}

/**
 * Passes the work's result to the runtime. An error goes as CANCELLED unless said otherwise: the runtime then leaves
 * what depends on it open instead of rejecting it, as when the real engine ends a run; the failure itself is reported already.
 */
async function answer<T>(
  callback: Callback<T>,
  work: () => Promise<T>,
  code = status.CANCELLED,
): Promise<void> {
  let response: T;
  try {
    response = await work();
  } catch (error) {
    const message = messageOf(error);
    const told = error instanceof Halted ? status.CANCELLED : code;
    callback(Object.assign(new Error(message), { code: told, details: message }), undefined);
    return;
  }
  callback(null, response);
}

/** What the engine takes as inputs; those of a provider name the version of its plugin, as the real engine has it. */
function inputsOf(request: messages.RegisterResourceRequest, wire: Wire): Properties {
  const inputs = recordOf(plain(wire.open(request.getObject())));
  const version = request.getVersion();
  return version === "" || !request.getType().startsWith("pulumi:providers:")
    ? inputs
    : { ...inputs, version };
}

/** References to resources become what a provider is given: ids, and the URNs of components. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  if (value[specialSigKey] === specialResourceSig) {
    const id = value["id"];
    return id === undefined || id === "" ? value["urn"] : id;
  }
  return mapProperties(value, plain);
}

function propertyDependencies(request: messages.RegisterResourceRequest): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    if (dependencies.getUrnsList().length > 0) found[property] = dependencies.getUrnsList();
  });
  return found;
}
