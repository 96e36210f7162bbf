/** What an image says of itself, as far as it is known: its size, and its HEALTHCHECK. */
import type { CanonicalProject } from "../../../src/compose";
import { withInstructions } from "../../../src/dockerfile/config";
import { instructionsOf } from "../../../src/dockerfile/dockerfile";
import { imagesOf, type Known } from "../../../src/interpret";
import type { ImageConfig } from "../../../src/model/image-config";
import { knownSizes } from "../../../src/images/known-sizes";
import { fargateSizes } from "../../../src/model/sizing";
import { app, appProblems, appWarnings, type Raw } from "../../support/interpret";
import { container, older, read } from "../../support/known-images";

describe("the size of a service that asks for none", () => {
  test.each<[string, Raw, number, number]>([
    ["the least", {}, 256, 512],
    ["a known image", { image: "docker.elastic.co/elasticsearch/elasticsearch:9.1.0" }, 1024, 4096],
    ["one of another registry", { image: "registry.example.com:5000/mirror/keycloak@sha256:00" }, 512, 2048],
    [
      "its heap, where the file sets it",
      { image: "elasticsearch:8", environment: { ES_JAVA_OPTS: "-Xms512m -Xmx512m" } },
      1024,
      2048,
    ],
    ["a greater heap", { image: "kafka/kafka", environment: { KAFKA_HEAP_OPTS: "-Xmx4G" } }, 512, 7168],
    ["a heap of an unknown image", { environment: { JAVA_OPTS: "-Xmx2g" } }, 512, 3072],
    ["a heap in the command", { command: ["java", "-Xmx1024m", "-jar", "a.jar"] }, 256, 2048],
    ["a heap that the least holds", { environment: { JAVA_OPTS: "-Xmx64m" } }, 256, 512],
    ["what the file says", { image: "elasticsearch:8", mem_limit: "1073741824" }, 256, 1024],
    ["what the file says of CPU alone", { image: "elasticsearch:8", cpus: 0.5 }, 512, 1024],
  ])("%s", (_, keys, cpu, memory) => {
    expect(app(keys).size.cpu).toBeGreaterThanOrEqual(cpu);
    expect(app(keys).size.memory).toBe(memory);
  });

  test("what it gets is said, with the way out and the source", () => {
    expect(appWarnings({ image: "neo4j:5", tmpfs: ["/data:size=1m"] })).toEqual([
      "services.app.image: it gets 0.5 vCPU and 2 GiB, for Neo4j needs more than the least, 0.25 vCPU and 512 MiB; deploy.resources.limits says otherwise (Neo4j Operations Manual, System requirements (2 GB))",
    ]);
    expect(appWarnings({})).toEqual([]);
  });

  test("a built image is known by what its Dockerfile is based on", () => {
    const texts = {
      Dockerfile:
        "FROM maven AS build\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /a /a",
    };
    expect(container({ app: { build: "." } }, "app", {}, texts).size.memory).toBe(1024);
  });

  test("a service that the stack runs keeps its size", () => {
    const found = read({ app: { image: "neo4j:5", tmpfs: ["/data:size=1m"] } }, { deployed: older });
    expect(found.services[0]).toMatchObject({ size: { cpu: 256, memory: 512 }, older: true });
    expect(found.warnings).toEqual([
      expect.stringContaining("services.app.image: it keeps 0.25 vCPU and 512 MiB"),
    ]);
  });

  test("every size of the table is one of Fargate's, above the least", () => {
    for (const { size, name, source, heapShare = 1 } of knownSizes) {
      expect([name, source !== "", heapShare > 0 && heapShare <= 1]).toEqual([name, true, true]);
      expect([
        name,
        fargateSizes.some(({ cpu, memory }) => cpu === size.cpu && memory === size.memory),
      ]).toEqual([name, true]);
      expect(size.memory).toBeGreaterThan(512);
    }
  });
});

