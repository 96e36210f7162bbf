/** The zones of other accounts that a project's names lie in: found before anything is made, each by its role. */
import { definedOnly } from "../defined";
import { BerthError, type Problem, type SourceLocation } from "../errors";
import { containersOf } from "../model/containers";
import type { Project, Warning } from "../model/project";
import { isWithin, projectDomainOf } from "../model/naming";
import { provenBase } from "../model/deployed-certificates";
import { sessionName } from "../model/zone-role";
import type { ModeSettings } from "../modes/modes";
import { partitionOf } from "../partitions";
import type { CrossAccountZone, FoundZone, ZoneFinder } from "../ports";

/** A name whose records a role of another account changes. */
export interface CrossAccountName {
  /** `BERTH_DOMAIN`, or a domain of a service's own. */
  readonly of: string;
  readonly roleArn: string;
  readonly zoneId?: string;
  /** What says so: a path of the file, or a setting. */
  readonly path: string;
}

export interface CrossAccountSettings {
  readonly stack: string;
  readonly domain?: string;
  readonly hostedZoneId?: string;
  /** The role that changes the records of the domain's zone. */
  readonly hostedZoneRoleArn?: string;
  /** Roles that the account's owner lets the CD task take. @default nothing is known of them */
  readonly zoneRoles?: readonly string[];
}

export interface CrossAccountArgs {
  readonly project: Project;
  readonly region: string;
  readonly settings: CrossAccountSettings;
  readonly locate: (path: string) => SourceLocation | undefined;
}

/**
 * @param finderOf - asked for only where a name needs it
 * @throws BerthError (project, or usage where the settings alone are at fault) with every role of another partition, every one that the account's owner has not allowed,
 *   every one that can't be taken, and every zone that is not there; else what the finder throws
 */
export async function findCrossAccountZones(
  args: CrossAccountArgs,
  finderOf: () => Promise<ZoneFinder>,
): Promise<readonly CrossAccountZone[]> {
  const names = crossAccountNames(args);
  if (names.length === 0) return [];
  refuse(
    names.flatMap((name) => refusedBefore(name, names, args)),
    args,
  );
  const finder = await finderOf();
  const problems: Problem[] = [];
  const zones: CrossAccountZone[] = [];
  const session = sessionName(args.project.name, args.settings.stack);
  for (const { of, roleArn, zoneId, path } of names) {
    const domain = provenBase(of);
    const zone = await finder
      .find({ roleArn, session, domain, ...definedOnly({ zoneId }) })
      .catch(ofPath(path, args));
    if (zone !== undefined && "refused" in zone) {
      problems.push({ path, ...zone.refused });
      continue;
    }
    const problem =
      problemOf(zone, { domain, roleArn, zoneId }) ?? otherRole(zones, { domain, roleArn, zone });
    if (problem !== undefined) problems.push({ path, ...problem });
    else if (zone !== undefined) zones.push({ of, ...zone, roleArn });
  }
  refuse(problems, args);
  return zones;
}

/** The domain, then those of the services, in the file's order. */
export function crossAccountNames({
  project,
  settings,
}: {
  readonly project: Project;
  readonly settings: CrossAccountSettings;
}): readonly CrossAccountName[] {
  const { domain, hostedZoneId: zoneId, hostedZoneRoleArn: roleArn } = settings;
  const inProject = belowProject(project.name, settings);
  const own =
    domain === undefined || roleArn === undefined
      ? []
      : [{ of: domain, roleArn, path: "BERTH_HOSTED_ZONE_ROLE_ARN", ...definedOnly({ zoneId }) }];
  const ofServices = containersOf(project).flatMap(({ domains = [] }) =>
    domains.flatMap(({ name, zoneRole, zoneId: zone, from }) =>
      zoneRole === undefined || inProject(name)
        ? []
        : [
            {
              of: name,
              roleArn: zoneRole,
              path: keyBeside(from, "zone-role"),
              ...definedOnly({ zoneId: zone }),
            },
          ],
    ),
  );
  return [...own, ...ofServices];
}

export function keyBeside(from: string, key: string): string {
  return from.replace(/\.name$/, `.${key}`);
}

/** Whether a name is the project's domain or is below it: its records are made where the services' own are. */
export function belowProject(
  project: string,
  { stack, domain }: Pick<CrossAccountSettings, "stack" | "domain">,
): (name: string) => boolean {
  if (domain === undefined) return () => false;
  const above = projectDomainOf(project, stack, domain);
  return (name) => isWithin(provenBase(name), above);
}

/** Of names below the project's domain: what the file says of their zone, which is the project's. */
export function unusedZones({
  project,
  settings,
  locate,
}: Omit<CrossAccountArgs, "region">): readonly Warning[] {
  const inProject = belowProject(project.name, settings);
  return containersOf(project).flatMap(({ domains = [] }) =>
    domains
      .filter(({ name }) => inProject(name))
      .flatMap(({ name, from, ...said }) =>
        (["zone", "zone-role"] as const).flatMap((key) => {
          if (said[key === "zone" ? "zoneId" : "zoneRole"] === undefined) return [];
          const path = keyBeside(from, key);
          const { file, line } = locate(path) ?? {};
          const place = line === undefined ? "" : ` (${file ?? ""}:${line})`;
          const setting = key === "zone" ? "BERTH_HOSTED_ZONE_ID" : "BERTH_HOSTED_ZONE_ROLE_ARN";
          return [
            {
              path,
              message: `it is not used${place}: ${name} is a name of the project's own domain, and its record belongs to the zone of BERTH_DOMAIN. Take it out; ${setting} says it of that zone`,
            },
          ];
        }),
      ),
  );
}

