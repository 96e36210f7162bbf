/** Components of the simulated awsx, for both engines: made from a request, answered with outputs and dependencies. */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { DependencyResource, output } from "@pulumi/pulumi";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";
import { disconnect, resetOptions } from "@pulumi/pulumi/runtime/settings";
import { SimulatedVpc, awsxVpcType, vpcArgs } from "./awsx";
import {
  awaitFeatureSupport,
  connectApart,
  getAllTransitivelyReferencedResourceURNs,
  serializePropertiesReturnDeps,
  withLocalStorage,
} from "../pulumi-internals";

/** What a component is made from. */
export interface ComponentRequest {
  readonly type: string;
  readonly name: string;
  /** URN, empty for none. */
  readonly parent: string;
  readonly inputs: Struct | undefined;
  /** URNs. */
  readonly dependsOn: readonly string[];
}

/** A component whose children are registered. */
export interface MadeComponent {
  readonly urn: string;
  readonly outputs: Struct;
  /** The URNs that each output comes from. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

/** Makes the component and its children in the run that goes on here. @throws Error where it isn't simulated */
export async function makeComponent(request: ComponentRequest): Promise<MadeComponent> {
  if (request.type !== awsxVpcType) throw new Error(`the simulated awsx has no component ${request.type}`);
  const inputs: unknown = deserializeProperties(request.inputs ?? new Struct());
  const args = await vpcArgs(inputs as Readonly<Record<string, unknown>>);
  const made = new SimulatedVpc(request.name, args, {
    ...(request.parent === "" ? {} : { parent: new DependencyResource(request.parent) }),
    dependsOn: request.dependsOn.map((urn) => new DependencyResource(urn)),
  });
  const [outputs, resources] = await serializePropertiesReturnDeps("outputs", made.outputs());
  const dependencies = new Map<string, readonly string[]>();
  for (const [property, sources] of resources) {
    dependencies.set(property, [...(await getAllTransitivelyReferencedResourceURNs(sources, new Set()))]);
  }
  const urn = await new Promise<string>((resolve) => output(made.urn).apply(resolve));
  return { urn, outputs: Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>), dependencies };
}

/**
 * Answers the real engine's `Construct` call: a run of its own against the engine's resource monitor.
 *
 * @param engineAddress - where the engine takes log messages, as it passed it to the provider when it attached
 */
export function construct(
  request: messages.ConstructRequest,
  engineAddress: string,
): Promise<messages.ConstructResponse> {
  return withLocalStorage(async () => {
    resetOptions(
      request.getProject(),
      request.getStack(),
      request.getParallel(),
      engineAddress,
      request.getMonitorendpoint(),
      request.getDryrun(),
      request.getOrganization(),
    );
    const close = connectApart({ monitor: request.getMonitorendpoint(), engine: engineAddress });
    try {
      return await constructed(request);
    } finally {
      // A component that is refused leaves calls behind, which have their connection until they have ended.
      void disconnect().then(close, close);
    }
  });
}

async function constructed(request: messages.ConstructRequest): Promise<messages.ConstructResponse> {
  await awaitFeatureSupport();
  const made = await makeComponent({
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    inputs: request.getInputs(),
    dependsOn: request.getDependenciesList(),
  });
  await disconnect();
  const response = new messages.ConstructResponse().setUrn(made.urn).setState(made.outputs);
  for (const [property, urns] of made.dependencies) {
    const dependencies = new messages.ConstructResponse.PropertyDependencies();
    response.getStatedependenciesMap().set(property, dependencies.setUrnsList([...urns]));
  }
  return response;
}
