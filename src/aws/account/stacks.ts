/** Stacks of CloudFormation: described, changed by change sets, deleted. */
import type { CloudFormation, Stack } from "@aws-sdk/client-cloudformation";
import { BerthError } from "../../errors";
import type {
  Clock,
  CloudStack,
  CloudStacks,
  ProposedChange,
  StackChange,
  StackEvent,
  StackRequest,
} from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { allPages } from "../pages";

/** Milliseconds between looks at a change set that is being computed; it takes seconds. */
const interval = 1_000;

/** CloudFormation's words for a change set without a change ("Create a change set", CloudFormation User Guide). */
const unchanged = /didn't contain changes|no updates are to be performed/i;

export class CloudFormationStacks implements CloudStacks {
  constructor(
    private readonly clients: AwsClients,
    private readonly clock: Clock,
  ) {}

  describe(name: string): Promise<CloudStack | undefined> {
    return this.#ask(name, async (cloudFormation) => {
      try {
        const { Stacks = [] } = await cloudFormation.describeStacks({ StackName: name });
        return Stacks[0] === undefined ? undefined : stackOf(Stacks[0]);
      } catch (error) {
        // DescribeStacks: "If the stack doesn't exist, a ValidationError is returned."
        const { code, message } = faultOf(error);
        if (code === "ValidationError" && /does not exist/.test(message)) return undefined;
        throw error;
      }
    });
  }

  async propose(request: StackRequest): Promise<ProposedChange | undefined> {
    const stack = await this.describe(request.name);
    const exists = stack !== undefined && stack.status !== "REVIEW_IN_PROGRESS";
    return this.#ask(request.name, async (cloudFormation) => {
      const known = new Set(exists ? Object.keys(stack.parameters) : []);
      for (const name of Object.keys(request.parameters)) known.delete(name);
      const { Id, StackId } = await cloudFormation.createChangeSet({
        StackName: request.name,
        ChangeSetName: `berth-${this.clock.now()}`,
        ChangeSetType: exists ? "UPDATE" : "CREATE",
        TemplateBody: request.template,
        Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters: [
          ...Object.entries(request.parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
          ...[...known].map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
        ],
      });
      const id = Id ?? "";
      const changes = await this.#changes(cloudFormation, request.name, id);
      if (changes !== undefined) return { id, stackId: StackId ?? request.name, changes };
      await cloudFormation.deleteChangeSet({ ChangeSetName: id });
      return undefined;
    });
  }

  execute({ id, stackId }: ProposedChange): Promise<void> {
    return this.#ask(stackId, async (cloudFormation) => {
      await cloudFormation.executeChangeSet({ ChangeSetName: id });
    });
  }

  discard({ id, stackId }: ProposedChange): Promise<void> {
    return this.#ask(stackId, async (cloudFormation) => {
      await cloudFormation.deleteChangeSet({ ChangeSetName: id });
    });
  }

  events(name: string): Promise<readonly StackEvent[]> {
    return this.#ask(name, async (cloudFormation) => {
      const events = await allPages(async (NextToken) => {
        const page = await cloudFormation.describeStackEvents({ StackName: name, NextToken });
        return [page.StackEvents, page.NextToken];
      });
      return events.toReversed().map((event) => ({
        id: event.EventId ?? "",
        logicalId: event.LogicalResourceId ?? "",
        type: event.ResourceType ?? "",
        status: event.ResourceStatus ?? "",
        ...(event.ResourceStatusReason === undefined ? {} : { reason: event.ResourceStatusReason }),
      }));
    });
  }

  delete(name: string): Promise<void> {
    return this.#ask(name, async (cloudFormation) => {
      await cloudFormation.deleteStack({ StackName: name });
    });
  }

  /** The rows of a change set once it is computed; `undefined` where there are none. */
  async #changes(
    cloudFormation: CloudFormation,
    path: string,
    id: string,
  ): Promise<readonly StackChange[] | undefined> {
    const changes: StackChange[] = [];
    let NextToken: string | undefined;
    for (;;) {
      const page = await cloudFormation.describeChangeSet({
        ChangeSetName: id,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      if (page.Status === "FAILED") {
        if (unchanged.test(page.StatusReason ?? "")) return undefined;
        throw new BerthError("deployment", { path, message: page.StatusReason ?? "the change set failed" });
      }
      if (page.Status !== "CREATE_COMPLETE") {
        await this.clock.sleep(interval);
        continue;
      }
      for (const { ResourceChange: change } of page.Changes ?? []) {
        changes.push({
          action: change?.Action ?? "Modify",
          logicalId: change?.LogicalResourceId ?? "",
          type: change?.ResourceType ?? "",
          ...(change?.Replacement === undefined ? {} : { replacement: change.Replacement }),
        });
      }
      if (page.NextToken === undefined) return changes.length === 0 ? undefined : changes;
      NextToken = page.NextToken;
    }
  }

  #ask<T>(name: string, call: (cloudFormation: CloudFormation) => Promise<T>): Promise<T> {
    // The name alone is that of a program too.
    return ask("deployment", `CloudFormation's stack ${name}`, async () =>
      call(await this.clients.cloudFormation()),
    );
  }
}

function stackOf(stack: Stack): CloudStack {
  return {
    id: stack.StackId ?? "",
    status: stack.StackStatus ?? "",
    ...(stack.StackStatusReason === undefined ? {} : { reason: stack.StackStatusReason }),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    ),
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map(({ ParameterKey = "", ParameterValue = "" }) => [
        ParameterKey,
        ParameterValue,
      ]),
    ),
  };
}
