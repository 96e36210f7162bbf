import { cachedName, imageNameHint, isImageName } from "../../../src/model/image-name";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  "nginx",
  "nginx:1.27",
  "library/nginx",
  "ghcr.io/team/my_app--x.y/web:V1.0-rc_1",
  "localhost:5000/app",
  "REGISTRY.example.com/app",
  "[::1]:5000/app",
  `nginx@${digest}`,
  `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1@${digest}`,
])("%s names an image", (text) => {
  expect(isImageName(text)).toBe(true);
});

test.each([
  "",
  "Nginx",
  "Nginx:Latest!",
  "nginx:",
  "nginx:-1",
  "nginx/",
  "/nginx",
  "team//app",
  "app..x",
  "nginx latest",
  "https://ghcr.io/app",
  "nginx@sha256",
  "a:b:c",
])("%j names none", (text) => {
  expect(isImageName(text)).toBe(false);
});

test("a name in capitals is told in lower case", () => {
  expect(imageNameHint("Nginx:1.27")).toMatch(/^nginx:1\.27: names of images are in lower case/);
  expect(imageNameHint("Nginx:Latest!")).toBe("like nginx:1.27 or registry.example.com/team/app:1.0");
});

test.each([
  ["nginx", "library/nginx"],
  ["nginx:1.27", "library/nginx:1.27"],
  ["docker.io/library/nginx:1.27", "library/nginx:1.27"],
  ["index.docker.io/team/app", "team/app"],
  [`docker.io/nginx@${digest}`, `library/nginx@${digest}`],
  [`team/app:1.0@${digest}`, `team/app@${digest}`],
])("a cache has %s as %s", (reference, name) => {
  const cache = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hub";
  expect(cachedName(reference, cache)).toBe(`${cache}/${name}`);
});
