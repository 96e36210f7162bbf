/** A deployment that was read and settled, before an engine starts. */
import type { ProjectArchive } from "../archive";
import type { SourceLocation } from "../errors";
import type { Project, Warning } from "../model/project";
import type { ModeSettings } from "../modes/modes";
import type { CrossAccountZone, FoundMountTarget, ImageTags, SecretVersion, StackIdentity } from "../ports";
import type { BaseDigests } from "./base-images";
import type { Digests } from "./digests";

/** By the id of the file system: the mount targets that are not the stack's own. */
export type GivenTargets = Readonly<Record<string, readonly FoundMountTarget[]>>;

export interface Prepared {
  readonly identity: StackIdentity;
  readonly archive: ProjectArchive;
  /** As in `LoadedModel`. */
  readonly passThrough: readonly string[];
  readonly project: Project;
  /** The place of a canonical path in the compose files. */
  readonly locate: (path: string) => SourceLocation | undefined;
  readonly mode: ModeSettings;
  readonly region: string;
  /** The tags of the images, for the services that are built. */
  readonly images: Readonly<Record<string, ImageTags>>;
  readonly warnings: readonly Warning[];
  /** Those of them that are about the stores' state, once that is known. */
  readonly storeWarnings: readonly Warning[];
  readonly secretVersions: readonly SecretVersion[];
  /** Mount targets of external volumes that are not the stack's own. */
  readonly mountTargets: GivenTargets;
  /** Zones of other accounts that names of the project lie in. */
  readonly crossAccountZones: readonly CrossAccountZone[];
  /** What the tags of base images mean: before this run, and once it has succeeded. */
  readonly bases: { readonly before: BaseDigests; readonly after: BaseDigests };
  /** What images are built with. @default what Berth pins */
  readonly executor?: string;
  /** What is remembered of the images once the deployment has succeeded. */
  readonly digests: Digests;
  /** sha256 over everything that the deployment depends on, the state apart. */
  readonly fingerprint: string;
}
