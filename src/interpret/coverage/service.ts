/** The verdicts on the keys of a service (Compose Specification, "Services top-level element"). */
import { storeRows } from "../../stores";
import { build, test } from "./build";
import { deploy, gpuRequest } from "./deploy";
import { siteKeys } from "./site-keys";
import { all, honoured, list, map, refused, type Rules, section, warned } from "./rules";
import { rollouts } from "./rollout";

const fileNote = "a read-only file of at most 6144 bytes, in a folder of its own";
const fileMount = section(all(["source", "target", "uid", "gid", "mode"], honoured()));

const whole = honoured("decided by the mount as a whole");

const hook = (moment: string) =>
  refused(`nothing runs a command ${moment} a container on ECS`, "do it in the entrypoint of the image");

/** What runs in the container, and on what. */
const program: Rules = {
  image: honoured(),
  build,
  command: honoured("an empty list alone is refused: ECS can't clear the image's own command"),
  entrypoint: honoured(
    "an empty list makes the command's first word the entrypoint; without a command it is refused",
  ),
  environment: honoured(
    "a variable without a value is taken from the shell or .env; what is meant as a secret from Parameter Store (docs/compose.md)",
  ),
  env_file: list(section(all(["path", "format", "required"], honoured())), "read into environment"),
  working_dir: honoured(),
  user: honoured(),
  read_only: honoured(),
  init: honoured(),
  stop_grace_period: honoured("at most 120 s"),
  healthcheck: section({
    test: honoured("the load balancer's path and port are read from an HTTP check"),
    interval: honoured("5 to 300 s"),
    timeout: honoured("2 to 60 s"),
    retries: honoured("1 to 10; start_period makes up for more"),
    start_period: honoured("0 to 300 s"),
    start_interval: warned("ECS checks at healthcheck.interval from the start"),
    disable: honoured(),
  }),
  platform: honoured("linux/amd64 or linux/arm64"),
  restart: honoured(
    "a one-off task, which runs to its end in every `up` that has something to do, is what another service waits for as completed, or never restarts and serves nobody (docs/compose.md)",
  ),
  profiles: honoured("the profiles that are asked for decide what is there"),
  extends: section(all(["service", "file"], honoured()), "resolved"),
  depends_on: map(
    section({
      condition: honoured("service_completed_successfully waits for a one-off task"),
      required: honoured(),
      restart: warned("ECS does not restart a service because of another one"),
    }),
  ),
  scale: honoured(),
  ...all(["cpus", "mem_limit", "mem_reservation"], honoured("the smallest Fargate size that it fits into")),
  deploy,
  provider: refused(
    "Berth starts no provider: it runs containers, Postgres and Redis",
    "write the service with an image, or remove it and set its address under environment",
  ),
  models: refused(
    "Berth runs no models",
    "call a model's API and give its address and key under environment",
  ),
};

/** Names and the network. */
const network: Rules = {
  ports: list(
    section({
      target: honoured(),
      published: honoured("orders the ports; the load balancer listens on 80 and 443"),
      mode: honoured(),
      protocol: honoured("udp stays inside the network, or is published with x-public"),
      app_protocol: honoured(
        "http, http2, grpc or https; every other one stays inside the network, or is published with x-public as TCP, tls with TLS",
      ),
      host_ip: honoured("a loopback address makes the port private"),
      name: warned("the name of a port is documentation"),
      "x-public": honoured("true: a port that speaks no HTTP is published by a network load balancer"),
      "x-defang-listener": warned("the load balancer decides by the domain: HTTPS with one, HTTP without"),
    }),
  ),
  expose: honoured(),
  networks: map(
    section({
      aliases: honoured("a public name is a domain of a service that publishes a port, too"),
      ...all(
        ["ipv4_address", "ipv6_address", "link_local_ips"],
        refused("AWS gives a task its address, another one at each start", "reach the service by its name"),
      ),
      ...all(
        ["mac_address", "interface_name", "driver_opts", "priority", "gw_priority", "use_service_name_alias"],
        warned("a task has one network interface, which AWS sets up"),
      ),
    }),
  ),
  links: honoured("the alias resolves for every service of the project"),
  external_links: refused(
    "Berth knows no containers outside the project",
    "give its address under environment",
  ),
  container_name: honoured("a name that resolves; the task itself is named by ECS"),
  hostname: warned("other services reach it by this name; inside the container AWS gives the host's name"),
  domainname: honoured(
    "a public name is a domain of the service, as under x-domains; any other one is warned of",
  ),
  network_mode: honoured("only bridge: every service has an address of its own"),
  dns: warned("tasks ask the resolver of the VPC, which answers for public names too"),
  dns_opt: warned("tasks ask the resolver of the VPC with its own options"),
  dns_search: refused("the search domain is the project's own", "write names in full"),
  extra_hosts: warned(
    "Fargate writes no hosts file (awsvpc network mode), so these names resolve nowhere, and there is no Docker host (host-gateway) on AWS: a service is reached by its name, another machine by an address under environment",
  ),
  mac_address: warned("AWS gives a task its MAC address"),
};

