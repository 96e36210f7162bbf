import { resolveTls } from "../../../../src/stores/tls";
import type { RedisTls } from "../../../../src/stores/redis/tls";
import type { ResolvedStore } from "../../../../src/stores/resolved";
import type { EnvironmentValue, Project } from "../../../../src/model/project";
import { secretMarker } from "../../../../src/compose/secret-marker";
import { type Raw, projectOf } from "../../../support/interpret";

const cache = { image: "redis:7", "x-redis": true, container_name: "queue" };

interface Decided {
  readonly secured: boolean;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  readonly warnings: readonly string[];
}

function withRedisTls(project: Project, redisTls: RedisTls): ResolvedStore {
  return resolveTls(project, {
    settings: { postgresTls: "preferred", mysqlTls: "preferred", redisTls },
    given: () => true,
  });
}

/** What is decided for `cache`, and what becomes of `app`. */
function decided(app: Raw, setting: RedisTls = "auto", others: Raw = {}): Decided {
  const given = projectOf({ cache, app: { image: "app", ...app }, ...others });
  const { project, warnings } = withRedisTls(given, setting);
  const store = project.services.find(({ name }) => name === "cache");
  const client = project.services.find(({ name }) => name === "app");
  return {
    secured: store?.kind === "redis" && store.secured === true,
    environment: client?.kind === "container" ? client.environment : {},
    warnings: warnings.map(({ path, message }) => `${path}: ${message}`),
  };
}

const template = (...parts: Extract<EnvironmentValue, { kind: "template" }>["parts"]): EnvironmentValue => ({
  kind: "template",
  parts,
});
const store = { store: "cache" };

describe("a cache that the mode alone wants required", () => {
  const settled = (environment: Raw, wishes: Raw = {}): ResolvedStore => {
    const settings = { postgresTls: "preferred", mysqlTls: "preferred", redisTls: "required" } as const;
    const project = projectOf({ cache, app: { image: "app", environment } });
    return resolveTls(project, { settings, given: () => false, ...wishes });
  };
  const tls = ({ project }: ResolvedStore): unknown => project.services.find(({ name }) => name === "cache");

  test("is an error beside a client that can't have the token", () => {
    const { problems, warnings } = settled({ REDIS_HOST: "cache" });
    expect([problems, warnings]).toEqual([
      [
        {
          path: "services.app.environment.REDIS_HOST",
          message: expect.stringContaining("in no redis:// URL") as string,
          hint: "write redis://cache:6379 into a variable that the program reads, or x-redis: {tls: preferred} at cache",
        },
      ],
      [],
    ]);
  });

  test("is secured where each can", () => {
    const found = settled({ URL: "redis://cache:6379" });
    expect(found.problems).toEqual([]);
    expect(tls(found)).toMatchObject({ tls: "required", secured: true });
  });

  test("is a warning where the file says so itself", () => {
    const { problems, warnings } = settled({ REDIS_HOST: "cache" }, { given: () => true });
    expect([problems, warnings.length]).toEqual([[], 1]);
  });

  test.each([
    [{ transitEncryptionEnabled: false }, "off"],
    [{ transitEncryptionEnabled: true, transitEncryptionMode: "preferred" }, "preferred"],
  ])("keeps what it stands with: %j", (inputs, expected) => {
    const found = settled({ REDIS_HOST: "cache" }, { deployed: () => inputs });
    expect(found.problems).toEqual([]);
    expect(tls(found)).toMatchObject({ tls: expected });
  });
});

