/** Bind mounts of the project's own files. */
import { interpretProject } from "../../../src/interpret";
import type { CanonicalProject } from "../../../src/compose";
import type { ContainerService } from "../../../src/model/project";
import { appProblems, appWarnings, serviceOf, type Raw } from "../../support/interpret";

const bind = (source: string, target: string, more: Raw = {}): Raw => ({
  type: "bind",
  source,
  target,
  read_only: true,
  ...more,
});
const mounting = (...volumes: Raw[]): Raw => ({ image: "nginx:1.29", volumes });

function imageOf(app: Raw): ContainerService["image"] {
  return (serviceOf({ app }, "app") as ContainerService).image;
}

test("what a service mounts of the project becomes part of its image", () => {
  const volumes = [
    bind("./nginx/nginx.conf", "/etc/nginx/nginx.conf"),
    { type: "volume", source: "data", target: "/d" },
    bind("site", "/usr/share/nginx/html/"),
    bind(".", "/app"),
  ];
  const app = { image: "nginx:1.29", volumes };
  const service = serviceOf({ app }, "app", { volumes: { data: { name: "demo_data" } } }) as ContainerService;
  expect(service.image).toEqual({
    kind: "build",
    build: {
      context: ".",
      args: {},
      dockerfile: {
        image: "nginx:1.29",
        mounts: [
          { path: "nginx/nginx.conf", target: "/etc/nginx/nginx.conf", key: "services.app.volumes[0]" },
          { path: "site", target: "/usr/share/nginx/html", key: "services.app.volumes[2]" },
          { path: ".", target: "/app", key: "services.app.volumes[3]" },
        ],
      },
    },
  });
  expect(service.volumes).toHaveLength(1);
});

test("a path is seen from the compose file's folder, in what is built too", () => {
  const app = {
    build: { context: ".." },
    restart: "always",
    volumes: [bind("../src", "/src", { read_only: false })],
  };
  const canonical = { name: "demo", services: { app } } as unknown as CanonicalProject;
  const result = interpretProject({
    canonical,
    extensions: new Map(),
    locate: () => undefined,
    folder: "deploy",
  });
  expect(result.ok && result.project.warnings).toEqual([
    {
      path: "services.app.volumes[0]",
      message: expect.stringMatching(/^each task has a copy of its own of \.\.\/src/) as string,
    },
  ]);
});

test("a service without such mounts has its image as it is", () => {
  expect(imageOf(mounting(bind("/etc/localtime", "/etc/localtime")))).toEqual({
    kind: "reference",
    reference: "nginx:1.29",
  });
});

test("nothing is said of what can't be written to; a copy that can be is warned of", () => {
  expect(appWarnings(mounting(bind("./conf", "/etc/conf")))).toEqual([]);
  expect(appWarnings(mounting(bind("./conf", "/etc/conf", { read_only: false })))).toEqual([
    expect.stringMatching(/^services\.app\.volumes\[0\]: each task has a copy of its own of \.\/conf/),
  ]);
  const locked = { ...mounting(bind("./conf", "/etc/conf", { read_only: false })), read_only: true };
  expect(appWarnings(locked)).toEqual([
    expect.stringContaining("services.app.volumes[0]: nothing can be written there"),
  ]);
});

test.each<[string, Raw, string]>([
  ["a pattern", mounting(bind("./a*b", "/x")), "volumes[0]: a name with a quote, a backslash, $ or a sign"],
  [
    "a variable",
    mounting(bind("./a", "/x/$HOME")),
    "volumes[0]: a name with a quote, a backslash, $ or a sign",
  ],
  ["no place", mounting(bind("./a", "x")), 'volumes[0]: "x" is no place for a mount'],
  ["the root", mounting(bind("./a", "/etc/..")), 'volumes[0]: "/etc/.." is no place for a mount'],
  ["outside of the project", mounting(bind("../a", "/x")), 'volumes[0]: a task can\'t see "../a"'],
  ["somebody's home", mounting(bind("~/a", "/x")), 'volumes[0]: a task can\'t see "~/a"'],
  [
    "a private registry",
    { ...mounting(bind("./a", "/x")), "x-registry-credentials": "TOKEN" },
    "x-registry-credentials: an image is built with the project's files in it",
  ],
])("%s is an error", (_name, app, expected) => {
  expect(appProblems(app)).toEqual([expect.stringContaining(expected)]);
});
