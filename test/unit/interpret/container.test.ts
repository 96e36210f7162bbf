import fc from "fast-check";
import type { CanonicalProject } from "../../../src/compose";
import { interpretProject } from "../../../src/interpret";
import { secretMarker } from "../../../src/compose/secret-marker";
import {
  app,
  appProblems,
  appWarnings,
  problemPaths,
  problemsOf,
  projectOf,
  serviceOf,
  warningsOf,
} from "../../support/interpret";

const password = secretMarker("PASSWORD");

test("a disk that every task has is asked for by nobody", () => {
  expect(app({ storage_opt: { size: "20G" } })).not.toHaveProperty("disk");
});

describe("a container", () => {
  test("with an image alone", () => {
    expect(app()).toEqual({
      kind: "container",
      lifecycle: "service",
      name: "app",
      aliases: [],
      dependsOn: [],
      image: { kind: "reference", reference: "nginx:1.27" },
      architecture: "X86_64",
      environment: {},
      ports: [],
      size: { cpu: 256, memory: 512 },
      unsized: true,
      replicas: 1,
      uses: [],
    });
  });

  test("takes over what ECS knows under another name", () => {
    const keys = {
      command: ["serve", "--port", "80"],
      entrypoint: ["/init"],
      working_dir: "/srv",
      user: "1000:1000",
      read_only: true,
      init: true,
      stop_grace_period: "1m30s",
      platform: "linux/arm64",
      restart: "always",
    };
    expect(app(keys)).toMatchObject({
      command: keys.command,
      entrypoint: keys.entrypoint,
      workingDir: "/srv",
      user: "1000:1000",
      readOnly: true,
      init: true,
      stopTimeout: 90,
      architecture: "ARM64",
    });
    expect(appWarnings(keys)).toEqual([]);
  });

  test.each([
    ["null leaves the command to the image", { command: null, entrypoint: null }, {}],
    ["replicas", { deploy: { replicas: 3, resources: {}, placement: {} } }, { replicas: 3 }],
    ["no replicas at all", { deploy: { replicas: 0 } }, { replicas: 0 }],
    ["scale", { scale: 2 }, { replicas: 2 }],
    ["restart unless-stopped", { restart: "unless-stopped" }, {}],
    ["linux/amd64", { platform: "linux/amd64" }, { architecture: "X86_64" }],
    ["a larger disk", { storage_opt: { size: "50.5G" } }, { disk: 51 }],
    [
      "how output is taken",
      { logging: { driver: "awslogs", options: { mode: "non-blocking", "max-buffer-size": "4m" } } },
      { logOptions: { mode: "non-blocking", "max-buffer-size": "4m" } },
    ],
    [
      "lines that belong together",
      { logging: { options: { "awslogs-multiline-pattern": "^INFO" } } },
      { logOptions: { "awslogs-multiline-pattern": "^INFO" } },
    ],
    [
      "how a deployment replaces tasks",
      { deploy: { update_config: { order: "start-first", parallelism: 2, failure_action: "rollback" } } },
      { rollout: { order: "start-first", parallelism: 2 } },
    ],
  ])("%s", (_, keys, expected) => {
    expect(app(keys)).toMatchObject(expected);
    expect(appWarnings(keys)).toEqual([]);
  });

  test.each([
    [{ deploy: { mode: "global" } }, "services.app.deploy.mode: global: Fargate has no nodes"],
    [{ restart: "sometimes" }, 'services.app.restart: unknown policy "sometimes"'],
    [{ command: [] }, "services.app.command: ECS can't clear"],
    [{ entrypoint: [] }, "services.app.entrypoint: ECS can't clear the image's own entrypoint"],
    [{ entrypoint: [""], command: [] }, "services.app.entrypoint: ECS can't clear"],
    [{ command: ["run", password] }, "services.app.command[1]: variable PASSWORD is not set"],
    [
      { image: `nginx:${secretMarker("TAG")}` },
      "services.app.image: variable TAG is not set (set TAG in .env",
    ],
    [{ image: "two words" }, 'services.app.image: "two words" is no image'],
    [{ image: null }, "services.app: neither image nor build"],
    [{ platform: "windows/amd64" }, "services.app.platform: Fargate runs no windows/amd64"],
    [{ scale: -1 }, "services.app.scale: -1 is out of range"],
    [{ scale: "many" }, 'services.app.scale: "many" is not a number'],
    [{ stop_grace_period: "soon" }, 'services.app.stop_grace_period: "soon" is not a duration'],
    [{ read_only: "maybe" }, 'services.app.read_only: "maybe" is not true or false'],
    [{ network_mode: "host" }, "services.app.network_mode: every service on Fargate has a network interface"],
    [{ privileged: true }, "services.app.privileged: Fargate gives a container no further rights"],
    [{ provider: { type: "model" } }, "services.app.provider: Berth starts no provider"],
    [{ models: { llm: null } }, "services.app.models: Berth runs no models"],
    [{ "x-defang-llm": true }, "services.app.x-defang-llm: Berth runs no model gateway"],
    [{ "x-defang-mongodb": true }, "services.app.x-defang-mongodb: Berth manages no MongoDB"],
    [{ storage_opt: { size: "201g" } }, "services.app.storage_opt.size: 201 GiB are more than a task's disk"],
    [{ storage_opt: { size: "big" } }, 'services.app.storage_opt.size: "big" is no size'],
    [
      { logging: { options: { mode: "async" } } },
      'services.app.logging.options.mode: "async" is not blocking or non-blocking',
    ],
    [
      { logging: { options: { "awslogs-multiline-pattern": "^I", "awslogs-datetime-format": "%Y" } } },
      "services.app.logging.options.awslogs-datetime-format: it goes with no awslogs-multiline-pattern",
    ],
    [
      { deploy: { update_config: { order: "random" } } },
      'services.app.deploy.update_config.order: unknown order "random"',
    ],
    [{ imgae: "nginx" }, 'services.app.imgae: unknown key "imgae"'],
  ])("%j is an error", (keys, expected) => {
    const problems = appProblems(keys);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test.each([
    [{ restart: "on-failure:3" }, "services.app.restart: ECS starts a task again whenever it ends"],
    [
      { restart: "no", ports: [{ target: 80, published: "80", mode: "ingress", protocol: "tcp" }] },
      "services.app.restart: others reach this service or wait for its start, so ECS keeps it running",
    ],
    [{ stop_grace_period: "10m" }, "services.app.stop_grace_period: 600 s becomes 120 s"],
    [{ stop_grace_period: "1500ms" }, "services.app.stop_grace_period: 1.5 s becomes 2 s"],
    [{ annotations: { a: "b" } }, "services.app.annotations: nothing reads a container's annotations"],
    [{ logging: { driver: "json-file" } }, "services.app.logging.driver: all output goes to CloudWatch Logs"],
    [
      { logging: { options: { "max-size": "10m" } } },
      "services.app.logging.options.max-size: all output goes to CloudWatch Logs, which keeps it as logRetention",
    ],
    [
      { logging: { driver: "awslogs", options: { "awslogs-group": "mine" } } },
      "services.app.logging.options.awslogs-group: the output goes to the stack's own log group",
    ],
    [{ storage_opt: { inodes: "9" } }, "services.app.storage_opt.inodes: AWS sets up a task's disk"],
    [
      { deploy: { update_config: { failure_action: "pause" } } },
      "services.app.deploy.update_config.failure_action: a deployment whose tasks fail is rolled back",
    ],
    [{ tty: true }, "services.app.tty: no terminal"],
    [
      { develop: { watch: [{ path: ".", action: "sync" }] } },
      "services.app.develop: a deployed service watches no files",
    ],
    [{ "x-own": 1 }, "services.app.x-own: Berth does not know this extension"],
    [
      { deploy: { update_config: { delay: "10s" } } },
      "services.app.deploy.update_config.delay: ECS judges new tasks by rules of its own",
    ],
  ])("%j is warned of", (keys, expected) => {
    const warnings = appWarnings(keys);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(expected);
  });

  test("what only says its default is no news", () => {
    expect(appWarnings({ tty: false, privileged: false, labels: {}, cap_add: [], develop: null })).toEqual(
      [],
    );
  });
});

describe("policies", () => {
  test.each([
    [["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"], ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]],
    [
      ["orders", "", "billing, orders"],
      ["billing", "orders"],
    ],
    ["orders,billing", ["billing", "orders"]],
    ["", undefined],
    [null, undefined],
  ])("%j", (value, expected) => {
    for (const key of ["x-policies", "x-defang-policies"])
      expect(app({ [key]: value }).policies).toEqual(expected);
  });

  test.each([
    [["roles/run.developer"], 'services.app.x-policies[0]: "roles/run.developer" is no IAM policy'],
    [password, "services.app.x-policies: variable PASSWORD is not set"],
    [{ a: "b" }, "services.app.x-policies: a map is not a text"],
    ["a,b,c,d,e,f,g,h,i,j,k", "services.app.x-policies: 11 policies: a role has 10 at most"],
  ])("%j is an error", (value, expected) => {
    expect(appProblems({ "x-policies": value })).toEqual([expect.stringContaining(expected)]);
  });
});

describe("alarms", () => {
  const named = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout: slow";
  test.each([
    [
      ["slow", named, "slow"],
      [named, "slow"],
    ],
    ["slow", ["slow"]],
    [[], undefined],
    [null, undefined],
  ])("%j", (value, expected) => {
    expect(app({ "x-alarms": value }).alarms).toEqual(expected);
  });

  test.each([
    [
      ["arn:aws:sns:eu-west-1:123456789012:slow"],
      'services.app.x-alarms[0]: "arn:aws:sns:eu-west-1:123456789012:slow" is no alarm of CloudWatch',
    ],
    [[""], 'services.app.x-alarms[0]: "" is no name of an alarm: 1 to 255 characters'],
    ["x".repeat(256), "is no name of an alarm"],
    [[{ name: "slow" }], "services.app.x-alarms[0]: a map is not a text"],
  ])("%j is an error", (value, expected) => {
    expect(appProblems({ "x-alarms": value })).toEqual([expect.stringContaining(expected)]);
  });
});

test.each(["x-defang-llm", "x-defang-mongodb"])("%s without an image is refused once", (key) => {
  expect(problemPaths({ app: { [key]: true } })).toEqual([`services.app.${key}`]);
});

describe("the environment", () => {
  test("plain, secret and template", () => {
    const environment = {
      PLAIN: "a=b c",
      EMPTY: "",
      NULL: null,
      WHOLE: password,
      URL: `postgres://u:${password}@db/x`,
      "discovery.type": "single-node",
    };
    const services = { app: { image: "app", environment } };
    const { secrets } = projectOf(services);
    expect(app({ environment }).environment).toEqual({
      PLAIN: { kind: "plain", value: "a=b c" },
      EMPTY: { kind: "plain", value: "" },
      NULL: { kind: "secret", name: "NULL" },
      WHOLE: { kind: "secret", name: "PASSWORD" },
      URL: { kind: "template", parts: ["postgres://u:", { secret: "PASSWORD" }, "@db/x"] },
      "discovery.type": { kind: "plain", value: "single-node" },
    });
    expect(secrets).toEqual(["NULL", "PASSWORD"]);
  });

  test.each([
    [{ "A B": "x" }, "services.app.environment.A B", '"A B" is no name'],
    [{ "": "x" }, "services.app.environment.", '"" is no name'],
    [{ "A/B": null }, "services.app.environment.A/B", "can't be the name of a secret"],
    [{ A: ["x"] }, "services.app.environment.A", "a list is not a text"],
    [{ [secretMarker("KEY")]: "x" }, "services.app.environment", "variable KEY is not set"],
  ])("%j is an error that shows no value", (environment, path, message) => {
    const [problem, ...rest] = appProblems({ environment });
    expect(rest).toEqual([]);
    expect(problem).toContain(path);
    expect(problem).toContain(message);
  });
});

describe("the size", () => {
  const deploy = (limits: object, reservations: object = {}) => ({
    deploy: { resources: { limits, reservations } },
  });
  test.each([
    [deploy({}, { cpus: 0.5, memory: "536870912" }), { cpu: 512, memory: 1024 }],
    [deploy({ cpus: 2, memory: String(5 * 1024 ** 3) }, { cpus: 0.25 }), { cpu: 2048, memory: 5120 }],
    [deploy({}, { memory: "67108864" }), { cpu: 256, memory: 512 }],
    [deploy({ cpus: "0" }), { cpu: 256, memory: 512 }],
    [
      { cpus: 4, mem_limit: String(8 * 1024 ** 3) },
      { cpu: 4096, memory: 8192 },
    ],
    [{ mem_reservation: String(3 * 1024 ** 3) }, { cpu: 512, memory: 3072 }],
  ])("%j", (keys, size) => {
    expect(app(keys).size).toEqual(size);
  });

  test.each([
    [
      deploy({ cpus: 32 }),
      "services.app.deploy.resources.limits.cpus: 32 vCPU is more than Fargate has: its largest size is 16 vCPU and 120 GiB",
    ],
    [{ mem_limit: String(121 * 1024 ** 3) }, "services.app.mem_limit: 123904 MiB is more than Fargate has"],
    [{ cpus: -1 }, "services.app.cpus: -1 is less than nothing"],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems(keys)).toEqual([expect.stringContaining(expected)]);
  });
});

