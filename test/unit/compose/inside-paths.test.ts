/** Absolute paths of the project's own folder in a deployment. */
import fc from "fast-check";
import { load } from "./sources";

const compose = (source: string): string =>
  `services: {a: {image: x, volumes: [{type: bind, source: "${source}", target: /x}]}}`;
const sourceOf = (source: string, folder = "."): unknown => {
  const path = folder === "." ? "compose.yaml" : `${folder}/compose.yaml`;
  const options = { unset: "secret" as const, root: "/home/me/shop", files: [path] };
  return load({ [path]: compose(source) }, options).canonical.services["a"]?.volumes?.[0]?.source;
};

test.each([
  ["$PWD/data", "./data"],
  ["${PWD}/a/../data", "./data"],
  ["$PWD", "./"],
  ["/home/me/shop/data", "./data"],
  ["/home/me/shopping", "/home/me/shopping"],
  ["/etc/hosts", "/etc/hosts"],
  ["./data", "./data"],
])("%s is %s", (written, expected) => {
  expect(sourceOf(written)).toBe(expected);
});

test("paths are seen from the compose file's folder", () => {
  expect(sourceOf("$PWD/data", "deploy")).toBe("./data");
  expect(sourceOf("/home/me/shop/src", "deploy")).toBe("../src");
});

test("whatever is below the project's folder is below it still", () => {
  const part = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("$PWD", "${PWD}", "/home/me/shop"),
      (parts, root) => {
        expect(sourceOf([root, ...parts].join("/"))).toBe(`./${parts.join("/")}`);
      },
    ),
  );
});

test("what is no deployment has the shell's own $PWD", () => {
  const { canonical } = load(compose("$PWD/data"), { environment: { PWD: "/home/me" } });
  expect(canonical.services["a"]?.volumes?.[0]?.source).toBe("/home/me/data");
});
