/**
 * A simulated AWS that stands behind the real engine (`PULUMI_DEBUG_PROVIDERS=aws:PORT,…`), asked what Pulumi does not
 * ask: of its services, through the provider's own port, so that one address is all that a run needs.
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { z } from "zod";
import type { Leftovers, ServiceControl, ServicePlacement, ServiceState, StoppedTask } from "../ports";
import { serviceFaults, type ServiceFault } from "../ports/rehearsal";
import { SimulatedAws } from "./aws";
import { SimulatedLeftovers } from "./leftovers";
import { SimulatedRollouts } from "./rollouts";

/** The function under which a served cloud answers; no provider of Pulumi's has one of this package. */
const token = "berth:simulated:services";

const text = z.string();

const callSchema = z.object({
  /** `known` asks whether this is a simulated AWS at all. */
  method: z.enum([
    "known",
    "describe",
    "stoppedTasks",
    "targetHealth",
    "logTail",
    "redeploy",
    "deleteInterfaces",
  ]),
  placement: z.object({
    service: text,
    clusterArn: text,
    serviceName: text,
    taskDefinitionArn: text,
    logGroupName: text,
  }),
  faults: z.record(text, z.enum(serviceFaults)),
  taskArn: text,
  container: text,
  lines: z.int(),
});

type Call = z.infer<typeof callSchema>;
type Faults = Readonly<Record<string, ServiceFault>>;

const nowhere: ServicePlacement = {
  service: "",
  clusterArn: "",
  serviceName: "",
  taskDefinitionArn: "",
  logGroupName: "",
};

/** The AWS attached to this run, `undefined` where what is attached is no simulated one. */
export class AttachedAws implements ServiceControl, Leftovers {
  private constructor(
    private readonly client: grpc.Client & ResourceProviderClient,
    private readonly faults: Faults,
  ) {}

  /** @param debugProviders - the value of `PULUMI_DEBUG_PROVIDERS` */
  static async find(debugProviders: string, faults: Faults): Promise<AttachedAws | undefined> {
    const port = /(?:^|,)aws:(\d+)(?:,|$)/.exec(debugProviders)?.[1];
    if (port === undefined) return undefined;
    const credentials = grpc.credentials.createInsecure();
    const services = new AttachedAws(new ResourceProviderClient(`127.0.0.1:${port}`, credentials), faults);
    try {
      await services.ask("known", nowhere);
      return services;
    } catch {
      services.close();
      return undefined;
    }
  }

  async describe(placement: ServicePlacement): Promise<ServiceState | undefined> {
    return ((await this.ask("describe", placement)) as ServiceState | null) ?? undefined;
  }

  async stoppedTasks(placement: ServicePlacement): Promise<readonly StoppedTask[]> {
    return (await this.ask("stoppedTasks", placement)) as readonly StoppedTask[];
  }

  async targetHealth(placement: ServicePlacement): Promise<readonly string[]> {
    return (await this.ask("targetHealth", placement)) as readonly string[];
  }

  async logTail(
    placement: ServicePlacement,
    taskArn: string,
    container: string,
    lines: number,
  ): Promise<readonly string[]> {
    return (await this.ask("logTail", placement, { taskArn, container, lines })) as readonly string[];
  }

  async redeploy(placement: ServicePlacement): Promise<void> {
    await this.ask("redeploy", placement);
  }

  stopTasks(): Promise<number> {
    return Promise.resolve(0);
  }

  async deleteInterfaces(): Promise<readonly string[]> {
    return (await this.ask("deleteInterfaces", nowhere)) as readonly string[];
  }

  close(): void {
    this.client.close();
  }

  private ask(
    method: Call["method"],
    placement: ServicePlacement,
    log: Pick<Call, "taskArn" | "container" | "lines"> = { taskArn: "", container: "", lines: 0 },
  ): Promise<unknown> {
    const call: Call = { method, placement, faults: this.faults, ...log };
    const request = new messages.InvokeRequest().setTok(token).setArgs(carried(call));
    return new Promise((resolve, reject) => {
      this.client.invoke(request, (error: Error | null, response: messages.InvokeResponse) => {
        if (error !== null) reject(error);
        else resolve(carriedIn(response.getReturn()));
      });
    });
  }
}

/** The answer of a served cloud to such a call, `undefined` where the request is another one. */
export async function answerServices(
  cloud: unknown,
  request: messages.InvokeRequest,
): Promise<messages.InvokeResponse | undefined> {
  if (request.getTok() !== token || !(cloud instanceof SimulatedAws)) return undefined;
  const call = callSchema.parse(carriedIn(request.getArgs()));
  if (call.method === "deleteInterfaces") {
    const gone = await new SimulatedLeftovers(() => [cloud]).deleteInterfaces();
    return new messages.InvokeResponse().setReturn(carried(gone));
  }
  const { latencyScale } = cloud;
  const rollouts = new SimulatedRollouts({
    clouds: () => [cloud],
    clock: { now: () => Date.now() },
    latencyScale,
    faults: call.faults,
  });
  return new messages.InvokeResponse().setReturn(carried((await answer(rollouts, call)) ?? null));
}

async function answer(rollouts: SimulatedRollouts, call: Call): Promise<unknown> {
  const { method, placement, taskArn, container, lines } = call;
  if (method === "known" || method === "deleteInterfaces") return true;
  if (method === "logTail") return rollouts.logTail(placement, taskArn, container, lines);
  return rollouts[method](placement);
}

/** A value as JSON in a message of Pulumi's. */
function carried(value: unknown): Struct {
  return Struct.fromJavaScript({ json: JSON.stringify(value) });
}

function carriedIn(message: Struct | undefined): unknown {
  const json = message?.toJavaScript()["json"];
  return typeof json === "string" ? JSON.parse(json) : undefined;
}
