// How long a deployment takes at the latencies of the simulated AWS, against the longest way through what it has to wait
// for: the resources by what they depend on, the builds, the one-off tasks, the services until they are steady. In
// virtual time, so that the machine plays no part.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../setup.mjs";
import { atMost, bundle, inWorkshop, measured, outputOf } from "./processes.mjs";

const budget = 1.05;
const virtualTime = fileURLToPath(new URL("../../test/support/virtual-time.cjs", import.meta.url));
const examples = ["hello", "todo", "everything"];

/** The seconds at which each resource is there, at the earliest; those of a service, when it is steady. */
function earliest({ resources, project, usual }) {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const known = new Map();
  const isOneOff = (name) =>
    Object.values(project.services).some(
      ({ depends_on: after = {} }) => after[name]?.condition === "service_completed_successfully",
    );
  const endOf = (urn) => {
    const found = known.get(urn);
    if (found !== undefined) return found;
    const { type, name, dependsOn = [] } = byUrn.get(urn);
    const isDefinition = type === "aws:ecs/taskDefinition:TaskDefinition";
    const service = project.services[name];
    const needs = dependsOn.filter((other) => byUrn.has(other)).map(endOf);
    let end = Math.max(0, ...needs) + (usual.latencies[type]?.create ?? 0);
    if (isDefinition && service?.build !== undefined) end += usual.build;
    if (type === "aws:ecs/service:Service") end += usual.rollout;
    if (isDefinition && isOneOff(name)) {
      const stores = Object.keys(service.depends_on ?? {}).flatMap((store) =>
        resources.filter((one) => one.name === store && one.type in usual.latencies).map((one) => one.urn),
      );
      end = Math.max(end, ...stores.map(endOf)) + usual.task;
    }
    known.set(urn, end);
    return end;
  };
  return Math.max(...resources.map(({ urn }) => endOf(urn)));
}

/** The seconds after which everything is gone, at the earliest: what depends on another goes before it. */
function earliestGone({ resources, usual }) {
  const dependents = new Map(resources.map(({ urn }) => [urn, []]));
  for (const { urn, dependsOn = [] } of resources)
    for (const other of dependsOn) dependents.get(other)?.push(urn);
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const known = new Map();
  const goneOf = (urn) => {
    if (!known.has(urn))
      known.set(
        urn,
        Math.max(0, ...dependents.get(urn).map(goneOf)) + (usual.latencies[byUrn.get(urn).type]?.delete ?? 0),
      );
    return known.get(urn);
  };
  return Math.max(...resources.map(({ urn }) => goneOf(urn)));
}

export function makespanBench({ builtDir }) {
  return inWorkshop(async (workshop) => {
    const child = join(workshop, "usual.cjs");
    await bundle("scripts/bench/makespan-child.mjs", child);
    const usual = JSON.parse(outputOf([child]));
    const rows = [];
    for (const name of examples) {
      const project = join(workshop, name);
      cpSync(join(root, "examples", name), project, { recursive: true });
      const env = {
        HOME: workshop,
        PULUMI_BACKEND_URL: `file://${join(workshop, "state")}`,
        ...(name === "everything" ? { BERTH_DOMAIN: "example.com" } : {}),
      };
      const program = join(builtDir, "berth-cd.js");
      const plan = join(workshop, `${name}.json`);
      measured([program, "preview", "--simulate", "--plan", plan, project], env);
      const { resources } = JSON.parse(readFileSync(plan, "utf8"));
      const facts = { resources, project: JSON.parse(outputOf([program, "config", project], env)), usual };
      const taken = (command) =>
        JSON.parse(
          outputOf(["--require", virtualTime, program, command, "--simulate", "--json", project], {
            ...env,
            BERTH_SIMULATE_LATENCY: "1",
          }),
        ).seconds;
      const [up, down] = [taken("up"), taken("down")];
      const told = (seconds) => `${Math.round(seconds)} s`;
      const [least, leastDown] = [earliest(facts), earliestGone(facts)];
      rows.push(
        atMost(`up of ${name} (${told(up)}), to its critical path (${told(least)})`, up / least, budget),
        atMost(
          `down of ${name} (${told(down)}), to its critical path (${told(leastDown)})`,
          down / leastDown,
          budget,
        ),
      );
    }
    return rows;
  });
}