describe("a URL that gets TLS and the token", () => {
  test.each<[string, EnvironmentValue]>([
    ["redis://cache", template("rediss://", store)],
    ["redis://cache:6379", template("rediss://", store, ":6379")],
    ["redis://cache:6379/1?timeout=5s", template("rediss://", store, ":6379/1?timeout=5s")],
    ["redis://Queue/0", template("rediss://", store, "/0")],
    ["rediss://cache:6379", template("rediss://", store, ":6379")],
    ["redis://default@cache:6379", template("rediss://", store, ":6379")],
    ["redis://:@cache:6379", template("rediss://", store, ":6379")],
    [
      "celery=redis://cache/0 redis://cache/1",
      template("celery=rediss://", store, "/0 rediss://", store, "/1"),
    ],
    [
      `redis://cache/0?name=${secretMarker("NAME")}`,
      template("rediss://", store, "/0?name=", { secret: "NAME" }),
    ],
  ])("%s", (value, expected) => {
    const { secured, environment, warnings } = decided({ environment: { URL: value, OTHER: "cache me" } });
    expect([secured, warnings]).toEqual([true, []]);
    expect(environment).toEqual({ URL: expected, OTHER: { kind: "plain", value: "cache me" } });
  });
});

describe("what names the cache otherwise leaves it open, with a warning", () => {
  const url = { URL: "redis://cache:6379" };
  const variable = "this is no redis:// URL of one host without a password: cache asks for no token";
  test.each<[string, Raw, string]>([
    ["a host", { environment: { REDIS_HOST: "cache" } }, `services.app.environment.REDIS_HOST: ${variable}`],
    [
      "a host beside a URL",
      { environment: { ...url, HOST: "cache" } },
      `services.app.environment.HOST: ${variable}`,
    ],
    ["an alias", { environment: { ...url, HOST: "queue" } }, "services.app.environment.HOST"],
    ["host and port", { environment: { ADDR: "cache:6379" } }, "services.app.environment.ADDR"],
    ["a password", { environment: { URL: "redis://:p@cache:6379" } }, "services.app.environment.URL"],
    ["a user", { environment: { URL: "redis://me@cache:6379" } }, "services.app.environment.URL"],
    [
      "a secret password",
      { environment: { URL: `redis://:${secretMarker("P")}@cache` } },
      "services.app.environment.URL",
    ],
    [
      "a secret port",
      {
        environment: { URL: `redis://cache:${secretMarker("P")}` },
        depends_on: { cache: { required: true } },
      },
      "services.app.environment.URL",
    ],
    ["several hosts", { environment: { URL: "redis://cache:1,other:2" } }, "services.app.environment.URL"],
    ["another scheme", { environment: { URL: "valkey://cache" } }, "services.app.environment.URL"],
    [
      "a dependency alone",
      { depends_on: { cache: { required: true } } },
      "services.app: it depends on cache",
    ],
    [
      "a command",
      { environment: url, command: ["run", "--redis=cache:6379"] },
      "services.app: a command, check",
    ],
    [
      "an entrypoint",
      { environment: url, entrypoint: ["x", "redis://cache/0"] },
      "services.app: a command, check",
    ],
    ["nobody", {}, "services.cache: no environment names it"],
  ])("%s", (_, keys, expected) => {
    const { secured, environment, warnings } = decided(keys);
    expect(secured).toBe(false);
    expect(warnings).toEqual([expect.stringContaining(expected)]);
    expect(warnings.join()).toContain("write redis://cache:6379 into a variable");
    expect(JSON.stringify(environment)).not.toContain("store");
  });

  test("also where only one of its clients does", () => {
    const other = { image: "other", environment: { REDIS_HOST: "cache" } };
    const { secured, environment, warnings } = decided({ environment: url }, "auto", { other });
    expect(secured).toBe(false);
    expect(environment["URL"]).toEqual({ kind: "plain", value: "redis://cache:6379" });
    expect(warnings).toEqual([expect.stringContaining("services.other.environment.REDIS_HOST")]);
  });
});

test("a word that is no host, and a host that is another's, leave it secured", () => {
  const keys = {
    environment: { URL: "redis://cache", MODE: "cache", SITE: "https://cache.example.com/cache" },
    command: ["run", "--no-cache", "/var/cache"],
  };
  expect(decided(keys)).toMatchObject({ secured: true, warnings: [] });
});

