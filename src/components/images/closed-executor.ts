/**
 * How the executor is started, so that a `RUN` as root can't look into it: neither `/proc/1/environ`, which has the build's
 * secrets and the way to the task's credentials, nor `/proc/1/mem` and `/proc/1/fd`.
 *
 * Linux lets a process look into another one of its own user, but into one that is not "dumpable" only with CAP_SYS_PTRACE,
 * CAP_PERFMON or CAP_SYS_ADMIN (ptrace(2), "Ptrace access mode checking"; kernel/fork.c, may_access_mm), none of which a task
 * has (Docker's default capabilities). A process is not dumpable where its program's file can't be read by who started it
 * (execve(2); `would_dump` in fs/exec.c), which root always can, but for one that lacks CAP_DAC_OVERRIDE and
 * CAP_DAC_READ_SEARCH at that moment. So a program of two calls gives both up, in its effective set alone, and begins the
 * executor, which is mode 111: as root the executor has them again, whether `no_new_privs` is set or not (capabilities(7)).
 * What the executor starts, the steps, are ordinary processes.
 *
 * The same image is started either way: where the kernel does otherwise, builds go on as they would without, and the log
 * has {@link openWords}.
 */
import type { Architecture } from "../../model/project";

/** What the log says where a `RUN` could read what is closed here. */
export const openWords = "berth: a RUN of this build as root can read all of its secrets";

/** Where the image has a shell and its tools (kaniko, deploy/Dockerfile, stage kaniko-debug). */
export const shellFolder = "/busybox";

/**
 * The program: capget, capset with both bits cleared, execve of its own arguments, and exit with 127 where that fails.
 * The numbers of the calls are Linux' (arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h), the
 * structures capget(2)'s, version 3.
 */
const programs: Readonly<Record<Architecture, { readonly machine: number; readonly code: string }>> = {
  X86_64: {
    machine: 62,
    code: [
      "4889e3", // mov rbx, rsp: argc, argv, 0, environment
      "4883ec18", // sub rsp, 24: two structures of effective, permitted, inheritable
      "bf22050820", // mov edi, 0x20080522: the header's version
      "57", // push rdi: the header, of process 0, which is this one
      "4889e7", // mov rdi, rsp
      "488d742408", // lea rsi, [rsp+8]
      "b87d000000", // mov eax, 125: capget
      "0f05", // syscall
      "80642408f9", // and byte [rsp+8], ~6: bits 1 (CAP_DAC_OVERRIDE) and 2 (CAP_DAC_READ_SEARCH) of the effective set
      "b87e000000", // mov eax, 126: capset
      "0f05", // syscall
      "488b03", // mov rax, [rbx]: argc
      "488b7b10", // mov rdi, [rbx+16]: argv[1]
      "488d7310", // lea rsi, [rbx+16]: argv from there
      "488d54c310", // lea rdx, [rbx+16+8*rax]: the environment
      "b83b000000", // mov eax, 59: execve
      "0f05", // syscall
      "bf7f000000", // mov edi, 127
      "b83c000000", // mov eax, 60: exit
      "0f05", // syscall
    ].join(""),
  },
  ARM64: {
    machine: 183,
    code: [
      "f3030091", // mov x19, sp: argc, argv, 0, environment
      "ff8300d1", // sub sp, sp, 32: the header, two structures
      "40a48052", // mov w0, 0x0522
      "0001a472", // movk w0, 0x2008, lsl 16: the header's version
      "e00300f9", // str x0, [sp]: of process 0, which is this one
      "e0030091", // mov x0, sp
      "e1230091", // add x1, sp, 8
      "480b80d2", // mov x8, 90: capget
      "010000d4", // svc 0
      "e20b40b9", // ldr w2, [sp, 8]
      "42741d12", // and w2, w2, ~6: as above
      "e20b00b9", // str w2, [sp, 8]
      "e0030091", // mov x0, sp
      "680b80d2", // mov x8, 91: capset
      "010000d4", // svc 0
      "620240f9", // ldr x2, [x19]: argc
      "600a40f9", // ldr x0, [x19, 16]: argv[1]
      "61420091", // add x1, x19, 16: argv from there
      "220c028b", // add x2, x1, x2, lsl 3: the environment
      "a81b80d2", // mov x8, 221: execve
      "010000d4", // svc 0
      "e00f80d2", // mov x0, 127
      "a80b80d2", // mov x8, 93: exit
      "010000d4", // svc 0
    ].join(""),
  },
};

