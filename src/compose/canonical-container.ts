/** The canonical form of a container: what services, jobs and hooks share. */
import type { Bytes, Duration, OptionalTextMap, TextMap } from "./canonical-values";

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

export interface CanonicalDeviceRequest {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  /** -1 for all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: TextMap;
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

export interface CanonicalHook {
  readonly command: readonly string[] | null;
  readonly user?: string;
  readonly privileged?: true;
  readonly working_dir?: string;
  readonly environment?: OptionalTextMap;
}
