/** Terraform and terraform-provider-aws, where this machine has them: neither is downloaded here. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";

export interface Tools {
  /** The program's path. */
  readonly terraform: string;
  /** The plugin's path. */
  readonly plugin: string;
  /** The plugin's, such as `5.100.0`. */
  readonly version: string;
}

/** Where a plugin lies below a folder that Terraform takes plugins from. */
const address = "registry.terraform.io/hashicorp/aws";

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the tools, or what is missing and how to get it, a line for each */
export function findTools(env: Environment): Tools | readonly string[] {
  const terraform = (env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "terraform"))
    .find((path) => existsSync(path));
  const plugin = findPlugin(env);
  if (terraform !== undefined && plugin !== undefined) {
    const version = /_v(\d+\.\d+\.\d+)/.exec(basename(plugin))?.[1] ?? "";
    return { terraform, plugin, version };
  }
  return [
    ...(terraform === undefined
      ? ["no terraform on the PATH (developer.hashicorp.com/terraform/install)"]
      : []),
    ...(plugin === undefined
      ? [
          "no terraform-provider-aws: set TF_PLUGIN_CACHE_DIR to a folder, run terraform init there with a " +
            "main.tf that requires hashicorp/aws 5.100.0, and keep the variable set",
        ]
      : []),
  ];
}

/** The newest one. */
function findPlugin(env: Environment): string | undefined {
  const home = env["HOME"] ?? homedir();
  const roots = [
    env["TF_PLUGIN_CACHE_DIR"],
    ...mirrorsOf(env["TF_CLI_CONFIG_FILE"] ?? join(home, ".terraformrc")),
    join(home, ".terraform.d/plugin-cache"),
    join(home, ".terraform.d/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    ...foldersIn("/opt"),
  ];
  const plugins = roots.flatMap((root) => (root === undefined ? [] : pluginsBelow(join(root, address))));
  return plugins.sort((a, b) => basename(a).localeCompare(basename(b), "en", { numeric: true })).at(-1);
}

/** The folders that a configuration of the CLI names as mirrors. */
function mirrorsOf(config: string): readonly string[] {
  if (!existsSync(config)) return [];
  const blocks = readFileSync(config, "utf8").matchAll(/filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"/g);
  return [...blocks].flatMap(([, path]) => path ?? []);
}

function foldersIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** `VERSION/OS_ARCH/terraform-provider-aws_vVERSION_x5`, for this machine. */
function pluginsBelow(folder: string): readonly string[] {
  const machine = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  return foldersIn(folder)
    .flatMap((version) => foldersIn(join(version, machine)))
    .filter((path) => basename(path).startsWith("terraform-provider-aws_v") && statSync(path).isFile());
}

/**
 * A configuration of the CLI with which it finds the plugin and asks no network.
 *
 * @param folder - an empty one
 * @returns the file's path
 */
export function offlineConfig({ plugin, version }: Tools, folder: string): string {
  const machine = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const place = join(folder, "plugins", address, version, machine);
  mkdirSync(place, { recursive: true });
  symlinkSync(plugin, join(place, basename(plugin)));
  const file = join(folder, "terraform.rc");
  const mirror = `filesystem_mirror {\n    path = ${JSON.stringify(join(folder, "plugins"))}\n  }`;
  writeFileSync(file, `disable_checkpoint = true\nprovider_installation {\n  ${mirror}\n}\n`);
  return file;
}

/**
 * What keeps Pulumi's engine from the real provider.
 *
 * @param versions - of the plugins that are needed, by name
 * @returns a line for each thing that is missing
 */
export function missingForPulumi(versions: Readonly<Record<string, string>>): readonly string[] {
  const listed = spawnSync("pulumi", ["plugin", "ls", "--json"], { encoding: "utf8" });
  if (listed.status !== 0) return ["no pulumi on the PATH (pulumi.com/docs/install)"];
  const here = JSON.parse(listed.stdout) as readonly { readonly name: string; readonly version: string }[];
  return Object.entries(versions)
    .filter(([name, version]) => !here.some((plugin) => plugin.name === name && plugin.version === version))
    .map(
      ([name, version]) => `no plugin ${name} ${version}: pulumi plugin install resource ${name} ${version}`,
    );
}
