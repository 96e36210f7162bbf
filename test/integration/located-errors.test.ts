/** Errors of a compose file through the whole command: where they are, the line, the mark under it, and the fix. */
import { Workspace } from "../support/archives";
import { cd } from "../support/cd";

let workspace: Workspace;

beforeEach(() => {
  workspace = new Workspace();
});

afterEach(() => {
  workspace.remove();
});

/** What a command says of a project that it refuses. */
async function refused(files: string | Readonly<Record<string, string>>): Promise<string> {
  const tree = typeof files === "string" ? { "compose.yaml": files } : files;
  const { code, stderr, result } = await cd(["preview", "--simulate", "--json", workspace.plant(tree)], {
    env: { HOME: workspace.path },
  });
  expect(code).toBe(3);
  expect(result.error?.kind).toBe("project");
  return stderr;
}

/** The places that stand at the beginning of each error, with their paths. */
function places(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^error: (\S+:\d+:\d+: \S+): /gm)].map((match) => match[1] ?? "");
}

const web = "services:\n  web:\n    image: nginx\n";

describe("an error has file, line, column and path, the line, and a caret under the column", () => {
  test.each<[string, string | Record<string, string>, string, string, string]>([
    [
      "an unknown key",
      `${web}    prots: []\n`,
      "compose.yaml:4:5: services.web.prots",
      "    prots: []",
      "    ^",
    ],
    [
      "in a flow mapping",
      `${web}    deploy: {replicas: many}\n`,
      "compose.yaml:4:14: services.web.deploy.replicas",
      "    deploy: {replicas: many}",
      "             ^",
    ],
    [
      "behind tabs",
      `${web}    ports:\t["80:80",\t70000]\n`,
      "compose.yaml:4:22: services.web.ports[1]",
      '    ports:\t["80:80",\t70000]',
      "          \t         \t^",
    ],
    [
      "behind accents",
      `${web}    labels: {stra\u00dfe: \u00e9t\u00e9}\n    deploy: {labels: {n: "\u00e9t\u00e9"}, replicas: x}\n`,
      "compose.yaml:5:34: services.web.deploy.replicas",
      '    deploy: {labels: {n: "\u00e9t\u00e9"}, replicas: x}',
      `${" ".repeat(33)}^`,
    ],
    [
      "behind wide characters, which take two cells",
      `${web}    deploy: {labels: {n: "\u65e5\u672c\u{1f6a2}"}, replicas: x}\n`,
      "compose.yaml:4:35: services.web.deploy.replicas",
      '    deploy: {labels: {n: "\u65e5\u672c\u{1f6a2}"}, replicas: x}',
      `${" ".repeat(36)}^`,
    ],
    [
      "in lines that end as on Windows",
      `${web}    prots: []\n`.replaceAll("\n", "\r\n"),
      "compose.yaml:4:5: services.web.prots",
      "    prots: []",
      "    ^",
    ],
    [
      "in an included file",
      { "compose.yaml": "include: [db/compose.yaml]\n", "db/compose.yaml": "services: {db: {imag: x}}\n" },
      "db/compose.yaml:1:17: services.db.imag",
      "services: {db: {imag: x}}",
      "                ^",
    ],
    [
      "in an override file",
      { "compose.yaml": web, "compose.override.yaml": "services: {web: {ports: [x]}}\n" },
      "compose.override.yaml:1:26: services.web.ports[0]",
      "services: {web: {ports: [x]}}",
      "                         ^",
    ],
    [
      "in a service that another one extends",
      {
        "compose.yaml": "services: {web: {extends: {file: base.yaml, service: base}}}\n",
        "base.yaml": "services:\n  base:\n    image: nginx\n    privileged: true\n",
      },
      "base.yaml:4:5: services.web.privileged",
      "    privileged: true",
      "    ^",
    ],
    [
      "of the checks between services",
      `${web}    depends_on: [api]\n`,
      "compose.yaml:4:18: services.web.depends_on.api",
      "    depends_on: [api]",
      "                 ^",
    ],
    [
      "of what AWS has no place for",
      `${web}    privileged: true\n`,
      "compose.yaml:4:5: services.web.privileged",
      "    privileged: true",
      "    ^",
    ],
  ])("%s", async (_name, files, place, line, mark) => {
    const stderr = await refused(files);
    expect(places(stderr)).toEqual([place]);
    expect(stderr).toContain(`\n  ${line}\n  ${mark}\n`);
  });

  test("invalid YAML, which has no path", async () => {
    const stderr = await refused("services:\n  web: {image: nginx\n");
    expect(stderr).toMatch(/^error: compose\.yaml:\d+:\d+: invalid YAML: .*\n {2}.*\n {2} *\^\n/);
  });

  test("a project without services, at the top of its file", async () => {
    expect(places(await refused("volumes: {data: {}}\n"))).toEqual(["compose.yaml:1:1: services"]);
  });

  test.each([
    ['expose: ["${PORT}"]', '"${PORT}" is no port'],
    ['volumes: ["a${DATA}b:/data"]', 'there is no volume "a${DATA}b"'],
    ["healthcheck: {test: ['${CHECK}', x]}", 'not "${CHECK}"'],
  ])("a variable that is set nowhere is told as it was written: %s", async (line, message) => {
    const stderr = await refused(`${web}    ${line}\n`);
    expect(stderr).toMatch(/^error: compose\.yaml:4:\d+: services\.web\./);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\uE000");
  });

  test("a line that may hold a secret is not shown, but where it is", async () => {
    const stderr = await refused(`${web}    environment: {PASSWORD: [hunter2]}\n`);
    expect(places(stderr)).toEqual(["compose.yaml:4:19: services.web.environment.PASSWORD"]);
    expect(stderr).not.toContain("hunter2");
  });
});