/** Files. */
const files: Rules = {
  volumes: list(
    section({
      type: honoured(),
      source: honoured(),
      target: honoured(),
      read_only: honoured(),
      consistency: warned("file systems on Fargate need no such hint"),
      bind: section(all(["propagation", "create_host_path", "recursive", "selinux"], whole)),
      volume: section({
        labels: whole,
        nocopy: honoured("nothing is ever copied from the image"),
        subpath: honoured("made where it is missing"),
      }),
      tmpfs: section(all(["size", "mode"], whole)),
      image: section(all(["subpath"], whole)),
    }),
    "a named volume is a folder on EFS; the data of a managed database is kept by it; a file or folder of the project becomes part of the image, a folder that is written one on EFS (docs/compose.md)",
  ),
  volumes_from: refused(
    "services share named volumes only",
    "mount the same named volume in each service, or copy the files into the image of each",
  ),
  tmpfs: honoured("in memory; without a size half of the task's memory"),
  configs: list(fileMount, fileNote),
  secrets: list(fileMount, fileNote),
  storage_opt: map(
    honoured("size alone, at most 200 GiB; every task has 20"),
    "size alone, at most 200 GiB; every task has 20",
  ),
};

/**
 * What a machine's owner may set and a Fargate task may not (ECS Developer Guide, "Amazon ECS task definition
 * differences for Fargate": no privileged, no devices or sharedMemorySize, no dnsServers or extraHosts).
 */
const machine: Rules = {
  ...all(
    ["privileged", "devices", "device_cgroup_rules", "use_api_socket"],
    refused(
      "Fargate gives a container no further rights on its host",
      "remove it, or run the service elsewhere",
    ),
  ),
  cap_add: honoured("SYS_PTRACE, and what every container has; every other one is refused"),
  cap_drop: honoured(),
  gpus: list(gpuRequest),
  shm_size: honoured("on Fargate a folder in memory at /dev/shm, which a task without a size can hold"),
  sysctls: map(honoured(), "those of a container's own namespaces, of net.core somaxconn alone"),
  runtime: refused("Fargate runs ordinary Linux containers only", "remove it, and build for Linux"),
  credential_spec: refused("Berth runs no Windows containers", "remove it"),
  umask: refused("ECS sets no umask", "set it in the image's entrypoint"),
  group_add: refused("ECS adds no further groups to a container's user", "set the groups in the image"),
  ...all(["ipc", "pid"], refused("Fargate shares no namespaces between services", "remove it")),
  security_opt: warned("Fargate sets its own security profile"),
  ulimits: map(
    section(all(["soft", "hard"], honoured())),
    "all of a service with a GPU; on Fargate nofile, and the operating system's other limits",
  ),
  ...all(
    ["cgroup", "cgroup_parent", "userns_mode", "uts", "isolation"],
    warned("every task on Fargate is isolated in a machine of its own"),
  ),
  ...all(
    [
      "cpu_count",
      "cpu_percent",
      "cpu_shares",
      "cpu_quota",
      "cpu_period",
      "cpuset",
      "cpu_rt_period",
      "cpu_rt_runtime",
    ],
    warned("the Fargate size is the share of CPU: set it with deploy.resources or cpus"),
  ),
  ...all(
    ["mem_swappiness", "memswap_limit", "oom_kill_disable", "oom_score_adj"],
    warned("Fargate has no swap, and a task that runs out of memory is stopped and started again"),
  ),
  blkio_config: warned("a task's disk is its own"),
  pids_limit: warned("Fargate limits no processes within the task's memory"),
};

