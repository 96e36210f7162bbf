import { coverageRows, interpretProject } from "../../../src/interpret";
import { interpret, projectOf } from "../../support/interpret";

/**
 * The keys of the Compose Specification by the mapping that holds them (`*` a free name, `[]` an item), as the schema
 * of the reference loader has them (compose-go 2.16.2). Below `jobs`, `develop` and the hooks they repeat a container's.
 */
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

const rows = coverageRows();
const byKey = new Map(rows.map((row) => [row.key, row]));

/** The row of a key, or the one above it that decides for all below. */
function rowOf(key: string) {
  for (let path = key; path !== ""; path = path.replace(/(^|\.|\[\])[^.[\]]*$|\[\]$/, "")) {
    const row = byKey.get(path);
    if (row !== undefined && (path === key || row.verdict !== "honoured")) return row;
  }
  return undefined;
}

describe("the coverage table", () => {
  test("has a verdict for every key of the specification", () => {
    const keys = Object.entries(specification).flatMap(([parent, names]) =>
      names.split(" ").map((name) => (parent === "" ? name : `${parent}.${name}`)),
    );
    expect(keys.length).toBeGreaterThan(250);
    expect(keys.filter((key) => rowOf(key) === undefined)).toEqual([]);
  });

  test("lists each key once", () => {
    expect(byKey.size).toBe(rows.length);
  });

  test.each(rows.filter(({ verdict }) => verdict !== "honoured"))(
    "$key: $verdict, with a sentence",
    (row) => {
      expect(row.why).toMatch(/^[^\s].*[^.\s]$/);
      if (row.verdict === "refused") expect(row.fix).toMatch(/\S/);
    },
  );
});

/** A value for a key of a service that asks for something. */
const telling = { some: ["thing"] };

describe("a project's coverage", () => {
  const simple = rows.filter(({ key }) => /^services\.\*\.[^.[]+$/.test(key));

  test.each(simple.filter(({ verdict }) => verdict === "warned"))("$key is warned of", ({ key, why }) => {
    const name = key.slice("services.*.".length);
    const project = projectOf({ app: { image: "x", [name]: name === "hostname" ? "h" : telling } });
    expect(project.warnings).toEqual([{ path: `services.app.${name}`, message: why }]);
    expect(project.coverage).toContainEqual({ path: `services.app.${name}`, verdict: "warned", why });
  });

  test.each(simple.filter(({ verdict }) => verdict === "refused"))("$key is refused", ({ key, why, fix }) => {
    const name = key.slice("services.*.".length);
    const result = interpret({ app: { image: "x", [name]: telling } });
    expect(result).toEqual({
      ok: false,
      problems: [{ path: `services.app.${name}`, message: why, hint: fix }],
    });
  });

  test("names every key that is used, each once", () => {
    const { coverage } = projectOf(
      {
        app: {
          image: "x",
          command: null,
          environment: { A: "b" },
          ports: [{ mode: "ingress", target: 80, host_ip: "127.0.0.1" }],
          networks: { default: null },
          deploy: { resources: { limits: { cpus: 1 } }, placement: {} },
          "x-own": true,
        },
      },
      { networks: { default: { name: "demo_default", ipam: {} } } },
    );
    expect(coverage.map(({ path, verdict }) => `${verdict} ${path}`)).toEqual([
      "honoured name",
      "honoured services.app.image",
      "honoured services.app.environment",
      "honoured services.app.ports[0].mode",
      "honoured services.app.ports[0].target",
      "warned services.app.ports[0].host_ip",
      "honoured services.app.networks.default",
      "honoured services.app.deploy.resources.limits.cpus",
      "warned services.app.x-own",
      "honoured networks.default.name",
    ]);
  });

  test("extensions come from beside the canonical form", () => {
    const result = interpretProject({
      canonical: {
        name: "demo",
        services: { db: { command: null, entrypoint: null, environment: { POSTGRES_PASSWORD: null } } },
      },
      extensions: new Map([["services.db", { "x-postgres": true }]]),
      locate: () => undefined,
    });
    expect(result.ok && result.project.services.map(({ kind }) => kind)).toEqual(["postgres"]);
  });

  test("checks that were made before come first, and are not said twice", () => {
    const check = { path: "services.app.depends_on.ghost", message: "is nowhere", hint: "name a service" };
    const result = interpretProject(
      {
        canonical: {
          name: "demo",
          services: {
            app: { image: "x", command: [], entrypoint: null, depends_on: { ghost: { required: true } } },
          },
        },
        extensions: new Map(),
        locate: (path) => ({ file: "compose.yaml", line: path.length, column: 1 }),
      },
      [check],
    );
    expect(result.ok || result.problems.map(({ path, location }) => [path, location?.line])).toEqual([
      [check.path, check.path.length],
      ["services.app.command", "services.app.command".length],
    ]);
  });
});
