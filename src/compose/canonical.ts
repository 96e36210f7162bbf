/**
 * The canonical project: the JSON form that compose-go v2, the reference loader of the Compose Specification, gives a
 * project (`docker compose config --format json`), as types. They are those of the shapes.
 *
 * Short forms have become long ones, defaults that the reference fills in are there, sizes are decimal strings of
 * bytes, durations are Go's (`1m30s`). An attribute with its zero value is absent, except where its type says otherwise.
 * Extensions (`x-*`) below the top level are no part of this form: `LoadedProject.extensions` holds them.
 */
import type { Json } from "./canonical-values";
import type { compose } from "./schema/compose";
import type { containerFields } from "./schema/container";
import type { Canonical, CanonicalOf } from "./schema/shape";

export type * from "./canonical-values";

/** A value that a mapping has by names. */
type Named<T> = NonNullable<T>[string & keyof NonNullable<T>];
type Item<T> = NonNullable<T> extends readonly (infer I)[] ? I : never;

type Top = Canonical<typeof compose>;

export type CanonicalProject = Top & {
  /** Top-level extensions, as written. */
  readonly [extension: `x-${string}`]: Json;
};
export type CanonicalService = Named<Top["services"]>;
export type CanonicalJob = Named<Top["jobs"]>;
export type CanonicalNetwork = Named<Top["networks"]>;
export type CanonicalVolume = Named<Top["volumes"]>;
/** A config or a secret of the project. A secret's content is never in it, only where it comes from. */
export type CanonicalFileObject = Named<Top["secrets"]> & Pick<Named<Top["configs"]>, "content">;
/** What anything that runs a container may declare: services, jobs, `pre_start` hooks. */
export type CanonicalContainer = CanonicalOf<typeof containerFields>;
/** What services and jobs share beyond their container. */
export type CanonicalWorkload = Pick<CanonicalService, keyof CanonicalService & keyof CanonicalJob>;
export type CanonicalBuild = NonNullable<CanonicalService["build"]>;
export type CanonicalDeploy = NonNullable<CanonicalService["deploy"]>;
export type CanonicalUpdate = NonNullable<CanonicalDeploy["update_config"]>;
export type CanonicalResources = NonNullable<
  CanonicalDeploy["resources"]["limits"] & CanonicalDeploy["resources"]["reservations"]
>;
export type CanonicalHealthcheck = NonNullable<CanonicalService["healthcheck"]>;
export type CanonicalDependency = Named<CanonicalService["depends_on"]>;
export type CanonicalCondition = NonNullable<CanonicalDependency["condition"]>;
export type CanonicalPort = Item<CanonicalService["ports"]>;
export type CanonicalMount = Item<CanonicalService["volumes"]>;
/** A config or a secret in a container. */
export type CanonicalFileMount = Item<CanonicalService["secrets"]>;
export type CanonicalServiceNetwork = NonNullable<Named<CanonicalService["networks"]>>;
export type CanonicalDeviceRequest = Item<CanonicalService["gpus"]>;
/** One number for both limits, or each. */
export type CanonicalUlimit = Named<CanonicalService["ulimits"]>;
export type CanonicalBlkio = NonNullable<CanonicalService["blkio_config"]>;
export type CanonicalThrottle = Item<CanonicalBlkio["device_read_bps"]>;
export type CanonicalHook = Item<CanonicalService["post_start"]>;
export type CanonicalPreStartHook = Item<CanonicalService["pre_start"]>;
export type CanonicalWatch = Item<NonNullable<CanonicalService["develop"]>["watch"]>;
