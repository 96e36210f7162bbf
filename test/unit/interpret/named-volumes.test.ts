import fc from "fast-check";
import type { VolumeMount } from "../../../src/model/project";
import { resourceTypes } from "../../../src/simulator/services";
import { volumesOf } from "../../../src/model/volumes";
import { problemsOf, projectOf, warningsOf, type Raw } from "../../support/interpret";

const on = (source: string, own: Raw = {}): Raw => ({
  image: "nginx:1.27",
  volumes: [{ type: "volume", source, target: "/srv", ...own }],
});
const declared = (keys: Raw = {}): Raw => ({ volumes: { data: { name: "demo_data", ...keys } } });
const meant = { volume: { nocopy: true } };

function mounts(service: Raw, top: Raw = declared()): readonly VolumeMount[] {
  const [found] = projectOf({ app: service }, top).services;
  return found?.kind === "container" ? (found.volumes ?? []) : [];
}

describe("where a named volume lies", () => {
  test.each<[string, Raw, Raw, Partial<VolumeMount>]>([
    ["its key", {}, {}, { volume: "data", folder: "/data", path: "/srv", readOnly: false }],
    ["read-only", { read_only: true }, {}, { readOnly: true }],
    ["a name of its own", {}, { name: "shared" }, { volume: "data", folder: "/shared" }],
    ["a subpath", { volume: { subpath: "a/b" } }, {}, { volume: "data/a/b", folder: "/data/a/b" }],
    ["a subpath that says nothing", { volume: { subpath: "./" } }, {}, { volume: "data", folder: "/data" }],
    [
      "an existing file system",
      {},
      { external: true, name: "fs-0123456789abcdef0" },
      { fileSystem: "fs-0123456789abcdef0", folder: "/" },
    ],
    [
      "a folder of one",
      { volume: { subpath: "c" } },
      { external: true, name: "fs-01234567/a/b" },
      { fileSystem: "fs-01234567", folder: "/a/b/c" },
    ],
    ["the local driver", {}, { driver: "local" }, { folder: "/data" }],
    [
      "empty options of the driver",
      {},
      { driver_opts: { type: "", o: "", device: "" } },
      { folder: "/data" },
    ],
  ])("%s", (_, mount, volume, expected) => {
    expect(mounts(on("data", mount), declared(volume))).toEqual([expect.objectContaining(expected)]);
  });

  test("two keys of one name are one folder", () => {
    const top = { volumes: { a: { name: "shared" }, b: { name: "shared" } } };
    expect([on("a"), on("b")].map((service) => mounts(service, top)[0]?.folder)).toEqual([
      "/shared",
      "/shared",
    ]);
  });

  test("every name comes to a path that EFS takes, and two names to two", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/);
    const accessPoint = resourceTypes.get("aws:efs/accessPoint:AccessPoint");
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 2 }), (names) => {
        const folders = names.map(
          (key) => mounts(on(key), { volumes: { [key]: { name: key } } })[0]?.folder ?? "",
        );
        expect(new Set(folders).size).toBe(2);
        for (const path of folders) expect(accessPoint?.check?.({ rootDirectory: { path } })).toEqual([]);
      }),
    );
  });
});

test.each<[string, Raw, Raw, string]>([
  [
    "an external volume of Docker's",
    {},
    { external: true },
    'volumes.data: an external volume is a file system on EFS, and "demo_data"',
  ],
  ["a plugin", {}, { driver: "rexray" }, "volumes.data.driver: rexray: Berth knows no volume drivers"],
  [
    "a folder of the host",
    {},
    { driver_opts: { type: "none", device: "/srv" } },
    "volumes.data.driver_opts: a volume of",
  ],
  ["a way out of the volume", { volume: { subpath: "../x" } }, {}, "services.app.volumes[0].volume.subpath"],
  ["an absolute subpath", { volume: { subpath: "/x" } }, {}, "services.app.volumes[0].volume.subpath"],
  [
    "a subpath that is too deep",
    { volume: { subpath: "a/b/c/d" } },
    {},
    "services.app.volumes[0]: the folder",
  ],
  ["the root", { target: "/" }, {}, 'services.app.volumes[0]: "/" is no place for a volume'],
])("%s is refused, with its place", (_, mount, volume, expected) => {
  expect(problemsOf({ app: on("data", mount) }, declared(volume))).toEqual([
    expect.stringContaining(expected),
  ]);
});

test.each<[string, Raw, readonly string[]]>([
  ["the folder of an image that can copy it", on("data"), []],
  [
    "the folder of an image that nobody knows",
    { ...on("data"), image: "ghcr.io/x/y" },
    ["services.app.volumes[0]: it begins as an empty folder on EFS"],
  ],
  [
    "the folder of an image without a shell",
    { ...on("data"), image: "traefik:3" },
    ["services.app.volumes[0]: it begins as an empty folder on EFS"],
  ],
  ["nocopy", on("data", meant), []],
  [
    "a database that AWS would run",
    { ...on("data", { target: "/var/lib/postgresql/data" }), image: "postgres:16" },
    [
      "services.app.volumes[0]: it is kept on EFS, a file system in the network: slower than a disk, and x-postgres",
    ],
  ],
  [
    "the same of another maker",
    { ...on("data", { target: "/bitnami/postgresql" }), image: "bitnami/postgresql:16" },
    [
      "services.app.volumes[0]: it is kept on EFS, a file system in the network: slower than a disk, and x-postgres",
    ],
  ],
  [
    "a store that AWS would run",
    { ...on("data", { target: "/data" }), image: "redis:7" },
    [
      "services.app.volumes[0]: it is kept on EFS, a file system in the network: slower than a disk, and x-redis",
    ],
  ],
])("what differs from a volume on a disk is told: %s", (_, service, expected) => {
  expect(warningsOf({ app: service }, declared())).toEqual(
    expected.map((text) => expect.stringContaining(text) as string),
  );
});

test("a folder belongs to the user of those that write to it, where they agree", () => {
  const owner = (...services: readonly Raw[]) => {
    const named = Object.fromEntries(services.map((service, index) => [`s${index}`, service]));
    return volumesOf(projectOf(named, declared()).services).map((volume) => volume.owner);
  };
  const as = (user: string, own: Raw = {}): Raw => ({ ...on("data", own), user });
  expect(owner(as("1000:2000"))).toEqual([{ uid: 1000, gid: 2000 }]);
  expect(owner(as("1000"), as("1000"))).toEqual([{ uid: 1000, gid: 0 }]);
  expect(owner(as("1000"), as("7", { read_only: true }))).toEqual([{ uid: 1000, gid: 0 }]);
  expect(owner(as("1000"), as("1001"))).toEqual([undefined]);
  expect(owner(as("node"))).toEqual([undefined]);
  expect(owner(on("data"))).toEqual([undefined]);
});
