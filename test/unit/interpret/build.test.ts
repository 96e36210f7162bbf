import { interpretProject } from "../../../src/interpret";
import type { CanonicalProject } from "../../../src/compose";
import { secretMarker } from "../../../src/compose/secret-marker";
import { app, appProblems, appWarnings } from "../../support/interpret";

const built = (build: unknown, keys: object = {}) => ({ image: undefined, build, ...keys });

describe("a build", () => {
  test.each([
    [
      { context: ".", dockerfile: "Dockerfile" },
      { context: ".", dockerfile: "Dockerfile", args: {} },
    ],
    [
      { context: "./app/", dockerfile: "Dockerfile.dev" },
      { context: "app", dockerfile: "app/Dockerfile.dev", args: {} },
    ],
    [
      { context: "a/../b", dockerfile: "../docker/b.Dockerfile" },
      { context: "b", dockerfile: "docker/b.Dockerfile", args: {} },
    ],
    [
      { context: "app", target: "prod" },
      { context: "app", dockerfile: "app/Dockerfile", target: "prod", args: {} },
    ],
    [
      { context: "app", args: { B: "2", A: "" } },
      { context: "app", dockerfile: "app/Dockerfile", args: { A: "", B: "2" } },
    ],
    [{ dockerfile: "Dockerfile" }, { context: ".", dockerfile: "Dockerfile", args: {} }],
  ])("%j", (build, expected) => {
    expect(app(built(build)).image).toEqual({ kind: "build", build: expected });
    expect(appWarnings(built(build))).toEqual([]);
  });

  test("an inline Dockerfile is its text, and has none in the folder", () => {
    const { image } = app(built({ context: "app", dockerfile_inline: "FROM x\nRUN a\n" }));
    expect(image).toEqual({
      kind: "build",
      build: { context: "app", dockerfile: { inline: "FROM x\nRUN a\n" }, args: {} },
    });
  });

  test("contexts are sorted by the names that BuildKit compares", () => {
    const contexts = {
      "node:20": "docker-image://node:22",
      "docker.io/library/alpine:latest": "docker-image://alpine@sha256:0123",
      assets: "./web/assets/",
    };
    const { image } = app(built({ context: ".", additional_contexts: contexts }));
    expect(image.kind === "build" && image.build.contexts).toEqual([
      { name: "alpine", source: { kind: "image", reference: "alpine@sha256:0123" } },
      { name: "assets", source: { kind: "folder", path: "web/assets" } },
      { name: "node:20", source: { kind: "image", reference: "node:22" } },
    ]);
  });

  test("arguments stand in the order of their names", () => {
    const { image } = app(built({ context: ".", args: { b: "1", a: "2", B: "3" } }));
    expect(image.kind === "build" && Object.keys(image.build.args)).toEqual(["B", "a", "b"]);
  });

  test("wins over an image's name, and an argument that is set nowhere is left out; both with a warning", () => {
    const keys = { image: "me/app", build: { context: ".", args: { TOKEN: null } } };
    expect(app(keys).image).toEqual({
      kind: "build",
      build: { context: ".", dockerfile: "Dockerfile", args: {}, named: "me/app" },
    });
    expect(appWarnings(keys)).toEqual([
      expect.stringContaining("services.app.image: the image is built"),
      expect.stringContaining("services.app.build.args.TOKEN: variable TOKEN is not set"),
    ]);
  });

  test.each([
    [
      { context: "https://github.com/a/b.git" },
      "services.app.build.context: https://github.com/a/b.git: Berth builds only",
    ],
    [{ context: "git@github.com:a/b" }, "services.app.build.context: git@github.com:a/b: Berth builds only"],
    [{ context: "../other" }, 'services.app.build.context: "../other" leaves the project\'s folder'],
    [{ context: "/srv/app" }, 'services.app.build.context: "/srv/app" leaves'],
    [{ context: "~/app" }, 'services.app.build.context: "~/app" leaves'],
    [{ context: "C:\\app" }, 'services.app.build.context: "C:\\\\app" leaves'],
    [{ context: "app", dockerfile: "../../x" }, 'services.app.build.dockerfile: "../../x" leaves'],
    [{ context: "app", dockerfile: "/Dockerfile" }, 'services.app.build.dockerfile: "/Dockerfile" leaves'],
    [
      { context: "app", args: { A: secretMarker("KEY") } },
      "services.app.build.args.A: variable KEY is not set (set KEY in .env, or give a default: ${KEY:-value}; build arguments are no place for secrets",
    ],
    [
      { context: "app", dockerfile_inline: `FROM x\nRUN echo ${secretMarker("HOME")}` },
      "services.app.build.dockerfile_inline: variable HOME is not set (set HOME in .env, or give a default: ${HOME:-value}; a variable of the Dockerfile itself is written $$HOME",
    ],
    [
      { context: "app", dockerfile_inline: "RUN x" },
      "services.app.build.dockerfile_inline: there is no FROM in it",
    ],
    [{ context: "app", ssh: ["default"] }, "services.app.build.ssh: a build task has no SSH agent"],
    [
      { context: "app", additional_contexts: { a: "https://example.com/a.git" } },
      "services.app.build.additional_contexts.a: https://example.com/a.git: the builder accepts folders",
    ],
    [
      { context: "app", additional_contexts: { a: "oci-layout://a" } },
      "services.app.build.additional_contexts.a: oci-layout://a: the builder accepts folders",
    ],
    [
      { context: "app", additional_contexts: { a: "../b" } },
      'services.app.build.additional_contexts.a: "../b" leaves the project\'s folder',
    ],
    [
      { context: "app", additional_contexts: { A: "b" } },
      'services.app.build.additional_contexts.A: "A" is no name of a context',
    ],
    [
      { context: "app", additional_contexts: { a: "docker-image://" } },
      'services.app.build.additional_contexts.a: "" is no image',
    ],
    [
      { context: "app", additional_contexts: { a: null } },
      "services.app.build.additional_contexts.a: it says no context",
    ],
    [
      { context: "app", additional_contexts: { alpine: "a", "docker.io/library/alpine:latest": "b" } },
      "services.app.build.additional_contexts.docker.io/library/alpine:latest: a second context alpine",
    ],
    [
      { context: "app", platforms: ["linux/s390x"] },
      "services.app.build.platforms[0]: Fargate runs no linux/s390x",
    ],
  ])("%j is an error", (build, expected) => {
    expect(appProblems(built(build))).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    [{ shm_size: "1073741824" }, "services.app.build.shm_size: the build task sets its own limits"],
    [{ cache_from: ["x"] }, "services.app.build.cache_from: the builder keeps a cache of its own"],
  ])("%j is warned of", (keys, expected) => {
    expect(appWarnings(built({ context: ".", ...keys }))).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    [["linux/amd64", "linux/arm64"], undefined, ["ARM64", "X86_64"], "X86_64"],
    [["linux/arm64", "linux/amd64", "linux/arm64/v8"], "linux/arm64", ["ARM64", "X86_64"], "ARM64"],
    [["linux/arm64"], undefined, undefined, "ARM64"],
    [["linux/arm64", "linux/arm64/v8"], undefined, undefined, "ARM64"],
    [undefined, "linux/arm64", undefined, "ARM64"],
    [undefined, undefined, undefined, "X86_64"],
  ])(
    "for the platforms %j of a service on %s are %j, and its tasks run on %s",
    (platforms, own, built_, runs) => {
      const service = app(built({ context: ".", platforms }, { platform: own }));
      expect(service.architecture).toBe(runs);
      expect(service.image.kind === "build" && service.image.build.platforms).toEqual(built_);
      expect(appWarnings(built({ context: ".", platforms }, { platform: own }))).toEqual([]);
    },
  );

  test("labels are sorted, and an empty one is empty", () => {
    const { image } = app(built({ context: ".", labels: { b: "2", a: null } }));
    expect(image.kind === "build" && Object.entries(image.build.labels ?? {})).toEqual([
      ["a", ""],
      ["b", "2"],
    ]);
  });

  test("the platform", () => {
    const arm = { context: ".", platforms: ["linux/arm64"] };
    expect(app(built(arm)).architecture).toBe("ARM64");
    expect(
      app(built({ ...arm, platforms: ["linux/amd64", "linux/arm64"] }, { platform: "linux/arm64" }))
        .architecture,
    ).toBe("ARM64");
    expect(appProblems(built(arm, { platform: "linux/amd64" }))).toEqual([
      expect.stringContaining("services.app.build.platforms: the service's own platform is not among"),
    ]);
  });
});

