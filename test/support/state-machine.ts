/**
 * Runs a definition in the Amazon States Language as Step Functions would, without waiting: Task, Choice, Map, Succeed and
 * Fail in JSONata mode, with Retry and Catch. What Tasks call, a test answers.
 */
import jsonata from "jsonata";

type Json = Readonly<Record<string, unknown>>;

/** What a Task's call fails with. */
export class TaskError extends Error {
  constructor(
    readonly error: string,
    override readonly cause = "",
  ) {
    super(`${error}: ${cause}`);
  }
}

/** A call of a Task: `ecs:runTask.sync`, with its arguments. */
export interface TaskCall {
  readonly api: string;
  readonly args: Json;
}

export interface Execution {
  readonly status: "SUCCEEDED" | "FAILED";
  readonly output?: unknown;
  readonly error?: string;
  /** Of each state that was entered. */
  readonly path: readonly string[];
}

export interface Machine {
  readonly definition: unknown;
  readonly input?: unknown;
  /** The Context object: `$states.context`. */
  readonly context: Json;
  readonly answer: (call: TaskCall) => unknown;
}

/** Runs the definition to its end. */
export async function execute({ definition, input = {}, context, answer }: Machine): Promise<Execution> {
  const path: string[] = [];
  try {
    const output = await new Interpreter(context, answer, path).run(definition as Json, input);
    return { status: "SUCCEEDED", output, path };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { status: "FAILED", error: error.error, path };
  }
}

class Interpreter {
  constructor(
    private readonly context: Json,
    private readonly answer: Machine["answer"],
    private readonly path: string[],
  ) {}

  async run(machine: Json, input: unknown): Promise<unknown> {
    const states = machine["States"] as Readonly<Record<string, Json>>;
    let name = machine["StartAt"] as string | undefined;
    let value = input;
    while (name !== undefined) {
      const state: Json | undefined = states[name];
      if (state === undefined) throw new Error(`no state ${name}`);
      this.path.push(name);
      const { output, next } = await this.state(state, value);
      [value, name] = [output, next];
    }
    return value;
  }

  private async state(state: Json, input: unknown): Promise<{ output: unknown; next: string | undefined }> {
    const next = state["Next"] as string | undefined;
    switch (state["Type"]) {
      case "Succeed":
        return { output: await this.output(state, input, input), next: undefined };
      case "Fail":
        throw new TaskError(state["Error"] as string, state["Cause"] as string);
      case "Choice":
        return { output: input, next: await this.choice(state, input) };
      case "Map":
        return { output: await this.map(state, input), next };
      case "Task":
        return this.task(state, input);
      default:
        throw new Error(`state of the type ${String(state["Type"])}`);
    }
  }

  private async choice(state: Json, input: unknown): Promise<string> {
    for (const { Condition, Next } of state["Choices"] as readonly { Condition: string; Next: string }[])
      if ((await this.value(Condition, { input })) === true) return Next;
    return state["Default"] as string;
  }

  private async map(state: Json, input: unknown): Promise<unknown> {
    const items = (await this.value(state["Items"], { input })) as readonly unknown[];
    const results: unknown[] = [];
    for (const item of items) results.push(await this.run(state["ItemProcessor"] as Json, item));
    return results;
  }

  private async task(state: Json, input: unknown): Promise<{ output: unknown; next: string | undefined }> {
    const api = (state["Resource"] as string).replace(/^arn:[^:]+:states:::(aws-sdk:)?/, "");
    const args = (await this.value(state["Arguments"], { input })) as Json;
    const retries = new Map<object, number>();
    for (;;) {
      try {
        const result = await this.answer({ api, args });
        return { output: await this.output(state, input, result), next: state["Next"] as string | undefined };
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        const retrier = handlerOf(state["Retry"], error);
        const used = retrier === undefined ? 0 : (retries.get(retrier) ?? 0);
        if (retrier !== undefined && used < (retrier["MaxAttempts"] as number)) {
          retries.set(retrier, used + 1);
          continue;
        }
        const catcher = handlerOf(state["Catch"], error);
        if (catcher === undefined) throw error;
        return { output: { Error: error.error, Cause: error.cause }, next: catcher["Next"] as string };
      }
    }
  }

  private async output(state: Json, input: unknown, result: unknown): Promise<unknown> {
    return "Output" in state ? await this.value(state["Output"], { input, result }) : result;
  }

  /** Expressions between `{%` and `%}`, at any depth. */
  private async value(template: unknown, states: Json): Promise<unknown> {
    if (Array.isArray(template)) return Promise.all(template.map((item) => this.value(item, states)));
    if (typeof template === "object" && template !== null) {
      const entries = Object.entries(template).map(async ([key, item]) => [
        key,
        await this.value(item, states),
      ]);
      return Object.fromEntries(await Promise.all(entries)) as Json;
    }
    const [, expression] = typeof template === "string" ? (/^\{%(.*)%\}$/s.exec(template) ?? []) : [];
    if (expression === undefined) return template;
    const result: unknown = await jsonata(expression).evaluate(
      {},
      { states: { ...states, context: this.context } },
    );
    if (result === undefined) throw new TaskError("States.QueryEvaluationError", expression);
    return JSON.parse(JSON.stringify(result)) as unknown;
  }
}

/** The first that names the error; States.TaskFailed stands for all but States.Timeout (Amazon States Language). */
function handlerOf(handlers: unknown, { error }: TaskError): Json | undefined {
  return ((handlers ?? []) as readonly Json[]).find((handler) =>
    (handler["ErrorEquals"] as readonly string[]).some(
      (name) =>
        name === error ||
        name === "States.ALL" ||
        (name === "States.TaskFailed" && error !== "States.Timeout"),
    ),
  );
}
