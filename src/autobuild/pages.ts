/** A Dockerfile for files that are served as they are. */
import { dockerfileText, ignoreFile, type Folder, type Recipe, type Wanted } from "./folder";

/** The port of the image, which serves without root (nginxinc/docker-nginx-unprivileged, README). */
const usualPort = 8080;

/**
 * The stage that serves a folder.
 *
 * @param source - of its `COPY`, flags included
 * @param single - whether one page answers every address that is no file
 */
export function servePages(
  source: string,
  wantedPort: number | undefined,
  single: boolean,
): { readonly lines: readonly string[]; readonly port: number } {
  const port = wantedPort ?? usualPort;
  const conf = "/etc/nginx/conf.d/default.conf";
  const lines = [
    "FROM nginxinc/nginx-unprivileged:1-alpine",
    ...(port === usualPort ? [] : [`RUN sed -i 's/\\b${usualPort}\\b/${port}/' ${conf}`]),
    ...(single
      ? [`RUN sed -i 's|index  index.html index.htm;|index index.html; try_files $uri /index.html;|' ${conf}`]
      : []),
    `COPY ${source} /usr/share/nginx/html/`,
    `EXPOSE ${port}`,
  ];
  return { lines, port };
}

/** Pages of a folder that builds nothing: those of `public`, `dist` or `site` where the folder itself has none. */
export function pages(folder: Folder, wanted: Wanted): Recipe {
  const below = ["public", "dist", "site"].find((name) => folder.names(name).includes("index.html"));
  const source = folder.names().includes("index.html") || below === undefined ? "." : `${below}/`;
  const { lines, port } = servePages(source, wanted.port, false);
  return {
    seen: "static pages",
    kind: "pages",
    dockerfile: dockerfileText(lines),
    ignore: ignoreFile("*.md", ".*", "!.well-known"),
    port,
    notes: [],
  };
}

/** Whether the folder has pages. */
export function hasPages(folder: Folder): boolean {
  return ["", "public", "dist", "site"].some((name) =>
    (name === "" ? folder.names() : folder.names(name)).includes("index.html"),
  );
}
