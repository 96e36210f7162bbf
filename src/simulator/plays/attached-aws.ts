/**
 * A simulated AWS behind the real engine (`PULUMI_DEBUG_PROVIDERS=aws:PORT,…`), asked what Pulumi does not
 * ask: of its services, through the provider's own port, so that one address is all that a run needs.
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { z } from "zod";
import { definedOnly } from "../../defined";
import type {
  Certificates,
  FailedCertificate,
  Leftovers,
  Redeployed,
  Schedules,
  ServiceControl,
  ServiceCourse,
  ServicePlacement,
  ServiceState,
  StackControl,
  StackIdentity,
  StoppedTask,
} from "../../ports";
import { serviceFaults, type ServiceFault } from "../../ports/rehearsal";
import { SimulatedAws } from "../cloud/aws";
import { carried, carriedIn } from "./carried";
import { SimulatedCertificates } from "./certificates";
import { SimulatedLeftovers } from "./leftovers";
import { SimulatedRollouts } from "./rollouts";
import { SimulatedStackControl } from "./stack-control";
import { SimulatedSchedules } from "./schedules";

/** The function under which a served cloud answers; no provider of Pulumi's has one of this package. */
const token = "berth:simulated:services";

const text = z.string();

const placement = z.object({
  service: text,
  clusterArn: text,
  serviceName: text,
  taskDefinitionArn: text,
  logGroupName: text,
});

const shift = z.object({ alternateTargetGroupArn: text, productionListenerRule: text, roleArn: text });

const course = z.object({
  arn: text,
  status: z.enum(["going", "going back", "succeeded", "failed"]),
  reason: text.exactOptional(),
  stage: text.exactOptional(),
  hook: text.exactOptional(),
});

const redeployed = z.object({
  capacity: z.literal("on-demand").optional(),
  targets: z
    .array(z.object({ targetGroupArn: text, containerPort: z.int(), shift: shift.exactOptional() }))
    .readonly()
    .optional(),
});

const callSchema = z.discriminatedUnion("method", [
  /** Whether this is a simulated AWS at all. */
  z.object({ method: z.literal("known") }),
  z.object({
    method: z.enum(["describe", "stoppedTasks", "targetHealth", "healthyTargets", "course", "takeBack"]),
    placement,
  }),
  z.object({ method: z.literal("answer"), placement, course, action: z.enum(["continue", "rollback"]) }),
  z.object({ method: z.literal("leadsTo"), placement, ruleArn: text }),
  z.object({ method: z.literal("redeploy"), placement, changed: redeployed }),
  z.object({ method: z.literal("protect"), placement, on: z.boolean() }),
  z.object({
    method: z.literal("lead"),
    ...{ placement, ruleArn: text, targetGroupArn: text, beside: text.optional() },
  }),
  z.object({ method: z.literal("logTail"), placement, taskArn: text, container: text, lines: z.int() }),
  z.object({ method: z.enum(["deleteInterfaces", "deregister"]) }),
  z.object({ method: z.literal("failed"), arns: z.array(text) }),
  z.object({ method: z.literal("extend"), name: text, expression: text }),
  z.object({
    method: z.literal("control"),
    operation: z.enum(["services", "change", "revision", "revisions", "suspend", "stores", "switchDatabase"]),
    args: z.array(z.unknown()),
  }),
]);

type Call = z.infer<typeof callSchema>;

const faultsSchema = z.record(text, z.enum(serviceFaults));

type Faults = Readonly<Record<string, ServiceFault>>;

