import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { volumeFiller } from "../../../../src/components/service/volume-filler";
import type { VolumeMount } from "../../../../src/model/project";
import { containerOf } from "../../../support/projects";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-volume-"));
  mkdirSync(join(folder, "image", "deep"), { recursive: true });
  mkdirSync(join(folder, "volume"));
  mkdirSync(join(folder, "bin"));
  // Seconds are hundredths here.
  program("sleep", 'exec /bin/sleep "0.0$1"');
  writeFileSync(join(folder, "image", "deep", "it's"), "image");
  writeFileSync(join(folder, "image", ".hidden"), "image");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function filler(own: Partial<VolumeMount> = {}, user?: string) {
  const mount: VolumeMount = { volume: "data", folder: "/data", path: "/data", readOnly: false, ...own };
  return volumeFiller({
    service: containerOf({ name: "web", volumes: [mount], ...(user === undefined ? {} : { user }) }),
    image: "x/y",
    logConfiguration: {},
    credentialsArn: "arn:secret",
    nameOf: (volume) => `volume-${volume}`,
  });
}

/** The container's command with the image's folder and the volume in a folder of this machine. */
function commandOf(user?: string): readonly string[] {
  const [container] = filler({ begins: { from: join(folder, "image") } }, user).containers;
  const [script = ""] = (container?.["command"] ?? []) as string[];
  return ["-c", script.replaceAll("/berth-volumes/0", join(folder, "volume"))];
}

const environment = () => ({
  PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
  LOG: join(folder, "log"),
});

/** Runs it to its end. */
function run(user?: string): void {
  execFileSync("sh", commandOf(user), { env: environment() });
}

/** Runs it beside others. */
async function start(): Promise<void> {
  await promisify(execFile)("sh", [...commandOf()], { env: environment() });
}

/** Puts a program before those of this machine. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const volume = (): readonly string[] =>
  readdirSync(join(folder, "volume"), { recursive: true }).map(String).sort();

test("an empty volume begins with what the image has, and nothing else", () => {
  run();
  expect(volume()).toEqual([".hidden", "deep", "deep/it's"]);
});

test("a volume that holds something stays as it is", () => {
  writeFileSync(join(folder, "volume", "mine"), "1");
  run();
  expect(volume()).toEqual(["mine"]);
});

test("what a first start has copied is not copied again", () => {
  run();
  rmSync(join(folder, "volume", ".hidden"));
  writeFileSync(join(folder, "volume", "deep", "it's"), "changed");
  run();
  expect(volume()).toEqual(["deep", "deep/it's"]);
  expect(readFileSync(join(folder, "volume", "deep", "it's"), "utf8")).toBe("changed");
});

test.each([
  ["whose task shows no sign of life", "7"],
  ["that says that it failed", "over"],
])("a copy that was stopped on its way, %s, is made again", (_, beat) => {
  mkdirSync(join(folder, "volume", ".berth-filling", "1"), { recursive: true });
  writeFileSync(join(folder, "volume", ".berth-filling", "1", "beat"), beat);
  writeFileSync(join(folder, "volume", ".hidden"), "ha");
  run();
  expect(volume()).toEqual([".hidden", "deep", "deep/it's"]);
  expect(readFileSync(join(folder, "volume", ".hidden"), "utf8")).toBe("image");
});

test("a mark that nothing was copied under changes no volume that holds something", () => {
  mkdirSync(join(folder, "volume", ".berth-filling"));
  writeFileSync(join(folder, "volume", "mine"), "1");
  run();
  expect(volume()).toEqual(["mine"]);
});

test("of tasks that start at once one copies, and the others wait until it has", async () => {
  const slowly =
    'echo cp >> "$LOG"; i=0; while [ $i -lt 40 ]; do i=$((i+1)); sleep 1; done; exec /bin/cp "$@"';
  program("cp", slowly);
  const ended = Array.from({ length: 4 }, async () => {
    await start();
    return volume();
  });
  for (const after of await Promise.all(ended)) expect(after).toEqual([".hidden", "deep", "deep/it's"]);
  expect(readFileSync(join(folder, "log"), "utf8")).toBe("cp\n");
});

test("a task that sees the mark of another one only as it looks into the folder waits for it", async () => {
  program("cp", 'i=0; while [ $i -lt 20 ]; do i=$((i+1)); sleep 1; done; exec /bin/cp "$@"');
  // The first look into the folder comes late: by then another task has made its mark.
  program("ls", `/bin/rm "${join(folder, "bin", "ls")}"; /bin/sleep 0.1; exec /bin/ls "$@"`);
  const late = start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const first = start();
  await late;
  expect(volume()).toEqual([".hidden", "deep", "deep/it's"]);
  await first;
});

test("a copy that fails fails the task, and the next task copies at once", async () => {
  program("cp", "echo no space left >&2; exit 1");
  await expect(start()).rejects.toThrow("no space left");
  const beat = join(folder, "volume", ".berth-filling", "1", "beat");
  expect(readFileSync(beat, "utf8").trim()).toBe("over");
  rmSync(join(folder, "bin", "cp"));
  run();
  expect(volume()).toEqual([".hidden", "deep", "deep/it's"]);
});

test("an image that has nothing there leaves it empty", () => {
  rmSync(join(folder, "image"), { recursive: true });
  run();
  expect(volume()).toEqual([]);
});

test("the files are those of the file's own user, as the access point is told", () => {
  const [container] = filler({ begins: { from: "/srv" } }, "1000").containers;
  expect(String(container?.["command"])).toContain('chown -R 1000:0 "$2"');
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  run(`${uid}:${gid}`);
  expect(volume()).toHaveLength(3);
  expect(String(filler({ begins: { from: "/srv" } }, "node").containers[0]?.["command"])).not.toContain(
    "chown",
  );
});

test("the service's own container waits for it, and its registry gets the same credentials", () => {
  const { containers, dependsOn } = filler({ begins: { from: "/srv" } });
  expect(dependsOn).toEqual([{ containerName: "web-volumes", condition: "SUCCESS" }]);
  expect(containers).toEqual([
    expect.objectContaining({
      name: "web-volumes",
      image: "x/y",
      essential: false,
      repositoryCredentials: { credentialsParameter: "arn:secret" },
    }),
  ]);
});

test("nothing is added where nothing is copied", () => {
  expect(filler()).toEqual({ containers: [], dependsOn: [] });
  expect(filler({ begins: "empty" })).toEqual({ containers: [], dependsOn: [] });
});
