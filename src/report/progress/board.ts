/** A run by its components: the event stream of a run, folded into a row for each of them. */
import { componentKey, type Component } from "../../model/components";
import { durationText } from "../../model/duration";
import type {
  BuildProgress,
  ComponentTimes,
  EngineEvent,
  OneOffProgress,
  Outline,
  ServiceProgress,
} from "../../ports";
import { shortType, stepWords, type StreamEvent } from "../terminal/progress";
import { Row } from "./row";
import { harmless, slow } from "./words";

/** What an event has changed, as far as people want a line of it. */
export interface Change {
  readonly kind: "started" | "ended" | "news";
  readonly row: Row;
  /** Of news: what is reported. */
  readonly text?: string;
}

const changing: readonly string[] = ["create", "update", "replace", "delete"];

export class Board {
  readonly #rows = new Map<string, Row>();
  #times: ComponentTimes = {};

  /** In the order in which people read them. */
  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** The rows on which something was done, or is. */
  touched(): readonly Row[] {
    return this.rows().filter(({ state }) => state !== "waiting");
  }

  working(): readonly Row[] {
    return this.rows().filter(({ state }) => state === "working");
  }

  /** The components that a row waits for: of those before it that are at work the last ones, that others don't wait for. */
  blockers(row: Row): readonly Row[] {
    const before = row.after
      .flatMap((key) => this.#rows.get(key) ?? [])
      .filter(({ state }) => state === "working" || state === "failed");
    const isBefore = (one: Row, other: Row): boolean => other.after.includes(componentKey(one.component));
    return before.filter((one) => !before.some((other) => isBefore(one, other) && !isBefore(other, one)));
  }

  /** @param at - milliseconds since the epoch */
  take(event: StreamEvent, at: number): readonly Change[] {
    switch (event.kind) {
      case "outline":
        this.#outline(event);
        return [];
      case "resource":
        return this.#resource(event, at);
      case "diagnostic":
        return this.#diagnostic(event, at);
      case "build":
        return this.#build(event, at);
      case "one-off":
        return this.#oneOff(event, at);
      case "service":
        return this.#service(event, at);
      default:
        return [];
    }
  }

  /** Ends what is still at work, as a run ends. @param state - the state of what has nothing more to come */
  finish(state: "done" | "cancelled", at: number): readonly Change[] {
    const failed = this.rows().some((row) => row.state === "failed");
    return this.working().map((row) => {
      // A deletion leaves what is to stay.
      const isCut = row.isComing() && (failed || row.verb() !== "delete");
      row.close(row.isIdle() && !isCut ? state : "cancelled", at);
      return { kind: "ended", row };
    });
  }

  #row(component: Component): Row {
    const key = componentKey(component);
    const known = this.#rows.get(key);
    if (known !== undefined) {
      if (component.type !== undefined) known.component = component;
      return known;
    }
    const row = new Row(component, (verb) => this.#times[`${key} ${verb}`]);
    this.#rows.set(key, row);
    return row;
  }

  /** What the components took that are done, by `store/db create`; what is over in a moment is left out. */
  times(): ComponentTimes {
    return Object.fromEntries(
      this.rows().flatMap((row) => {
        const took = (row.endedAt ?? 0) - (row.startedAt ?? row.endedAt ?? 0);
        return row.state === "done" && took >= slow
          ? [[`${componentKey(row.component)} ${row.verb()}`, took]]
          : [];
      }),
    );
  }

  #outline({ rows = [], resources = [], times }: Outline): void {
    if (times !== undefined) this.#times = times;
    for (const { after, ...component } of rows) this.#row(component).after = after;
    for (const { urn, component } of resources) {
      const row = this.#row(component);
      row.expect(urn);
      if (component.type === "berth:aws:OneOffTask") row.await("task");
    }
  }

