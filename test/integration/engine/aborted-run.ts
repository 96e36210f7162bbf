/**
 * A run that is aborted while its network is being made; prints what became of it as JSON. A process of its own,
 * because jest counts every unhandled rejection as a failure, and an engine that ends leaves the program's calls behind.
 */
import { BerthError } from "../../../src/errors";
import { engineBench, identity } from "../../support/engine";
import { network, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

async function main(): Promise<void> {
  const cloud = new MemoryCloud();
  const bench = await engineBench(cloud);
  const controller = new AbortController();
  cloud.scripts.set("net", async () => {
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 1500));
  });
  const kind = await bench.up(network(), { signal: controller.signal }).then(
    () => "succeeded",
    (error: unknown) => (error instanceof BerthError ? error.kind : String(error)),
  );
  cloud.scripts.clear();
  const made = [...cloud.resources.values()].map((resource) => resource.name);
  const locked = await bench.engine.cancel(identity);
  const afterwards = ops(await bench.up(network()));
  bench.close();
  process.stdout.write(JSON.stringify({ kind, made, locked, afterwards }));
}

void main();
