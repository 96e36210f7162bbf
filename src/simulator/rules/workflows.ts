/** What Step Functions refuses. */
import { DocumentRule, Rule } from "./rule";

const language = "Amazon States Language specification";

export const workflowRules = {
  definition: new DocumentRule(
    "definition of a state machine",
    1_048_576,
    "Step Functions API: CreateStateMachine",
  ),
  start: new Rule({
    what: "states that a state machine names",
    limit: "StartAt, Next and Default name states beside them",
    source: language,
    fix: "name a state of States",
  }),
  types: new Rule({
    what: "types of the states of a state machine",
    limit: "Task, Choice, Map, Parallel, Pass, Wait, Succeed, Fail",
    source: language,
    fix: "take one of these types",
  }),
  ends: new Rule({
    what: "how a state of a state machine goes on",
    limit: "Next or End, but for Choice, Succeed and Fail",
    source: language,
    fix: "write Next or End: true",
  }),
} as const;
