/** A deployment whose migration fails, or is told to end while it runs, and the next one; prints both as JSON. */
import type { OneOffProgress } from "../../src/ports";
import { endedBy } from "../../src/wiring/ending";
import { OneOffBench, type Followed } from "../support/one-offs";

/** SIGTERM as soon as the migration runs. */
function ended(bench: OneOffBench): Promise<Followed> {
  const abort = new AbortController();
  const onOneOff = ({ service, status }: OneOffProgress): void => {
    if (service === "migrate" && status === "started") abort.abort(endedBy("SIGTERM"));
  };
  return bench.run(["up"], { latencyScale: 0.02, onOneOff }, abort.signal);
}

function failed(bench: OneOffBench): Promise<Followed> {
  const failures = { migrate: { exitCode: 3, log: ["creating table", "relation exists"] } };
  return bench.run(["up"], { failures });
}

async function main(how: string | undefined): Promise<void> {
  const bench = new OneOffBench();
  const first = await (how === "ended" ? ended(bench) : failed(bench));
  const next = await bench.run(["up"]);
  bench.close();
  process.stdout.write(JSON.stringify({ first, next }));
}

void main(process.argv[2]);
