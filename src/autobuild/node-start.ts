/** What starts a Node program, and what is built into pages in place of it. */
import { posix } from "node:path";
import { exec, firstOf, procfileCommand, shellCommand, type Folder } from "./folder";
import type { PackageManager } from "./node-install";

/** What of package.json says what starts. */
export interface Startable {
  readonly scripts: Readonly<Record<string, unknown>>;
  readonly packages: ReadonlySet<string>;
  readonly main?: string;
}

export interface Start {
  /** The line of the Dockerfile. */
  readonly command: string;
  readonly needsManager: boolean;
}

/** What is built and served as files, by the package that builds it, with the folder that it builds into. */
const pageBuilders: readonly (readonly [string, string])[] = [
  ["vite", "dist"],
  ["astro", "dist"],
  ["react-scripts", "build"],
  ["@vue/cli-service", "dist"],
  ["gatsby", "public"],
];

/** A start script that is one of their servers for development, which nothing in an image needs. */
const developing =
  /^(?:npx )?(?:vite(?: dev| serve| preview)?|astro (?:dev|start|preview)|react-scripts start|vue-cli-service serve|gatsby (?:develop|start|serve)|next (?:dev|start))(?: [^&;|]*)?$/;

const serverFiles = ["server.js", "server.mjs"];
/** Beside what builds pages these are programs of the browser's, but for one that answers requests. */
const programFiles = ["index.js", "index.mjs", "app.js", "main.js"];

export function startOf(folder: Folder, manifest: Startable, manager: PackageManager): Start | undefined {
  const { scripts, main } = manifest;
  const script = typeof scripts["start"] === "string" ? scripts["start"].trim() : undefined;
  const buildsPages = pagesOf(folder, manifest) !== undefined;
  if (script !== undefined && !(buildsPages && developing.test(script))) {
    // Without npm between, the program itself gets SIGTERM.
    const simple = /^node(?: [\w./@:=-]+)+$/.test(script);
    const command = simple ? exec(...script.split(/ +/)) : exec(...manager.run, "start");
    return { command, needsManager: !simple };
  }
  const line = procfileCommand(folder);
  if (line !== undefined) return { command: shellCommand(line), needsManager: true };
  const runs = (name: string): boolean => !buildsPages || answersRequests(folder, name);
  const named = main !== undefined && isFile(folder, main) && runs(main) ? main : undefined;
  const file = named ?? firstOf(folder, ...serverFiles, ...programFiles.filter(runs));
  return file === undefined ? undefined : { command: exec("node", file), needsManager: false };
}

/** The folder that the build script leaves pages in; `undefined` where it builds none. */
export function pagesOf(folder: Folder, { scripts, packages }: Startable): string | undefined {
  if (typeof scripts["build"] !== "string") return undefined;
  if (packages.has("next") && exportsPages(folder)) return "out";
  return pageBuilders.find(([name]) => packages.has(name))?.[1];
}

/** Next.js builds pages and nothing that runs where its configuration says so (Next.js, "Static Exports"). */
function exportsPages(folder: Folder): boolean {
  const file = firstOf(folder, "next.config.js", "next.config.mjs", "next.config.ts");
  return file !== undefined && /\boutput\s*:\s*["']export["']/.test(folder.read(file) ?? "");
}

const importsServer =
  /(?:\brequire\s*\(|\bfrom\b|\bimport\b)\s*["'](?:(?:node:)?https?|express|fastify|koa|restify|polka|@hapi\/hapi|@hono\/node-server)["']/;
const importsOwn = /(?:\brequire\s*\(|\bfrom\b|\bimport\b)\s*["'](\.{1,2}\/[^"']+)["']/g;

/** Whether a file imports what answers requests, itself or by files of the project. */
function answersRequests(folder: Folder, name: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const text = folder.read(name) ?? "";
  if (importsServer.test(text)) return true;
  return [...text.matchAll(importsOwn)].some(([, path = ""]) => {
    const target = posix.join(posix.dirname(name), path);
    const file = [target, `${target}.js`, `${target}.mjs`, `${target}/index.js`].find((each) =>
      isFile(folder, each),
    );
    return file !== undefined && answersRequests(folder, file, seen);
  });
}

function isFile(folder: Folder, path: string): boolean {
  const place = posix.normalize(path);
  const parent = posix.dirname(place);
  return folder.names(parent === "." ? undefined : parent).includes(posix.basename(place));
}
