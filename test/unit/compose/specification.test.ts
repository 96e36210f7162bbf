/** The schema has the keys of the Compose Specification, as the schema of the reference loader has them (compose-go 2.16.2). */
import { compose } from "../../../src/compose/schema/compose";
import { schemaKeys } from "../../support/schema-keys";

/** By the mapping that has them: `*` a free name, `[]` an item. Below `jobs`, `develop` and hooks a container's are repeated. */
const specification: Readonly<Record<string, string>> = {
  "": "version name include services models networks volumes secrets configs jobs",
  "include[]": "path env_file project_directory",
  "services.*":
    "annotations blkio_config cap_add cap_drop cgroup cgroup_parent command configs cpu_count cpu_percent cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus cpuset credential_spec device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file label_file environment extra_hosts gpus group_add hostname image init ipc isolation labels logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit network_mode models networks oom_kill_disable oom_score_adj pid pids_limit platform privileged pull_policy pull_refresh_after read_only runtime security_opt shm_size secrets sysctls stop_grace_period stop_signal storage_opt tmpfs ulimits umask use_api_socket user uts userns_mode volumes volumes_from working_dir build depends_on healthcheck ports expose stdin_open tty deploy develop profiles restart scale attach container_name provider extends links external_links pre_start post_start pre_stop",
  "services.*.blkio_config":
    "device_read_bps device_read_iops device_write_bps device_write_iops weight weight_device",
  "services.*.blkio_config.device_read_bps[]": "path rate",
  "services.*.blkio_config.device_read_iops[]": "path rate",
  "services.*.blkio_config.device_write_bps[]": "path rate",
  "services.*.blkio_config.device_write_iops[]": "path rate",
  "services.*.blkio_config.weight_device[]": "path weight",
  "services.*.configs[]": "source target uid gid mode",
  "services.*.credential_spec": "config file registry",
  "services.*.devices[]": "source target permissions",
  "services.*.env_file[]": "path format required",
  "services.*.gpus[]": "capabilities count device_ids driver options",
  "services.*.logging": "driver options",
  "services.*.models.*": "endpoint_var model_var",
  "services.*.networks.*":
    "aliases interface_name ipv4_address ipv6_address link_local_ips mac_address driver_opts priority gw_priority use_service_name_alias",
  "services.*.secrets[]": "source target uid gid mode",
  "services.*.ulimits.*": "hard soft",
  "services.*.volumes[]": "type source target read_only consistency bind volume tmpfs image",
  "services.*.volumes[].bind": "propagation create_host_path recursive selinux",
  "services.*.volumes[].volume": "labels nocopy subpath",
  "services.*.volumes[].tmpfs": "size mode",
  "services.*.volumes[].image": "subpath",
  "services.*.build":
    "context dockerfile dockerfile_inline entitlements args ssh labels cache_from cache_to no_cache no_cache_filter additional_contexts network provenance sbom pull target shm_size extra_hosts isolation privileged secrets tags ulimits platforms",
  "services.*.build.secrets[]": "source target uid gid mode",
  "services.*.build.ulimits.*": "hard soft",
  "services.*.depends_on.*": "restart required condition",
  "services.*.healthcheck": "disable interval retries test timeout start_period start_interval",
  "services.*.ports[]": "name mode host_ip target published protocol app_protocol",
  "services.*.deploy":
    "mode endpoint_mode replicas labels rollback_config update_config resources restart_policy placement",
  "services.*.deploy.rollback_config": "parallelism delay failure_action monitor max_failure_ratio order",
  "services.*.deploy.update_config": "parallelism delay failure_action monitor max_failure_ratio order",
  "services.*.deploy.resources": "limits reservations",
  "services.*.deploy.resources.limits": "cpus memory pids",
  "services.*.deploy.resources.reservations": "cpus memory generic_resources devices",
  "services.*.deploy.resources.reservations.generic_resources[]": "discrete_resource_spec",
  "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec": "kind value",
  "services.*.deploy.resources.reservations.devices[]": "capabilities count device_ids driver options",
  "services.*.deploy.restart_policy": "condition delay max_attempts window",
  "services.*.deploy.placement": "constraints preferences max_replicas_per_node",
  "services.*.deploy.placement.preferences[]": "spread",
  "services.*.provider": "type options",
  "services.*.extends": "service file",
  "models.*": "name model context_size runtime_flags",
  "networks.*": "name driver driver_opts ipam external internal enable_ipv4 enable_ipv6 attachable labels",
  "networks.*.ipam": "driver config options",
  "networks.*.ipam.config[]": "subnet ip_range gateway aux_addresses",
  "networks.*.external": "name",
  "volumes.*": "name driver driver_opts external labels",
  "volumes.*.external": "name",
  "secrets.*": "name environment file external labels driver driver_opts template_driver",
  "secrets.*.external": "name",
  "configs.*": "name content environment file external labels template_driver",
  "configs.*.external": "name",
};

const keys = new Set(schemaKeys(compose));

test.each(Object.entries(specification))("%s", (parent, names) => {
  const wanted = names.split(" ").map((name) => (parent === "" ? name : `${parent}.${name}`));
  expect(wanted.filter((key) => !keys.has(key))).toEqual([]);
});
