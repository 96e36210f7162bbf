/** Alerts through the whole command, on the simulator: what is declared, what people get, and that no URL is seen. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredResource } from "../../src/simulator/cloud/store";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { recordOf, textOf } from "../../src/simulator/cloud/values";
import { systemClock } from "../../src/wiring/clock";
import * as events from "../support/alert-events";
import { cd, type Ran } from "../support/cd";
import { matches, transformed } from "../support/event-bridge";

let home: string;

beforeEach(() => {
  region = "us-east-1";
  home = mkdtempSync(join(tmpdir(), "berth-alerts-"));
  mkdirSync(join(home, "shop"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const services = `name: shop
services:
  web: { image: nginx, ports: ["80"] }
  idle: { image: nginx, scale: 0 }
  report: { image: "app:1", command: [report], x-schedule: "0 3 * * *" }
  db: { image: "postgres:16", x-postgres: { storage: 100 }, environment: { POSTGRES_PASSWORD: long-enough } }
  cache: { image: "redis:7", x-redis: true }
`;
const canary = "CanaryOfNobody";
const slack = `https://hooks.slack.com/services/T0/B0/${canary}`;

function write(alerts: string): void {
  const own = alerts === "" ? "" : `x-berth: { alerts: ${alerts} }\n`;
  writeFileSync(join(home, "shop/compose.yaml"), services + own);
}

let region = "us-east-1";

function run(command: string, ...more: readonly string[]): Promise<Ran> {
  const events = join(home, "events.ndjson");
  const where = {
    env: { HOME: home, AWS_REGION: region, BERTH_DOMAIN: "example.com", BERTH_EVENTS: events },
    cwd: join(home, "shop"),
  };
  return cd([command, ...more, "--simulate", "--json"], where);
}

function all(type: string): readonly StoredResource[] {
  const stateDirectory = join(home, ".berth/simulator");
  const engine = new SimulatorEngine({ stateDirectory, region, clock: systemClock });
  return engine.cloud({ project: "shop", stack: "dev" }).all(type);
}

/**
 * What an event comes to, by the last part of the ARN that it is sent to. EventBridge has rules of a region's own events, and of those
 * that a rule of another region sends to its bus.
 */
function sent(event: object, at = textOf(recordOf(event)["region"])): Readonly<Record<string, unknown>> {
  const rules = all("aws:cloudwatch/eventRule:EventRule")
    .filter(({ outputs }) => textOf(outputs["name"]).includes("-alert-") && outputs["region"] === at)
    .filter(({ outputs }) => matches(JSON.parse(textOf(outputs["eventPattern"])), event))
    .map(({ outputs }) => outputs["name"]);
  const targets = all("aws:cloudwatch/eventTarget:EventTarget").filter(
    ({ outputs }) => rules.includes(outputs["rule"]) && outputs["region"] === at,
  );
  return Object.assign(
    {},
    ...targets.map(({ outputs }) => {
      const [, , , to = "", , bus] = textOf(outputs["arn"]).split(":");
      if (bus === "event-bus/default") return sent(event, to);
      const name = textOf(outputs["targetId"]).replace(/-.*/, "");
      return { [name]: transformed(outputs["inputTransformer"], event) };
    }),
  ) as Readonly<Record<string, unknown>>;
}

const service = "arn:aws:ecs:us-east-1:123456789012:service/shop-dev-cluster/shop-dev-web";

test("what goes wrong reaches mail and a webhook, each in its form", async () => {
  write(`[ops@example.com, "${slack}"]`);
  const { code, result } = await run("up");
  expect(code).toBe(0);
  expect(result.outputs).toMatchObject({ alerts: { mail: ["ops@example.com"], webhooks: 1 } });
  const title = `shop (dev): a deployment of ${service} failed`;
  expect(sent(events.deployment("SERVICE_DEPLOYMENT_FAILED"))["webhook"]).toEqual({
    text: title,
    attachments: [{ text: events.reason }],
  });
  const room = sent(events.action("SERVICE_TASK_PLACEMENT_FAILURE", { reason: "RESOURCE:FARGATE" }));
  expect(room).toEqual({
    mail: { message: `shop (dev): ECS finds no room for tasks of ${service}`, reason: "RESOURCE:FARGATE" },
    webhook: {
      text: `shop (dev): ECS finds no room for tasks of ${service}`,
      attachments: [{ text: "RESOURCE:FARGATE" }],
    },
  });
  for (const told of [
    events.action("SERVICE_TASK_START_IMPAIRED"),
    events.execution("FAILED"),
    events.execution("TIMED_OUT"),
    events.alarm("shop-dev-web-short", "ALARM", "OK"),
    events.alarm("shop-dev-db-storage", "ALARM", "OK"),
    events.alarm("shop-dev-cache-memory", "OK", "ALARM"),
  ])
    expect([told, Object.keys(sent(told)).sort()]).toEqual([told, ["mail", "webhook"]]);
  const [own] = all("aws:acm/certificate:Certificate");
  expect(
    sent(events.certificate("ACM Certificate Renewal Action Required", textOf(own?.outputs["arn"])))["mail"],
  ).toMatch(/Renewal Action Required: arn:aws:acm:/);
  for (const untold of [
    events.action("SERVICE_STEADY_STATE"),
    events.execution("SUCCEEDED"),
    events.execution("FAILED", "pay-dev-report-runs"),
    events.deployment("SERVICE_DEPLOYMENT_FAILED", "pay-dev-cluster/web"),
    events.certificate("ACM Certificate Expired", "arn:aws:acm:us-east-1:123456789012:certificate/other"),
  ])
    expect([untold, sent(untold)]).toEqual([untold, {}]);
});