test("with the secrets that the file names for their registries", () => {
  const canonical = {
    name: "demo",
    services: {
      a: { image: "ghcr.io/team/a:1", "x-registry-credentials": "GHCR" },
      b: { image: "ghcr.io/team/a:1" },
      c: { build: { context: "c", "x-registry-credentials": { "docker.io": "HUB", "ghcr.io": "GHCR" } } },
      d: { build: { context: "d", "x-registry-credentials": { "quay.io": "QUAY" } } },
    },
  } as unknown as CanonicalProject;
  const files = { read: (path: string) => `FROM team/${path.slice(0, 1)}\n` };
  expect(imagesOf({ canonical, extensions: new Map() }, files)).toEqual([
    { reference: "ghcr.io/team/a:1", architecture: "amd64", login: "GHCR" },
    { reference: "team/c", architecture: "amd64", login: "HUB" },
    { reference: "team/d", architecture: "amd64" },
  ]);
});

describe("HEALTHCHECK", () => {
  const dockerfile = [
    "FROM node:22-slim",
    "HEALTHCHECK --interval=10s --timeout=3s --retries=3 --start-period=1m30s \\",
    "  CMD curl -f http://localhost:3000/alive || exit 1",
    "USER node",
  ].join("\n");
  const check = {
    command: ["CMD-SHELL", "curl -f http://localhost:3000/alive || exit 1"],
    interval: 10,
    timeout: 3,
    retries: 3,
    startPeriod: 90,
    path: "/alive",
    port: 3000,
  };
  const texts = { Dockerfile: dockerfile };

  test("of a Dockerfile is the service's own, for its port too", () => {
    const service = container(
      { app: { build: ".", ports: [{ mode: "ingress", target: 3000 }] } },
      "app",
      {},
      texts,
    );
    expect(service.healthcheck).toEqual(check);
  });

  test("the file's words come before it, one by one", () => {
    const own = container(
      { app: { build: ".", healthcheck: { interval: "20s", retries: 5 } } },
      "app",
      {},
      texts,
    );
    expect(own.healthcheck).toEqual({ ...check, interval: 20, retries: 5 });
    const off = container({ app: { build: ".", healthcheck: { disable: true } } }, "app", {}, texts);
    expect(off.healthcheck).toBeUndefined();
    const test = container({ app: { build: ".", healthcheck: { test: ["CMD", "true"] } } }, "app", {}, texts);
    expect(test.healthcheck?.command).toEqual(["CMD", "true"]);
  });

  test.each<[string, string, Partial<ImageConfig>]>([
    ["JSON", 'FROM a\nHEALTHCHECK CMD ["a", "b"]', { healthcheck: { test: ["CMD", "a", "b"] } }],
    ["none", "FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE", { healthcheck: { test: ["NONE"] } }],
    ["broken", "FROM a\nHEALTHCHECK --interval=soon CMD x", { healthcheck: { test: ["CMD-SHELL", "x"] } }],
    ["no command", "FROM a\nHEALTHCHECK CMD", { volumes: [] }],
    ["SHELL", 'FROM a\nSHELL ["/bin/bash", "-c"]', { shellWords: ["/bin/bash", "-c"] }],
    ["EXPOSE", "FROM a\nEXPOSE 80 53/UDP\nEXPOSE 90", { exposes: ["80/tcp", "53/udp", "90/tcp"] }],
    ["STOPSIGNAL", "FROM a\nSTOPSIGNAL SIGQUIT", { stopSignal: "SIGQUIT" }],
    ["VOLUME", 'FROM a\nVOLUME /a /b\nVOLUME ["/c"]', { volumes: ["/a", "/b", "/c"] }],
    [
      "USER and a shell",
      "FROM a\nRUN --mount=type=cache,target=/x make\nUSER 1000:1000",
      { user: "1000:1000", shell: true },
    ],
    ["no shell", 'FROM a\nRUN ["make"]', { volumes: [] }],
  ])("instructions: %s", (_, text, expected) => {
    const config = withInstructions(undefined, instructionsOf(text).slice(1));
    expect(config).toEqual({ volumes: [], complete: false, ...expected });
  });

  test("of a registry's image is the service's own, with the image's shell", () => {
    const config: ImageConfig = {
      healthcheck: { test: ["CMD-SHELL", "x"], interval: 1, startPeriod: 900 },
      shellWords: ["/bin/bash", "-c"],
      volumes: [],
      complete: true,
    };
    const known = { images: () => config };
    expect(container({ app: { image: "x/y" } }, "app", known).healthcheck).toEqual({
      command: ["CMD", "/bin/bash", "-c", "x"],
      interval: 5,
      timeout: 30,
      retries: 3,
      startPeriod: 300,
    });
    const deployed = { ...known, deployed: older };
    expect(container({ app: { image: "x/y" } }, "app", deployed).healthcheck).toBeUndefined();
    const waiting = { depends_on: { app: { condition: "service_healthy" } }, image: "x/z" };
    const found = container({ app: { image: "x/y" }, web: waiting }, "app", deployed);
    expect(found.healthcheck?.command).toEqual(["CMD", "/bin/bash", "-c", "x"]);
  });

  const waiting = (image: Raw) => ({
    app: image,
    web: {
      image: "x",
      restart: "always",
      depends_on: { app: { condition: "service_healthy", required: true } },
    },
  });

  test("somebody may wait for it", () => {
    const found = read(waiting({ build: "." }), {}, texts);
    expect([found.problems, found.warnings]).toEqual([[], []]);
    expect(found.services.find(({ name }) => name === "web")?.dependsOn).toEqual([
      { service: "app", condition: "service_healthy", required: true },
    ]);
  });

  test("where nobody knows it, what waits starts when the other has started, with a warning", () => {
    const found = read(waiting({ image: "sqshq/piggymetrics-config" }));
    expect(found.warnings).toEqual([
      expect.stringContaining("services.web.depends_on.app.condition: service"),
    ]);
    expect(found.services.find(({ name }) => name === "web")?.dependsOn).toEqual([
      { service: "app", condition: "service_started", required: true },
    ]);
  });

  test.each<[string, Raw, Known]>([
    ["the image has none", { image: "nginx" }, {}],
    ["the registry says so", { image: "x/y" }, { images: () => ({ volumes: [], complete: true }) }],
    [
      "the image switches it off",
      { image: "x/y" },
      { images: () => ({ healthcheck: { test: ["NONE"] }, volumes: [], complete: false }) },
    ],
    ["the file switches it off", { build: ".", healthcheck: { disable: true } }, {}],
  ])("where it is known that there is none, it is refused: %s", (_, image, known) => {
    expect(read(waiting(image), known, texts).problems).toEqual([
      expect.stringContaining("has no healthcheck, and its image has none either"),
    ]);
  });

  test("timings alone, without any check, are warned of", () => {
    expect(appWarnings({ healthcheck: { interval: "5s" } })).toEqual([
      "services.app.healthcheck: without a test nothing is checked: no HEALTHCHECK of the image is known",
    ]);
    expect(appProblems({})).toEqual([]);
  });
});

test("the images that it helps to know: each once, bases of builds among them, no managed store", () => {
  const canonical = {
    name: "demo",
    services: {
      a: { image: "nginx:1" },
      b: { image: "nginx:1" },
      c: { build: { context: "." }, platform: "linux/arm64" },
      d: { image: "postgres:16", "x-postgres": true },
      e: { build: { context: "gone" } },
    },
  } as unknown as CanonicalProject;
  const files = { read: (path: string) => (path === "Dockerfile" ? "FROM node:22\n" : undefined) };
  expect(imagesOf({ canonical, extensions: new Map() }, files)).toEqual([
    { reference: "nginx:1", architecture: "amd64" },
    { reference: "node:22", architecture: "arm64" },
  ]);
});
