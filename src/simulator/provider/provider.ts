/**
 * Serves a {@link SimulatedCloud} to the real engine: a Pulumi resource provider on gRPC, attached with
 * `PULUMI_DEBUG_PROVIDERS=aws:PORT,awsx:PORT` (EMULATOR, second chapter). `provider/server.js` of Pulumi's own SDK
 * serves one provider a process, prints its port on stdout and takes no notice of previews; here several live in one
 * process and a preview answers with real unknowns.
 *
 * Secrets arrive marked as such, reach the cloud sealed and go back as they came ({@link Wire}).
 */
import * as grpc from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version as awsVersion } from "@pulumi/aws/package.json";
import { version as awsxVersion } from "@pulumi/awsx/package.json";
import { messageOf } from "../../errors";
import { answerAttached } from "../plays/attached-aws";
import type { SimulatedCloud } from "../cloud/cloud";
import { construct } from "../awsx/construct";
import { refreshedInputs } from "../cloud/diff";
import { guardZone, roleOf } from "../cloud/zones";
import { Wire } from "./wire";

export interface ServedProvider {
  /** The TCP port on 127.0.0.1. */
  readonly port: number;
  /** Refuses new calls and waits for none. */
  close(): void;
}

/** By connection, of which each provider of a program has its own: the role that it takes. */
type Roles = Map<string, string | undefined>;

export interface ProviderOptions {
  /** What `GetPluginInfo` answers. @default "0.0.0" */
  readonly version?: string;
}

/** 400 MB, Pulumi's own limit of a message. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Serves the cloud on a free port of 127.0.0.1.
 *
 * @param cloud - what the resources and functions of this provider are made by
 */
export async function serveProvider(
  cloud: SimulatedCloud,
  options: ProviderOptions = {},
): Promise<ServedProvider> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": maxMessageBytes });
  const roles: Roles = new Map();
  server.addService(ResourceProviderService, { ...lifecycle(options, roles), ...resources(cloud, roles) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    close: () => {
      server.forceShutdown();
    },
  };
}

/** The simulated AWS as the two packages that programs use. */
export interface ServedAws {
  /** The value of `PULUMI_DEBUG_PROVIDERS`: `aws:PORT,awsx:PORT`. */
  readonly debugProviders: string;
  close(): void;
}

/** Serves one cloud as both `aws` and `awsx`, at the versions of the installed SDKs, which the engine compares. */
export async function serveAws(cloud: SimulatedCloud): Promise<ServedAws> {
  const aws = await serveProvider(cloud, { version: awsVersion });
  const awsx = await serveProvider(cloud, { version: awsxVersion });
  return {
    debugProviders: `aws:${aws.port},awsx:${awsx.port}`,
    close: () => {
      aws.close();
      awsx.close();
    },
  };
}

/** A handler of one unary call; what it throws reaches the engine as the error's text. @param handle - `peer` is the connection */
function unary<Request, Response>(
  handle: (request: Request, peer: string) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void Promise.resolve()
      .then(() => handle(call.request, call.getPeer()))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({ code: grpc.status.UNKNOWN, details: messageOf(error) });
        },
      );
  };
}

/** What belongs to the plugin rather than to a resource. The engine passes its address when it attaches. */
function lifecycle(options: ProviderOptions, roles: Roles): grpc.UntypedServiceImplementation {
  let engineAddress = "";
  return {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: unary((request: PluginAttach) => {
      engineAddress = request.getAddress();
      return new Empty();
    }),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(options.version ?? "0.0.0")),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(diffConfig),
    configure: unary((request: messages.ConfigureRequest, peer) => {
      roles.set(peer, roleOf(new Wire().open(request.getArgs())));
      return new messages.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true);
    }),
    construct: unary((request: messages.ConstructRequest) => construct(request, engineAddress)),
  };
}

function resources(cloud: SimulatedCloud, roles: Roles): grpc.UntypedServiceImplementation {
  return {
    check: unary((request: messages.CheckRequest) => check(cloud, request)),
    diff: unary((request: messages.DiffRequest) => diff(cloud, request)),
    create: unary((request: messages.CreateRequest, peer) => {
      guard("creating", request, request.getProperties(), roles.get(peer));
      return create(cloud, request);
    }),
    read: unary((request: messages.ReadRequest) => read(cloud, request)),
    update: unary((request: messages.UpdateRequest, peer) => {
      guard("updating", request, request.getNews(), roles.get(peer));
      return update(cloud, request);
    }),
    delete: unary(async (request: messages.DeleteRequest, peer) => {
      guard("deleting", request, request.getProperties(), roles.get(peer));
      await cloud.delete(typeOf(request), request.getId());
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const services = await answerAttached(cloud, request);
      if (services !== undefined) return services;
      const wire = new Wire();
      const answer = await cloud.invoke(request.getTok(), wire.open(request.getArgs()));
      return new messages.InvokeResponse().setReturn(wire.close(answer));
    }),
  };
}