test("two caches are decided each on its own", () => {
  const given = projectOf({
    cache,
    jobs: { image: "valkey/valkey:8", "x-redis": true },
    app: { image: "app", environment: { URLS: "redis://cache redis://jobs", JOBS_HOST: "jobs" } },
  });
  const { project } = withRedisTls(given, "auto");
  const secured = project.services.flatMap((service) =>
    service.kind === "redis" ? [[service.name, service.secured ?? false]] : [],
  );
  expect(Object.fromEntries(secured)).toEqual({ cache: true, jobs: false });
  expect(withRedisTls(given, "required").project.services.at(-1)).toMatchObject({
    environment: { URLS: template("rediss://", store, " rediss://", { store: "jobs" }) },
  });
});

test("required secures it whatever the variables say, and tells who can't know the token", () => {
  const environment = { URL: "redis://cache", REDIS_HOST: "cache" };
  const { secured, warnings, environment: written } = decided({ environment }, "required");
  expect(secured).toBe(true);
  expect(written["URL"]).toEqual(template("rediss://", store));
  expect(warnings).toEqual([
    expect.stringMatching(
      /^services\.app\.environment\.REDIS_HOST: .* asks for a token, which this can't know/,
    ),
  ]);
});

test("preferred leaves it as it is, without a word", () => {
  const { secured, warnings, environment } = decided({ environment: { URL: "redis://cache" } }, "preferred");
  expect([secured, warnings]).toEqual([false, []]);
  expect(environment["URL"]).toEqual({ kind: "plain", value: "redis://cache" });
});

describe("a cache whose image has a password", () => {
  const command = ["redis-server", "--requirepass", "hunter2hunter2"];
  const given = (environment: Raw): Project =>
    projectOf({ cache: { ...cache, command }, app: { image: "app", environment } });

  test("is asked without it: its clients' URLs lose theirs", () => {
    const { project, problems } = withRedisTls(
      given({ URL: "redis://:hunter2hunter2@cache:6379/1" }),
      "preferred",
    );
    expect(problems).toEqual([]);
    expect(project.services.find(({ name }) => name === "app")).toMatchObject({
      environment: { URL: { kind: "plain", value: "redis://cache:6379/1" } },
    });
  });

  test("gives them a token in its place where TLS is required", () => {
    const { project, warnings } = withRedisTls(
      given({ URL: "redis://:hunter2hunter2@cache:6379/1" }),
      "required",
    );
    expect(warnings).toEqual([]);
    expect(project.services.find(({ name }) => name === "app")).toMatchObject({
      environment: { URL: template("rediss://", store, ":6379/1") },
    });
  });

  test("refuses a client that has the password alone", () => {
    const environment = { REDIS_HOST: "cache", REDIS_PASSWORD: "hunter2hunter2" };
    expect(withRedisTls(given(environment), "preferred").problems).toEqual([
      expect.objectContaining({ path: "services.app.environment.REDIS_PASSWORD" }),
    ]);
  });
});

describe("an engine that can't offer TLS beside connections without", () => {
  const old = { ...cache, image: "redis:6.2" };
  const of = (environment: Raw): ResolvedStore =>
    withRedisTls(projectOf({ cache: old, app: { image: "app", environment } }), "preferred");

  test("requires it where each client can be given the token", () => {
    const { project, warnings } = of({ URL: "redis://cache:6379" });
    expect(project.services).toContainEqual(expect.objectContaining({ name: "cache", secured: true }));
    expect(warnings).toEqual([]);
  });

  test("has none where a client can't, with a warning", () => {
    const { project, warnings } = of({ REDIS_HOST: "cache" });
    expect(project.services).toContainEqual(expect.objectContaining({ name: "cache", tls: "off" }));
    expect(warnings).toEqual([
      expect.objectContaining({ message: expect.stringContaining("it is made without TLS") as string }),
    ]);
  });
});
