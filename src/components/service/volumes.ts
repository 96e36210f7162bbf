/** The named volumes of a project on EFS. */
import { AccessPoint } from "@pulumi/aws/efs/accessPoint";
import { BackupPolicy } from "@pulumi/aws/efs/backupPolicy";
import { FileSystem } from "@pulumi/aws/efs/fileSystem";
import { FileSystemPolicy } from "@pulumi/aws/efs/fileSystemPolicy";
import { getFileSystemOutput } from "@pulumi/aws/efs/getFileSystem";
import { MountTarget } from "@pulumi/aws/efs/mountTarget";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { VolumeMount } from "../../model/project";
import type { Volume } from "../../model/volumes";
import { policyDocument, type Statement } from "../stack/iam";
import { eachPrivateSubnet, type Network } from "../network/network";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, securityGroup } from "../network/security-group";

export interface VolumesArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** At least one. */
  readonly volumes: readonly Volume[];
  /** Mount targets that exist and stay as they are, by file system: a zone takes one. @default none */
  readonly given?: Readonly<Record<string, readonly { readonly zone: string }[]>>;
}

/** NFS (EFS User Guide, Working with VPC security groups). */
const port = 2049;

/** What a mount asks of EFS, besides to be allowed at all. */
const clientActions = {
  mount: "elasticfilesystem:ClientMount",
  write: "elasticfilesystem:ClientWrite",
  /** Without it root is nobody: the entrypoints of database images begin as root and give their folder to their user. */
  root: "elasticfilesystem:ClientRootAccess",
} as const;

/** A folder of a file system, as a task definition and a role take it. */
interface Folder {
  readonly fileSystemId: pulumi.Input<string>;
  readonly fileSystemArn: pulumi.Input<string>;
  readonly accessPoint: AccessPoint;
}

/** What a service has more for the sake of its volumes. */
export interface MountedVolumes {
  /** Of the task definition. */
  readonly volumes: readonly {
    readonly name: string;
    readonly efsVolumeConfiguration: {
      readonly fileSystemId: pulumi.Input<string>;
      readonly transitEncryption: "ENABLED";
      readonly authorizationConfig: {
        readonly accessPointId: pulumi.Input<string>;
        readonly iam: "ENABLED";
      };
    };
  }[];
  /** The name of a volume in the task definition. */
  readonly nameOf: (volume: string) => string;
  /** Of the container. */
  readonly mountPoints: readonly object[];
  /** Of the task's role. */
  readonly statements: readonly Statement[];
}

/**
 * One file system for the stack, with an access point for each named volume: a folder that its mounts can't leave.
 * One, and not one for each volume, since a volume that leaves the compose file then keeps its data, as in Compose: the
 * access point goes, the folder stays, and naming the volume again brings it back. What keeps the services apart is
 * the access points: a task's role may mount those of its own volumes alone, over TLS, from a group that the mount
 * targets let in.
 *
 * The file system is protected as a database is. EFS makes no snapshots on deletion, so a destroy leaves the file
 * system itself, under the name that the outputs give, to be named again as an external volume, or to be deleted.
 */
export class Volumes extends pulumi.ComponentResource {
  /** Of the stack's own file system; absent where every volume is an external one. */
  readonly fileSystemId: pulumi.Output<string> | undefined;
  /** Of the group that services have to reach the mount targets. */
  readonly clientGroupId: pulumi.Output<string>;
  /** What a service that mounts a volume waits for. */
  readonly ready: readonly pulumi.Resource[];
  readonly #folders: ReadonlyMap<string, Folder>;

  constructor(name: string, args: VolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Volumes", name, {}, opts);
    const { scope, volumes } = args;
    const own = volumes.some(({ fileSystem }) => fileSystem === undefined)
      ? createFileSystem(name, scope, this)
      : undefined;
    const systems = fileSystems(volumes, own?.fileSystem, this);
    const groups = createGroups(args, this);
    const targets = [...systems].flatMap(([system, { id }]) =>
      createMountTargets(
        system === "" ? name : `${name}-${system}`,
        { network: args.network, zones: (args.given?.[system] ?? []).map(({ zone }) => zone) },
        id,
        groups.serverId,
        this,
      ),
    );
    this.fileSystemId = own?.fileSystem.id;
    this.clientGroupId = groups.clientId;
    this.ready = [...targets, ...(own === undefined ? [] : [own.policy])];
    this.#folders = new Map(
      volumes.map((volume) => {
        const system = systems.get(volume.fileSystem ?? "");
        if (system === undefined) throw new RangeError(`Volume ${volume.name} has no file system.`);
        const accessPoint = createAccessPoint(scope, volume, system.id, this);
        return [volume.name, { fileSystemId: system.id, fileSystemArn: system.arn, accessPoint }];
      }),
    );
    this.registerOutputs(definedOnly({ fileSystemId: this.fileSystemId }));
  }

  /** What the mounts of one service come to. */
  mounted(mounts: readonly VolumeMount[]): MountedVolumes {
    const names = [...new Set(mounts.map(({ volume }) => volume))];
    const nameOf = (volume: string): string => `volume-${names.indexOf(volume)}`;
    return {
      nameOf,
      volumes: names.map((volume) => {
        const { fileSystemId, accessPoint } = this.#folder(volume);
        const authorizationConfig = { accessPointId: accessPoint.id, iam: "ENABLED" } as const;
        return {
          name: nameOf(volume),
          efsVolumeConfiguration: { fileSystemId, transitEncryption: "ENABLED", authorizationConfig },
        };
      }),
      mountPoints: mounts.map(({ volume, path, readOnly }) => ({
        sourceVolume: nameOf(volume),
        containerPath: path,
        readOnly,
      })),
      statements: names.map((volume) =>
        mountStatement(
          this.#folder(volume),
          mounts.some((mount) => mount.volume === volume && (!mount.readOnly || isFilled(mount))),
        ),
      ),
    };
  }

  #folder(volume: string): Folder {
    const folder = this.#folders.get(volume);
    if (folder === undefined) throw new RangeError(`The project has no volume ${volume}.`);
    return folder;
  }
}

