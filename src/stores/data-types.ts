/** The types of resource that hold a project's data, under Pulumi's tokens. */
export const dataTypes = {
  database: "aws:rds/instance:Instance",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
  files: "aws:efs/fileSystem:FileSystem",
} as const;

/**
 * Whether a resource of a state holds data: by its type, since one that a run was allowed to replace stands unprotected
 * until the next run, or because the program protects it.
 */
export function holdsData({ type, protect }: { readonly type: string; readonly protect?: boolean }): boolean {
  return protect === true || Object.values<string>(dataTypes).includes(type);
}
