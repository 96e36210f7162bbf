/** `berth doctor`: looks for what prevents a deployment. */
import { Resolver } from "node:dns/promises";
import type { CommandDefinition, Given } from "../core/command";
import { bootstrapStack } from "../account/template";
import type { Launcher } from "../core/launcher";
import { projectOf } from "../core/stack";
import { examine, type Examined } from "../doctor/examine";
import { findingsText } from "../doctor/findings";
import { pluginName } from "../shell/plugin";
import { machinePrograms } from "../shell/programs";

/** The exit code where something prevents it: usage or settings (docs/design.md, Contracts). */
const inTheWay = 2;

/** Milliseconds that a name server may take to answer, and how often it is asked. */
const nameServers = { timeout: 3_000, tries: 2 };

async function runDoctor(launcher: Launcher, given: Given): Promise<number> {
  const { terminal } = launcher;
  const findings = await examine(await examinedOf(launcher, given.has("firstDay")));
  const fails = findings.filter(({ status }) => status === "fail").length;
  const warnings = findings.filter(({ status }) => status === "warn").length;
  if (given.has("json")) {
    terminal.out(`${JSON.stringify({ ok: fails === 0, findings })}\n`);
  } else {
    terminal.out(findingsText(findings, terminal));
    const summary = fails === 0 ? "Nothing is in the way" : `${fails} to fix before berth up`;
    terminal.out(`\n${summary}${warnings === 0 ? "" : `, ${warnings} to look at`}\n`);
  }
  return fails === 0 ? 0 : inTheWay;
}

async function examinedOf(launcher: Launcher, isFirstDay: boolean): Promise<Examined> {
  const { settings, aws, clock } = launcher;
  const adapters = await aws.use((sdk, clients) => ({
    inspector: new sdk.AwsAccountInspector(clients),
    cluster: new sdk.EcsClusterReader(clients),
    secrets: new sdk.ParameterStoreKeeper(clients),
    nat: new sdk.Ec2NatReader(clients),
    alerts: new sdk.AwsAlertReader(clients),
    ...(isFirstDay ? { firstDay: new sdk.AwsFirstDay(clients) } : {}),
    bootstrap: () => new sdk.CloudFormationStacks(clients, clock).describe(bootstrapStack),
    region: async () => {
      try {
        return await clients.region();
      } catch (error) {
        throw sdk.awsError("usage", "AWS_REGION", error);
      }
    },
  }));
  return {
    ...adapters,
    settings,
    project: () => projectOf(launcher),
    fetcher: launcher.fetcher,
    resolveNs: (name) => new Resolver(nameServers).resolveNs(name).catch(() => []),
    resolveCaa: (name) => new Resolver(nameServers).resolveCaa(name).catch(() => []),
    plugin: () => machinePrograms(settings.environment).output(pluginName, ["--version"]),
    nodeVersion: process.version,
    now: () => clock.now(),
  };
}

export const doctor: CommandDefinition = {
  name: "doctor",
  summary:
    "Check credentials, region, permissions, bootstrap, quotas, the way out, domain, secrets and images",
  examples: ["berth doctor", "berth doctor --stack prod --json", "berth doctor --first-day"],
  takes: ["project", "stack", "json"],
  options: [
    {
      flags: "--first-day",
      description:
        "look too at what only a first run on AWS shows: service-linked roles, and whether logs arrive",
    },
  ],
  run: runDoctor,
};