/** What no call has to be made for. */
function refusedBefore(
  { roleArn, path }: CrossAccountName,
  names: readonly CrossAccountName[],
  { region, settings: { zoneRoles } }: CrossAccountArgs,
): readonly Problem[] {
  const own = partitionOf(region).id;
  const partition = roleArn.split(":")[1] ?? "";
  if (partition !== own)
    return [
      {
        path,
        message: `${roleArn} is of ${partition}, and ${region} is in ${own}: no role is assumed across partitions`,
        hint: `name a role of ${own}, or set the records by hand`,
      },
    ];
  if (zoneRoles === undefined || zoneRoles.includes(roleArn)) return [];
  const all = [...new Set([...zoneRoles, ...names.map((name) => name.roleArn)])];
  return [
    {
      path,
      message: `the CD task may not assume the role ${roleArn}`,
      hint: `berth bootstrap --zone-roles ${all.join(",")}`,
    },
  ];
}

function problemOf(
  zone: { readonly id: string; readonly name: string } | undefined,
  { domain, roleArn, zoneId }: { domain: string; roleArn: string; zoneId: string | undefined },
): Problem | undefined {
  const account = roleArn.split(":")[4] ?? "";
  if (zone === undefined)
    return {
      message: `account ${account} has no public hosted zone ${zoneId === undefined ? `that contains ${domain}` : zoneId}`,
      hint: "name a role of the account that has it, or leave the role out where the zone is in this account",
    };
  return notWithin(domain, zone, `account ${account}`);
}

/** @param account - that has the zone, in words */
export function notWithin(
  domain: string,
  { id, name }: FoundZone,
  account: string,
): Pick<Problem, "message" | "hint"> | undefined {
  if (isWithin(domain, name)) return undefined;
  return {
    message: `${domain} is not in ${name}, which is the zone ${id} of ${account}`,
    hint: "leave the id out, and the zone is looked up; or name that of a domain above",
  };
}

/** The records of a zone have one provider, and with it one role. */
function otherRole(
  zones: readonly CrossAccountZone[],
  { domain, roleArn, zone }: { domain: string; roleArn: string; zone: { readonly id: string } | undefined },
): Problem | undefined {
  const other = zones.find(({ id }) => id === zone?.id);
  if (other === undefined || other.roleArn === roleArn) return undefined;
  return {
    message: `${domain} is in ${other.name} (${other.id}), whose records ${other.roleArn} changes for ${other.of}: a zone has one role`,
    hint: `name ${other.roleArn} here too, and let it change the records of both`,
  };
}

/** That AWS can't be asked is nobody's mistake in the file: the error keeps its kind, and says what was looked for. */
export function ofPath(
  path: string,
  { locate }: Pick<CrossAccountArgs, "locate">,
): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof BerthError) || error.kind === "usage") throw error;
    const own = { ...definedOnly({ location: locate(path) }), path };
    const problems = error.problems.map((problem) => ({
      ...problem,
      ...own,
      message: `${problem.path ?? ""}: ${problem.message}`,
    }));
    throw new BerthError(error.kind, problems, { cause: error.cause });
  };
}

export function refuse(problems: readonly Problem[], { locate }: CrossAccountArgs): void {
  if (problems.length === 0) return;
  const ofSettings = problems.every(({ path = "" }) => path.startsWith("BERTH_"));
  throw new BerthError(
    ofSettings ? "usage" : "project",
    problems.map((problem) => ({ ...problem, ...definedOnly({ location: locate(problem.path ?? "") }) })),
  );
}

/**
 * Whether the records of a name are changed by a role of another account alone, as far as file and settings say, so that this
 * one's owner has no say in it. A zone of the stack's own is in this account, and so is what the file names a zone for.
 *
 * @returns a function of a name and what the file says of it; without these it is about the settings' domain
 */
export function isCrossAccount(
  { project, settings }: Pick<CrossAccountArgs, "project" | "settings">,
  mode: Pick<ModeSettings, "delegatedZone">,
): (name: string, own?: { readonly zoneId?: string }) => boolean {
  const { domain, hostedZoneRoleArn } = settings;
  const inProject = belowProject(project.name, settings);
  // A name that several services share has its zone by whichever of them names the role.
  const withRole = new Set(
    containersOf(project).flatMap(({ domains = [] }) =>
      domains.flatMap(({ name, zoneRole }) => (zoneRole === undefined || inProject(name) ? [] : [name])),
    ),
  );
  return (name, own) => {
    if (withRole.has(name)) return true;
    if (domain === undefined || hostedZoneRoleArn === undefined) return false;
    // With a zone of the project's own, that of the domain takes the delegation alone.
    if (own === undefined || inProject(name)) return !mode.delegatedZone;
    return own.zoneId === undefined && isWithin(provenBase(name), domain);
  };
}

/**
 * Names below the domain that nobody names a zone for. This account's own zone takes their records all the same where it is
 * nearer than the domain; then its owner has a say in it.
 *
 * @returns those of which that is so
 * @throws what the finder throws
 */
export async function nearerZones(
  args: CrossAccountArgs,
  names: readonly { readonly domain: string; readonly path: string }[],
  finderOf: () => Promise<ZoneFinder>,
): Promise<ReadonlySet<string>> {
  const { domain = "" } = args.settings;
  const found = new Set<string>();
  for (const { domain: name, path } of names) {
    const zone = await (await finderOf()).own(provenBase(name)).catch(ofPath(path, args));
    if (zone !== undefined && zone.name.length > domain.length) found.add(name);
  }
  return found;
}
