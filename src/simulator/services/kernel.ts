/** What a container of a task definition may ask of the kernel, on Fargate and on instances. */
import type { Properties, Refusal } from "../cloud/cloud";
import { taskRules as rules } from "../rules/containers";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";

/** ECS API reference, Tmpfs: mountOptions. */
const mountOptions = new Set(
  (
    "defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime " +
    "diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave " +
    "relatime norelatime strictatime nostrictatime mode uid gid nr_inodes nr_blocks mpol"
  ).split(" "),
);

/** ECS API reference, SystemControl: of the IPC namespace. */
const ipcParameters = new Set(
  ["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"].map(
    (name) => `kernel.${name}`,
  ),
);

export function checkKernel(container: Properties, at: string): readonly Refusal[] {
  return [
    ...checkMemoryFolders(recordOf(container["linuxParameters"]), `${at}.linuxParameters`),
    ...checkSysctls(container, at),
  ];
}

function checkSysctls(container: Properties, at: string): readonly Refusal[] {
  return listOf(container["systemControls"]).flatMap((item, index) => {
    const { namespace, value } = recordOf(item);
    const name = textOf(namespace);
    const taken = /^net\../.test(name) || /^fs\.mqueue\../.test(name) || ipcParameters.has(name);
    const key = `${at}.systemControls[${index}]`;
    return [
      ...rules.sysctl.unless(taken, `${key}.namespace`, () => {
        return `'${name}' is in no namespace of a container (ClientException)`;
      }),
      ...rules.sysctl.unless(textOf(value) !== "", `${key}.value`, () => `'${name}' has no value`),
    ];
  });
}

function checkMemoryFolders(linux: Properties, at: string): readonly Refusal[] {
  return listOf(linux["tmpfs"]).flatMap((item, index) => {
    const folder = recordOf(item);
    const path = textOf(folder["containerPath"]);
    const size = numberOf(folder["size"]);
    const odd = listOf(folder["mountOptions"]).filter(
      (option) => !mountOptions.has(textOf(option).split("=")[0] ?? ""),
    );
    const key = `${at}.tmpfs[${index}]`;
    return [
      ...rules.memoryFolder.unless(path.startsWith("/"), `${key}.containerPath`, () => {
        return `'${path}' is no absolute path`;
      }),
      ...rules.memoryFolder.unless(size !== undefined && size >= 1, `${key}.size`, () => {
        return `a size of ${size ?? "nothing"} (ClientException)`;
      }),
      ...odd.map((option) =>
        rules.memoryFolder.refuse(`${key}.mountOptions`, `'${String(option)}' is no option of mount`),
      ),
    ];
  });
}
