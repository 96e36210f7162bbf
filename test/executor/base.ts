/**
 * A base image of this machine's own programs, since no registry can be asked: a shell and a few tools with the libraries
 * that they are linked with, users, a link `/var/run`, a program with a capability. For amd64 and arm64 alike there is a
 * file that says which one it is; the programs are this machine's, so a `RUN` works on its own platform alone.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { paxEntry, rawTar, type RawEntry } from "../support/tar";
import { digestOf, type ImageRegistry } from "./registry";

/** What a `RUN` of the suite may call. */
const programs =
  "sh bash cat chmod chown cp dd env getcap grep gzip head id ln ls mkdir mv readlink rm setcap sleep stat tar test touch true uname";

/** CAP_NET_RAW, permitted and effective (linux/capability.h, `struct vfs_cap_data`, revision 2). */
export const pingCapability = Buffer.from("0100000200200000000000000000000000000000", "hex");

const users = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n";
const groups = "root:x:0:\nstaff:x:50:\napp:x:1000:\n";

/** Puts `base:1` into the registry: an index over both platforms. */
export function pushBase(registry: ImageRegistry): void {
  const manifests = ["amd64", "arm64"].map((architecture) => {
    const layer = rawTar([
      ...files(),
      ...linked(),
      { name: "etc/platform", owner: 0, content: architecture },
    ]);
    const config = {
      architecture,
      os: "linux",
      config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], Cmd: ["sh"] },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
      history: [{ created_by: "base" }],
    };
    const body = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: registry.putBlob(
        "application/vnd.oci.image.config.v1+json",
        Buffer.from(JSON.stringify(config)),
      ),
      layers: [registry.putBlob("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(layer))],
    };
    const put = registry.putManifest("base", architecture, manifestType, Buffer.from(JSON.stringify(body)));
    return { ...put, platform: { os: "linux", architecture } };
  });
  const index = { schemaVersion: 2, mediaType: indexType, manifests };
  registry.putManifest("base", "1", indexType, Buffer.from(JSON.stringify(index)));
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

function files(): readonly RawEntry[] {
  const folders = ["etc", "home", "opt", "root", "run", "usr", "usr/bin", "var"];
  return [
    ...folders.map((name): RawEntry => ({ name: `${name}/`, type: "5", mode: 0o755, owner: 0 })),
    { name: "home/app/", type: "5", mode: 0o755, owner: 1000 },
    { name: "tmp/", type: "5", mode: 0o1777, owner: 0 },
    { name: "var/run", type: "2", mode: 0o777, owner: 0, linkName: "../run" },
    { name: "etc/passwd", owner: 0, content: users },
    { name: "etc/group", owner: 0, content: groups },
    { name: "opt/kept", owner: 0, content: "of the base\n" },
    paxEntry({ "SCHILY.xattr.security.capability": pingCapability.toString("latin1") }),
    { name: "usr/bin/ping", mode: 0o755, owner: 0, content: "ping\n" },
  ];
}

/** The programs, and what the loader maps for them. */
function linked(): readonly RawEntry[] {
  const found = programs.split(" ").flatMap((name) => {
    const path = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"]
      .map((folder) => `${folder}/${name}`)
      .find(existsSync);
    return path === undefined ? [] : [path];
  });
  const libraries = found.flatMap((path) =>
    [...execFileSync("ldd", [path], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
      ([, library = ""]) => library,
    ),
  );
  const all = [
    ...found.map((path): [string, string] => [`bin/${path.split("/").at(-1) ?? ""}`, path]),
    ...[...new Set(libraries)].map((path): [string, string] => [path.slice(1), path]),
  ];
  return all.map(([name, path]) => ({
    name,
    mode: 0o755,
    owner: 0,
    content: readFileSync(realpathSync(path)),
  }));
}
