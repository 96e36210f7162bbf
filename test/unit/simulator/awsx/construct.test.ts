/** The simulated awsx's components: each is made over connections of its own to the engine that asks for it. */
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as monitor from "@pulumi/pulumi/proto/resource_pb";
import { construct } from "../../../../src/simulator/awsx/construct";

/** So much of an engine as a component's children ask of one. @returns what was registered, and its end */
async function startEngine(port: number): Promise<{ readonly registered: string[]; stop(): void }> {
  const registered: string[] = [];
  const server = new grpc.Server();
  const answers: grpc.UntypedServiceImplementation = {
    supportsFeature: answer(() => new monitor.SupportsFeatureResponse().setHassupport(false)),
    registerResource: answer((request: monitor.RegisterResourceRequest) => {
      const [type, name] = [request.getType(), request.getName()];
      registered.push(type);
      return new monitor.RegisterResourceResponse()
        .setUrn(`urn:pulumi:dev::shop::${type}::${name}`)
        .setId(request.getCustom() ? `${name}-id` : "")
        .setObject(request.getObject());
    }),
    registerResourceOutputs: answer(() => new Empty()),
  };
  server.addService(ResourceMonitorService, answers);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  return {
    registered,
    stop: () => {
      server.forceShutdown();
    },
  };
}

function answer<Request, Response>(
  made: (request: Request) => Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    callback(null, made(call.request));
  };
}

function networkAt(port: number): Promise<messages.ConstructResponse> {
  const inputs: Record<string, JavaScriptValue> = {
    availabilityZoneNames: ["us-east-1a", "us-east-1b"],
    subnetStrategy: "Auto",
    natGateways: { strategy: "None" },
  };
  const request = new messages.ConstructRequest()
    .setProject("shop")
    .setStack("dev")
    .setType("awsx:ec2:Vpc")
    .setName("net")
    .setParallel(16)
    .setMonitorendpoint(`127.0.0.1:${port}`)
    .setInputs(Struct.fromJavaScript(inputs));
  return construct(request, `127.0.0.1:${port}`);
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = new grpc.Server();
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      server.forceShutdown();
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

test("an engine that listens where another one was killed is reached at once", async () => {
  const port = await freePort();
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(networkAt(port)).rejects.toThrow(/UNAVAILABLE/);
  }
  const engine = await startEngine(port);
  try {
    const made = await networkAt(port);
    expect(made.getUrn()).toBe("urn:pulumi:dev::shop::awsx:ec2:Vpc::net");
    expect(engine.registered.filter((type) => type === "aws:ec2/subnet:Subnet")).toHaveLength(4);
  } finally {
    engine.stop();
  }
});
