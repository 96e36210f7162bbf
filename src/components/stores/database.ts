/** RDS (Postgres, MySQL or MariaDB) in place of a service's container. */
import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { DatabaseService } from "../../model/project";
import { leastStorage } from "../../stores/limits";
import { stores } from "../../stores";
import { rdsEngine, rdsSettings } from "../../stores/rds";
import { tlsTag } from "../../stores/tls";
import { databaseGroups } from "./database-groups";
import type { Network } from "../network/network";
import { readerName } from "../../model/readers";
import { aliasName, type PrivateDns, sharedName } from "../network/private-dns";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

export interface DatabaseArgs {
  readonly scope: Scope;
  readonly service: DatabaseService;
  readonly network: Network;
  readonly dns: PrivateDns;
  readonly secrets: Secrets;
}

/** RDS API: CreateDBInstance, EngineLifecycleSupport. */
const lifecycle = {
  extended: "open-source-rds-extended-support",
  standard: "open-source-rds-extended-support-disabled",
};

/**
 * An instance with encrypted storage, in private subnets of two zones, under the service's name.
 *
 * TLS is always offered; whether it is forced was settled before (`src/stores/tls.ts`), and a tag says where it is not.
 *
 * The instance is protected, in Pulumi's sense: a plan that replaces it, or deletes it because its service left the
 * file, fails in the preview already, and the instance stays, unless the user has named it (`src/app/data/data-loss.ts` tells
 * it in the file's words before an engine starts). A `destroy` means all of it: the engine takes the protection off
 * before it begins, and the program's next `up` puts it back on what is left. What goes leaves a snapshot, named by the
 * run that made the instance, so that a later destroy finds its name free.
 *
 * Its name, its user and the snapshot that it was restored from count when it is made: later nothing changes them, so
 * `from-snapshot` can leave the file again.
 *
 * Deletion protection, which some modes set besides, is AWS's own and applies even then: `x-berth`'s
 * `postgresDeletionProtection: false` and one more `up` take it off.
 */