/** @throws Error where the connection's role may not change the zone */
function guard(
  doing: string,
  request: Typed,
  properties: Struct | undefined,
  role: string | undefined,
): void {
  guardZone(doing, { type: typeOf(request), zoneId: new Wire().open(properties)["zoneId"] }, role);
}

function check(cloud: SimulatedCloud, request: messages.CheckRequest): messages.CheckResponse {
  const wire = new Wire();
  const olds = request.getOlds();
  const checked = cloud.check(
    typeOf(request),
    request.getUrn(),
    wire.open(request.getNews()),
    olds === undefined || olds.getFieldsMap().getLength() === 0 ? undefined : wire.open(olds),
  );
  const failures = checked.refusals.map((refusal) =>
    new messages.CheckFailure().setProperty(refusal.property).setReason(refusal.message),
  );
  return new messages.CheckResponse().setInputs(wire.close(checked.inputs)).setFailuresList(failures);
}

function diff(cloud: SimulatedCloud, request: messages.DiffRequest): messages.DiffResponse {
  const wire = new Wire();
  const oldInputs = wire.open(request.getOldInputs());
  const newInputs = wire.open(request.getNews());
  const ignored = new Set(request.getIgnorechangesList());
  const found = cloud.diff(typeOf(request), oldInputs, newInputs);
  const changed = found.changed.filter((key) => !ignored.has(key));
  const replaces = found.replaces.filter((key) => !ignored.has(key));
  const { DiffChanges } = messages.DiffResponse;
  const response = new messages.DiffResponse()
    .setChanges(changed.length === 0 ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME)
    .setDiffsList(changed)
    .setReplacesList(replaces)
    .setDeletebeforereplace(found.deleteBeforeReplace && replaces.length > 0)
    .setHasdetaileddiff(true);
  for (const key of changed) {
    const kind = diffKind(key in oldInputs, key in newInputs, replaces.includes(key));
    response.getDetaileddiffMap().set(key, new messages.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

/** A provider's own settings change in place. */
function diffConfig(request: messages.DiffRequest): messages.DiffResponse {
  const [olds, news] = [request.getOldInputs(), request.getNews()].map((struct) => new Wire().open(struct));
  const keys = [...new Set([...Object.keys(olds ?? {}), ...Object.keys(news ?? {})])];
  const changed = keys.filter((key) => JSON.stringify(olds?.[key]) !== JSON.stringify(news?.[key]));
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(changed);
}

function diffKind(before: boolean, after: boolean, replaces: boolean): messages.PropertyDiff.Kind {
  const { Kind } = messages.PropertyDiff;
  if (!before) return replaces ? Kind.ADD_REPLACE : Kind.ADD;
  if (!after) return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

async function create(
  cloud: SimulatedCloud,
  request: messages.CreateRequest,
): Promise<messages.CreateResponse> {
  const wire = new Wire();
  const inputs = wire.open(request.getProperties());
  const type = typeOf(request);
  const made = request.getPreview()
    ? { id: "", outputs: cloud.preview(type, request.getUrn(), inputs) }
    : await cloud.create(type, request.getUrn(), inputs);
  return new messages.CreateResponse().setId(made.id).setProperties(wire.close(made.outputs));
}

async function read(cloud: SimulatedCloud, request: messages.ReadRequest): Promise<messages.ReadResponse> {
  const wire = new Wire();
  // Opened for their secrets, too: the cloud gives them back sealed.
  const before = wire.open(request.getProperties());
  const inputs = wire.open(request.getInputs());
  const found = await cloud.read(typeOf(request), request.getId());
  if (found === undefined) return new messages.ReadResponse().setId("");
  return new messages.ReadResponse()
    .setId(found.id)
    .setProperties(wire.close(found.outputs))
    .setInputs(wire.close(refreshedInputs(inputs, before, found.outputs)));
}

async function update(
  cloud: SimulatedCloud,
  request: messages.UpdateRequest,
): Promise<messages.UpdateResponse> {
  const wire = new Wire();
  const olds = wire.open(request.getOlds());
  const news = wire.open(request.getNews());
  const type = typeOf(request);
  const outputs = request.getPreview()
    ? cloud.preview(type, request.getUrn(), news, olds)
    : await cloud.update(type, request.getId(), olds, news, request.getIgnorechangesList());
  return new messages.UpdateResponse().setProperties(wire.close(outputs));
}

interface Typed {
  getType(): string;
  getUrn(): string;
}

/** The resource's type: as the request states it, else from its URN (`urn:pulumi:stack::project::parent$type::name`). */
function typeOf(request: Typed): string {
  const stated = request.getType();
  if (stated !== "") return stated;
  const qualified = request.getUrn().split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}