test("alarms stand for services that are to run, and for stores, in the units of CloudWatch", async () => {
  write("ops@example.com");
  await run("up");
  const alarms = Object.fromEntries(
    all("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ outputs }) => [textOf(outputs["name"]), outputs]),
  );
  expect(Object.keys(alarms).sort()).toEqual([
    "shop-dev-cache-memory",
    "shop-dev-db-storage",
    "shop-dev-web-short",
  ]);
  expect(alarms["shop-dev-web-short"]).toMatchObject({
    ...{ namespace: "AWS/ECS", statistic: "SampleCount", threshold: 1, treatMissingData: "breaching" },
    dimensions: { ClusterName: "shop-dev-cluster", ServiceName: "shop-dev-web" },
  });
  // A tenth of 100 GiB, in bytes.
  expect(alarms["shop-dev-db-storage"]).toMatchObject({ threshold: 10_737_418_240 });
  expect(recordOf(alarms["shop-dev-db-storage"]?.["dimensions"])).toEqual({
    DBInstanceIdentifier: all("aws:rds/instance:Instance")[0]?.outputs["identifier"],
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("the URL of a webhook is in no plan, log, event, page, result or record", async () => {
  write(`[{ url: "${slack}" }]`);
  const options = ["--plan", join(home, "plan.json"), "--verbose"];
  const seen: string[] = [];
  for (const line of [["preview", ...options], ["up", "--verbose"], ["preview", "--markdown"], ["outputs"]]) {
    const [command = "", ...more] = line;
    const ran = await run(command, ...more);
    expect([command, ran.code]).toEqual([command, 0]);
    seen.push(ran.stdout, ran.stderr);
  }
  expect(seen.join("\n")).not.toContain(canary);
  const kept = filesBelow(home).filter((path) => path !== join(home, "shop/compose.yaml"));
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter((path) => readFileSync(path, "utf8").includes(canary))).toEqual([]);
});

test("a webhook's new URL replaces its destination, and what is told goes on; without alerts all of it goes", async () => {
  write(`["${slack}"]`);
  await run("up");
  const [before] = all("aws:cloudwatch/eventApiDestination:EventApiDestination");
  write(`["${slack}2"]`);
  const { result } = await run("up");
  expect(result.outcome).toBe("succeeded");
  const after = all("aws:cloudwatch/eventApiDestination:EventApiDestination");
  expect(after).toHaveLength(1);
  expect(after[0]?.id).not.toBe(before?.id);
  write("");
  await run("up");
  for (const type of [
    "cloudwatch/eventApiDestination:EventApiDestination",
    "sqs/queue:Queue",
    "sns/topic:Topic",
  ])
    expect(all(`aws:${type}`)).toEqual([]);
  expect(all("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ outputs }) => outputs["name"])).toEqual([
    "shop-dev-cache-memory",
  ]);
  const gone = await run("down", "--allow-data-loss", "all");
  expect([gone.code, gone.result.error]).toEqual([0, undefined]);
});

test("a certificate of CloudFront's is in another region than its stack, and people are told of it all the same", async () => {
  region = "eu-west-1";
  const text = services.replace(
    "name: shop\n",
    "name: shop\nx-berth: { edge: cloudfront, alerts: ops@example.com }\n",
  );
  writeFileSync(join(home, "shop/compose.yaml"), text);
  const up = await run("up");
  expect([up.code, up.stderr]).toEqual([0, up.stderr]);
  const certificates = all("aws:acm/certificate:Certificate").map(({ outputs }) => textOf(outputs["arn"]));
  expect(certificates.map((arn) => arn.split(":")[3]).sort()).toEqual(["eu-west-1", "us-east-1"]);
  for (const arn of certificates) {
    const told = { ...events.certificate("ACM Certificate Expired", arn), region: arn.split(":")[3] };
    expect(sent(told)).toEqual({
      mail: expect.stringContaining(`ACM Certificate Expired: ${arn}`) as string,
    });
  }
  expect((await run("up")).result.outcome).toBe("unchanged");
  expect((await run("down", "--allow-data-loss", "all")).code).toBe(0);
});
