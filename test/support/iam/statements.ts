/** The statements of a caller's policies, one by one: what each grants or forbids, and the caller without it. */
import type { Caller, Policy } from "./evaluate";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly [key: string]: unknown;
}

/** One statement, and where it stands. */
export interface Place {
  /** The policy's logical name. */
  readonly policy: string;
  readonly index: number;
  readonly statement: Statement;
}

export function statementsOf({ document }: Policy): readonly Statement[] {
  const { Statement } = document as { readonly Statement: Statement | readonly Statement[] };
  return Array.isArray(Statement) ? (Statement as readonly Statement[]) : [Statement as Statement];
}

/** Every statement of a caller: its policies', then its boundary's. */
export function placesOf({ policies, boundary }: Caller): readonly Place[] {
  return [...policies, ...(boundary === undefined ? [] : [boundary])].flatMap((policy) =>
    statementsOf(policy).map((statement, index) => ({ policy: policy.name, index, statement })),
  );
}

export function actionsOf({ Action }: Statement): readonly string[] {
  return Action === undefined ? [] : [Action].flat();
}

/** Whether an action (`ecs:CreateService`) is one that a pattern (`ecs:Create*`) names. */
export function names(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

/** The caller without one of its statements. */
export function without(caller: Caller, { policy, index }: Place): Caller {
  const cut = (one: Policy): Policy =>
    one.name !== policy
      ? one
      : {
          ...one,
          document: withStatements(
            one,
            statementsOf(one).filter((_, other) => other !== index),
          ),
        };
  return {
    ...caller,
    policies: caller.policies.map(cut),
    ...(caller.boundary === undefined ? {} : { boundary: cut(caller.boundary) }),
  };
}

function withStatements({ document }: Policy, statements: readonly Statement[]): unknown {
  // An evaluator takes no policy without a statement.
  const nothing = {
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::nothing-of-this-name/x",
  };
  return { ...(document as object), Statement: statements.length === 0 ? [nothing] : statements };
}

/** `StatePolicy 3: ecs:RunTask, …` */
export function labelOf({ policy, index, statement }: Place): string {
  const said = statement.Sid ?? actionsOf(statement).slice(0, 3).join(", ");
  return `${policy} ${index}: ${said}`;
}
