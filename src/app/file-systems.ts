/** The file systems of a project that exist already: what they have of mount targets is used, and only the rest is made. */
import { BerthError, type Problem } from "../errors";
import type { Warning } from "../model/project";
import { sharedTag, volumesOf } from "../model/volumes";
import type { FoundFileSystem, FoundMountTarget } from "../ports";
import type { Deps } from "./deps";
import type { GivenTargets, Prepared } from "./prepared";

export interface FileSystemFacts {
  readonly targets: GivenTargets;
  readonly warnings: readonly Warning[];
}

type Given = Pick<Prepared, "identity" | "project" | "mode">;

/**
 * Looks the external volumes' file systems up.
 *
 * @throws BerthError (project) where one is not there, or has its mount targets in another VPC: EFS makes them in one VPC
 *   alone (EFS API reference, CreateMountTarget)
 */
export async function findFileSystems(
  { identity, project, mode }: Given,
  deps: Pick<Deps, "fileSystems">,
): Promise<FileSystemFacts> {
  const volumes = volumesOf(project.services).filter(({ fileSystem }) => fileSystem !== undefined);
  const finder = volumes.length === 0 ? undefined : await deps.fileSystems?.();
  if (finder === undefined) return { targets: {}, warnings: [] };
  const vpc = mode.vpc === "new" ? undefined : mode.vpc.id;
  const byId = new Map(volumes.map(({ name, fileSystem = "" }) => [fileSystem, pathOf(name)]));
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const targets: Record<string, readonly FoundMountTarget[]> = {};
  for (const [id, path] of byId) {
    const found = await finder.find(identity, id);
    const problem = problemOf(id, found, vpc);
    if (problem !== undefined) problems.push({ path, ...problem });
    if (found === undefined) continue;
    const given = found.targets.filter(({ own }) => !own);
    targets[id] = given;
    warnings.push(...warningsOf(id, found, given).map((message) => ({ path, message })));
  }
  if (problems.length > 0) throw new BerthError("project", problems);
  return { targets, warnings };
}

/** The key of the file; a volume's name may have a subpath behind it. */
function pathOf(name: string): string {
  return `volumes.${name.split("/")[0] ?? name}`;
}

function problemOf(
  id: string,
  found: FoundFileSystem | undefined,
  vpc: string | undefined,
): Omit<Problem, "path"> | undefined {
  if (found === undefined)
    return {
      message: `${id}: this account has no file system of that id in this region`,
      hint: "aws efs describe-file-systems lists them",
    };
  const other = found.targets.find(({ own, vpcId }) => !own && vpcId !== vpc);
  if (other === undefined) return undefined;
  const where = vpc === undefined ? "a VPC of the stack's own" : vpc;
  return {
    message: `${id} has mount targets in ${other.vpcId}, and EFS makes them in one VPC alone; the stack would run in ${where}`,
    hint: `run the stack there: x-berth: {vpc: ${other.vpcId}}; or delete these mount targets, where nothing uses them`,
  };
}

function warningsOf(
  id: string,
  { open }: FoundFileSystem,
  given: readonly FoundMountTarget[],
): readonly string[] {
  const groups = [...new Set(given.flatMap((target) => target.groups))];
  const closed = open
    ? []
    : [
        `${id} has neither Berth's tag nor ${sharedTag.key}, so the CD task may make no access point of it: aws efs tag-resource --resource-id ${id} --tags Key=${sharedTag.key},Value=${sharedTag.value} lets it`,
      ];
  if (groups.length === 0) return closed;
  return [
    ...closed,
    `the mount targets of ${id} stay as they are: their security groups (${groups.join(", ")}) have to let in TCP 2049 from the private subnets`,
  ];
}
