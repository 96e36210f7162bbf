/**
 * The canonical project: the JSON form that compose-go v2, the reference loader of the Compose Specification, gives a
 * project (`docker compose config --format json`), as types.
 *
 * Short forms have become long ones, defaults that the reference fills in are there, sizes are decimal strings of
 * bytes, durations are Go's (`1m30s`). An attribute with its zero value is absent, except where a comment says
 * otherwise. Extensions (`x-*`) below the top level are no part of this form: `LoadedProject.extensions` holds them.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Text values by name. */
export type TextMap = Readonly<Record<string, string>>;

/** Text values by name; null where the name was given without a value and none was found. */
export type OptionalTextMap = Readonly<Record<string, string | null>>;

/** Bytes as a decimal string: `"536870912"`; `"-1"` for no limit. */
export type Bytes = string;

/** A duration as Go prints it: `"1m30s"`, `"500ms"`. */
export type Duration = string;

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

/** What anything that runs a container may declare: services, jobs, `pre_start` hooks. */
export interface CanonicalContainer {
  readonly annotations?: TextMap;
  readonly blkio_config?: CanonicalBlkio;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup?: string;
  readonly cgroup_parent?: string;
  /** Null: not set, the image's stands. An empty list clears the image's. */
  readonly command: readonly string[] | null;
  readonly configs?: readonly CanonicalFileMount[];
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpu_shares?: number;
  /** Cores, in parts too: `0.5`. */
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly {
    readonly source?: string;
    readonly target?: string;
    readonly permissions?: string;
  }[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  /** As {@link CanonicalContainer.command}. */
  readonly entrypoint: readonly string[] | null;
  readonly env_file?: readonly {
    readonly path?: string;
    readonly required?: false;
    readonly format?: string;
  }[];
  /** The files of `env_file` are in it; null: to be taken from outside. */
  readonly environment?: OptionalTextMap;
  /** `name=address`, sorted. */
  readonly extra_hosts?: readonly string[];
  readonly gpus?: readonly CanonicalDeviceRequest[];
  readonly group_add?: readonly string[];
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly label_file?: readonly string[];
  readonly labels?: TextMap;
  readonly logging?: { readonly driver?: string; readonly options?: TextMap };
  readonly mac_address?: string;
  readonly mem_limit?: Bytes;
  readonly mem_reservation?: Bytes;
  readonly mem_swappiness?: Bytes;
  readonly memswap_limit?: Bytes;
  readonly models?: Readonly<
    Record<string, { readonly endpoint_var?: string; readonly model_var?: string } | null>
  >;
  readonly network_mode?: string;
  /** By the network's key; null: no settings of its own. */
  readonly networks?: Readonly<Record<string, CanonicalServiceNetwork | null>>;
  readonly oom_kill_disable?: true;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly privileged?: true;
  readonly pull_policy?: string;
  readonly pull_refresh_after?: string;
  readonly read_only?: true;
  readonly runtime?: string;
  readonly secrets?: readonly CanonicalFileMount[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: Bytes;
  readonly stop_grace_period?: Duration;
  readonly stop_signal?: string;
  readonly storage_opt?: TextMap;
  readonly sysctls?: TextMap;
  readonly tmpfs?: readonly string[];
  readonly ulimits?: Readonly<Record<string, CanonicalUlimit>>;
  readonly umask?: number;
  readonly use_api_socket?: true;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly CanonicalMount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
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

export interface CanonicalMount {
  readonly type?: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: true;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    readonly create_host_path?: false;
    readonly recursive?: string;
  };
  readonly volume?: { readonly labels?: TextMap; readonly nocopy?: true; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: Bytes; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

/** A config or a secret in a container. */
export interface CanonicalFileMount {
  readonly source?: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal with a leading 0: `"0444"`. */
  readonly mode?: string;
}

export interface CanonicalServiceNetwork {
  readonly aliases?: readonly string[];
  readonly driver_opts?: TextMap;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
  readonly use_service_name_alias?: boolean;
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

export interface CanonicalDeviceRequest {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  /** -1 for all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: TextMap;
}

export interface CanonicalUpdate {
  readonly parallelism?: number;
  readonly delay?: Duration;
  readonly failure_action?: string;
  readonly monitor?: Duration;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface CanonicalHook {
  readonly command: readonly string[] | null;
  readonly user?: string;
  readonly privileged?: true;
  readonly working_dir?: string;
  readonly environment?: OptionalTextMap;
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

/** One number for both limits, or each. */
export type CanonicalUlimit = number | { readonly soft?: number; readonly hard?: number };

export interface CanonicalBlkio {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly Path: string; readonly Weight: number }[];
  readonly device_read_bps?: readonly CanonicalThrottle[];
  readonly device_read_iops?: readonly CanonicalThrottle[];
  readonly device_write_bps?: readonly CanonicalThrottle[];
  readonly device_write_iops?: readonly CanonicalThrottle[];
}

/** The reference writes these two with capitals. */
export interface CanonicalThrottle {
  readonly Path: string;
  readonly Rate: Bytes;
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
