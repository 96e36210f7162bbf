/** The schedules of a stack: its state machines are found by their tags, their runs are Step Functions' executions. */
import type { GetScheduleOutput } from "@aws-sdk/client-scheduler";
import type { DescribeExecutionOutput, ExecutionListItem } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { definedOnly } from "../../defined";
import { scheduleParts, stackResourceName } from "../../model/naming";
import { nextRun } from "../../model/next-runs";
import type { ScheduleReader, ScheduleRun, ScheduleView, StackIdentity } from "../../ports";
import { ask, askIfThere } from "../ask";
import type { AwsClients } from "../clients";
import { taggedResources } from "./tagged";

/** As the Resource Groups Tagging API names the type. */
const types = ["states:stateMachine"];

/** Executions that are looked at for one that was not left out. */
const looked = 20;

/** A task as `ecs:runTask.sync` gives it, in its output and in the cause of its failure. */
const endedTask = z.object({
  Containers: z
    .array(z.object({ Name: z.string(), ExitCode: z.number().optional(), Reason: z.string().optional() }))
    .default([]),
  StoppedReason: z.string().optional(),
});

const leftOut = z.object({ skipped: z.string() });

/** Words of Step Functions for an execution's status (API reference, DescribeExecution). */
const outcomes: Readonly<Record<string, ScheduleRun["outcome"]>> = {
  RUNNING: "running",
  PENDING_REDRIVE: "running",
  SUCCEEDED: "succeeded",
  TIMED_OUT: "timed out",
  ABORTED: "stopped",
};

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsScheduleReader implements ScheduleReader {
  constructor(private readonly clients: AwsClients) {}

  async schedules(stack: StackIdentity, now: number): Promise<readonly ScheduleView[]> {
    const tagged = await ask("deployment", "tag:GetResources", async () =>
      taggedResources(await this.clients.tagging(), stack, types),
    );
    const machines = tagged.flatMap(({ arn, tags: { "berth:service": service = "" } }) =>
      arn.endsWith(`:${stackResourceName(stack, "stateMachine", service || "-", "runs")}`)
        ? [{ arn, service }]
        : [],
    );
    const found = await Promise.all(machines.map((machine) => this.#schedule(stack, machine, now)));
    return found.filter((one) => one !== undefined).sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  /** @returns `undefined` for one that was deleted since its tags were read */
  async #schedule(
    stack: StackIdentity,
    { arn, service }: { readonly arn: string; readonly service: string },
    now: number,
  ): Promise<ScheduleView | undefined> {
    const [first, second] = await Promise.all(
      scheduleParts(service).map((parts) => this.#timesOf(stackResourceName(stack, "schedule", ...parts))),
    );
    if (first === undefined) return undefined;
    const parts = second === undefined ? [first] : [first, second];
    const runs = await this.#runs(arn, service);
    const { ScheduleExpressionTimezone: timezone = "UTC", State: state } = first;
    const enabled = state !== "DISABLED";
    return {
      service,
      expressions: parts.map(({ ScheduleExpression = "" }) => ScheduleExpression),
      timezone,
      enabled,
      ...runs,
      ...definedOnly({ next: enabled ? nextOf(parts, timezone, now, runs.last?.started) : undefined }),
    };
  }

  async #timesOf(name: string): Promise<GetScheduleOutput | undefined> {
    const scheduler = await this.clients.scheduler();
    return askIfThere("deployment", name, ["ResourceNotFoundException"], () =>
      scheduler.getSchedule({ Name: name }),
    );
  }

  async #runs(arn: string, service: string): Promise<Pick<ScheduleView, "last" | "skipped">> {
    const sfn = await this.clients.sfn();
    const name = arn.slice(arn.lastIndexOf(":") + 1);
    const listed = await askIfThere("deployment", name, ["StateMachineDoesNotExist"], () =>
      sfn.listExecutions({ stateMachineArn: arn, maxResults: looked }),
    );
    let skipped: string | undefined;
    for (const item of listed?.executions ?? []) {
      const execution = await askIfThere("deployment", name, ["ExecutionDoesNotExist"], () =>
        sfn.describeExecution({ executionArn: item.executionArn ?? "" }),
      );
      if (execution === undefined) continue;
      if (!leftOut.safeParse(jsonOf(execution.output)).success)
        return { last: runOf(item, execution, service), ...definedOnly({ skipped }) };
      skipped ??= item.startDate?.toISOString();
    }
    return definedOnly({ skipped });
  }
}

function nextOf(
  parts: readonly GetScheduleOutput[],
  timezone: string,
  now: number,
  last: string | undefined,
): string | undefined {
  const next = parts.flatMap(({ ScheduleExpression = "", CreationDate }) => {
    // A rate goes on from when it last came; before its first time, from when it was made.
    const since = last === undefined ? CreationDate?.getTime() : Date.parse(last);
    return nextRun(ScheduleExpression, timezone, now, since) ?? [];
  });
  return next.length === 0 ? undefined : new Date(Math.min(...next)).toISOString();
}

function runOf(item: ExecutionListItem, execution: DescribeExecutionOutput, service: string): ScheduleRun {
  const { status = "", error, cause, output, startDate, stopDate } = execution;
  const task = endedTask.safeParse(jsonOf(cause ?? output)).data;
  const container = task?.Containers.find(({ Name }) => Name === service);
  const failed = status === "FAILED" && error === "States.Timeout" ? "timed out" : "failed";
  const outcome = outcomes[status] ?? failed;
  const words = [task?.StoppedReason ?? (task === undefined ? cause : undefined), container?.Reason];
  const reason = words.filter((word) => word !== undefined && word !== "").join(": ");
  const well = outcome === "succeeded" || outcome === "running";
  return {
    started: (startDate ?? item.startDate ?? new Date(0)).toISOString(),
    outcome,
    ...definedOnly({
      ended: stopDate?.toISOString(),
      exitCode: container?.ExitCode,
      reason: well || reason === "" ? undefined : reason,
    }),
  };
}

/** A cause is cut at 32,768 characters (Step Functions API reference): what is no JSON then is a text. */
function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}
