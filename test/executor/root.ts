/**
 * The executor in a root file system of its own, as it is in its image with a shell (github.com/osscontainertools/kaniko,
 * deploy/Dockerfile, stage kaniko-debug): it unpacks images over `/`, so it must never run on the machine's. Namespaces for
 * mounts and processes, a folder as `/`, and the capabilities that a task has; `unshare`, `mount` and `chroot` need the
 * rights of root.
 */
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  closedEntryPoint,
  droppedCapabilities,
  shellFolder,
} from "../../src/components/images/closed-executor";

/** Docker's default ones (moby, daemon/pkg/oci/caps/defaults.go), without those that the task gives up. */
const capabilities = [
  ...[
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
  ],
  ...["NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"],
].filter((name) => !droppedCapabilities.includes(name));

/** What mounts, and becomes the entry point, which is process 1 there. */
const enter = [
  "set -e",
  'mount --bind "$0" "$0"',
  'mount -t proc proc "$0/proc"',
  'mount -t tmpfs -o mode=755 tmpfs "$0/dev"',
  "for each in null zero full random urandom; do",
  '  : > "$0/dev/$each"; mount --bind "/dev/$each" "$0/dev/$each"',
  "done",
  // The volume of the task definition.
  `mount --bind "$0${shellFolder}" "$0${shellFolder}"`,
  'cd "$0"',
  "setpriv=$(command -v setpriv) chroot=$(command -v chroot)",
  `exec "$setpriv" --bounding-set=-all,${capabilities.map((name) => `+${name.toLowerCase()}`).join(",")} --inh-caps=-all -- "$chroot" "$0" "$@"`,
].join("\n");

/** The variables of the executor's image. */
const imageVariables = {
  HOME: "/root",
  USER: "root",
  SSL_CERT_DIR: "/kaniko/ssl/certs",
  DOCKER_CONFIG: "/kaniko/.docker/",
};

/** What the entry point calls, each a name of one program. */
const tools = ["sh", "cat", "chmod", "cp", "rm"];

export class ExecutorRoot {
  readonly path = mkdtempSync(join(tmpdir(), "berth-executor-"));

  /** @param executor - its path; beside it lie `tini` and `busybox`, as in its image */
  constructor(executor: string) {
    for (const folder of [
      "proc",
      "dev",
      "etc",
      "bin",
      "workspace",
      "kaniko/.docker",
      "kaniko/ssl/certs",
      "busybox",
    ])
      mkdirSync(join(this.path, folder), { recursive: true });
    chmodSync(this.path, 0o755);
    chmodSync(join(this.path, "kaniko"), 0o777);
    writeFileSync(join(this.path, "etc/nsswitch.conf"), "hosts: files dns\n");
    const beside = (name: string, whose: string): string => {
      const path = join(dirname(executor), name);
      if (!existsSync(path)) throw new Error(`there is no ${path}: the executor's image has one (${whose})`);
      return path;
    };
    const shell = join(this.path, shellFolder, "sh");
    for (const [from, to] of [
      [executor, join(this.path, "kaniko/executor")],
      [beside("tini", "krallin/tini, tini-static"), join(this.path, "kaniko/tini")],
      [beside("busybox", "of one file, busybox-static"), shell],
    ] as const) {
      copyFileSync(from, to);
      chmodSync(to, 0o755);
    }
    for (const tool of tools.slice(1)) linkSync(shell, join(this.path, shellFolder, tool));
    symlinkSync(`${shellFolder}/sh`, join(this.path, "bin/sh"));
  }

  start(given: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess {
    const architecture = process.arch === "arm64" ? "ARM64" : "X86_64";
    return spawn(
      "unshare",
      [
        ...["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, this.path],
        ...closedEntryPoint(architecture),
        ...given,
      ],
      {
        env: { ...imageVariables, ...variables, PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
