/** A deployment whose migration, or script of a database, fails, or is told to end, and the next one; prints both as JSON. */
import type { OneOffProgress } from "../../src/ports";
import { endedBy } from "../../src/wiring/ending";
import { OneOffBench, withScripts, type Followed } from "../support/one-offs";

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

/** What the task says of a script that fails (`src/stores/init-scripts.ts`). */
function script(bench: OneOffBench): Promise<Followed> {
  bench.write(withScripts);
  bench.script("002-items.sql", "CREATE TABLE items ();");
  const log = [
    "running 002-items.sql",
    'ERROR:  relation "items" already exists',
    "002-items.sql failed: correct it, and run berth up, which goes on with it",
  ];
  return bench.run(["up"], { failures: { "db-init": { exitCode: 1, log } } });
}

const ways = { ended, failed, script };

async function main(how: keyof typeof ways): Promise<void> {
  const bench = new OneOffBench();
  const first = await ways[how](bench);
  const next = await bench.run(["up"]);
  bench.close();
  process.stdout.write(JSON.stringify({ first, next }));
}

void main(process.argv[2] as keyof typeof ways);
