import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliFailure, findCli, type PulumiCli } from "../../../../src/engine/pulumi/cli";
import { BerthError } from "../../../../src/errors";
import { makeLogger } from "../../../../src/log";

const log = makeLogger("silent");
const offline = (): Promise<never> => Promise.reject(new Error("getaddrinfo ENOTFOUND get.pulumi.com"));

describe("the CLI", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "berth-cli-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** A `pulumi` that answers `version`, and runs these lines for everything else. */
  function script(version: string, lines = "", folder = directory): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "pulumi");
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = version ]; then echo "${version}"; exit 0; fi\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const environment = () => ({ PATH: `${directory}:/usr/bin:/bin` });
  const find = (more: Record<string, string> = {}): Promise<PulumiCli> =>
    findCli({ ...environment(), ...more }, directory, log, offline);

  test.each(["v3.206.0", "v3.270.1-alpha.1", "3.999.0"])("of version %s will do", async (version) => {
    script(version);
    await expect(find()).resolves.toMatchObject({ command: "pulumi" });
  });

  test.each(["v3.205.0", "v2.300.0", "v4.0.0", ""])("of version %j is refused", async (version) => {
    script(version);
    const error: unknown = await find().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BerthError);
    expect(error).toMatchObject({ kind: "usage", problems: [{ path: "PATH" }] });
    await expect(find({ PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true" })).resolves.toBeDefined();
  });

  test("whose version nobody asks for is not started to be found", async () => {
    const started = join(directory, "started");
    writeFileSync(script("v3.260.0"), `#!/bin/sh\necho "$1" >> ${started}\necho v3.260.0\n`);
    await find({ PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true" });
    expect(existsSync(started)).toBe(false);
    await find();
    expect(readFileSync(started, "utf8")).toBe("version\n");
  });

  test("that is missing is installed, or told as missing where it can't be", async () => {
    const nowhere = { PATH: join(directory, "empty") };
    await expect(findCli(nowhere, directory, log, offline)).rejects.toMatchObject({
      kind: "usage",
      problems: [{ path: "PATH", message: expect.stringContaining("there is no Pulumi CLI") as string }],
    });
    const roots: string[] = [];
    const installed = await findCli(nowhere, directory, log, (root) => {
      roots.push(root);
      return Promise.resolve({ command: script("v3.260.0", "echo installed", root) });
    });
    expect(roots).toEqual([join(directory, "berth-cli")]);
    expect(await installed.run(["up"], directory, environment())).toMatchObject({
      stdout: "installed\n",
      code: 0,
    });
  });

  test("gets its arguments, never a prompt, and nothing of this process's environment", async () => {
    script("v3.260.0", 'echo "$@"; env');
    const cli = await find();
    const heard: string[] = [];
    const { stdout } = await cli.run(["stack", "ls"], directory, { ...environment(), MINE: "1" }, (text) =>
      heard.push(text),
    );
    const [args, ...variables] = stdout.trim().split("\n");
    expect(args).toBe("stack ls --non-interactive");
    const names = variables
      .map((line) => line.split("=")[0])
      .filter((name) => !["PWD", "_", "SHLVL", "OLDPWD"].includes(name ?? ""));
    expect(names.sort()).toEqual(["MINE", "PATH", "PULUMI_AUTOMATION_API"]);
    expect(heard.join("")).toBe(stdout);
  });

  test("that fails is told with what it wrote", async () => {
    script("v3.260.0", "echo out; echo why >&2; exit 7");
    const error: unknown = await (
      await find()
    )
      .run(["up"], directory, environment())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliFailure);
    expect(error).toMatchObject({ code: 7, stdout: "out\n", stderr: "why\n" });
  });

  test("is interrupted once by an aborted signal, and waited for", async () => {
    script("v3.260.0", 'trap "echo interrupted; exit 3" INT; echo ready; while :; do sleep 0.05; done');
    const controller = new AbortController();
    const run = (await find()).run(
      ["up"],
      directory,
      environment(),
      () => {
        controller.abort();
      },
      undefined,
      controller.signal,
    );
    await expect(run).rejects.toMatchObject({ code: 3, stdout: "ready\ninterrupted\n" });
  });

  test.each([
    ["ends by itself", "n=0; trap 'n=$((n+1)); [ $n = 2 ] && exit 9' INT", 9],
    ["is killed with all that it started", "trap : INT", -1],
  ])("that is hastened is interrupted again, and %s", async (_what, trap, code) => {
    script("v3.260.0", `${trap}; echo ready; while :; do sleep 0.05; done`);
    const [signal, hasten] = [new AbortController(), new AbortController()];
    const cli = (await find()).hastenedBy(hasten.signal);
    const run = cli.run(
      ["up"],
      directory,
      environment(),
      () => {
        signal.abort();
        setTimeout(() => {
          hasten.abort();
        }, 300);
      },
      undefined,
      signal.signal,
    );
    await expect(run).rejects.toMatchObject({ code });
  });
});