test("a cleared entrypoint, or command, loses no word of what Docker would run", () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
  const cleared = fc.constantFrom<readonly string[]>([], [""]);
  fc.assert(
    fc.property(words, cleared, (command, entrypoint) => {
      const read = app({ entrypoint, command });
      expect([...(read.entrypoint ?? []), ...(read.command ?? [])]).toEqual(command);
      expect(read.entrypoint).toHaveLength(1);
      const behind = app({ entrypoint: command, command: entrypoint });
      expect([behind.entrypoint, behind.command]).toEqual([command, undefined]);
    }),
  );
});

test.each(["dns_search", "dns", "security_opt", "devices", "group_add", "external_links", "extra_hosts"])(
  "an empty %s says nothing",
  (key) => {
    for (const value of [[], [""], ["", null]]) expect(appWarnings({ [key]: value })).toEqual([]);
  },
);

test("further lines of the hosts file are warned of", () => {
  expect(appWarnings({ extra_hosts: ["host.docker.internal=host-gateway"] })).toEqual([
    expect.stringContaining("services.app.extra_hosts: Fargate writes no hosts file"),
  ]);
});

describe("dependencies", () => {
  const web = (keys: object) => ({
    web: { image: "web", restart: "always", ...keys },
    db: { image: "db", restart: "always" },
  });

  test("conditions, order, and links", () => {
    const services = web({
      depends_on: { db: { condition: "service_started", required: true } },
      links: ["db:database"],
    });
    expect(projectOf(services).services.map(({ name }) => name)).toEqual(["db", "web"]);
    expect(serviceOf(services, "web").dependsOn).toEqual([
      { service: "db", condition: "service_started", required: true },
    ]);
    expect(serviceOf(services, "db").aliases).toEqual(["database"]);
    expect(serviceOf(web({ links: ["db"] }), "web").dependsOn).toHaveLength(1);
  });

  test.each([
    [
      { db: { condition: "service_healthy", required: true } },
      'services.web.depends_on.db.condition: service "db" has no healthcheck, and its image has none',
    ],
    [
      { db: { condition: "service_completed_successfully" } },
      'services.web.depends_on.db.condition: service "db" never completes: AWS keeps it running (make it a one-off task',
    ],
    [
      { db: { condition: "service_ready" } },
      'services.web.depends_on.db.condition: unknown condition "service_ready"',
    ],
    [
      { cache: { condition: "service_started", required: true } },
      'services.web.depends_on.cache: there is no service "cache" (the services are web, db)',
    ],
    [
      { web: { condition: "service_started" } },
      "services.web.depends_on: the services wait for each other: web -> web",
    ],
  ])("%j is an error", (depends_on, expected) => {
    expect(problemsOf(web({ depends_on }))).toEqual([expect.stringContaining(expected)]);
  });

  test("a missing service that is not required is left out, with a warning", () => {
    const services = web({ depends_on: { cache: { condition: "service_started", required: false } } });
    expect(serviceOf(services, "web").dependsOn).toEqual([]);
    expect(warningsOf(services)).toEqual([
      expect.stringContaining("services.web.depends_on.cache: there is no service"),
    ]);
  });

  test("a healthy managed service needs no healthcheck in the file", () => {
    const db = { "x-postgres": true, environment: { POSTGRES_PASSWORD: null } };
    const web = { image: "web", depends_on: { db: { condition: "service_healthy", required: true } } };
    expect(serviceOf({ web, db }, "web")).toMatchObject({ uses: ["db"] });
  });
});