describe("secrets of a build", () => {
  const top = {
    secrets: {
      token: { environment: "NPM_TOKEN" },
      shared: { external: true, name: "SHARED" },
      netrc: { file: "netrc" },
      empty: { file: "empty" },
      braces: { file: "braces" },
      large: { file: "large" },
    },
  };
  const texts: Readonly<Record<string, string>> = {
    netrc: "machine example.com",
    empty: "",
    braces: "{{ x }}",
    large: "x".repeat(4097),
  };
  const interpreted = (secrets: readonly unknown[]) => {
    const canonical = { name: "demo", services: of(secrets), ...top } as unknown as CanonicalProject;
    const loaded = { canonical, extensions: new Map(), locate: () => undefined };
    return interpretProject(loaded, [], { read: (path) => texts[path] });
  };
  const of = (secrets: readonly unknown[]) => ({
    app: { build: { context: ".", secrets }, restart: "always" },
  });

  test("are named by their target, or by their source, and are secrets of the project", () => {
    const secrets = [{ source: "token", target: "npm" }, { source: "shared" }, { source: "netrc" }];
    const result = interpreted(secrets);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { project } = result;
    const [service] = project.services;
    expect(service?.kind === "container" && service.image).toMatchObject({
      build: {
        secrets: [
          { id: "netrc", content: { kind: "plain", value: "machine example.com" } },
          { id: "npm", content: { kind: "secret", name: "NPM_TOKEN" } },
          { id: "shared", content: { kind: "secret", name: "SHARED" } },
        ],
      },
    });
    expect(project.secrets).toEqual(["NPM_TOKEN", "SHARED"]);
  });

  test.each([
    [[{ source: "none" }], 'services.app.build.secrets[0]: there is no secret "none"'],
    [[{ source: "token", target: "/run/secrets/token" }], "is no id of a build secret"],
    [
      [{ source: "token" }, { source: "shared", target: "token" }],
      "services.app.build.secrets[1]: a second secret token",
    ],
    [[{ source: "empty" }], "secrets.empty: an empty secret"],
    [[{ source: "braces" }], "secrets.braces: Parameter Store accepts no value with {{ in it"],
    [[{ source: "large" }], "secrets.large: 4097 bytes: a build secret has 4096 at most"],
    [[{}], "services.app.build.secrets[0]: it has no source"],
    [["token"], "services.app.build.secrets[0]: not a secret"],
  ])("%j is an error", (secrets, expected) => {
    const result = interpreted(secrets);
    const problems = result.ok ? [] : result.problems.map(({ path, message }) => `${path ?? ""}: ${message}`);
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  test("have no owner and no mode of their own", () => {
    const result = interpreted([{ source: "token", mode: "0400" }]);
    expect(result.ok && result.project.warnings.map(({ path }) => path)).toEqual([
      "services.app.build.secrets[0].mode",
    ]);
  });
});

describe("x-test", () => {
  test.each([
    [{ "x-test": { target: "test" } }, {}],
    [{ "x-test": "test" }, {}],
    [{}, { "x-test": { target: "test" } }],
  ])("of the service %j or of its build %j names a stage", (service, build) => {
    const { image } = app(built({ context: ".", ...build }, service));
    expect(image.kind === "build" && image.build.test).toBe("test");
    expect(appWarnings(built({ context: ".", ...build }, service))).toEqual([]);
  });

  test.each([
    [built({ context: "." }, { "x-test": {} }), "services.app.x-test: it names no stage"],
    [built({ context: "." }, { "x-test": { target: "" } }), "services.app.x-test: it names no stage"],
    [{ "x-test": { target: "test" } }, "services.app.x-test: an image that is not built has no test stage"],
    [
      built({ context: ".", "x-test": "a" }, { "x-test": "b" }),
      "services.app.build.x-test: the service has an x-test too",
    ],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems(keys)).toEqual([expect.stringContaining(expected)]);
  });
});

describe("x-registry-credentials of a build", () => {
  const logins = (value: unknown) => built({ context: ".", "x-registry-credentials": value });

  test("names a secret for each registry of base images", () => {
    const { image } = app(logins({ "ghcr.io": "GHCR_LOGIN", "docker.io": "HUB" }));
    expect(image.kind === "build" && image.build.registries).toEqual([
      { host: "docker.io", secret: "HUB" },
      { host: "ghcr.io", secret: "GHCR_LOGIN" },
    ]);
    expect(appWarnings(logins({ "ghcr.io": "GHCR_LOGIN" }))).toEqual([]);
    const { image: other } = app(logins({ "ghcr.io": "secretsmanager:team/ghcr" }));
    expect(other.kind === "build" && other.build.registries).toEqual([
      { host: "ghcr.io", secret: "secretsmanager:team/ghcr" },
    ]);
  });

  test.each([
    ["GHCR_LOGIN", "not a map of registries"],
    [{ "https://ghcr.io": "A" }, "is no host of a registry"],
    [{ "123456789012.dkr.ecr.us-east-1.amazonaws.com": "A" }, "read with the role of the build task"],
    [{ "ghcr.io": "" }, "it names no secret"],
    [{ "ghcr.io": "secretsmanager:a b" }, "is no secret of Secrets Manager"],
  ])("%j is an error", (value, expected) => {
    expect(appProblems(logins(value))).toEqual([expect.stringContaining(expected)]);
  });
});

describe("x-snapshots", () => {
  test.each([
    ["full", undefined],
    ["fast", "fast"],
  ])("%s says how changed files are found", (written, expected) => {
    const { image } = app(built({ context: ".", "x-snapshots": written }));
    expect(image.kind === "build" && image.build.snapshots).toBe(expected);
  });

  test.each(["redo", ""])("%j is an error", (written) => {
    expect(appProblems(built({ context: ".", "x-snapshots": written }))).toEqual([
      expect.stringContaining("services.app.build.x-snapshots"),
    ]);
  });
});

describe("the image of another service as a context", () => {
  const project = (services: Record<string, unknown>): CanonicalProject =>
    ({ name: "shop", services }) as unknown as CanonicalProject;
  const problemsOf = (services: Record<string, unknown>): readonly string[] => {
    const result = interpretProject({
      canonical: project(services),
      extensions: new Map(),
      locate: () => undefined,
    });
    return result.ok ? [] : result.problems.map(({ path, message }) => `${path ?? ""}: ${message}`);
  };
  const takes = (context: string, build: object = {}): object => ({
    build: { context: ".", additional_contexts: { base: context }, ...build },
  });

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ["is taken", { a: takes("service:b"), b: { build: { context: "b" } } }, []],
    [
      "has to be built",
      { a: takes("service:b"), b: { image: "nginx" } },
      ["services.a.build.additional_contexts.base: the service b is not built"],
    ],
    [
      "is not built of what takes it",
      { a: takes("service:b"), b: takes("service:a") },
      ["services.a.build.additional_contexts: the images are built of each other: a -> b -> a"],
    ],
    [
      "is built for the platform",
      { a: takes("service:b"), b: { build: { context: "b", platforms: ["linux/arm64"] } } },
      ["services.a.build.additional_contexts: the image of b is not built for linux/amd64"],
    ],
  ])("%s", (_name, services, expected) => {
    expect(problemsOf(services)).toEqual(expected);
  });
});
