/** All checks, in the order in which they build on each other; what needs the account is left out where it can't be reached. */
import { needsOf } from "../../app/quotas";
import { BerthError } from "../../errors";
import type {
  AccountInspector,
  AlertReader,
  ClusterReader,
  CloudStack,
  FirstDay,
  NatReader,
  SecretKeeper,
  StackIdentity,
} from "../../ports";
import { quotaNames } from "../../ports/inspection";
import type { LoadedModel } from "../../app/load-project";
import { definedOnly } from "../../defined";
import { modeSettings } from "../../modes/modes";
import type { Settings } from "../../settings/settings";
import { version } from "../../version";
import { clusterOf } from "../core/services";
import {
  bootstrapFinding,
  buildFindings,
  identityFinding,
  permissionFindings,
  quotaFinding,
} from "./account";
import { projectDomainOf } from "../../model/naming";
import { alertFindings } from "./alerts";
import { caaFindings, type ResolveCaa } from "./caa";
import { certificateFinding, domainFindings } from "./domain";
import { edgeFindings, namedEdgeFindings, siteFindings } from "./edge";
import { firstDayFindings } from "./first-day";
import { failures, look, type Finding } from "./findings";
import { cdImageFinding, type Fetch } from "./images";
import { buildsOf, imageFindings, projectFinding, secretFindings } from "./project";
import { wayOutFindings } from "./way-out";
import { zoneRoleFindings } from "./zone-roles";

export interface Examined {
  readonly settings: Settings;
  readonly inspector: AccountInspector;
  readonly cluster: Pick<ClusterReader, "services">;
  readonly secrets: SecretKeeper;
  readonly nat: NatReader;
  readonly alerts: AlertReader;
  /** Looked at too, where it is asked for. @default not */
  readonly firstDay?: FirstDay;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The bootstrap stack. */
  readonly bootstrap: () => Promise<CloudStack | undefined>;
  /** Rejects with BerthError (usage) where none is set. */
  readonly region: () => Promise<string>;
  readonly project: () => Promise<LoadedModel>;
  readonly fetcher: Fetch;
  readonly resolveNs: (name: string) => Promise<readonly string[]>;
  readonly resolveCaa: ResolveCaa;
  /** The version of session-manager-plugin, where it is installed. */
  readonly plugin: () => Promise<string | undefined>;
  /** `v24.21.0` */
  readonly nodeVersion: string;
}

/** The oldest Node that Berth runs on (`package.json`, engines). */
const oldestNode = 22;

export async function examine(examined: Examined): Promise<readonly Finding[]> {
  const machine = [nodeFinding(examined.nodeVersion), await pluginFinding(examined)];
  const { findings: file, model } = await fileFindings(examined);
  const region = await orFailure("region", examined.region);
  if ("findings" in region) return [...machine, ...file, ...region.findings];
  const regionOk: Finding = { check: "region", status: "ok", message: region.value };
  const caller = await orFailure("credentials", () => examined.inspector.identity());
  if ("findings" in caller) return [...machine, ...file, regionOk, ...caller.findings];
  const rest = await Promise.all([
    look("permissions", () => permissionFindings(examined.inspector, caller.value)),
    look("bootstrap", () => accountFindings(examined, region.value)),
    ...(model === undefined ? [] : stackFindings(examined, model)),
  ]);
  return [...machine, regionOk, identityFinding(caller.value), ...file, ...rest.flat()];
}

/** The bootstrap stack, and the image that it names; an emulator's is in no registry. */
async function accountFindings(examined: Examined, region: string): Promise<readonly Finding[]> {
  const stack = await examined.bootstrap();
  const image = stack?.outputs["Image"];
  return [
    bootstrapFinding(stack, version, region),
    ...(image === undefined || examined.settings.endpointUrl !== undefined
      ? []
      : await look("images", async () => [await cdImageFinding(image, examined)])),
  ];
}

function nodeFinding(nodeVersion: string): Finding {
  const major = Number(/^v(\d+)/.exec(nodeVersion)?.[1] ?? 0);
  return major >= oldestNode
    ? { check: "node", status: "ok", message: `Node ${nodeVersion}` }
    : {
        check: "node",
        status: "fail",
        message: `Node ${nodeVersion} is too old`,
        fix: `install Node ${oldestNode} or later`,
      };
}

async function pluginFinding({ plugin }: Examined): Promise<Finding> {
  const found = await plugin();
  const check = "plugin";
  return found === undefined
    ? {
        check,
        status: "warn",
        message: "session-manager-plugin is not installed: berth exec needs it",
        fix: "berth exec says how to install it; everything else works without it",
      }
    : { check, status: "ok", message: `session-manager-plugin ${found.trim()}` };
}

