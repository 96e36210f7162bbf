/** `aws:iam/getPolicyDocument`: a policy's JSON from its statements. */
import type { Properties } from "./cloud";
import { hexOf } from "./naming";
import { listOf, recordOf, textOf } from "./values";

/** The document of `getPolicyDocument`, in the order and the spelling that the aws provider gives it. */
export function policyDocument(args: Properties): Properties {
  const statements = listOf(args["statements"])
    .map(recordOf)
    .map((statement) => ({
      ...(statement["sid"] === undefined ? {} : { Sid: statement["sid"] }),
      Effect: statement["effect"] ?? "Allow",
      ...spread("Action", statement["actions"]),
      ...spread("NotAction", statement["notActions"]),
      ...spread("Resource", statement["resources"]),
      ...principals(statement["principals"]),
      ...conditions(statement["conditions"]),
    }));
  const json = JSON.stringify({ Version: args["version"] ?? "2012-10-17", Statement: statements }, null, 2);
  return { id: hexOf(10, json), json, minifiedJson: JSON.stringify(JSON.parse(json)) };
}

function spread(key: string, values: unknown): Properties {
  const list = listOf(values);
  return list.length === 0 ? {} : { [key]: list.length === 1 ? list[0] : list };
}

function principals(values: unknown): Properties {
  const list = listOf(values).map(recordOf);
  if (list.length === 0) return {};
  const byType = list.map((item) =>
    Object.values(spread("x", item["identifiers"])).map((ids) => [textOf(item["type"]), ids]),
  );
  return { Principal: Object.fromEntries(byType.flat()) as Properties };
}

function conditions(values: unknown): Properties {
  const list = listOf(values).map(recordOf);
  if (list.length === 0) return {};
  const merged: Record<string, Record<string, unknown>> = {};
  for (const item of list) {
    const test = (merged[textOf(item["test"])] ??= {});
    test[textOf(item["variable"])] = Object.values(spread("x", item["values"]))[0];
  }
  return { Condition: merged };
}
