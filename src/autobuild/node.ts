/** A Dockerfile for Node. */
import semver from "semver";
import { recordOf } from "../defined";
import { dockerfileText, ignoreFile, MissingFact, type Folder, type Recipe, type Wanted } from "./folder";
import { packageManagerOf, type PackageManager } from "./node-install";
import { pagesOf, startOf, type Startable } from "./node-start";
import { servePages } from "./pages";
import { tagFor, toolVersion, versionFile, type Releases } from "./versions";

/** Lines with long-term support, and their names (nodejs/Release, schedule.json). */
const releases: Releases = { known: ["24", "22", "20", "18"], usual: "24" };
const lines: Readonly<Record<string, string>> = { krypton: "24", jod: "22", iron: "20", hydrogen: "18" };

const usualPort = 3000;

interface Manifest extends Startable {
  readonly packageManager?: string;
  readonly engine?: string;
  readonly workspaces: boolean;
}

/** @throws MissingFact where nothing says what starts the program */
export function node(folder: Folder, wanted: Wanted): Recipe {
  const manifest = readManifest(folder);
  const manager = packageManagerOf(folder, manifest.packageManager);
  const version = nodeTag(folder, manifest);
  const tag = `node:${version}-slim`;
  const build = buildStage(manifest, manager, tag);
  const notes = manager.note === undefined ? [] : [manager.note];
  const seen = `Node ${version} with ${manager.name}`;
  const ignore = ignoreFile("**/node_modules", "npm-debug.log*", "**/.next/cache", "coverage");
  const start = startOf(folder, manifest, manager);
  const pages = pagesOf(folder, manifest);
  if (start === undefined && pages !== undefined && wanted.startsItself !== true) {
    const served = servePages(`--from=build /app/${pages}/`, wanted.port, true);
    const dockerfile = dockerfileText(build(false), served.lines);
    return { seen: `${seen}, built into pages`, dockerfile, ignore, port: served.port, notes };
  }
  if (start === undefined && wanted.startsItself !== true) {
    throw new MissingFact(
      "Node",
      "package.json says nothing of what starts the program",
      'add a start script to it ("start": "node server.js"), or write command in the compose file',
    );
  }
  const port = wanted.port ?? usualPort;
  const dockerfile = dockerfileText(build(true), [
    `FROM ${tag}`,
    ...(start?.needsManager === true ? manager.setUp : []),
    "WORKDIR /app",
    `ENV NODE_ENV=production PORT=${port}`,
    "RUN chown node:node /app",
    "COPY --from=build --chown=node:node /app ./",
    "USER node",
    `EXPOSE ${port}`,
    ...(start === undefined ? [] : [start.command]),
  ]);
  return { seen, dockerfile, ignore, port, notes };
}

/** The stage that installs and builds; also of a program in another language, for its styles and scripts. */
export function nodeBuildStage(folder: Folder): readonly string[] {
  const manifest = readManifest(folder);
  const manager = packageManagerOf(folder, manifest.packageManager);
  return buildStage(manifest, manager, `node:${nodeTag(folder, manifest)}-slim`)(false);
}

/** Whether package.json has a script of this name. */
export function hasScript(folder: Folder, name: string): boolean {
  return typeof readManifest(folder).scripts[name] === "string";
}

/** @returns the stage's lines. @param pruned - without what only the build needs */
function buildStage(
  manifest: Manifest,
  manager: PackageManager,
  tag: string,
): (pruned: boolean) => readonly string[] {
  const { scripts } = manifest;
  // Scripts of the installation and packages of the project itself need more than package.json.
  const needsAll =
    manifest.workspaces ||
    manager.files.includes("pnpm-workspace.yaml") ||
    ["preinstall", "install", "postinstall", "prepare"].some((name) => typeof scripts[name] === "string");
  const files = ["package.json", ...manager.files.filter((file) => file !== ".yarn")];
  const copy = [
    `COPY ${files.join(" ")} ./`,
    ...(manager.files.includes(".yarn") ? ["COPY .yarn ./.yarn"] : []),
  ];
  const install = `RUN ${manager.install}`;
  const builds = typeof scripts["build"] === "string";
  return (pruned) => [
    `FROM ${tag} AS build`,
    ...manager.setUp,
    "WORKDIR /app",
    ...(needsAll ? ["COPY . .", install] : [...copy, install, "COPY . ."]),
    ...(builds ? [`RUN ${manager.run.join(" ")} build`] : []),
    ...(pruned ? [`RUN ${manager.prune}`] : []),
  ];
}

/** @throws MissingFact where it is no JSON */
function readManifest(folder: Folder): Manifest {
  let read: unknown;
  try {
    read = JSON.parse(folder.read("package.json") ?? "{}");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MissingFact("Node", `package.json is no JSON: ${why}`, "correct it");
  }
  const json = recordOf(read);
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const [main, packageManager] = [text(json["main"]), text(json["packageManager"])];
  const engine = text(recordOf(json["volta"])["node"]) ?? text(recordOf(json["engines"])["node"]);
  return {
    scripts: recordOf(json["scripts"]),
    packages: new Set([
      ...Object.keys(recordOf(json["dependencies"])),
      ...Object.keys(recordOf(json["devDependencies"])),
    ]),
    ...(main === undefined ? {} : { main }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(engine === undefined ? {} : { engine }),
    workspaces: json["workspaces"] !== undefined,
  };
}

function nodeTag(folder: Folder, { engine }: Manifest): string {
  const written =
    versionFile(folder, ".nvmrc") ??
    versionFile(folder, ".node-version") ??
    toolVersion(folder, "nodejs", "node") ??
    engine;
  const line = /^lts\/(\w+)$/.exec(written ?? "")?.[1];
  if (line !== undefined) return lines[line] ?? releases.usual;
  const tag = tagFor(written, releases);
  if (tag !== undefined) return tag;
  // A range of one newer line: its own least version.
  return String(semver.minVersion(written ?? "")?.major ?? releases.usual);
}