/** What concerns `docker compose` itself, or whoever looks at containers. */
const tooling: Rules = {
  stop_signal: honoured(
    "ECS sends what the image's STOPSIGNAL says, or SIGTERM; another signal is warned of",
  ),
  labels: honoured("labels of the container in the task definition"),
  label_file: honoured("read into labels"),
  annotations: warned("nothing reads a container's annotations on ECS: write them as labels"),
  logging: section({
    driver: honoured("awslogs; every other one is warned of"),
    options: map(
      honoured(),
      "mode, max-buffer-size, awslogs-multiline-pattern, awslogs-datetime-format; every other one is warned of",
    ),
  }),
  ...all(["stdin_open", "tty"], warned("no terminal is attached to a task")),
  attach: warned("no terminal is attached to a task"),
  pull_policy: honoured(
    "missing: the digest of the last success holds while the image's name is the same; always, daily, weekly, every_…: the registry is asked for the tag's digest; built images are found by their content",
  ),
  pull_refresh_after: warned("write the interval as pull_policy: every_12h"),
  develop: warned("a deployed service watches no files: deploy again"),
  pre_start: hook("before"),
  post_start: hook("after the start of"),
  pre_stop: hook("before the stop of"),
};

/** The keys that put a managed store in the service's place. */
const managedKeys: Rules = Object.fromEntries(
  storeRows.flatMap(({ keys, means }) => keys.map((key) => [key, honoured(means)] as const)),
);

/** Berth's own keys, and those of the published dialect. */
const extensions: Rules = {
  ...managedKeys,
  ...all(
    ["x-autoscaling", "x-defang-autoscaling"],
    honoured("target tracking on CPU, memory or requests; deploy.replicas is the start and the least"),
  ),
  "x-schedule": section(
    {
      cron: honoured(
        "five fields or @daily and the like; the day of the month and the weekday together mean either",
      ),
      every: honoured("whole minutes, from 1m to 366d"),
      timezone: honoured("an IANA name; UTC where it is left out"),
      overlap: honoured("skip, the default, leaves a run out while an earlier one goes on; allow starts it"),
      timeout: honoured("the task is stopped, and the run has failed"),
      retries: honoured("after a program that failed; restart: on-failure says the same"),
    },
    "the service runs to its end at its times (docs/schedules.md)",
  ),
  "x-public": honoured("true: what is published and speaks no HTTP is published by a network load balancer"),
  "x-domains": list(
    section({
      name: honoured("what is beyond ASCII becomes punycode"),
      zone: honoured("the hosted zone's id, where several zones could be meant"),
      "zone-role": honoured("the ARN of a role of the account that has the zone, where it is another one"),
      redirect: honoured("another name, to which its requests are sent with their path and query (301)"),
    }),
    "domains of the service's own, with certificates and records",
  ),
  "x-path": section(
    { prefix: honoured(), strip: honoured("true: the service is asked without the prefix") },
    "the part of its addresses under which the service answers",
  ),
  "x-sticky": honoured("true is a day: a client stays with the task that answered first"),
  "x-build": honoured(
    "auto: a folder without a Dockerfile is built from one that Berth writes for its kind (docs/builds.md)",
  ),
  ...rollouts,
  "x-test": test,
  "x-registry-credentials": honoured(
    "the secret with user:password, for an image of a private registry, or for the registries that the base images of a build name: its name in Parameter Store, secretsmanager:NAME, or an ARN of Secrets Manager",
  ),
  ...all(
    ["x-policies", "x-defang-policies"],
    honoured("IAM policies of the role that the service runs with"),
  ),
  "x-defang-aliases": refused(
    "Berth adopts no resources that another tool has made",
    "remove it: Berth makes its own, and a managed store begins with the data of its from-snapshot",
  ),
  "x-defang-llm": refused(
    "Berth runs no model gateway",
    "call a model's API with its key as a secret under environment, or Amazon Bedrock with a policy under x-policies",
  ),
  "x-defang-mongodb": refused(
    "Berth manages no MongoDB",
    "remove the service, use a hosted MongoDB, and give its URL as a secret under environment",
  ),
  ...siteKeys,
};

export const service: Rules = { ...program, ...network, ...files, ...machine, ...tooling, ...extensions };
