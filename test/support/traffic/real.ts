/**
 * A program of its own, run by a test (a failing run leaves rejections that jest would count): a change of port and check
 * on the real engine, which fails, succeeds then, and is taken back. A request is sent after each change of the cloud.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { realWorld, type RealWorld } from "../../integration/real-engine/world";
import type { CloudData } from "../../../src/simulator/cloud/store";
import type { Strategy } from "../../../src/model/strategy";
import { send, type Answering, type Met } from "./requests";

const programs: Readonly<Record<string, Answering>> = {
  "ghcr.io/acme/web:1": { port: 80, version: "HTTP1", healthPath: "/old" },
  "ghcr.io/acme/web:2": { port: 8080, version: "HTTP1", healthPath: "/new" },
};

/** From rolling, by updates alone; each with another size, so that there is another revision. */
const order: readonly Strategy[] = ["canary", "blue-green", "rolling"];

export interface RealTraffic {
  /** After each run: its exit code, and what a request meets. */
  readonly runs: readonly { readonly code: number; readonly met: Met }[];
  readonly sent: number;
  readonly lost: readonly string[];
  readonly groups: number;
}

function ask({ cloud }: RealWorld): Met {
  const services = cloud.all("aws:ecs/service:Service");
  const rollouts = services.flatMap(({ id }) => cloud.rollout(id) ?? []);
  const data: CloudData = { version: 1, serial: 0, resources: cloud.list(), images: [], rollouts };
  return send(data, { path: "/" }, (image) => programs[image] ?? { port: 0, version: "", healthPath: "" });
}

async function up(
  world: RealWorld,
  tag: "1" | "2",
  { faults = "", strategy }: { readonly faults?: string; readonly strategy?: Strategy } = {},
): Promise<{ code: number; met: Met }> {
  const image = `ghcr.io/acme/web:${tag}`;
  const { port = 0, healthPath = "" } = programs[image] ?? {};
  const healthcheck = { test: ["CMD", "curl", "-f", `http://localhost:${port}${healthPath}`] };
  const own = strategy === undefined ? {} : { "x-rollout": { strategy, bake: "1m" } };
  const memory = strategy === undefined ? "512M" : `${1 + order.indexOf(strategy)}G`;
  const web = {
    ...{ image, ports: [`80:${port}`], healthcheck, ...own },
    deploy: { resources: { limits: { memory } } },
  };
  const file = { name: "todo", services: { web }, "x-berth": { edge: "balancer" } };
  writeFileSync(join(world.project, "compose.yaml"), JSON.stringify(file));
  const failures = faults === "" ? {} : { BERTH_SIMULATE_FAILURES: faults };
  const { code } = await world.real(["up"], { BERTH_MODE: "balanced", ...failures });
  return { code, met: ask(world) };
}

async function main(): Promise<void> {
  const world = await realWorld();
  const lost: string[] = [];
  let sent = 0;
  const runs = [await up(world, "1")];
  const saving = world.cloud as unknown as { save(): Promise<void> };
  const save = saving.save.bind(world.cloud);
  saving.save = async () => {
    await save();
    sent += 1;
    const met = ask(world);
    if (met.lost !== undefined) lost.push(met.lost);
  };
  const faults = "web=rollback";
  if (process.argv[2] === "strategies")
    for (const strategy of order) runs.push(await up(world, "1", { strategy }));
  else {
    runs.push(await up(world, "2", { faults }), await up(world, "2"));
    runs.push(await up(world, "1", { faults }), await up(world, "1"));
  }
  const groups = world.cloud.all("aws:lb/targetGroup:TargetGroup").length;
  world.close();
  process.stdout.write(JSON.stringify({ runs, sent, lost, groups } satisfies RealTraffic));
}

void main();
