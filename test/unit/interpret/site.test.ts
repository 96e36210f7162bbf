/** `x-static`: what is served, and what is wrong with it. */
import { interpretProject } from "../../../src/interpret";
import type { CanonicalProject } from "../../../src/compose";
import { problemsOf, projectOf, warningsOf, type Raw } from "../../support/interpret";

const built = { build: { context: ".", dockerfile: "Dockerfile" } };

function siteOf(web: Raw): unknown {
  const [service] = projectOf({ web }).services;
  return service?.kind === "container" ? service.site : undefined;
}

test.each([
  ["x-static", "dist", { dir: "dist", index: "index.html", spa: false, headers: {} }],
  [
    "x-static",
    { dir: "/app/out", spa: true },
    { dir: "/app/out", index: "index.html", spa: true, headers: {} },
  ],
  [
    "x-defang-static-files",
    { folder: "dist" },
    { dir: "dist", index: "index.html", spa: false, headers: {} },
  ],
  ["x-defang-static-files", "dist", { dir: "dist", index: "index.html", spa: false, headers: {} }],
  [
    "x-static",
    { dir: "dist", index: "home.htm", headers: { "X-Frame-Options": "deny", "X-A": " b " } },
    { dir: "dist", index: "home.htm", spa: false, headers: { "X-A": "b", "X-Frame-Options": "deny" } },
  ],
] as const)("%s: %j", (key, value, site) => {
  expect(siteOf({ ...built, [key]: value })).toEqual(site);
});

test("nothing of it runs, and it is published without a port", () => {
  const [service] = projectOf({
    web: { ...built, "x-static": "dist", "x-domains": ["www.example.com"] },
  }).services;
  expect(service).toMatchObject({
    ...{ lifecycle: "static", replicas: 0, ports: [], environment: {}, image: { kind: "build" } },
    domains: [{ name: "www.example.com" }],
  });
});

test("a folder of the project is no build of anybody's", () => {
  const [service] = projectOf({ web: { "x-static": "./public" } }).services;
  expect(service).toMatchObject({
    image: {
      kind: "build",
      build: { context: "public", dockerfile: { inline: "FROM scratch\nCOPY . /\n" } },
    },
  });
  expect((service as { site?: object }).site).not.toHaveProperty("dir");
});

test("what is left out is said, key by key", () => {
  const warnings = warningsOf({
    web: {
      ...built,
      "x-static": "dist",
      ports: [{ target: 80, mode: "ingress" }],
      command: ["x"],
      environment: { A: "b" },
      volumes: [],
    },
  });
  expect(warnings).toEqual(
    ["ports", "command", "environment"].map(
      (key) => `services.web.${key}: nothing of a static site runs, so it is left out`,
    ),
  );
  expect(
    warningsOf({ web: { ...built, "x-static": "dist" }, api: { image: "x", depends_on: { web: {} } } }),
  ).toEqual([
    expect.stringMatching(
      /services\.api\.depends_on\.web: service "web" is a static site: .*nothing waits for it/,
    ),
  ]);
});

test.each<[Raw, readonly (string | RegExp)[]]>([
  [{ ...built, "x-static": {} }, [/web\.x-static: nothing says which folder is served \(dir: dist\)/]],
  [{ ...built, "x-static": ["dist"] }, [/web\.x-static: a list names no folder/]],
  [{ ...built, "x-static": 7 }, [/web\.x-static: 7 names no folder/]],
  [{ ...built, "x-static": { dir: "d", color: 1 } }, [/x-static\.color: unknown key "color"/]],
  [{ ...built, "x-static": { dir: "d", index: "a/b" } }, [/x-static\.index: "a\/b" is no document/]],
  [{ ...built, "x-static": { dir: "d", spa: "maybe" } }, [/x-static\.spa: "maybe" is not true or false/]],
  [
    { "x-defang-static-files": { folder: "d", redirects: ["a"] }, ...built },
    [/redirects: a site redirects by its domains/],
  ],
  [
    { image: "nginx", "x-static": "d" },
    [/web\.image: the files of a site come from an image that is built.*dockerfile_inline/],
  ],
  [{ "x-static": "../d" }, [/x-static: "\.\.\/d" leaves the project's folder/]],
  [{ "x-static": "." }, [/x-static: the project's own folder would be public.*\.\/public/]],
  [{ ...built, "x-static": "d", "x-path": "/docs" }, [/x-path: a static site has all of its addresses/]],
  [{ ...built, "x-static": { dir: "d", headers: ["a"] } }, [/headers: headers are no map/]],
  [
    {
      ...built,
      "x-static": {
        dir: "d",
        headers: { "Cache-Control": "x", "bad name": "x", "X-A": "a\nb", "X-Frame-Options": "ALLOW" },
      },
    },
    [
      /headers\.Cache-Control: Cache-Control is decided by CloudFront/,
      /"bad name" is no name of a header/,
      /X-A: "a\\nb" is no value/,
      /X-Frame-Options: "ALLOW" is none of its values \(DENY or SAMEORIGIN/,
    ],
  ],
  [
    { ...built, "x-static": { dir: "d", headers: { "X-A": "1", "x-a": "2" } } },
    [/the header x-a is there twice/],
  ],
  [
    {
      ...built,
      "x-static": {
        dir: "d",
        headers: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`X-${n}`, "1"])),
      },
    },
    [/11 headers are not among those.*takes 10/],
  ],
])("%j", (web, expected) => {
  expect(problemsOf({ web })).toEqual(expected.map((each) => expect.stringMatching(each) as string));
});

test.each([
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload", true],
  ["Strict-Transport-Security", "forever", false],
  ["X-Content-Type-Options", "nosniff", true],
  ["X-Content-Type-Options", "sniff", false],
  ["Referrer-Policy", "same-origin", true],
  ["Referrer-Policy", "everyone", false],
  ["Content-Security-Policy", "default-src 'self'", true],
  ["X-XSS-Protection", "1; mode=block", true],
  ["X-XSS-Protection", "2", false],
  ["Access-Control-Allow-Origin", "*", true],
  ["Access-Control-Allow-Methods", "GET, HEAD", true],
  ["Access-Control-Allow-Methods", "FETCH", false],
  ["Access-Control-Allow-Credentials", "yes", false],
  ["Access-Control-Max-Age", "soon", false],
])("%s: %s", (name, value, fine) => {
  const problems = problemsOf({ web: { ...built, "x-static": { dir: "d", headers: { [name]: value } } } });
  expect(problems).toHaveLength(fine ? 0 : 1);
});

test.each([
  [undefined, /there is no folder public in the project/],
  [[], /public has no file in it/],
  [["a.css"], /public has no index\.html, which \/ is answered with/],
  [["index.html"], undefined],
] as const)("a folder with %j", (names, message) => {
  const canonical = {
    name: "demo",
    services: { web: { "x-static": "public" } },
  } as unknown as CanonicalProject;
  const loaded = { canonical, extensions: new Map(), locate: () => undefined };
  const result = interpretProject(loaded, [], { read: () => undefined, names: () => names });
  if (message === undefined) expect(result.ok).toBe(true);
  else
    expect(result).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(message) as string }],
    });
});