describe("a misspelt key is told what it should be", () => {
  test.each([
    ["service: {web: {image: x}}", "service", "services"],
    ["services: {web: {image: x}}\nnetwrok: {}", "netwrok", "networks"],
    ["services: {web: {image: x}}\nvolume: {}", "volume", "volumes"],
    ["services: {web: {imgae: x}}", "imgae", "image"],
    ["services: {web: {image: x, enviroment: {}}}", "enviroment", "environment"],
    ["services: {web: {image: x, env-file: a}}", "env-file", "env_file"],
    ["services: {web: {image: x, dependson: []}}", "dependson", "depends_on"],
    ["services: {web: {image: x, health_check: {}}}", "health_check", "healthcheck"],
    ["services: {web: {build: {contxt: .}}}", "contxt", "context"],
    ["services: {web: {build: {context: ., dockerFile: x}}}", "dockerFile", "dockerfile"],
    ["services: {web: {image: x, deploy: {replica: 2}}}", "replica", "replicas"],
    ["services: {web: {image: x, deploy: {resources: {limit: {}}}}}", "limit", "limits"],
    ["services: {web: {image: x, deploy: {resources: {limits: {memroy: 1G}}}}}", "memroy", "memory"],
    ["services: {web: {image: x, healthcheck: {tets: x}}}", "tets", "test"],
    ["services: {web: {image: x, healthcheck: {start-period: 1s}}}", "start-period", "start_period"],
    ["services: {web: {image: x, ports: [{traget: 80}]}}", "traget", "target"],
  ])("%s", async (text, key, meant) => {
    const stderr = await refused(text);
    expect(stderr).toContain(`unknown key "${key}"`);
    expect(stderr).toContain(`fix: did you mean "${meant}"?`);
  });

  test.each([
    [
      "services: {web: {image: x, restart: always, cpus: 0.25, x-postgress: true}}",
      "services.web.x-postgress",
      "x-postgres",
    ],
    [
      "services: {web: {image: x, restart: always, cpus: 0.25, x-reds: true}}",
      "services.web.x-reds",
      "x-redis",
    ],
    [
      "services: {web: {image: x, restart: always, cpus: 0.25, x-defang-redsi: true}}",
      "services.web.x-defang-redsi",
      "x-defang-redis",
    ],
    ["services: {web: {image: x, restart: always, cpus: 0.25}}\nx-bert: {zones: 3}", "x-bert", "x-berth"],
  ])("an extension is only warned of: %s", async (text, path, meant) => {
    const argv = ["preview", "--simulate", "--json", workspace.plant({ "compose.yaml": text })];
    const { code, result } = await cd(argv, { env: { HOME: workspace.path } });
    expect(code).toBe(0);
    expect(result.warnings).toEqual([
      {
        path,
        message: `Berth does not know this extension and leaves it out: did you mean "${meant}"?`,
      },
    ]);
  });

  test("an extension of somebody else's is left alone", async () => {
    const text = "services: {web: {image: x, x-mine: true}}";
    const { result } = await cd(
      ["preview", "--simulate", "--json", workspace.plant({ "compose.yaml": text })],
      { env: { HOME: workspace.path } },
    );
    expect(result.warnings.map(({ message }) => message).join()).not.toContain("did you mean");
  });

  test.each([
    ["services: {web: {image: x, depends_on: [wroker]}, worker: {image: x}}", "worker"],
    ["services: {web: {image: x, networks: [frnt]}}\nnetworks: {front: {}}", "front"],
    ["services: {web: {image: x, volumes: ['dta:/d']}}\nvolumes: {data: {}}", "data"],
    ["services: {web: {extends: bsae}, base: {image: x}}", "base"],
  ])("a misspelt name too: %s", async (text, meant) => {
    expect(await refused(text)).toContain(`fix: did you mean "${meant}"?`);
  });
});

