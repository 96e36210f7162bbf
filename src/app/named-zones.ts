/** Zones of this account that the file or the settings name by their ids: looked at before anything is made. */
import type { Problem } from "../errors";
import { containersOf } from "../model/containers";
import { provenBase } from "../model/deployed-certificates";
import type { ModeSettings } from "../modes/modes";
import type { ZoneFinder } from "../ports";
import {
  belowProject,
  isCrossAccount,
  keyBeside,
  notWithin,
  ofPath,
  refuse,
  type CrossAccountArgs,
} from "./cross-account-zones";

interface NamedZone {
  readonly name: string;
  readonly zoneId: string;
  /** What names it: a path of the file, or a setting. */
  readonly path: string;
}

/**
 * A record in a zone that is not there, that is private, or that the name is not in would be refused in the middle of the run, or
 * would be asked by nobody.
 *
 * @param finderOf - asked for only where a zone is named
 * @throws BerthError (project, or usage where the settings alone are at fault) with every zone that won't do; else what the
 *   finder throws
 */
export async function checkNamedZones(
  args: CrossAccountArgs & { readonly mode: Pick<ModeSettings, "delegatedZone"> },
  finderOf: () => Promise<ZoneFinder>,
): Promise<void> {
  const problems: Problem[] = [];
  for (const { name, zoneId, path } of namedZones(args)) {
    const domain = provenBase(name);
    const zone = await (await finderOf()).own(domain, zoneId).catch(ofPath(path, args));
    const problem = zone === undefined ? notThere(zoneId, path) : notWithin(domain, zone, "this account");
    if (problem !== undefined) problems.push({ path, ...problem });
  }
  refuse(problems, args);
}

function namedZones(
  args: CrossAccountArgs & { readonly mode: Pick<ModeSettings, "delegatedZone"> },
): readonly NamedZone[] {
  const { domain, hostedZoneId, hostedZoneRoleArn } = args.settings;
  const crossAccount = isCrossAccount(args, args.mode);
  const inProject = belowProject(args.project.name, args.settings);
  const own =
    domain === undefined || hostedZoneId === undefined || hostedZoneRoleArn !== undefined
      ? []
      : [{ name: domain, zoneId: hostedZoneId, path: "BERTH_HOSTED_ZONE_ID" }];
  return [
    ...own,
    ...containersOf(args.project).flatMap(({ domains = [] }) =>
      domains.flatMap((each) =>
        each.zoneId === undefined || inProject(each.name) || crossAccount(each.name, each)
          ? []
          : [{ name: each.name, zoneId: each.zoneId, path: keyBeside(each.from, "zone") }],
      ),
    ),
  ];
}

function notThere(zoneId: string, path: string): Omit<Problem, "path"> {
  const role = path.startsWith("BERTH_") ? "BERTH_HOSTED_ZONE_ROLE_ARN" : "zone-role";
  return {
    message: `this account has no public hosted zone ${zoneId}`,
    hint: `leave the id out, and the zone is looked up; where another account has it, name a role there (${role}). A private zone is asked by nobody outside of its VPC`,
  };
}
