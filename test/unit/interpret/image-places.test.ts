/** What an image says of its folders, its user, its ports and its end, and what becomes of it. */
import fc from "fast-check";
import type { Known } from "../../../src/interpret";
import type { ImageConfig } from "../../../src/model/image-config";
import { volumesOf } from "../../../src/model/volumes";
import type { Raw } from "../../support/interpret";
import { container, older, read } from "../../support/known-images";

describe("a named volume", () => {
  const mounting = (keys: Raw = {}, mount: Raw = {}): Raw => ({
    app: { image: "x/y", volumes: [{ type: "volume", source: "data", target: "/srv", ...mount }], ...keys },
  });
  const shell: Known = { images: () => ({ volumes: [], shell: true, complete: true }) };
  const begins = (services: Raw, known: Known = shell, texts = {}) =>
    container(services, "app", known, texts).volumes?.map((volume) => volume.begins);

  test("begins with what the image has there, where the image can copy it", () => {
    expect(begins(mounting())).toEqual([{ from: "/srv" }]);
    const built = mounting({ image: undefined, build: "." });
    expect(begins(built, {}, { Dockerfile: "FROM scratch\nRUN make" })).toEqual([{ from: "/srv" }]);
    expect(begins(built, {}, { Dockerfile: "FROM scratch\nCOPY a /a" })).toEqual([undefined]);
  });

  test.each<[string, Raw, Known]>([
    ["nocopy", mounting({}, { volume: { nocopy: true } }), shell],
    ["read only", mounting({}, { read_only: true }), shell],
    ["no shell", mounting(), { images: () => ({ volumes: [], shell: false, complete: true }) }],
    ["nobody knows", mounting(), {}],
    ["a service that runs already", mounting(), { ...shell, deployed: older }],
    [
      "a database's folder",
      mounting({ image: "postgres:16" }, { target: "/var/lib/postgresql/data" }),
      shell,
    ],
  ])("begins empty: %s", (_, services, known) => {
    expect(begins(services, known)).toEqual([undefined]);
  });
});

describe("USER of the image", () => {
  const volumes = [{ type: "volume", source: "data", target: "/srv" }];
  const says = (user: string): Known => ({ images: () => ({ user, volumes: [], complete: true }) });
  const owners = (keys: Raw, known: Known, texts = {}) =>
    volumesOf(read({ app: { image: "x/y", volumes, ...keys } }, known, texts).services).map(
      ({ owner }) => owner,
    );

  test("owns the folder of a volume where it is a number", () => {
    expect(owners({}, says("1000:2000"))).toEqual([{ uid: 1000, gid: 2000 }]);
    expect(owners({}, says("472"))).toEqual([{ uid: 472, gid: 0 }]);
    const texts = { Dockerfile: "FROM scratch\nUSER 65532" };
    expect(owners({ image: undefined, build: "." }, {}, texts)).toEqual([{ uid: 65532, gid: 0 }]);
  });

  test.each<[string, Raw, Known]>([
    ["a name, which the image alone can look up", {}, says("node")],
    ["a name's group", {}, says("1000:node")],
    ["nothing", {}, says("")],
    ["another user of the file's", { user: "node" }, says("1000")],
    ["a service that runs already", {}, { ...says("1000"), deployed: older }],
  ])("owns none: %s", (_, keys, known) => {
    expect(owners(keys, known)).toEqual([undefined]);
  });
});

