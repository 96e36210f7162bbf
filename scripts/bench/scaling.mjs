// Time over the number of services: that of the loader with the interpretation, and that of a whole preview.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atMost, bundle, inWorkshop, measured, mediansOf } from "./processes.mjs";
import { pulumi } from "./start-up.mjs";

const sizes = [25, 50, 100, 200, 500];
const budget = 1.2;

/** A project of so many services, each with what services have, waiting for up to three that come before it. */
function composeOf(count) {
  const services = Array.from({ length: count }, (_, at) => {
    const waitsFor = [...new Set([at - 1, at - 2, Math.floor(at / 2)])].filter(
      (other) => other >= 0 && other < at,
    );
    return [
      `  service-${at}:`,
      `    image: registry.example/team/service-${at}:1.${at}`,
      "    environment:",
      `      NAME: \${PREFIX:-app}-${at}`,
      `      UPSTREAM: http://service-${Math.max(0, at - 1)}:8080`,
      "      PASSWORD:",
      '    healthcheck: {test: ["CMD", "curl", "-f", "http://localhost:8080/health"], interval: 10s, retries: 3}',
      '    deploy: {replicas: 2, resources: {reservations: {cpus: "0.25", memory: 512M}}}',
      // A load balancer has a hundred rules, and as many target groups (AWS: quotas for Application Load Balancers).
      at % 5 === 0 ? '    ports: ["8080"]' : '    expose: ["8080"]',
      ...(waitsFor.length === 0 ? [] : ["    depends_on:"]),
      ...waitsFor.map((other) => `      service-${other}: {condition: service_healthy}`),
    ].join("\n");
  });
  return `services:\n${services.join("\n")}\n`;
}

/** The slope of the least-squares line through the logarithms. */
export function exponentOf(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (at) => logs.reduce((sum, point) => sum + point[at], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** What each size takes beyond a project of one service, which is what starting up takes. */
function beyondStartUp(taken) {
  return sizes.map((size) => [size, Math.max(taken[size] - taken[1], 0.001)]);
}

function told(points) {
  return points.map(([size, seconds]) => `${size}: ${seconds.toFixed(3)} s`).join(", ");
}

export function scalingBench({ builtDir, rounds, figure }) {
  return inWorkshop(async (workshop) => {
    for (const size of [1, ...sizes]) {
      mkdirSync(join(workshop, `project-${size}`));
      writeFileSync(join(workshop, `project-${size}`, "compose.yaml"), composeOf(size));
    }
    const child = join(workshop, "load.cjs");
    await bundle("scripts/bench/load-child.mjs", child);
    const project = (size) => join(workshop, `project-${size}`);
    const each = (run) => Object.fromEntries([1, ...sizes].map((size) => [size, () => run(size)]));
    const secondsOfEach = (taken) =>
      Object.fromEntries(Object.entries(taken).map(([size, one]) => [size, one[figure]]));
    const load = await mediansOf(
      each((size) => measured([child, join(project(size), "compose.yaml")])),
      rounds,
    );
    const { pulumi: loading, ...preview } = await mediansOf(
      {
        ...each((size) =>
          measured([join(builtDir, "berth-cd.js"), "preview", "--simulate", project(size)], {
            HOME: workshop,
          }),
        ),
        pulumi: () => measured(["-e", `require(${JSON.stringify(pulumi)})`]),
      },
      rounds,
    );
    const loads = beyondStartUp(secondsOfEach(load));
    const previews = beyondStartUp(secondsOfEach(preview));
    return [
      atMost(
        `exponent of loading and interpreting over services (${told(loads)})`,
        exponentOf(loads),
        budget,
      ),
      atMost(`exponent of preview --simulate over services (${told(previews)})`, exponentOf(previews), 1.05),
      atMost(
        "preview --simulate of 200 services, to loading @pulumi/pulumi",
        preview[200][figure] / loading[figure],
        4,
      ),
      atMost(
        "peak memory of preview --simulate of 200 services, to loading @pulumi/pulumi",
        preview[200].peak / loading.peak,
        2,
      ),
    ];
  });
}
