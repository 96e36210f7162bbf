/**
 * The executor in a root file system of its own, as it is in its image (github.com/osscontainertools/kaniko,
 * deploy/Dockerfile): it unpacks images over `/`, so it must never run on the machine's. Namespaces for mounts and
 * processes, a folder as `/`; `unshare`, `mount` and `chroot` need the rights of root.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What mounts, and becomes the executor, which is process 1 there. */
const enter = [
  "set -e",
  'mount --bind "$0" "$0"',
  'mount -t proc proc "$0/proc"',
  'mount -t tmpfs -o mode=755 tmpfs "$0/dev"',
  "for each in null zero full random urandom; do",
  '  : > "$0/dev/$each"; mount --bind "/dev/$each" "$0/dev/$each"',
  "done",
  'cd "$0"',
  "chroot=$(command -v chroot)",
  'PATH=/usr/local/bin:/kaniko exec "$chroot" "$0" /kaniko/executor "$@"',
].join("\n");

/** The variables of the executor's image. */
const imageVariables = {
  HOME: "/root",
  USER: "root",
  SSL_CERT_DIR: "/kaniko/ssl/certs",
  DOCKER_CONFIG: "/kaniko/.docker/",
};

export class ExecutorRoot {
  readonly path = mkdtempSync(join(tmpdir(), "berth-executor-"));

  /** @param executor - its path; beside it lies `tini`, as in its image */
  constructor(executor: string) {
    for (const folder of ["proc", "dev", "etc", "workspace", "kaniko/.docker", "kaniko/ssl/certs"])
      mkdirSync(join(this.path, folder), { recursive: true });
    chmodSync(this.path, 0o755);
    chmodSync(join(this.path, "kaniko"), 0o777);
    writeFileSync(join(this.path, "etc/nsswitch.conf"), "hosts: files dns\n");
    const tini = join(dirname(executor), "tini");
    if (!existsSync(tini))
      throw new Error(`there is no ${tini}: the executor's image has one (krallin/tini, tini-static)`);
    for (const [from, to] of [
      [executor, "executor"],
      [tini, "tini"],
    ] as const) {
      copyFileSync(from, join(this.path, "kaniko", to));
      chmodSync(join(this.path, "kaniko", to), 0o755);
    }
  }

  start(given: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess {
    return spawn(
      "unshare",
      ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, this.path, ...given],
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