describe("VOLUME of the image", () => {
  const known: Known = { images: () => ({ volumes: ["/data", "/var/log/app/"], complete: true }) };
  const told = (keys: Raw = {}, facts = known) =>
    read({ app: { image: "x/y", restart: "always", ...keys } }, facts).warnings.filter((line) =>
      line.includes("VOLUME"),
    );

  test("without a mount is warned of, each path once", () => {
    expect(told()).toEqual([
      "services.app.image: what it writes to /data, /var/log/app/ (VOLUME of its image) is on the task's own disk and goes with the task; a named volume there keeps it",
    ]);
    expect(told({ image: "postgres:16" }, {})).toEqual([
      expect.stringContaining("/var/lib/postgresql/data (VOLUME of its image)"),
    ]);
    expect(told({ image: "redis:7" }, {})).toEqual([
      expect.stringMatching(/keeps it, and x-redis: true makes it a managed store$/),
    ]);
  });

  test.each<[string, Raw]>([
    ["mounts", { volumes: [{ type: "volume", source: "a", target: "/data" }], tmpfs: ["/var/log:size=1m"] }],
    ["mounts above and below", { tmpfs: ["/data/deep", "/var"] }],
    ["the end of a one-off task", { restart: "no" }],
  ])("is no matter with %s", (_, keys) => {
    expect(told(keys)).toEqual([]);
  });

  test("whatever the paths, those are named that no mount is at, above or below", () => {
    const path = fc.array(fc.constantFrom("a", "ab", "b", "data"), { minLength: 1, maxLength: 3 });
    const paths = fc.array(path, { maxLength: 4 });
    const above = (one: readonly string[], other: readonly string[]) =>
      one.every((part, index) => other[index] === part);
    fc.assert(
      fc.property(paths, fc.uniqueArray(path, { maxLength: 3, selector: String }), (volumes, targets) => {
        const config = { volumes: volumes.map((parts) => `/${parts.join("/")}`), complete: true };
        const [line = ""] = told(
          {
            volumes: targets.map((parts) => ({ type: "volume", source: "v", target: `/${parts.join("/")}` })),
          },
          { images: () => config },
        );
        const lost = volumes.filter(
          (own) => !targets.some((target) => above(own, target) || above(target, own)),
        );
        const named = /writes to (.*) \(VOLUME/.exec(line)?.[1]?.split(", ") ?? [];
        expect(named).toEqual([...new Set(lost.map((parts) => `/${parts.join("/")}`))]);
      }),
    );
  });

  test("a mount of a name that begins alike is another one", () => {
    expect(told({ tmpfs: ["/database", "/var/log/app"] })).toEqual([
      expect.stringContaining("what it writes to /data (VOLUME"),
    ]);
  });
});

describe("STOPSIGNAL of the image", () => {
  const told = (signal: string, config?: ImageConfig) =>
    read({ app: { image: "x/y", restart: "always", stop_signal: signal } }, { images: () => config })
      .warnings;
  const image = (stopSignal?: string): ImageConfig => ({
    volumes: [],
    complete: true,
    ...(stopSignal === undefined ? {} : { stopSignal }),
  });

  test.each<[string, ImageConfig]>([
    ["SIGQUIT", image("SIGQUIT")],
    ["quit", image("3")],
    ["15", image()],
  ])("%s is what ECS sends anyway", (signal, config) => {
    expect(told(signal, config)).toEqual([]);
  });

  test("another one is warned of, with what is sent", () => {
    expect(told("SIGINT", image("SIGQUIT"))).toEqual([
      "services.app.stop_signal: ECS sends the image's own signal, SIGQUIT: write STOPSIGNAL SIGINT into its Dockerfile",
    ]);
    expect(told("SIGINT", image())).toEqual([expect.stringContaining("own signal, SIGTERM")]);
    expect(told("SIGINT")).toEqual([expect.stringContaining("this one where it says so")]);
  });
});

describe("EXPOSE of the image", () => {
  const exposing: Known = { images: () => ({ volumes: [], exposes: ["8080/tcp"], complete: true }) };
  const lifecycle = (keys: Raw, known = exposing) =>
    container({ app: { image: "x/y", ...keys } }, "app", known).lifecycle;

  test("says that its own program is a server", () => {
    expect(lifecycle({ restart: "no" })).toBe("service");
    expect(read({ app: { image: "x/y" } }, exposing).warnings).toEqual([]);
    const built = { app: { build: ".", restart: "no" } };
    expect(container(built, "app", {}, { Dockerfile: "FROM a\nEXPOSE 80" }).lifecycle).toBe("service");
  });

  test.each<[string, Raw, Known]>([
    ["another program", { restart: "no", command: ["true"] }, exposing],
    ["a migration by its name", { image: "x/y", container_name: "a", entrypoint: ["migrate"] }, exposing],
    ["an image that exposes nothing", { restart: "no" }, { images: () => ({ volumes: [], complete: true }) }],
    ["a one-off task that the stack has", { restart: "no" }, { ...exposing, deployed: older }],
  ])("and nothing of %s", (_, keys, known) => {
    expect(lifecycle(keys, known)).toBe("task");
  });
});
