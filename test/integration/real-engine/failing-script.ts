/**
 * A database's script of its first start that fails on the real engine, and the runs after it; prints them as JSON. A
 * process of its own, because jest counts every unhandled rejection as a failure, however well it is handled.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../support/cd";
import { withScripts } from "../../support/one-offs";
import { realWorld } from "./world";

/** What a run left: how it ended, and of which services ECS keeps tasks. */
type Left = Pick<Ran, "code" | "stderr" | "result"> & { readonly services: readonly unknown[] };

async function main(): Promise<void> {
  const world = await realWorld();
  const run = async (...argv: readonly string[]): Promise<Left> => {
    const { code, stderr, result } = await world.real(argv);
    const services = world.cloud
      .list()
      .filter(({ type }) => type === "aws:ecs/service:Service")
      .map(({ outputs }) => (outputs["tags"] as Readonly<Record<string, unknown>>)["berth:service"]);
    return { code, stderr, result, services };
  };
  try {
    writeFileSync(join(world.project, "compose.yaml"), withScripts.replace("name: shop", "name: todo"));
    mkdirSync(join(world.project, "init"));
    writeFileSync(join(world.project, "init/002-items.sql"), "CREATE TABLE items ();");
    // What the task says of a script that fails (`src/stores/init-scripts.ts`).
    const log = [
      "running 002-items.sql",
      'ERROR:  relation "items" already exists',
      "002-items.sql failed: correct it, and run berth up, which goes on with it",
    ];
    world.failures["db-init"] = { exitCode: 1, log };
    const first = await run("up");
    const again = await run("up");
    delete world.failures["db-init"];
    const next = await run("up");
    const down = await run("down", "--yes");
    process.stdout.write(JSON.stringify({ first, again, next, down }));
  } finally {
    world.close();
  }
}

void main();
