/** `x-rollout`: how requests move to a new revision of a published service. */
import { definedOnly } from "../defined";
import { secondsOf } from "../model/duration";
import type { ContainerService } from "../model/project";
import { strategies, usualStrategy, type Strategy, type StrategyRequest } from "../model/strategy";
import { didYouMean } from "../nearest";
import { isRecord, type Node } from "./node";

const usual = "rolling, blue-green or canary";

/** Minutes (ECS API reference, DeploymentConfiguration: bakeTimeInMinutes; CanaryConfiguration: canaryBakeTimeInMinutes). */
const longestBake = 1_440;

/** @returns `undefined` where the mode decides */
export function readStrategy(
  service: Node,
  lifecycle: ContainerService["lifecycle"],
): StrategyRequest | undefined {
  const node = service.get("x-rollout");
  if (!node.present) return undefined;
  if (lifecycle !== "service") {
    node.warn("it has no deployment: it runs to its end");
    return undefined;
  }
  const long = isRecord(node.value);
  const strategy = readName(long ? node.get("strategy") : node, long ? "rolling" : undefined);
  if (strategy === undefined) return undefined;
  const percent = readPercent(node.get("percent"), strategy);
  const bake = readBake(node.get("bake"), strategy);
  const test = readTest(node.get("test"));
  return { strategy, percent, bake, ...definedOnly({ test }) };
}

function readName(node: Node, fallback: Strategy | undefined): Strategy | undefined {
  const text = node.text();
  if (text === undefined) {
    if (node.present && typeof node.value !== "string")
      node.problem(`${JSON.stringify(node.value)} is no strategy`, usual);
    return fallback;
  }
  const known = strategies.find((name) => name === text);
  if (known === undefined)
    node.problem(`unknown strategy ${JSON.stringify(text)}`, didYouMean(text, [...strategies], usual));
  return known;
}

/** "Valid values are multiples of 0.1 from 0.1 to 100.0" (ECS API reference, CanaryConfiguration, canaryPercent). */
function readPercent(node: Node, strategy: Strategy): number {
  if (!node.present) return usualStrategy.percent;
  if (strategy !== "canary") node.warn(`${strategy} has no part of the requests: a canary has`);
  const percent = Number(node.text() ?? Number.NaN);
  const tenths = Math.round(percent * 10);
  if (Math.abs(tenths - percent * 10) < 1e-6 && tenths >= 1 && tenths <= 1_000) return tenths / 10;
  node.problem(`${JSON.stringify(node.value)} is no part of the requests`, "percent, 0.1 to 100, in tenths");
  return usualStrategy.percent;
}

function readBake(node: Node, strategy: Strategy): number {
  const text = node.text();
  if (text === undefined) return usualStrategy.bake;
  if (strategy === "rolling") node.warn("a rolling deployment has no bake: its old tasks go one by one");
  const seconds = secondsOf(text);
  if (seconds !== undefined && seconds % 60 === 0 && seconds <= longestBake * 60) return seconds / 60;
  node.problem(`${JSON.stringify(text)} is no bake`, "whole minutes up to a day, such as 5m");
  return usualStrategy.bake;
}

function readTest(node: Node): readonly string[] | undefined {
  if (!node.present) return undefined;
  const command = isRecord(node.value) ? node.get("command") : undefined;
  if (command?.present !== true) {
    node.problem("a test has a command", "test: {command: [npm, run, smoke]}");
    return undefined;
  }
  const words = typeof command.value === "string" ? shell(command) : command.texts();
  if (words.length > 0) return words;
  command.problem("a test has a command", "test: {command: [npm, run, smoke]}");
  return undefined;
}

/** A command line as a text is a shell's. */
function shell(command: Node): readonly string[] {
  const text = command.text() ?? "";
  return text.trim() === "" ? [] : ["sh", "-c", text];
}
