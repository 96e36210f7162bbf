/** `x-registry-credentials` of a service that is built: the registries that its base images name. */
import type { Raw } from "../../support/interpret";
import { container, read } from "../../support/known-images";

const app = (own: Raw = {}): Raw => ({
  app: { build: { context: "." }, restart: "always", "x-registry-credentials": "LOGIN", ...own },
});

function logins(dockerfile: string, own: Raw = {}) {
  const { image } = container(app(own), "app", {}, { Dockerfile: dockerfile });
  if (image.kind !== "build") throw new Error("it is not built");
  return (image.build.registries ?? []).map(({ host, secret }) => `${host} ${secret}`);
}

test.each<[string, readonly string[], Raw]>([
  ["FROM ghcr.io/acme/base:2", ["ghcr.io LOGIN"], {}],
  ["FROM node:22 AS a\nFROM ghcr.io/acme/base\nCOPY --from=a /x /x", ["ghcr.io LOGIN"], {}],
  ["FROM acme/private", ["docker.io LOGIN"], {}],
  ["FROM b.io/x AS a\nFROM a.io:5000/y\nCOPY --from=a /x /x", ["a.io:5000 LOGIN", "b.io LOGIN"], {}],
  ["FROM b.io/x AS unused\nFROM a.io/y", ["a.io LOGIN"], {}],
  ["ARG R=a.io\nFROM $R/y", ["c.io LOGIN"], { build: { context: ".", args: { R: "c.io" } } }],
  [
    "FROM a.io/x AS one\nFROM b.io/y",
    ["a.io OWN", "b.io LOGIN"],
    { build: { context: ".", "x-registry-credentials": { "a.io": "OWN" } } },
  ],
])("%j gives %j", (dockerfile, expected, own) => {
  expect(logins(dockerfile, own)).toEqual(expected);
});

test("it is for base images alone: the built image is in the project's own registry", () => {
  expect(container(app(), "app", {}, { Dockerfile: "FROM a.io/x" }).registryCredentials).toBeUndefined();
});

test.each(["FROM scratch", "FROM public.ecr.aws/docker/library/node:22"])(
  "%j has nothing to log into",
  (text) => {
    const { problems } = read(app(), {}, { Dockerfile: text });
    expect(problems).toEqual([
      "services.app.x-registry-credentials: no base image of the build comes from a registry that takes them",
    ]);
  },
);

test("a name that no secret can have is an error", () => {
  const { problems } = read(app({ "x-registry-credentials": "a b" }), {}, { Dockerfile: "FROM a.io/x" });
  expect(problems[0]).toContain('"a b" can\'t be the name of a secret');
});
