import { posix } from "node:path";
import { dockerfileName } from "../../../src/builds/written-dockerfile";
import { missingDockerfile, missingStages } from "../../../src/builds/checks";
import type { Build } from "../../../src/model/project";

const build: Build = { context: "web", dockerfile: "web/Dockerfile", args: {} };
const folders = (names: Readonly<Record<string, readonly string[]>>) => ({
  names: (path: string) => names[path],
  read: (path: string) =>
    names[posix.dirname(path)]?.includes(posix.basename(path)) === true ? "{}" : undefined,
  has: (path: string) => names[path] !== undefined,
});

describe("a build without a Dockerfile", () => {
  test.each<[string, Readonly<Record<string, readonly string[]>>, Build, string]>([
    [
      "is offered one for what is seen",
      { web: ["package.json", "server.js"] },
      build,
      "the folder is plainly Node 24 with npm: x-build: auto",
    ],
    [
      "is offered one with what has to be there before",
      { web: ["package.json"] },
      build,
      "before that, as package.json says nothing of what starts the program: add a start script",
    ],
    [
      "names one of another name",
      { web: ["Dockerfile.prod", "package.json"] },
      build,
      "there is Dockerfile.prod: dockerfile: Dockerfile.prod",
    ],
    [
      "names one beside where it was looked for",
      { web: [], docker: ["web.Dockerfile"] },
      { ...build, dockerfile: "docker/Dockerfile" },
      "there is web.Dockerfile: dockerfile: ../docker/web.Dockerfile",
    ],
    ["takes no ignore file for one", { web: ["Dockerfile.dockerignore"] }, build, "write one, or name it"],
    [
      "says no more of a folder that tells nothing",
      { web: ["a.txt"] },
      build,
      "write one, or name it in build.dockerfile",
    ],
  ])("%s", (_name, names, of, hint) => {
    const [problem, ...others] = missingDockerfile("api", of, folders(names));
    expect(others).toEqual([]);
    expect(problem?.path).toBe("services.api.build");
    expect(problem?.message).toBe(`there is no ${dockerfileName(of)}: an image is built from a Dockerfile`);
    expect(problem?.hint).toContain(hint);
  });

  test("is no problem where it is there, nor where the context isn't", () => {
    expect(missingDockerfile("api", build, folders({ web: ["Dockerfile"] }))).toEqual([]);
    expect(missingDockerfile("api", build, folders({}))).toEqual([]);
  });
});

test("a mount of what isn't there is told at its key, with what keeps what a program writes", () => {
  const mounts = [
    { path: "web", target: "/etc/web", key: "services.api.volumes[0]" },
    { path: "state", target: "/state", key: "services.api.volumes[1]" },
  ];
  const mounted: Build = { context: ".", dockerfile: { image: "nginx", mounts }, args: {} };
  expect(missingDockerfile("api", mounted, folders({ web: [] }))).toEqual([
    {
      path: "services.api.volumes[1]",
      message: "there is no state in the project",
      hint: "add it; what the program itself writes is kept by a named volume: data:/state",
    },
  ]);
});

describe("a stage", () => {
  const dockerfile = "FROM a AS deps\nFROM deps AS test\nFROM deps\n";

  test("that the Dockerfile has not is told with those that it has", () => {
    expect(missingStages("api", { ...build, target: "prod", test: "tests" }, dockerfile)).toEqual([
      {
        path: "services.api.build.target",
        message: 'web/Dockerfile has no stage "prod"',
        hint: "its stages are deps, test",
      },
      {
        path: "services.api.x-test.target",
        message: 'web/Dockerfile has no stage "tests"',
        hint: "its stages are deps, test",
      },
    ]);
    expect(missingStages("api", { ...build, target: "x" }, "FROM a")[0]?.hint).toMatch(/FROM … AS name/);
  });

  test("that it has, whatever its letters' case, is no problem, nor one of a Dockerfile that can't be seen", () => {
    expect(missingStages("api", { ...build, target: "DEPS", test: "test" }, dockerfile)).toEqual([]);
    expect(missingStages("api", build, dockerfile)).toEqual([]);
    expect(missingStages("api", { ...build, target: "prod" }, undefined)).toEqual([]);
  });
});
