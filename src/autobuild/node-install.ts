/** How a Node project's dependencies are installed: by the package manager whose lockfile it has. */
import { firstOf, type Folder } from "./folder";

export interface PackageManager {
  readonly name: "npm" | "pnpm" | "yarn" | "bun";
  /** Files that the installation reads besides package.json, as far as the project has them. */
  readonly files: readonly string[];
  /** Instructions that put the package manager into the image. */
  readonly setUp: readonly string[];
  readonly install: string;
  /** Takes out what only a build needs. */
  readonly prune: string;
  /** What runs a script of package.json. */
  readonly run: readonly string[];
  /** What is missing of an exact installation, for the user. */
  readonly note?: string;
}

/** @param packageManager - the field of package.json: `pnpm@10.4.1+sha512.…` */
export function packageManagerOf(folder: Folder, packageManager: string | undefined): PackageManager {
  const [, named = "", version] = /^(npm|pnpm|yarn|bun)@([\w.-]+)/.exec(packageManager ?? "") ?? [];
  const lock = firstOf(folder, "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "package-lock.json");
  const at = (name: string): string | undefined => (name === named ? version : undefined);
  switch (lock) {
    case "pnpm-lock.yaml":
      return pnpm(folder, at("pnpm"));
    case "yarn.lock":
      return isModernYarn(folder, at("yarn")) ? modernYarn(folder) : classicYarn(folder);
    case "bun.lock":
    case "bun.lockb":
      return bun(folder, lock);
    default:
      return npm(folder, at("npm"));
  }
}

function present(folder: Folder, ...names: readonly string[]): readonly string[] {
  const there = folder.names();
  return names.filter((name) => there.includes(name));
}

function npm(folder: Folder, version: string | undefined): PackageManager {
  const lock = firstOf(folder, "package-lock.json", "npm-shrinkwrap.json");
  return {
    name: "npm",
    files: present(folder, "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
    setUp: version === undefined ? [] : [`RUN npm install --global npm@${version}`],
    install: lock === undefined ? "npm install" : "npm ci",
    prune: "npm prune --omit=dev",
    run: ["npm", "run"],
    ...(lock === undefined
      ? {
          note: "there is no lockfile: each build may get other versions; npm install writes package-lock.json",
        }
      : {}),
  };
}

/** The major version that writes such a lockfile (pnpm's documentation, "pnpm-lock.yaml": 9.0 since pnpm 9, 6.0 in 8). */
function pnpmVersion(folder: Folder): string {
  const lockfile = /^lockfileVersion:\s*['"]?(\d+)/m.exec(folder.read("pnpm-lock.yaml") ?? "")?.[1];
  return lockfile === "6" ? "8" : "10";
}

function pnpm(folder: Folder, version: string | undefined): PackageManager {
  return {
    name: "pnpm",
    files: present(folder, "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"),
    setUp: [`RUN npm install --global pnpm@${version ?? pnpmVersion(folder)}`],
    install: "pnpm install --frozen-lockfile",
    prune: "CI=true pnpm prune --prod",
    run: ["pnpm", "run"],
  };
}

/** Yarn 2 and later: another lockfile, and another command line. */
function isModernYarn(folder: Folder, version: string | undefined): boolean {
  if (version !== undefined) return !version.startsWith("1.");
  return /^__metadata:/m.test(folder.read("yarn.lock") ?? "");
}

function classicYarn(folder: Folder): PackageManager {
  return {
    name: "yarn",
    files: present(folder, "yarn.lock", ".npmrc", ".yarnrc"),
    // The images of Node had it up to some line.
    setUp: ["RUN npm install --global --force yarn@1"],
    install: "yarn install --frozen-lockfile",
    prune: "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
    run: ["yarn", "run"],
  };
}

function modernYarn(folder: Folder): PackageManager {
  return {
    name: "yarn",
    files: present(folder, "yarn.lock", ".yarnrc.yml", ".yarn"),
    // Node finds its modules without Yarn, whatever linker the project works with.
    setUp: [
      "RUN npm install --global --force corepack@0.34 && corepack enable",
      "ENV YARN_NODE_LINKER=node-modules",
    ],
    install: "yarn install --immutable",
    prune: "yarn workspaces focus --all --production",
    run: ["yarn", "run"],
  };
}

function bun(folder: Folder, lock: string): PackageManager {
  return {
    name: "bun",
    files: present(folder, lock, "bunfig.toml", ".npmrc"),
    setUp: ["RUN npm install --global bun@1"],
    install: "bun install --frozen-lockfile",
    prune: "rm -rf node_modules && bun install --frozen-lockfile --production",
    run: ["bun", "run"],
  };
}