/** The AWS attached to this run, `undefined` where what is attached is no simulated one. */
export class AttachedAws implements ServiceControl, Leftovers, Schedules, Certificates {
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
      await services.ask({ method: "known" });
      return services;
    } catch {
      services.close();
      return undefined;
    }
  }

  async describe(of: ServicePlacement): Promise<ServiceState | undefined> {
    return ((await this.ask({ method: "describe", placement: of })) as ServiceState | null) ?? undefined;
  }

  async stoppedTasks(of: ServicePlacement): Promise<readonly StoppedTask[]> {
    return (await this.ask({ method: "stoppedTasks", placement: of })) as readonly StoppedTask[];
  }

  async targetHealth(of: ServicePlacement): Promise<readonly string[]> {
    return (await this.ask({ method: "targetHealth", placement: of })) as readonly string[];
  }

  async healthyTargets(of: ServicePlacement): Promise<number> {
    return (await this.ask({ method: "healthyTargets", placement: of })) as number;
  }

  async protect(of: ServicePlacement, on: boolean): Promise<void> {
    await this.ask({ method: "protect", placement: of, on });
  }

  async lead(of: ServicePlacement, ruleArn: string, targetGroupArn: string, beside?: string): Promise<void> {
    const call = { method: "lead", placement: of, ruleArn, targetGroupArn } as const;
    await this.ask({ ...call, ...definedOnly({ beside }) });
  }

  async logTail(
    of: ServicePlacement,
    taskArn: string,
    container: string,
    lines: number,
  ): Promise<readonly string[]> {
    const call: Call = { method: "logTail", placement: of, taskArn, container, lines };
    return (await this.ask(call)) as readonly string[];
  }

  async redeploy(of: ServicePlacement, changed: Redeployed = {}): Promise<void> {
    await this.ask({ method: "redeploy", placement: of, changed });
  }

  async course(of: ServicePlacement): Promise<ServiceCourse | undefined> {
    return ((await this.ask({ method: "course", placement: of })) as ServiceCourse | null) ?? undefined;
  }

  async answer(of: ServicePlacement, given: ServiceCourse, action: "continue" | "rollback"): Promise<void> {
    await this.ask({ method: "answer", placement: of, course: given, action });
  }

  async takeBack(of: ServicePlacement): Promise<void> {
    await this.ask({ method: "takeBack", placement: of });
  }

  async leadsTo(of: ServicePlacement, ruleArn: string): Promise<readonly string[]> {
    return (await this.ask({ method: "leadsTo", placement: of, ruleArn })) as readonly string[];
  }

  /** Simulated tasks end by themselves. */
  stopTasks(): Promise<number> {
    return Promise.resolve(0);
  }

  async deleteInterfaces(): Promise<readonly string[]> {
    return (await this.ask({ method: "deleteInterfaces" })) as readonly string[];
  }

  async deregister(): Promise<number> {
    return (await this.ask({ method: "deregister" })) as number;
  }

  async extend(_stack: StackIdentity, name: string, expression: string): Promise<boolean> {
    return (await this.ask({ method: "extend", name, expression })) as boolean;
  }

  missing = (): Promise<readonly []> => Promise.resolve([]);

  async failed(_stack: StackIdentity, arns: readonly string[]): Promise<readonly FailedCertificate[]> {
    return (await this.ask({ method: "failed", arns: [...arns] })) as readonly FailedCertificate[];
  }

  /** The services of the stack, to be changed by hand. */
  control(): StackControl {
    const call = (operation: keyof StackControl, ...args: readonly unknown[]): Promise<unknown> =>
      this.ask({ method: "control", operation, args: [...args] });
    return {
      services: async (...args) =>
        ((await call("services", ...args)) as Awaited<ReturnType<StackControl["services"]>> | null) ??
        undefined,
      change: async (...args) => {
        await call("change", ...args);
      },
      revision: async (...args) =>
        ((await call("revision", ...args)) as Awaited<ReturnType<StackControl["revision"]>> | null) ??
        undefined,
      revisions: async (...args) => (await call("revisions", ...args)) as readonly string[],
      suspend: async (...args) => {
        await call("suspend", ...args);
      },
      stores: async (...args) =>
        (await call("stores", ...args)) as Awaited<ReturnType<StackControl["stores"]>>,
      switchDatabase: async (...args) => {
        await call("switchDatabase", ...args);
      },
    };
  }

  private close(): void {
    this.client.close();
  }

  private ask(call: Call): Promise<unknown> {
    const args = carried({ call, faults: this.faults });
    return new Promise((resolve, reject) => {
      this.client.invoke(
        new messages.InvokeRequest().setTok(token).setArgs(args),
        (error: Error | null, response: messages.InvokeResponse) => {
          if (error !== null) reject(error);
          else resolve(carriedIn(response.getReturn()));
        },
      );
    });
  }
}

/** The answer of a served cloud to such a call, `undefined` where the request is another one. */
export async function answerAttached(
  cloud: unknown,
  request: messages.InvokeRequest,
): Promise<messages.InvokeResponse | undefined> {
  if (request.getTok() !== token || !(cloud instanceof SimulatedAws)) return undefined;
  const schema = z.object({ call: callSchema, faults: faultsSchema });
  const { call, faults } = schema.parse(carriedIn(request.getArgs()));
  return new messages.InvokeResponse().setReturn(carried((await answer(cloud, call, faults)) ?? null));
}

function answer(cloud: SimulatedAws, call: Call, faults: Faults): Promise<unknown> {
  const { latencyScale } = cloud;
  const clock = { now: () => Date.now() };
  const rollouts = new SimulatedRollouts({ clouds: () => [cloud], clock, latencyScale, faults });
  switch (call.method) {
    case "known":
      return Promise.resolve(true);
    case "logTail":
      return rollouts.logTail(call.placement, call.taskArn, call.container, call.lines);
    case "deleteInterfaces":
    case "deregister":
      return new SimulatedLeftovers(() => [cloud])[call.method]();
    case "failed":
      return new SimulatedCertificates(() => cloud).failed(nobody, call.arns);
    case "extend":
      return new SimulatedSchedules(() => cloud).extend(nobody, call.name, call.expression);
    case "describe":
    case "stoppedTasks":
    case "targetHealth":
    case "healthyTargets":
    case "course":
    case "takeBack":
      return rollouts[call.method](call.placement);
    case "control": {
      const control = new SimulatedStackControl({
        cloud: () => cloud,
        opened: cloud,
        clock,
        latencyScale,
        faults,
      });
      type Operations = Record<typeof call.operation, (...args: readonly unknown[]) => Promise<unknown>>;
      return (control as unknown as Operations)[call.operation](...call.args);
    }
    case "redeploy":
      return rollouts.redeploy(call.placement, definedOnly(call.changed));
    case "answer":
      return rollouts.answer(call.placement, call.course, call.action);
    case "leadsTo":
      return rollouts.leadsTo(call.placement, call.ruleArn);
    case "lead":
      return rollouts.lead(call.placement, call.ruleArn, call.targetGroupArn, call.beside);
    case "protect":
      return rollouts.protect(call.placement, call.on);
  }
}

/** A served cloud is one stack's. */
const nobody: StackIdentity = { project: "", stack: "" };