describe("all problems of a stage are told at once, in one run", () => {
  test("of YAML", async () => {
    const stderr = await refused("services:\n  web: {image: [a}\n  api: {image: 'x}\n");
    expect(stderr.match(/^error: compose\.yaml:\d+:\d+: invalid YAML/gm)?.length).toBeGreaterThan(1);
  });

  test("of keys and values", async () => {
    const stderr = await refused(
      [
        "services:",
        "  web:",
        "    imagee: nginx",
        "    ports: [70000:80]",
        "    deploy: {replicas: many}",
        "  api:",
        "    image: 5",
        "netwroks: {}",
      ].join("\n"),
    );
    expect([...places(stderr)].sort()).toEqual([
      "compose.yaml:3:5: services.web.imagee",
      "compose.yaml:4:13: services.web.ports[0]",
      "compose.yaml:5:14: services.web.deploy.replicas",
      "compose.yaml:7:5: services.api.image",
      "compose.yaml:8:1: netwroks",
    ]);
  });

  test("of references, and of what Berth refuses", async () => {
    const stderr = await refused(
      [
        "services:",
        "  web:",
        "    image: nginx",
        "    depends_on: [api]",
        "    networks: [front]",
        "    privileged: true",
        "  job:",
        "    image: nginx",
        "    privileged: true",
        "    volumes: ['data:/data']",
      ].join("\n"),
    );
    expect([...places(stderr)].sort()).toEqual([
      "compose.yaml:10:15: services.job.volumes[0]",
      "compose.yaml:4:18: services.web.depends_on.api",
      "compose.yaml:5:16: services.web.networks.front",
      "compose.yaml:6:5: services.web.privileged",
      "compose.yaml:9:5: services.job.privileged",
    ]);
  });

  test("of several files", async () => {
    const stderr = await refused({
      "compose.yaml": "services: {web: {imag: x}}\n",
      "compose.override.yaml": "services: {web: {deploy: {replica: 2}}}\n",
    });
    expect([...places(stderr)].sort()).toEqual([
      "compose.override.yaml:1:27: services.web.deploy.replica",
      "compose.yaml:1:18: services.web.imag",
    ]);
  });

  test("of units", async () => {
    const stderr = await refused(
      [
        "services:",
        "  web:",
        "    image: nginx",
        "    healthcheck: {interval: soon}",
        "    stop_grace_period: later",
        "    deploy: {resources: {limits: {memory: much}}}",
      ].join("\n"),
    );
    expect([...places(stderr)].sort()).toEqual([
      "compose.yaml:4:19: services.web.healthcheck.interval",
      "compose.yaml:5:5: services.web.stop_grace_period",
      "compose.yaml:6:35: services.web.deploy.resources.limits.memory",
    ]);
  });
});

test("an extended file without services is told where it is named", async () => {
  const workspace = new Workspace();
  const folder = workspace.plant({
    "compose.yaml": "services:\n  web:\n    extends: {file: base.yaml, service: web}\n",
    "base.yaml": "name: base\n",
  });
  const { code, stderr } = await cd(["config", folder]);
  workspace.remove();
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(
      /compose\.yaml:3:\d+: services\.web\.extends.*base\.yaml has no services/,
    ) as string,
  ]);
});
