/** The executor's command line: each kind of build as a golden file, to be run with a real executor. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { executorArguments, type Purpose } from "../../../../src/builds/executor/kaniko";
import type { ImageBuildRequest } from "../../../../src/ports";
import type { Build } from "../../../../src/model/project";
import { repositoryUrl, request } from "../builds-fakes";

const context = "s3://todo-dev-123456789012-us-east-1-build/contexts/d1.tar.gz";
const publish: Purpose = {
  kind: "publish",
  image: `${repositoryUrl}:d1`,
  labels: { "org.opencontainers.image.created": "2026-01-02T03:04:05.000Z" },
};
const registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

const root: Build = { context: ".", dockerfile: "Dockerfile", args: {} };

const kinds: Readonly<Record<string, readonly [Build, Partial<ImageBuildRequest>?, Purpose?]>> = {
  root: [root],
  subfolder: [{ context: "services/api", dockerfile: "services/api/Dockerfile", args: {} }],
  "dockerfile-outside-the-context": [
    { context: "services/api", dockerfile: "docker/api.Dockerfile", args: {} },
  ],
  arm64: [root, { architecture: "ARM64" }],
  "target-and-arguments": [{ ...root, target: "prod", args: { B: "two words", A: "--dash" } }],
  labels: [
    root,
    {},
    {
      ...publish,
      labels: {
        ...publish.labels,
        "org.opencontainers.image.source": "https://example.com/shop",
        "org.opencontainers.image.revision": "0123456",
        "com.example.team": "web, shop",
      },
    },
  ],
  "fast-snapshots": [{ ...root, snapshots: "fast" }],
  secrets: [
    {
      ...root,
      secrets: [
        { id: "npm_token", content: { kind: "secret", name: "NPM_TOKEN" } },
        { id: "netrc", content: { kind: "plain", value: "machine example.com" } },
      ],
    },
  ],
  "pull-through-caches": [
    root,
    {
      registryMaps: {
        "public.ecr.aws": `${registry}/ecr-public`,
        "index.docker.io": `${registry}/docker-hub`,
      },
    },
  ],
  "mounted-files": [
    {
      context: ".",
      dockerfile: {
        image: "nginx:1.29",
        mounts: [{ path: "site", target: "/usr/share/nginx/html", key: "services.web.volumes[0]" }],
      },
      args: {},
    },
  ],
  "inline-dockerfile": [
    { context: "services/api", dockerfile: { inline: "FROM alpine:3.22\nCOPY . /app\n" }, args: {} },
  ],
  "additional-contexts": [
    {
      context: "services/api",
      dockerfile: "services/api/Dockerfile",
      args: {},
      contexts: [
        { name: "assets", source: { kind: "folder", path: "assets" } },
        { name: "base", source: { kind: "image", reference: "alpine:3.22" } },
      ],
    },
  ],
  "test-stage": [{ ...root, target: "prod", test: "test" }, {}, { kind: "test", stage: "test" }],
};

const folder = join(__dirname, "kaniko-arguments");

describe("executorArguments", () => {
  it.each(Object.entries(kinds))("of %s are those of its golden file", (name, [build, over, purpose]) => {
    const given = executorArguments(
      request({ build, architecture: "X86_64", ...over }),
      context,
      purpose ?? publish,
      (build.contexts ?? []).length > 0,
    );
    expect(`${given.join("\n")}\n`).toBe(readFileSync(join(folder, `${name}.txt`), "utf8"));
  });

  it("takes no layer from the cache where the file says so, nor puts one there", () => {
    const given = (noCache?: true) => {
      const build = { context: ".", dockerfile: "Dockerfile", args: {}, ...(noCache && { noCache }) };
      return executorArguments(request({ build }), context, publish, false).filter((flag) =>
        flag.includes("cach"),
      );
    };
    expect(given()).toContain("--cache=true");
    expect(given(true)).toEqual([]);
  });

  it("has a golden file for nothing else", () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(kinds)
        .map((name) => `${name}.txt`)
        .sort(),
    );
  });

  it.each([
    [".", "Dockerfile", "project", "Dockerfile"],
    ["./", "docker/web.Dockerfile", "project", "docker/web.Dockerfile"],
    ["api/", "api/Dockerfile", "project/api", "Dockerfile"],
    ["services/api", "services/api/docker/prod", "project/services/api", "docker/prod"],
    ["services/api", "Dockerfile", "project/services/api", "../../Dockerfile"],
  ])("context %s and Dockerfile %s become sub path %s and %s", (place, dockerfile, subPath, relative) => {
    const build = { context: place, dockerfile, args: {} };
    const given = executorArguments(request({ build }), context, publish, false);
    expect(given).toContain(`--context-sub-path=${subPath}`);
    expect(given).toContain(`--dockerfile=${relative}`);
  });

  it("never makes the folder that the tarball itself lands in the context", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", ".", ".."), { maxLength: 4 }), (parts) => {
        const build = { context: parts.join("/") || ".", dockerfile: "Dockerfile", args: {} };
        const given = executorArguments(request({ build }), context, publish, false);
        expect(given.find((flag) => flag.startsWith("--context-sub-path="))).toMatch(
          /^--context-sub-path=project(\/[ab])*$/,
        );
      }),
    );
  });

  it("leaves arguments and labels that are too long for RunTask to the Dockerfile", () => {
    const long = { ...root, args: { LONG: "y".repeat(9_000), HTTP_PROXY: "http://p" }, labels: { l: "x" } };
    const given = executorArguments(request({ build: long }), context, publish, true);
    expect(given.filter((flag) => flag.startsWith("--build-arg="))).toEqual([
      "--build-arg=HTTP_PROXY=http://p",
    ]);
    expect(given.filter((flag) => flag.startsWith("--label="))).toHaveLength(1);
    expect(given).toContain("--dockerfile=../berth/Dockerfile");
    expect(JSON.stringify(given).length).toBeLessThan(2_000);
  });

  it("does not depend on the order of the build arguments", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.string()), (args) => {
        const reversed = Object.fromEntries(Object.entries(args).reverse());
        const of = (given: typeof args): readonly string[] =>
          executorArguments(request({ build: { ...root, args: given } }), context, publish, false);
        expect(of(reversed)).toEqual(of(args));
      }),
    );
  });
});
