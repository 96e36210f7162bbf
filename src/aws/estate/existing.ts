/** What exists of a stack: by its tags (Resource Groups Tagging API, GetResources), or by what it belongs to. */
import type { ChildResource, ExistingResources, StackIdentity, TaggedResource } from "../../ports";
import { partitionOf } from "../../partitions";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";
import { taggedResources } from "./tagged";

/** Types without a region that a stack has. */
const globalTypes = ["cloudfront:distribution", "route53:hostedzone"];

/** Errors that say that there is no such parent. */
const missing = ["FileSystemNotFound", "ResourceNotFoundException", "NoSuchEntity", "NoSuchEntityException"];

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsExistingResources implements ExistingResources {
  constructor(private readonly clients: AwsClients) {}

  /** Those of the region, and those of no region. */
  async tagged(stack: StackIdentity): Promise<readonly TaggedResource[]> {
    return ask("deployment", "tag:GetResources", async () => {
      const region = await this.clients.region();
      const home = partitionOf(region).homeRegion;
      const found = await taggedResources(await this.clients.tagging(), stack);
      if (region === home) return found;
      return [...found, ...(await taggedResources(await this.clients.tagging(home), stack, globalTypes))];
    });
  }

  async child(of: ChildResource): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined> {
    return askIfThere("deployment", parentOf(of), missing, async () => {
      switch (of.kind) {
        case "mount target":
          return await this.#mountTarget(of.fileSystemId, of.subnetId);
        case "secret version":
          return await this.#currentVersion(of.secretId);
        case "origin access control":
        case "headers policy":
          return await this.#ofCloudFront(of.kind, of.name);
        case "role":
        case "instance profile":
          return await this.#identity(of.kind, of.name, of.tags);
      }
    });
  }

  async #ofCloudFront(
    kind: "origin access control" | "headers policy",
    name: string,
  ): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined> {
    const cloudFront = await this.clients.cloudFront();
    let Marker: string | undefined;
    do {
      const from = Marker === undefined ? {} : { Marker };
      const [items, next] =
        kind === "origin access control"
          ? await cloudFront
              .listOriginAccessControls(from)
              .then(
                ({ OriginAccessControlList: list }) =>
                  [(list?.Items ?? []).map(({ Id, Name }) => ({ Id, Name })), list?.NextMarker] as const,
              )
          : await cloudFront.listResponseHeadersPolicies({ Type: "custom", ...from }).then(
              ({ ResponseHeadersPolicyList: list }) =>
                [
                  (list?.Items ?? []).map(({ ResponseHeadersPolicy: policy }) => ({
                    Id: policy?.Id,
                    Name: policy?.ResponseHeadersPolicyConfig?.Name,
                  })),
                  list?.NextMarker,
                ] as const,
            );
      const found = items.find(({ Name }) => Name === name)?.Id;
      if (found !== undefined) return { id: found, isMaking: false };
      Marker = next;
    } while (Marker !== undefined && Marker !== "");
    return undefined;
  }

  async #identity(
    kind: "role" | "instance profile",
    name: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined> {
    const iam = await this.clients.iam();
    const found =
      kind === "role"
        ? (await iam.getRole({ RoleName: name })).Role
        : (await iam.getInstanceProfile({ InstanceProfileName: name })).InstanceProfile;
    const own = new Map((found?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
    const isOwn = Object.entries(tags).every(([key, value]) => own.get(key) === value);
    return isOwn ? { id: name, isMaking: false } : undefined;
  }

  async #mountTarget(
    FileSystemId: string,
    subnetId: string,
  ): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined> {
    const efs = await this.clients.efs();
    let Marker: string | undefined;
    do {
      const page = await efs.describeMountTargets({
        FileSystemId,
        ...(Marker === undefined ? {} : { Marker }),
      });
      for (const { SubnetId, MountTargetId, LifeCycleState } of page.MountTargets ?? []) {
        const isThere = LifeCycleState !== "deleting" && LifeCycleState !== "deleted";
        if (SubnetId === subnetId && MountTargetId !== undefined && isThere) {
          return { id: MountTargetId, isMaking: LifeCycleState === "creating" };
        }
      }
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return undefined;
  }

  /** The provider's id of a version is `SECRET|VERSION`. */
  async #currentVersion(
    SecretId: string,
  ): Promise<{ readonly id: string; readonly isMaking: boolean } | undefined> {
    const secrets = await this.clients.secretsManager();
    const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId });
    const current = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes("AWSCURRENT"));
    return current === undefined ? undefined : { id: `${SecretId}|${current[0]}`, isMaking: false };
  }
}

/** What an error names. */
function parentOf(of: ChildResource): string {
  if (of.kind === "mount target") return of.fileSystemId;
  return of.kind === "secret version" ? of.secretId : of.name;
}
