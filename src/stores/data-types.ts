/** The types of resource that hold a project's data, under Pulumi's tokens. */
export const dataTypes = {
  database: "aws:rds/instance:Instance",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
  files: "aws:efs/fileSystem:FileSystem",
} as const;

/** A type that is a managed store: it decides the requests to AWS for one. */
export type StoreType = Exclude<(typeof dataTypes)[keyof typeof dataTypes], typeof dataTypes.files>;

/**
 * Whether a resource of a state holds data: by its type, since one that a run was allowed to replace is unprotected
 * until the next run, or because the program protects it.
 */
export function holdsData(resource: {
  readonly type: string;
  readonly protect?: boolean;
  readonly inputs?: object;
}): boolean {
  const { type, protect } = resource;
  return protect === true || (Object.values<string>(dataTypes).includes(type) && !isReplica(resource));
}

/** What is reported of the read replicas beside a resource of a state. */
export function replicasBeside(
  { parent }: { readonly parent?: string },
  resources: readonly { readonly parent?: string; readonly inputs?: object; readonly delete?: boolean }[],
): { readonly replicas?: number } {
  const beside = resources.filter(
    (other) => parent !== undefined && other.parent === parent && isReplica(other) && other.delete !== true,
  );
  return beside.length === 0 ? {} : { replicas: beside.length };
}

/** Whether a resource is a read replica: what it holds is its source's, and comes back with another one. */
export function isReplica({ inputs }: { readonly inputs?: object }): boolean {
  return inputs !== undefined && (inputs as Record<string, unknown>)["replicateSourceDb"] !== undefined;
}