describe("names", () => {
  const longest = "a".repeat(63);
  test.each(["web", "todo_list", "a-b", "1", "strapiDB", longest])("service %s", (name) => {
    expect(problemPaths({ [name]: { image: "x" } })).toEqual([]);
  });

  test.each(["-a", "a-", "a.b", `${longest}a`, "é"])("service %s is refused", (name) => {
    expect(problemPaths({ [name]: { image: "x" } })).toEqual([`services.${name}`]);
  });

  test("two services with one host name in public", () => {
    expect(problemsOf({ a_b: { image: "x" }, "a-b": { image: "x" } })).toEqual([
      expect.stringContaining("services.a-b: a-b and a_b have the same host name in public, a-b"),
    ]);
    expect(problemsOf({ DB: { image: "x" }, db: { image: "x" } })).toEqual([
      expect.stringContaining("services.db: db and DB have the same host name in public, db"),
    ]);
  });

  test.each(["demo", "my_app-2", longest])("project %s", (name) => {
    expect(projectOf({ app: { image: "x" } }, { name }).name).toBe(name);
  });

  test.each(["Demo", "-demo", "demo-", "a--b", "a.b", "", `${longest}a`])("project %j is refused", (name) => {
    expect(problemPaths({ app: { image: "x" } }, { name })).toEqual(["name"]);
  });
});

test("a secret where none can stand is called one, not a variable that is set nowhere", () => {
  const canonical = {
    name: "demo",
    services: { app: { image: "x", restart: "always", working_dir: `/${secretMarker("DB_PASSWORD")}` } },
  } as unknown as CanonicalProject;
  const loaded = {
    canonical,
    extensions: new Map(),
    locate: () => undefined,
    secretVariables: ["DB_PASSWORD"],
  };
  const result = interpretProject(loaded);
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^DB_PASSWORD is a secret/),
  ]);
});
