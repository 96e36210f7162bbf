/** Where the real provider is looked for, and what is said where it isn't there. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findTools } from "../../provider/tools";
import { bundle } from "../../support/bundle";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-tools-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const machine = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

function place(...path: readonly string[]): string {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

const plugin = (root: string, version: string): string =>
  place(
    root,
    "registry.terraform.io/hashicorp/aws",
    version,
    machine,
    `terraform-provider-aws_v${version}_x5`,
  );

test("the newest plugin of all the places is taken", () => {
  const terraform = place("bin", "terraform");
  plugin("cache", "98.9.0");
  const newest = plugin("mirror", "98.10.0");
  const config = join(folder, "terraform.rc");
  writeFileSync(
    config,
    `provider_installation {\n  filesystem_mirror {\n    path = "${join(folder, "mirror")}"\n  }\n}\n`,
  );
  const env = {
    PATH: join(folder, "bin"),
    HOME: folder,
    TF_PLUGIN_CACHE_DIR: join(folder, "cache"),
    TF_CLI_CONFIG_FILE: config,
  };
  expect(findTools(env)).toEqual({ terraform, plugin: newest, version: "98.10.0" });
  expect(findTools({ ...env, PATH: folder })).toEqual([expect.stringContaining("no terraform on the PATH")]);
});

/** The program's end: it fails in each of these tests. */
async function ended(options: readonly string[]): Promise<unknown> {
  const program = await bundle(join(__dirname, "../../provider/main.ts"));
  const env = { PATH: folder, HOME: folder };
  return promisify(execFile)(process.execPath, [program, ...options], { env }).catch(
    (error: unknown) => error,
  );
}

test("without the tools the run says what is missing, and ends with 2", async () => {
  expect(await ended([])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no terraform on the PATH[^]*no pulumi on the PATH/) as string,
  });
});

test("options that can't be followed are refused with the usage", async () => {
  for (const [options, said] of [
    [["--until", "later"], "--until later: there are validate, plan, apply, replan, destroy"],
    [["--jobs", "none"], "--jobs none: it is a number from 1"],
    [["--only", "nothing like it"], "no case has that in its name"],
    [["--with", "hands"], "--with hands: there are terraform, pulumi"],
  ] as const) {
    const end = await ended(options);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining(said) as string });
  }
});
