import type { BuildDockerfile } from "../../../../src/builds/written-dockerfile";
import { BuildSteps, lastError, placeOf, plainLine } from "../../../../src/builds/executor/log";

const info = (message: string): string =>
  `time="2026-01-02T03:04:05Z" level=info msg=${JSON.stringify(message)}`;

test.each([
  [info("RUN npm ci"), "RUN npm ci"],
  ['time="2026-01-02T03:04:05Z" level=info msg=Pushed', "Pushed"],
  [
    'time="2026-01-02T03:04:05Z" level=warning msg="a \\"quoted\\" word\\n" k=v',
    'warning: a "quoted" word\n',
  ],
  ["npm error code E404", "npm error code E404"],
  ["", ""],
])("%s is shown as %s", (line, expected) => {
  expect(plainLine(line)).toBe(expected);
});

describe("steps", () => {
  const of = (text?: string): BuildDockerfile => ({
    name: "Dockerfile",
    problems: [],
    ...(text === undefined ? {} : { text }),
  });
  const dockerfile = [
    "FROM node AS deps",
    "RUN --mount=type=cache,target=/c \\",
    "    npm ci",
    "FROM node",
    "COPY --from=deps /a /a",
    "RUN npm ci",
    "RUN npm ci",
    'CMD ["node"]',
  ].join("\n");

  test("count the instructions of the stages that are built", () => {
    const steps = new BuildSteps(of(dockerfile), undefined);
    const read = ["RUN --mount=type=cache,target=/c     npm ci", "COPY --from=deps /a /a", "RUN npm ci"].map(
      (message) => steps.read(info(message)),
    );
    expect(read.map((step) => `${step?.number ?? 0}/${step?.total ?? 0}`)).toEqual(["1/5", "2/5", "3/5"]);
    expect(steps.where()).toBe("Dockerfile:6: RUN npm ci");
  });

  test("do not count MAINTAINER, which the log never has", () => {
    const steps = new BuildSteps(of("FROM a\nMAINTAINER me\nRUN one\nRUN two\n"), undefined);
    const read = ["RUN one", "RUN two"].map((message) => steps.read(info(message)));
    expect(read.map((step) => `${step?.number ?? 0}/${step?.total ?? 0}`)).toEqual(["1/2", "2/2"]);
  });

  test("of an instruction that stands twice are told apart by which came out of the cache", () => {
    const steps = new BuildSteps(of(dockerfile), undefined);
    const lines = ["Using caching version of cmd: RUN npm ci", "RUN npm ci", "RUN npm ci"];
    expect(lines.map((line) => steps.read(info(line))?.cached)).toEqual([undefined, true, false]);
    expect(steps.summary).toEqual({ total: 2, cached: 1 });
  });

  test("have no total without a Dockerfile, and one that grows where a base image brings its own", () => {
    expect(new BuildSteps(of(), undefined).read(info("RUN x"))).toEqual({
      number: 1,
      instruction: "RUN x",
      cached: false,
    });
    const steps = new BuildSteps(of("FROM a\nRUN x"), undefined);
    steps.read(info("COPY . /app"));
    expect(steps.read(info("RUN x"))).toMatchObject({ number: 2, total: 2 });
    expect(steps.where()).toBe("Dockerfile:2: RUN x");
  });

  test("are not what a program prints, nor what the executor says else", () => {
    const steps = new BuildSteps(of(dockerfile), undefined);
    const lines = [
      "RUN npm ci",
      info("Running: [/bin/sh -c npm ci]"),
      info("Taking snapshot of full filesystem..."),
    ];
    expect(lines.map((line) => steps.read(line))).toEqual([undefined, undefined, undefined]);
    expect(steps.summary).toBeUndefined();
    expect(steps.where()).toBeUndefined();
  });

  test("of a here-document stand at its first line", () => {
    const steps = new BuildSteps(of("FROM a\nRUN x\nRUN <<EOF\necho\nEOF\n"), undefined);
    steps.read(info("RUN <<EOF (echo...)"));
    expect(steps.where()).toBe("Dockerfile:3: RUN <<EOF (echo...)");
  });
});

describe("the executor's last words", () => {
  const dockerfile =
    "FROM a:1 AS b\nCOPY x/y.txt z /d/\nCOPY --from=b /z /e\nCOPY --from=ghcr.io/team/tool:2 /t /t\n";

  test.each([
    ["GET https://ghcr.io/v2/team/tool/manifests/2: DENIED", 4],
    ["GET https://index.docker.io/v2/library/a/manifests/1: MANIFEST_UNKNOWN", 1],
    ["lstat /kaniko/buildcontext/project/x/y.txt: no such file or directory", 2],
    ["lstat /kaniko/deps/0/z: no such file or directory", 3],
    ["lstat /elsewhere/z: no such file or directory", undefined],
  ])("%s is of line %s", (error, line) => {
    expect(placeOf(dockerfile, error)?.line).toBe(line);
  });

  test("are no instruction's where the image can't be pushed", () => {
    const pushing = ["error pushing image: failed to push to destination a:1: DENIED"];
    expect(lastError(pushing)).toEqual({
      text: "failed to push to destination a:1: DENIED",
      ofInstruction: false,
    });
    expect(lastError(["error building image: error building stage: failed to execute command: no"])).toEqual({
      text: "no",
      ofInstruction: true,
    });
    expect(lastError(["npm ERR!"])).toBeUndefined();
  });
});
