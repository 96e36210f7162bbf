/**
 * The canonical project: the JSON form that compose-go v2, the reference loader of the Compose Specification, gives a
 * project (`docker compose config --format json`), as types.
 *
 * Short forms have become long ones, defaults that the reference fills in are there, sizes are decimal strings of
 * bytes, durations are Go's (`1m30s`). An attribute with its zero value is absent, except where a comment says
 * otherwise. Extensions (`x-*`) below the top level are no part of this form: `LoadedProject.extensions` holds them.
 */
import type {
  CanonicalContainer,
  CanonicalDeviceRequest,
  CanonicalFileMount,
  CanonicalHook,
  CanonicalUlimit,
} from "./canonical-container";
import type { Bytes, Duration, Json, OptionalTextMap, TextMap } from "./canonical-values";

export type * from "./canonical-container";
export type * from "./canonical-values";

export interface CanonicalProject {
  readonly name: string;
  /** The services whose profiles are active, by name. */
  readonly services: Readonly<Record<string, CanonicalService>>;
  readonly networks?: Readonly<Record<string, CanonicalNetwork>>;
  readonly volumes?: Readonly<Record<string, CanonicalVolume>>;
  readonly secrets?: Readonly<Record<string, CanonicalFileObject>>;
  readonly configs?: Readonly<Record<string, CanonicalFileObject>>;
  readonly jobs?: Readonly<Record<string, CanonicalJob>>;
  /** Top-level extensions, as written. */
  readonly [extension: `x-${string}`]: Json;
}

/** What services and jobs share beyond their container. */
export interface CanonicalWorkload extends CanonicalContainer {
  readonly build?: CanonicalBuild;
  readonly depends_on?: Readonly<Record<string, CanonicalDependency>>;
  readonly expose?: readonly string[];
  readonly healthcheck?: CanonicalHealthcheck;
  readonly ports?: readonly CanonicalPort[];
  readonly profiles?: readonly string[];
  readonly stdin_open?: true;
  readonly tty?: true;
}

export interface CanonicalService extends CanonicalWorkload {
  readonly attach?: boolean;
  readonly container_name?: string;
  readonly deploy?: CanonicalDeploy;
  readonly develop?: { readonly watch?: readonly CanonicalWatch[] };
  readonly external_links?: readonly string[];
  readonly links?: readonly string[];
  readonly post_start?: readonly CanonicalHook[];
  readonly pre_start?: readonly CanonicalPreStartHook[];
  readonly pre_stop?: readonly CanonicalHook[];
  readonly provider?: {
    readonly type?: string;
    readonly options?: Readonly<Record<string, readonly string[]>>;
  };
  readonly restart?: string;
  readonly scale?: number;
}

export interface CanonicalJob extends CanonicalWorkload {
  readonly triggers?: {
    readonly manual?: boolean;
    readonly schedule?: readonly {
      readonly cron?: string;
      readonly timezone?: string;
      readonly concurrency?: string;
      readonly missed_fires?: string;
    }[];
  };
}

export interface CanonicalBuild {
  readonly additional_contexts?: TextMap;
  /** Those with a value. */
  readonly args?: OptionalTextMap;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  /** As written; `.` where none is. */
  readonly context?: string;
  /** Relative to the context; `Dockerfile` where none is written, and no `dockerfile_inline`. */
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly labels?: TextMap;
  readonly network?: string;
  readonly no_cache?: true;
  readonly no_cache_filter?: readonly string[];
  readonly platforms?: readonly string[];
  readonly privileged?: true;
  readonly provenance?: string;
  readonly pull?: true;
  readonly sbom?: string;
  readonly secrets?: readonly CanonicalFileMount[];
  readonly shm_size?: Bytes;
  readonly ssh?: readonly string[];
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly ulimits?: Readonly<Record<string, CanonicalUlimit>>;
}

export type CanonicalCondition = "service_started" | "service_healthy" | "service_completed_successfully";

export interface CanonicalDependency {
  readonly condition?: CanonicalCondition;
  readonly restart?: true;
  /** Always there. */
  readonly required: boolean;
}

export interface CanonicalHealthcheck {
  /** `["CMD", …]`, `["CMD-SHELL", command]` or `["NONE"]`. */
  readonly test?: readonly string[];
  readonly timeout?: Duration;
  readonly interval?: Duration;
  readonly retries?: number;
  readonly start_period?: Duration;
  readonly start_interval?: Duration;
  readonly disable?: true;
}

export interface CanonicalPort {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target?: number;
  /** A port or a range of ports: `"8080"`, `"8080-8090"`. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface CanonicalDeploy {
  readonly mode?: string;
  /** 0 too. */
  readonly replicas?: number;
  readonly labels?: TextMap;
  readonly update_config?: CanonicalUpdate;
  readonly rollback_config?: CanonicalUpdate;
  /** Always there, empty where nothing is declared. */
  readonly resources: {
    readonly limits?: CanonicalResources;
    readonly reservations?: CanonicalResources;
  };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: Duration;
    readonly max_attempts?: number;
    readonly window?: Duration;
  };
  /** Always there, empty where nothing is declared. */
  readonly placement: {
    readonly constraints?: readonly string[];
    readonly preferences?: readonly { readonly spread?: string }[];
    readonly max_replicas_per_node?: number;
  };
  readonly endpoint_mode?: string;
}

export interface CanonicalResources {
  /** Cores, in parts too. */
  readonly cpus?: number;
  readonly memory?: Bytes;
  readonly pids?: number;
  readonly devices?: readonly CanonicalDeviceRequest[];
  readonly generic_resources?: readonly {
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }[];
}

export interface CanonicalUpdate {
  readonly parallelism?: number;
  readonly delay?: Duration;
  readonly failure_action?: string;
  readonly monitor?: Duration;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface CanonicalPreStartHook extends CanonicalContainer {
  readonly per_replica?: true;
}

export interface CanonicalWatch {
  readonly path: string;
  readonly action: string;
  readonly target?: string;
  readonly exec: CanonicalHook;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: true;
}

export interface CanonicalNetwork {
  /** Always there: `<project>_<key>` where none is written. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: TextMap;
  /** Always there, empty where nothing is declared. */
  readonly ipam: {
    readonly driver?: string;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ip_range?: string;
      readonly aux_addresses?: TextMap;
    }[];
    readonly options?: TextMap;
  };
  readonly external?: true;
  readonly internal?: true;
  readonly attachable?: true;
  readonly labels?: TextMap;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface CanonicalVolume {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: TextMap;
  readonly external?: true;
  readonly labels?: TextMap;
}

/** A config or a secret of the project. A secret's content never stands in it, only where it comes from. */
export interface CanonicalFileObject {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: true;
  readonly labels?: TextMap;
  readonly driver?: string;
  readonly driver_opts?: TextMap;
  readonly template_driver?: string;
}
