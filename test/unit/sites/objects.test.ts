/** Keys, types and keeping of a site's objects. */
import { contentTypeOf, isPublished, keepingOf, objectsOf, pathsOf } from "../../../src/sites/objects";

const form = { index: "index.html", spa: false };

test.each([
  ["index.html", "page"],
  ["docs/index.html", "page"],
  ["sw.js", "page"],
  ["service-worker.js", "page"],
  ["manifest.webmanifest", "page"],
  ["assets/index-BxK3d9aZ.js", "hashed"],
  ["assets/logo-DwPqLxTz.svg", "hashed"],
  ["assets/index-BxK3d9aZ.js.map", "hashed"],
  ["static/js/main.3f2c9a1b.js", "hashed"],
  ["styles.8c1f0d3e44aa.css", "hashed"],
  ["_next/static/chunks/pages/index.js", "hashed"],
  ["_app/immutable/entry/start.js", "hashed"],
  ["_next/data/build/index.json", "other"],
  ["static/js/main.12345678.js", "hashed"],
  ["assets/photo-20240101.jpg", "other"],
  ["invoice-12345678.pdf", "other"],
  ["photo-20240101.jpg", "other"],
  ["style.css", "other"],
  ["assets/Product-Overview.pdf", "other"],
  ["assets/Report-Report24.pdf", "other"],
  ["assets/my-holidays.jpg", "other"],
  ["index-BxK3d9aZ.js", "other"],
  ["deadline.txt", "other"],
])("%s is kept as: %s", (path, keeping) => {
  expect(keepingOf(path, form)).toBe(keeping);
});

test.each([
  ["index.html", "text/html; charset=utf-8"],
  ["a.js", "text/javascript; charset=utf-8"],
  ["a.json", "application/json; charset=utf-8"],
  ["a.svg", "image/svg+xml; charset=utf-8"],
  ["a.png", "image/png"],
  ["a.woff2", "font/woff2"],
  ["a.wasm", "application/wasm"],
  ["LICENSE", "application/octet-stream"],
  [".well-known/apple-app-site-association", "application/json"],
])("%s is %s", (path, type) => {
  expect(contentTypeOf(path)).toBe(type);
});

test("names that begin with a dot are not published, but for .well-known", () => {
  const names = [".env", "a/.git/config", ".well-known/security.txt", "a/.DS_Store", "a.b/c", "..a"];
  expect(names.filter(isPublished)).toEqual([".well-known/security.txt", "a.b/c"]);
});

test("pages without their ending, and files that have none, are there as folders too; not in a single page", () => {
  const files = ["index.html", "about.html", "docs/index.html", "docs.html", "LICENSE", "a.css"].map(
    (path) => ({
      path,
      sha256: path,
    }),
  );
  const objects = objectsOf(files, form);
  expect(Object.keys(objects).filter((key) => !files.some(({ path }) => path === key))).toEqual([
    "about/index.html",
    "LICENSE/index.html",
  ]);
  expect(objects["about/index.html"]).toMatchObject({
    sha256: "about.html",
    contentType: "text/html; charset=utf-8",
  });
  expect(objects["docs/index.html"]?.sha256).toBe("docs/index.html");
  expect(Object.keys(objectsOf(files, { ...form, spa: true }))).toHaveLength(files.length);
});

test("paths of an invalidation are as browsers write them, a folder's document under both of its names", () => {
  expect(pathsOf("a b/ü.png", form)).toEqual(["/a%20b/%C3%BC.png"]);
  expect(pathsOf("index.html", form)).toEqual(["/index.html", "/"]);
  expect(pathsOf("docs/index.html", form)).toEqual(["/docs/index.html", "/docs/"]);
});
