/** `x-static`: a service of which nothing runs; what is in a folder, of its image or of the project, is served. */
import { definedOnly } from "../defined";
import { leastSize } from "../model/sizing";
import type { Build, ContainerService, ImageSource, Site } from "../model/project";
import { isAuto } from "./auto-build";
import { readArchitecture, readImage } from "./build";
import { inside } from "./build-paths";
import type { FilesContext } from "./files";
import { isRecord, type Node } from "./node";
import { readPublic } from "./public";
import { readSiteHeaders } from "./site-headers";
import { siteNode } from "./site-key";

/** A folder that is published as it is: the build that its files would be the context of, which nobody runs. */
const asItIs = "FROM scratch\nCOPY . /\n";

type Common = Pick<ContainerService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` where there are no files to serve */
export function readSite(service: Node, common: Common, files: FilesContext): ContainerService | undefined {
  const node = siteNode(service);
  if (node === undefined) return undefined;
  const given = readOptions(node);
  const built = service.get("build").present || isAuto(service);
  const image = built ? readBuilt(service, given.dir, files) : readFolder(service, given, files);
  const site = { ...given.site, ...(built ? definedOnly({ dir: given.dir?.text }) : {}) };
  judgeBeside(service);
  if (image === undefined) return undefined;
  return {
    kind: "container",
    ...{ ...common, lifecycle: "static", site, image },
    architecture: readArchitecture(service),
    ...{ environment: {}, ports: [], uses: [], size: leastSize, replicas: 0 },
    ...readPublic(service, [published]),
  };
}

/** A site is published over HTTP, whatever `ports` says. */
const published = { target: 443, protocol: "tcp", mode: "ingress", appProtocol: "http" } as const;

interface Given {
  readonly dir?: { readonly node: Node; readonly text: string };
  readonly site: Omit<Site, "dir">;
}

function readOptions(node: Node): Given {
  const long = isRecord(node.value);
  if (!long && typeof node.value !== "string")
    node.problem(
      `${Array.isArray(node.value) ? "a list" : JSON.stringify(node.value)} names no folder`,
      "x-static: ./public, or x-static: { dir: dist, spa: true }",
    );
  const dir = !long ? node : node.has("folder") ? node.get("folder") : node.get("dir");
  const text = typeof node.value === "string" || long ? dir.text() : undefined;
  if (long && !dir.present) node.problem("nothing says which folder is served", "dir: dist");
  return {
    ...(text === undefined ? {} : { dir: { node: dir, text } }),
    site: {
      index: readIndex(node.get("index")),
      spa: node.get("spa").boolean() ?? false,
      headers: readSiteHeaders(node.get("headers")),
    },
  };
}

/** What CloudFront takes for the document of `/` (CloudFront Developer Guide, Specify a default root object). */
function readIndex(node: Node): string {
  const text = node.text() ?? "index.html";
  if (/^[A-Za-z0-9_.~-]{1,255}$/.test(text)) return text;
  node.problem(
    `${JSON.stringify(text)} is no document of a folder`,
    "a file's name alone, such as index.html",
  );
  return "index.html";
}

function readBuilt(service: Node, dir: Given["dir"], files: FilesContext): ImageSource | undefined {
  if (dir !== undefined && !/^[^\0]{1,4096}$/.test(dir.text))
    dir.node.problem(`${JSON.stringify(dir.text)} is no folder`, "a folder in the image, such as /app/dist");
  return readImage(service, files);
}

/** A folder of the project. */
function readFolder(
  service: Node,
  { dir, site }: Given,
  { folder, files }: FilesContext,
): ImageSource | undefined {
  const image = service.get("image");
  if (image.present) {
    image.problem(
      "the files of a site come from an image that is built, or from a folder of the project",
      "build: { dockerfile_inline: FROM with this image }, or remove image and name the folder as x-static.dir",
    );
    return undefined;
  }
  if (dir === undefined) return undefined;
  const context = inside(dir.node, dir.text, dir.text, folder);
  if (context === undefined) return undefined;
  judgeFolder(dir.node, context, site.index, files);
  const build: Build = { context, dockerfile: { inline: asItIs }, args: {} };
  return { kind: "build", build };
}

function judgeFolder(node: Node, context: string, index: string, files: FilesContext["files"]): void {
  if (context === "." || context === "") {
    node.problem(
      "the project's own folder would be public, its compose file too",
      "put what is served into a folder of its own: x-static: ./public",
    );
    return;
  }
  if (files.names === undefined) return;
  const names = files.names(context);
  if (names === undefined)
    node.problem(
      `there is no folder ${context} in the project`,
      "name a folder that is there; one that a build makes needs build beside x-static",
    );
  else if (names.length === 0)
    node.problem(`${context} has no file in it`, `put the site there, with its ${index}`);
  else if (!names.includes(index))
    node.problem(
      `${context} has no ${index}, which / is answered with`,
      "x-static.index names another document",
    );
}

/** What can't go with a site; what is only left out is reported by the coverage table. */
function judgeBeside(service: Node): void {
  const path = service.get("x-path");
  const prefix = isRecord(path.value) ? path.value["prefix"] : path.value;
  if (path.present && !(typeof prefix === "string" && /^\/*$/.test(prefix)))
    path.problem(
      "a static site has all of its addresses, but for the paths that other services have there",
      "remove it; x-path of another service is a path of the site",
    );
}
