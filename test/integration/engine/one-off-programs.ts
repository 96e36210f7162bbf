/**
 * A project with a migration, and a report that nobody waits for, on the real engine, with the simulated AWS attached: once well, once failing, once more
 * well; prints what became of each as JSON. A process of its own, because jest counts every unhandled rejection as a
 * failure, however well it is handled.
 */
import { OneOffRunner } from "../../../src/tasks/one-offs";
import { scaledClock, systemClock } from "../../../src/wiring/clock";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { SimulatedOneOffTasks } from "../../../src/simulator/plays/one-off-tasks";
import type { ScriptedFailure } from "../../../src/simulator/plays/tasks";
import { projectProgram } from "../../../stacks/project";
import { engineBench, type EngineBench } from "../../support/engine";
import { containerOf, programArgs, projectOf } from "../../support/projects";

const image = { kind: "reference", reference: "app:1" } as const;
const completed = {
  service: "migrate",
  condition: "service_completed_successfully",
  required: true,
} as const;
const shop = projectOf(
  [
    containerOf({ name: "migrate", lifecycle: "task", image, ports: [] }),
    containerOf({ image, ports: [], dependsOn: [completed] }),
    // After the migration, so that it is the last that ends.
    containerOf({ name: "report", lifecycle: "task", image, ports: [], dependsOn: [completed] }),
  ],
  "shop",
);

interface Outcome {
  readonly preview?: string;
  readonly up: string;
  /** Of the migration and of the service that waits for it, in order, until the engine said that it is done. */
  readonly course: readonly string[];
  /** Whether the report had ended when the engine said so. */
  readonly reported: boolean;
  readonly failures: readonly string[];
}

async function outcome(
  bench: EngineBench,
  aws: SimulatedAws,
  failures: Readonly<Record<string, ScriptedFailure>>,
): Promise<Outcome> {
  const course: string[] = [];
  const clock = scaledClock(0.05);
  const runner = new OneOffRunner({
    tasks: new SimulatedOneOffTasks({
      clouds: () => [aws],
      clock: systemClock,
      latencyScale: 0.01,
      failures,
    }),
    clock,
    onProgress: ({ service, status }) => course.push(`${service} ${status}`),
  });
  const program = projectProgram(programArgs(shop, { tasks: runner }));
  const ended = (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => "succeeded",
      () => "failed",
    );
  const preview = await ended(bench.preview(program));
  const onEvent: Parameters<EngineBench["request"]>[0] = {
    onEvent: (event) => {
      if (event.kind === "resource" && event.type === "aws:ecs/service:Service" && event.op !== "same")
        course.push(`service ${event.name} ${event.status}`);
    },
  };
  const before = course.length;
  const up = await ended(bench.up(program, onEvent));
  const seen = [...course];
  await runner.finish();
  return {
    preview: before === 0 ? preview : "ran a task",
    up,
    course: seen.filter((line) => !line.startsWith("report")),
    reported: seen.includes("report succeeded"),
    failures: runner.failures().map(({ message }) => message),
  };
}

async function main(): Promise<void> {
  const aws = new SimulatedAws({ region: "us-east-1" });
  const bench = await engineBench(aws);
  const failing = { migrate: { exitCode: 3, log: ["relation exists"] } };
  const found = {
    failed: await outcome(bench, aws, failing),
    next: await outcome(bench, aws, {}),
    again: await outcome(bench, aws, {}),
  };
  bench.close();
  process.stdout.write(JSON.stringify(found));
}

void main();