async function fileFindings({
  project,
}: Examined): Promise<{ readonly findings: readonly Finding[]; readonly model?: LoadedModel }> {
  try {
    const model = await project();
    return { findings: [projectFinding(model.project, model.warnings.length)], model };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { findings: failures("project", error) };
  }
}

/** The value, or why there is none. */
async function orFailure<T>(
  check: string,
  ask: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly findings: readonly Finding[] }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { findings: failures(check, error) };
  }
}

function stackFindings(examined: Examined, { project }: LoadedModel): Promise<readonly Finding[]>[] {
  const { settings, inspector, secrets, fetcher } = examined;
  const stack: StackIdentity = { project: project.name, stack: settings.stack };
  const { domain } = settings;
  const mode = modeSettings(settings.mode, project.overrides);
  return [
    look("quotas", () => quotaFindings(examined, project, stack)),
    look("way out", async () => {
      if (!(await stands(examined, stack))) return [];
      return wayOutFindings(examined.nat, stack, mode, examined.now());
    }),
    look("alerts", async () => {
      if (project.alerts === undefined || !(await stands(examined, stack))) return [];
      return alertFindings(project.alerts, await examined.alerts.state(stack));
    }),
    look("first day", async () => {
      const { firstDay } = examined;
      if (firstDay === undefined) return [];
      return firstDayFindings({ firstDay, project, stack, stands: await stands(examined, stack) });
    }),
    look("domain", () => addressFindings(examined, { project, mode, stack })),
    look("static sites", async () =>
      siteFindings({ project, mode, inspector, stands: await stands(examined, stack) }, domain !== undefined),
    ),
    look("certificate", () => caaFindings(certifiedNames(project, stack, domain), examined.resolveCaa)),
    look("secrets", () => secretFindings(project, stack, secrets)),
    look("images", () => imageFindings(project, inspector, fetcher)),
  ];
}

/** Where the services are reached: zones here and in other accounts, or the edge where there is no domain. */
async function addressFindings(
  examined: Examined,
  {
    project,
    mode,
    stack,
  }: { project: LoadedModel["project"]; mode: ReturnType<typeof modeSettings>; stack: StackIdentity },
): Promise<readonly Finding[]> {
  const { settings, inspector, resolveNs } = examined;
  const { domain, hostedZoneId, hostedZoneRoleArn } = settings;
  const crossAccount = await zoneRoleFindings({
    ...{ project, stack: stack.stack, resolveNs, bootstrap: examined.bootstrap },
    ...definedOnly({ domain, hostedZoneRoleArn }),
  });
  if (domain === undefined) {
    const deployed = await stands(examined, stack);
    return [...crossAccount, ...(await edgeFindings({ project, mode, inspector, stands: deployed }))];
  }
  const standing = await stands(examined, stack);
  const edge = await namedEdgeFindings({ project, mode, inspector, stands: standing });
  if (hostedZoneRoleArn !== undefined)
    return [...crossAccount, await certificateFinding({ domain, stack, inspector }), ...edge];
  const args = { domain, stack, inspector, resolveNs, ...definedOnly({ hostedZoneId }) };
  return [...crossAccount, ...(await domainFindings(args)), ...edge];
}

/** The names that `up` asks ACM for. */
function certifiedNames(
  { services }: LoadedModel["project"],
  { project, stack }: StackIdentity,
  domain: string | undefined,
): readonly string[] {
  const own = services.flatMap((service) => (service.kind === "container" ? (service.domains ?? []) : []));
  return [
    ...(domain === undefined ? [] : [`*.${projectDomainOf(project, stack, domain)}`]),
    ...own.map(({ name }) => name),
  ];
}

async function stands({ cluster }: Examined, stack: StackIdentity): Promise<boolean> {
  return (await cluster.services(clusterOf(stack))) !== undefined;
}

/** An existing stack has what it needs already. */
async function quotaFindings(
  examined: Examined,
  project: LoadedModel["project"],
  stack: StackIdentity,
): Promise<readonly Finding[]> {
  const { settings, inspector } = examined;
  const there = await stands(examined, stack);
  const needs = needsOf(project, modeSettings(settings.mode, project.overrides));
  const wanted = quotaNames.filter((name) => needs[name] !== undefined);
  const found = await Promise.all(
    wanted.map((name) => quotaFinding(inspector, name, there ? 0 : (needs[name] ?? 0))),
  );
  const mode = modeSettings(settings.mode, project.overrides);
  const pool = mode.capacity === "on-demand" ? "fargate" : "fargateSpot";
  return [...found.flat(), ...(await buildFindings(inspector, pool, buildsOf(project)))];
}
