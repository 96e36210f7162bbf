import { secretMarker } from "../../../../src/project/secret-marker";
import { app, appProblems, appWarnings } from "../../../support/interpret";

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

  test("arguments stand in the order of their names", () => {
    const { image } = app(built({ context: ".", args: { b: "1", a: "2", B: "3" } }));
    expect(image.kind === "build" && Object.keys(image.build.args)).toEqual(["B", "a", "b"]);
  });

  test("wins over an image's name, and an argument that is set nowhere is left out; both with a warning", () => {
    const keys = { image: "me/app", build: { context: ".", args: { TOKEN: null } } };
    expect(app(keys).image).toEqual({
      kind: "build",
      build: { context: ".", dockerfile: "Dockerfile", args: {} },
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
      "services.app.build.args.A: variable KEY is not set (build arguments are no place for secrets",
    ],
    [
      { context: "app", dockerfile_inline: "FROM x" },
      "services.app.build.dockerfile_inline: this version of Berth builds from Dockerfiles",
    ],
    [{ context: "app", ssh: ["default"] }, "services.app.build.ssh: a build is given no secrets"],
    [
      { context: "app", additional_contexts: { a: "b" } },
      "services.app.build.additional_contexts: the builder takes one context",
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
    [
      { platforms: ["linux/amd64", "linux/arm64"] },
      "services.app.build.platforms: one platform is built, linux/amd64",
    ],
  ])("%j is warned of", (keys, expected) => {
    expect(appWarnings(built({ context: ".", ...keys }))).toEqual([expect.stringContaining(expected)]);
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