  #resource(event: Extract<EngineEvent, { kind: "resource" }>, at: number): readonly Change[] {
    const { component, type, urn, op, status, name, planned } = event;
    if (component === undefined || planned === true || /^(berth|pulumi):/.test(type)) return [];
    const row = this.#row(component);
    if (status === "started") {
      if (!changing.includes(op)) return [];
      const begun = row.begin(urn, `${shortType(type)} ${name}`, op as "create", at);
      return begun ? [{ kind: "started", row }] : [];
    }
    if (status === "done") return row.end(urn, op, at) ? [{ kind: "ended", row }] : [];
    row.end(urn, undefined, at);
    return this.#failed(row, row.reason, at);
  }

  #failed(row: Row, reason: string | undefined, at: number): readonly Change[] {
    const known = row.state === "failed";
    row.reason ??= reason;
    row.close("failed", at);
    return known ? [] : [{ kind: "ended", row }];
  }

  #diagnostic(event: Extract<EngineEvent, { kind: "diagnostic" }>, at: number): readonly Change[] {
    const { component, severity, message } = event;
    if (component === undefined || severity !== "error") return [];
    const row = this.#row(component);
    const told = row.reason !== undefined;
    row.reason ??= firstLine(message);
    if (row.state === "failed") return told ? [] : [{ kind: "news", row, text: `failed: ${row.reason}` }];
    return row.state === "working" ? this.#failed(row, row.reason, at) : [];
  }

  #build(event: BuildProgress, at: number): readonly Change[] {
    const { service, platform, status, message, step, steps } = event;
    const row = this.#row({ kind: "image", name: service });
    switch (status) {
      case "cached":
        return [];
      case "testing":
      case "started":
        row.step = status === "testing" ? "its test" : undefined;
        return row.begin(platform, platform, "build", at) ? [{ kind: "started", row }] : [];
      case "step":
        row.step = step === undefined ? row.step : harmless(stepWords(step));
        return row.begin(platform, platform, "build", at) ? [{ kind: "started", row }] : [];
      case "again":
        return [{ kind: "news", row, text: `begins again${because(message)}` }];
      case "succeeded":
        row.step = undefined;
        row.remark =
          steps === undefined ? undefined : `${steps.cached} of ${steps.total} steps from the cache`;
        return row.end(platform, undefined, at) ? [{ kind: "ended", row }] : [];
      case "failed":
        row.end(platform, undefined, at);
        return this.#failed(row, firstLine(message ?? ""), at);
      default:
        row.close("cancelled", at);
        return [{ kind: "ended", row }];
    }
  }

  #oneOff({ service, status, message }: OneOffProgress, at: number): readonly Change[] {
    const row = this.#row({ kind: "service", name: service });
    switch (status) {
      case "started":
        return row.begin("task", "its task", "run", at) ? [{ kind: "started", row }] : [];
      case "again":
        return [{ kind: "news", row, text: `begins again${because(message)}` }];
      case "succeeded":
        row.end("task", undefined, at);
        return row.arrive("task", at) ? [{ kind: "ended", row }] : [];
      case "failed":
        row.end("task", undefined, at);
        return this.#failed(row, firstLine(message ?? ""), at);
      default:
        row.close("cancelled", at);
        return [{ kind: "ended", row }];
    }
  }

  #service(event: ServiceProgress, at: number): readonly Change[] {
    const { service, status, message, running, desired } = event;
    const row = this.#row({ kind: "service", name: service });
    row.tasks = { running, desired };
    const news = (text: string): readonly Change[] => [{ kind: "news", row, text: text + because(message) }];
    switch (status) {
      case "waiting":
        row.await("tasks");
        return [];
      case "shifting":
        return this.#moves(row, event);
      case "stopped":
        return news("a task stopped");
      case "restarted":
        return news("is deployed once more");
      case "moved":
        return [{ kind: "news", row, text: message ?? "runs on demand now" }];
      case "steady":
        row.step = undefined;
        return row.arrive("tasks", at) ? [{ kind: "ended", row }] : [];
      case "failed":
        row.step = undefined;
        row.arrive("tasks", at);
        return this.#failed(row, firstLine(message ?? ""), at);
      default:
        return [];
    }
  }

  /** Each stage is worth a line; how much of it is left is shown where a row is drawn. */
  #moves(row: Row, { message = "", stage = "", left }: ServiceProgress): readonly Change[] {
    row.await("tasks");
    const known = row.stage === `${stage} ${message}`;
    row.stage = `${stage} ${message}`;
    const time = left === undefined ? "" : durationText(left * 1_000);
    row.step = time === "" ? message : `${message}, ${time} left`;
    return known ? [] : [{ kind: "news", row, text: time === "" ? message : `${message}, for ${time}` }];
  }
}

function because(message: string | undefined): string {
  return message === undefined ? "" : `: ${firstLine(message)}`;
}

function firstLine(message: string): string {
  return harmless(message.split("\n")[0] ?? "");
}