/** Where the program is loaded, and what precedes its code: the header of an ELF file and of one segment (elf(5)). */
const base = 0x400000n;
const headers = 64 + 56;

/** The program as a file: its code in one segment that is read and executed. */
export function closingProgram(architecture: Architecture): Buffer {
  const { machine, code } = programs[architecture];
  const file = Buffer.concat([Buffer.alloc(headers), Buffer.from(code, "hex")]);
  const size = BigInt(file.length);
  // 64 bits, little-endian, version 1.
  file.write("\x7fELF\x02\x01\x01", "latin1");
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + BigInt(headers), 24); // where it begins
  file.writeBigUInt64LE(64n, 32); // offset of the segment header
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // PT_LOAD
  file.writeUInt32LE(5, 68); // PF_R, PF_X
  file.writeBigUInt64LE(base, 80);
  file.writeBigUInt64LE(base, 88);
  file.writeBigUInt64LE(size, 96);
  file.writeBigUInt64LE(size, 104);
  file.writeBigUInt64LE(0x10000n, 112); // the largest page of either processor
  return file;
}

/** A folder that is there, and in which nobody can lay a file. */
const nowhere = "/proc/sys";

/** Each byte as three octal digits, which a shell's printf writes as they are. */
function octal(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/**
 * The container's entry point; the executor's arguments follow it. Shell and tools are gone before the executor begins, so
 * that it builds in the root of its image without them. Before that a shell, closed in the same way, has its own
 * environment read by a program that it starts: what the kernel answers is what a `RUN` would see.
 */
export function closedEntryPoint(architecture: Architecture): readonly string[] {
  const script = [
    `export PATH=${shellFolder}`,
    `printf '${octal(closingProgram(architecture))}' > /kaniko/closed`,
    `cp ${shellFolder}/sh /kaniko/busybox`,
    "chmod 755 /kaniko/closed",
    "chmod 111 /kaniko/busybox /kaniko/executor",
    "/kaniko/closed /kaniko/busybox sh -c 'cat /proc/$$/environ > /dev/null 2>&1; [ $? -eq 1 ]'",
    "closed=$?",
    `[ $closed -eq 0 ] || echo "${openWords}"`,
    `rm -rf /bin /kaniko/busybox /kaniko/warmer ${shellFolder}/*`,
    // No step can lay a program there that the executor would find.
    `export PATH=${nowhere}`,
    // 126 and 127: the program itself can't be started.
    '[ $closed -lt 126 ] || exec /kaniko/executor "$@"',
    'exec /kaniko/closed /kaniko/executor "$@"',
  ].join("\n");
  return [`${shellFolder}/sh`, "-c", script, "executor"];
}

/**
 * Variables with which the executor reads no file that a step could have left for it, and finds no program of a step's: a
 * `credential_process` in `~/.aws/config`, a `credsStore` in Docker's and Podman's files, `gcloud` on the path are all
 * started with the executor's own environment (aws-sdk-go-v2, config/resolve_credentials.go; go-containerregistry,
 * pkg/authn/keychain.go and pkg/v1/google/auth.go). ECR's logins are not kept in a file, either (amazon-ecr-credential-helper,
 * README, "Environment variables").
 */
export const closedVariables: Readonly<Record<string, string>> = {
  HOME: nowhere,
  DOCKER_CONFIG: nowhere,
  XDG_CONFIG_HOME: nowhere,
  XDG_RUNTIME_DIR: nowhere,
  AWS_CONFIG_FILE: `${nowhere}/none`,
  AWS_SHARED_CREDENTIALS_FILE: `${nowhere}/none`,
  AWS_ECR_DISABLE_CACHE: "true",
};

/**
 * A capability that a step could listen to the executor's calls with, those for the task's credentials among them, which
 * go over plain HTTP within the task. `ping` in a `RUN` goes with it.
 */
export const droppedCapabilities = ["NET_RAW"];