function isFilled({ begins }: VolumeMount): boolean {
  return typeof begins === "object";
}

/** Through the access point, and over TLS (EFS User Guide, Using IAM to control access to file systems). */
function mountStatement({ fileSystemArn, accessPoint }: Folder, writes: boolean): Statement {
  const { mount, write, root } = clientActions;
  return {
    Effect: "Allow",
    Action: writes ? [mount, root, write] : [mount, root],
    Resource: fileSystemArn,
    Condition: {
      StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint.arn },
      Bool: { "aws:SecureTransport": "true" },
    },
  };
}

function createFileSystem(
  name: string,
  scope: Scope,
  parent: pulumi.Resource,
): { readonly fileSystem: FileSystem; readonly policy: FileSystemPolicy } {
  const { mode } = scope;
  const fileSystem = new FileSystem(
    name,
    {
      encrypted: true,
      performanceMode: "generalPurpose",
      throughputMode: mode.volumeThroughput,
      // What nobody reads for a month costs a tenth; the first read brings it back.
      lifecyclePolicies: [
        { transitionToIa: "AFTER_30_DAYS" },
        { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
      ],
      tags: { ...scope.tags(), Name: scope.name("securityGroup", "volumes") },
    },
    { parent, ...scope.holds("volumes"), retainOnDelete: true },
  );
  const policy = new FileSystemPolicy(
    name,
    { fileSystemId: fileSystem.id, policy: policyDocument([tlsOnly(fileSystem.arn)]) },
    { parent },
  );
  new BackupPolicy(
    name,
    {
      fileSystemId: fileSystem.id,
      backupPolicy: { status: mode.volumeBackups ? "ENABLED" : "DISABLED" },
    },
    { parent },
  );
  return { fileSystem, policy };
}

/** A file system without a policy lets in everyone who reaches it; with this one, a role has to allow the mount. */
function tlsOnly(arn: pulumi.Input<string>): Statement {
  return {
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: Object.values(clientActions),
    Resource: arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

interface System {
  readonly id: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
}

/** The file systems by the id that the file gives, the stack's own under the empty one. */
function fileSystems(
  volumes: readonly Volume[],
  own: FileSystem | undefined,
  parent: pulumi.Resource,
): ReadonlyMap<string, System> {
  const existing = new Set(volumes.flatMap(({ fileSystem }) => fileSystem ?? []));
  return new Map<string, System>([
    ...(own === undefined ? [] : [["", own] as const]),
    ...[...existing].map((id) => {
      // The look-up fails, in a preview already, where there is no such file system.
      const found = getFileSystemOutput({ fileSystemId: id }, { parent });
      return [id, { id: found.fileSystemId, arn: found.arn }] as const;
    }),
  ]);
}

/** The mount targets let in who has the clients' group, and nobody else. */
function createGroups(
  { scope, network }: VolumesArgs,
  parent: pulumi.Resource,
): { readonly serverId: pulumi.Output<string>; readonly clientId: pulumi.Output<string> } {
  const group = (name: string, suffix: string, description: string): pulumi.Output<string> =>
    securityGroup(name, { scope, vpcId: network.vpcId, suffix, description }, parent).id;
  const serverId = group("volumes-server", "efs", "The file systems of the project");
  const clientId = group("volumes-clients", "efsclients", "Services that mount volumes of the project");
  allowIn("volumes-in", { scope, port, group: serverId, peer: { group: clientId } }, parent);
  allowOut("volumes-out", { scope, port, group: clientId, peer: { group: serverId } }, parent);
  return { serverId, clientId };
}

/** One in each zone: a task mounts through that of its own. @param zones - those that have one already */
function createMountTargets(
  name: string,
  { network, zones }: Pick<VolumesArgs, "network"> & { readonly zones: readonly string[] },
  fileSystemId: pulumi.Input<string>,
  groupId: pulumi.Input<string>,
  parent: pulumi.Resource,
): readonly MountTarget[] {
  return eachPrivateSubnet(network, (subnetId, index) => {
    if (zones.includes(network.privateZones?.[index] ?? "")) return [];
    return [
      new MountTarget(
        `${name}-${index + 1}`,
        { fileSystemId, subnetId, securityGroups: [groupId] },
        { parent },
      ),
    ];
  }).flat();
}

/**
 * The folder is made on the first mount. Where no user of the container is known, everyone may write to it: who is
 * everyone is decided by the access point, and an image that runs as a user of its own could not use its volume else.
 */
function createAccessPoint(
  scope: Scope,
  { name, folder, owner }: Volume,
  fileSystemId: pulumi.Input<string>,
  parent: pulumi.Resource,
): AccessPoint {
  const creationInfo = {
    ownerUid: owner?.uid ?? 0,
    ownerGid: owner?.gid ?? 0,
    permissions: owner === undefined ? "0777" : "0755",
  };
  return new AccessPoint(
    name,
    {
      fileSystemId,
      rootDirectory: folder === "/" ? { path: folder } : { path: folder, creationInfo },
      tags: { ...scope.tags(), Name: name },
    },
    { parent },
  );
}