export class Database extends pulumi.ComponentResource {
  readonly kind: DatabaseService["kind"];
  readonly endpoint: pulumi.Output<string>;
  /** Of the group that services have to be let in. */
  readonly clientGroupId: pulumi.Output<string>;
  /** What a service that depends on it waits for: that it runs, and that its names resolve. */
  readonly running: readonly pulumi.Resource[];

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super(stores[args.service.kind].component, name, {}, opts);
    const { scope, service, network, dns } = args;
    const { port } = rdsEngine(service);
    this.kind = service.kind;
    const groups = databaseGroups({ scope, network, service: service.name, port }, this);
    const instanceArgs = instanceInputs(args, groups.serverId, this);
    const instance = createInstance(args, instanceArgs, this);
    args.secrets.addAddress(service.name, instance.address);
    const replicas = createReplicas(args, { instance, instanceArgs }, this);
    const names = [service.name, ...service.aliases].map((alias) =>
      aliasName(alias, { scope, dns, service: service.name, target: instance.address }, this),
    );
    const [reader] = replicas;
    if (reader !== undefined) {
      const name = readerName(service.name);
      // A client that verifies needs the name of a certificate, and each replica has its own.
      args.secrets.addAddress(name, reader.address);
      const targets = replicas.map(({ address }) => address);
      names.push(...sharedName(name, { scope, dns, service: service.name, targets }, this));
    }
    this.endpoint = instance.endpoint;
    this.clientGroupId = groups.clientId;
    this.running = [instance, ...replicas, ...names];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** What an instance and its replicas have in common. */
function instanceInputs(args: DatabaseArgs, securityGroupId: pulumi.Output<string>, parent: pulumi.Resource) {
  const { scope, service } = args;
  const downtime = service.allowDowntime ?? false;
  return {
    autoMinorVersionUpgrade: true,
    applyImmediately: downtime,
    instanceClass: service.instanceClass ?? rdsSettings(service.kind, scope.mode).instanceClass,
    allocatedStorage: service.storage ?? leastStorage,
    storageEncrypted: true,
    ...definedOnly({ maxAllocatedStorage: service.maxStorage }),
    parameterGroupName: parameterGroup(args, scope.tags(service.name), parent).name,
    vpcSecurityGroupIds: [securityGroupId],
    publiclyAccessible: false,
    copyTagsToSnapshot: true,
  };
}

/**
 * Read replicas: they hold nothing of their own, leave no snapshot (RDS refuses one: DeleteDBInstance,
 * FinalDBSnapshotIdentifier), and are neither protected nor kept. What is not said here they take from their source: engine,
 * version, user, password, port, subnets, type of storage (RDS API: CreateDBInstanceReadReplica).
 */
function createReplicas(
  { scope, service }: DatabaseArgs,
  { instance, instanceArgs }: { instance: Instance; instanceArgs: ReturnType<typeof instanceInputs> },
  parent: pulumi.Resource,
): readonly Instance[] {
  const name = readerName(service.name);
  return Array.from({ length: service.replicas ?? 0 }, (_, index) => {
    const own = `${name}-${index + 1}`;
    return new Instance(
      own,
      {
        identifier: scope.name("databaseInstance", own),
        replicateSourceDb: instance.identifier,
        ...instanceArgs,
        skipFinalSnapshot: true,
        tags: scope.tags(service.name),
      },
      { parent },
    );
  });
}

function createInstance(
  args: DatabaseArgs,
  instanceArgs: ReturnType<typeof instanceInputs>,
  parent: pulumi.Resource,
): Instance {
  const { scope, service } = args;
  const settings = rdsSettings(service.kind, scope.mode);
  const { engine, port, extendedSupport } = rdsEngine(service);
  const forced = forcesTls(service);
  const tags = { ...scope.tags(service.name), ...(forced ? {} : { [tlsTag]: service.tls ?? "" }) };
  const identifier = scope.name("databaseInstance", service.name);
  return new Instance(
    service.name,
    {
      identifier,
      engine,
      engineVersion: service.version,
      // Else AWS would bill for the version once it is past its date, without notice. It counts when it is made alone.
      ...(extendedSupport
        ? {
            engineLifecycleSupport:
              service.extendedSupport === true ? lifecycle.extended : lifecycle.standard,
          }
        : {}),
      ...instanceArgs,
      allowMajorVersionUpgrade: instanceArgs.applyImmediately,
      storageType: "gp3",
      multiAz: settings.multiAz,
      port,
      // Of a restored instance RDS reads both off the snapshot, and takes these as what they are expected to be.
      username: service.username,
      ...definedOnly({
        dbName: service.database,
        snapshotIdentifier: service.fromSnapshot,
        iops: service.iops,
        storageThroughput: service.throughput,
        maintenanceWindow: service.maintenanceWindow,
        backupWindow: service.backupWindow,
      }),
      password: args.secrets.value(service.password),
      dbSubnetGroupName: subnetGroup(args, scope.tags(service.name), parent).name,
      backupRetentionPeriod: settings.backupRetention,
      deletionProtection: settings.deletionProtection,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: scope.finalSnapshotName(identifier),
      tags,
    },
    {
      parent,
      ...scope.holds(service.name, [
        "dbName",
        "username",
        "snapshotIdentifier",
        "finalSnapshotIdentifier",
        "engineLifecycleSupport",
      ]),
      // The new one has the old one's name.
      deleteBeforeReplace: true,
    },
  );
}

function subnetGroup(
  { scope, service, network }: DatabaseArgs,
  tags: Record<string, string>,
  parent: pulumi.Resource,
): SubnetGroup {
  return new SubnetGroup(
    service.name,
    { name: scope.name("databaseGroup", service.name), subnetIds: network.dataSubnetIds, tags },
    { parent },
  );
}

function forcesTls({ tls = "required" }: DatabaseService): boolean {
  return tls === "required";
}

/** One for each major version: RDS takes a group of the instance's own family only. */
function parameterGroup(
  { scope, service }: DatabaseArgs,
  tags: Record<string, string>,
  parent: pulumi.Resource,
): ParameterGroup {
  const { family, parameters } = rdsEngine(service);
  return new ParameterGroup(
    service.name,
    {
      name: scope.name("databaseGroup", service.name, family),
      family,
      parameters: [...parameters],
      tags,
    },
    { parent },
  );
}
