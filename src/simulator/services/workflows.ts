/** Step Functions, as far as a state machine's definition can be judged without running it. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { ResourceType } from "../cloud/resource-type";
import { workflowRules as rules } from "../rules/workflows";
import { listOf, recordOf, textOf } from "../cloud/values";
import { arnOf, roleReference, tokens } from "./common";

const types = new Set(["Task", "Choice", "Map", "Parallel", "Pass", "Wait", "Succeed", "Fail"]);
/** They name no next state of their own. */
const withoutNext = new Set(["Choice", "Succeed", "Fail"]);

function checkDefinition(inputs: Properties): readonly Refusal[] {
  const { definition } = inputs;
  const document = rules.definition.check(inputs, "definition");
  if (document.length > 0 || typeof definition !== "string") return document;
  return checkStates(JSON.parse(definition) as Properties);
}

function checkStates(machine: Properties): readonly Refusal[] {
  const states = recordOf(machine["States"]);
  const names = Object.keys(states);
  const named = (where: string, name: unknown): readonly Refusal[] =>
    rules.start.unless(names.includes(textOf(name)), "definition", () => {
      return `${where} names "${textOf(name)}", which is no state (InvalidDefinition)`;
    });
  return [
    ...named("StartAt", machine["StartAt"]),
    ...names.flatMap((name) => checkState(name, recordOf(states[name]), named)),
  ];
}

function checkState(
  name: string,
  state: Properties,
  named: (where: string, name: unknown) => readonly Refusal[],
): readonly Refusal[] {
  const type = textOf(state["Type"]);
  const goesOn = state["Next"] !== undefined || state["End"] === true || withoutNext.has(type);
  const nexts = [state, ...listOf(state["Choices"]), ...listOf(state["Catch"])].map(
    (one) => recordOf(one)["Next"],
  );
  const inner = [state["ItemProcessor"], ...listOf(state["Branches"])].filter((one) => one !== undefined);
  return [
    ...rules.types.unless(types.has(type), "definition", () => `state "${name}" is of the type "${type}"`),
    ...rules.ends.unless(goesOn, "definition", () => `state "${name}" has neither Next nor End`),
    ...[...nexts, state["Default"]]
      .filter((next) => next !== undefined)
      .flatMap((next) => named(`state "${name}"`, next)),
    ...inner.flatMap((one) => checkStates(recordOf(one))),
  ];
}

export const workflows: readonly ResourceType[] = [
  {
    token: tokens.stateMachine,
    name: {
      property: "name",
      maximum: 80,
      pattern: /^[-_.A-Za-z0-9]+$/,
      says: "letters, digits and -_.",
      source: "Step Functions API: CreateStateMachine",
    },
    replaces: ["type"],
    references: [roleReference("roleArn")],
    id: (making) => arnOf(making, "states", `stateMachine:${making.text("name")}`),
    check: checkDefinition,
    outputs: (_making, id) => ({ arn: id, status: "ACTIVE" }),
  },
];
