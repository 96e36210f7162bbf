/**
 * Projects whose images are built, on the real engine with the simulated AWS attached: with a test stage that fails, a
 * build that fails, then well, and once more; prints what became of each as JSON. A process of its own, because jest
 * counts every unhandled rejection as a failure, however well it is handled.
 */
import { Readable } from "node:stream";
import { KanikoImageBuilder } from "../../../src/builds/image-builder";
import { scaledClock, systemClock } from "../../../src/wiring/clock";
import type { EngineRun } from "../../../src/ports";
import type { Build } from "../../../src/model/project";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { SimulatedBuildTasks } from "../../../src/simulator/plays/build-tasks";
import type { ScriptedFailure } from "../../../src/simulator/plays/tasks";
import { projectProgram } from "../../../stacks/project";
import { engineBench, type EngineBench } from "../../support/engine";
import { containerOf, programArgs, projectOf } from "../../support/projects";

const both: Build = {
  context: ".",
  dockerfile: "Dockerfile",
  args: {},
  platforms: ["ARM64", "X86_64"],
  secrets: [{ id: "netrc", content: { kind: "plain", value: "machine example.com" } }],
  test: "unit",
};
/** Of the image that is built for the worker. */
const runner: Build = {
  context: ".",
  dockerfile: "Dockerfile",
  args: {},
  contexts: [{ name: "base", source: { kind: "service", service: "worker" } }],
};
const shop = projectOf(
  [
    containerOf({ name: "runner", ports: [], image: { kind: "build", build: runner } }),
    containerOf({ ports: [], image: { kind: "build", build: both } }),
    containerOf({ name: "worker", ports: [] }),
    containerOf({ name: "proxy", ports: [], image: { kind: "reference", reference: "nginx:1.29" } }),
  ],
  "shop",
);

interface Outcome {
  readonly preview: Readonly<Record<string, string>>;
  readonly up: string;
  /** What the services run, by name, as the engine registered it. */
  readonly images: Readonly<Record<string, string>>;
  readonly changed: number;
  readonly told: readonly string[];
  readonly failures: readonly string[];
}

async function outcome(
  bench: EngineBench,
  aws: SimulatedAws,
  failures: Readonly<Record<string, ScriptedFailure>> = {},
): Promise<Outcome> {
  const told: string[] = [];
  const builds = new KanikoImageBuilder({
    tasks: new SimulatedBuildTasks({ clouds: () => [aws], clock: systemClock, failures }),
    clock: scaledClock(0.02),
    archive: {
      packContext: () => Readable.from([]),
      dockerfile: () => undefined,
      folderContexts: () => new Map(),
      mountCopies: () => [],
      contextLinks: () => ({ context: { paths: new Set(), links: new Map() }, folders: new Map() }),
    },
    onProgress: ({ service, platform, status }) => {
      told.push(`${service} ${platform} ${status}`);
      if (service === "runner" && status === "started")
        told.push(
          `runner after ${builds
            .results()
            .map((result) => result.service)
            .join()}`,
        );
    },
  });
  const program = projectProgram(programArgs(shop, { builds }));
  const preview = imagesOf(await bench.preview(program));
  const before = told.length;
  const up = await bench.up(program).then(
    (run) => run,
    () => undefined,
  );
  return {
    preview: before === 0 ? preview : { built: told.join() },
    up: up === undefined ? "failed" : "succeeded",
    images: up === undefined ? imagesIn(aws) : imagesOf(up),
    changed: up?.steps.filter(({ op }) => op !== "same").length ?? -1,
    told: told.sort(),
    failures: builds
      .failures()
      .map(({ service, platform, message }) => `${service} ${platform}: ${message}`)
      .sort(),
  };
}

const definition = "aws:ecs/taskDefinition:TaskDefinition";
const services = ["web", "worker", "runner", "proxy"];

function imageOf(inputs: Readonly<Record<string, unknown>>): string {
  const text = inputs["containerDefinitions"];
  if (typeof text !== "string" || !text.startsWith("[")) return String(text);
  const [container] = JSON.parse(text) as { image: string }[];
  return (container?.image ?? "").replace(/^.*\/shop\/kaniko-build/, "");
}

function imagesOf({ steps }: EngineRun): Readonly<Record<string, string>> {
  const found = steps.filter(({ type, name }) => type === definition && services.includes(name));
  return Object.fromEntries(found.map(({ name, inputs }) => [name, imageOf(inputs)]));
}

function imagesIn(aws: SimulatedAws): Readonly<Record<string, string>> {
  const made = aws.list().filter(({ type }) => type === definition);
  const own = made.filter(({ outputs }) => !String(outputs["family"]).includes("kaniko"));
  return Object.fromEntries(own.map(({ outputs }) => [String(outputs["family"]), imageOf(outputs)]));
}

async function main(): Promise<void> {
  const aws = new SimulatedAws({ region: "us-east-1" });
  const bench = await engineBench(aws);
  const worker = { exitCode: 1, log: ["npm error"] };
  const found = {
    untested: await outcome(bench, aws, { worker, web: { exitCode: 3, log: ["1 test failed"] } }),
    unbuilt: await outcome(bench, aws, { worker }),
    built: await outcome(bench, aws),
    again: await outcome(bench, aws),
  };
  bench.close();
  process.stdout.write(JSON.stringify(found));
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exit(1);
});
