/** Which variables are secrets, and that nothing of the shell or of `.env` takes their place in a deployment. */
import { loadCompose, type LoadOptions } from "../../../src/compose";
import { secretMarker } from "../../../src/compose/secret-marker";

function environmentOf(
  compose: string,
  options: Partial<LoadOptions> = {},
  files: Record<string, string> = {},
) {
  const all: Record<string, string> = { "compose.yaml": compose, ...files };
  const loaded = loadCompose(
    { read: (path) => all[path] },
    { directoryName: "shop", environment: {}, unset: "secret", ...options },
  );
  return loaded.canonical.services["api"]?.environment;
}

const composed = `
services:
  db: {image: postgres, environment: [PASSWORD]}
  api:
    image: api
    environment:
      URL: postgres://u:\${PASSWORD}@db/x
      OPTIONAL: \${PASSWORD:-none}
      PLAIN: \${TAG:-latest}
`;
const marks = { URL: `postgres://u:${secretMarker("PASSWORD")}@db/x`, OPTIONAL: secretMarker("PASSWORD") };

test.each<[string, Partial<LoadOptions>, Record<string, string>]>([
  ["nobody sets it", {}, {}],
  ["the shell sets it", { environment: { PASSWORD: "of the shell" } }, {}],
  [".env sets it", {}, { ".env": "PASSWORD=of the laptop\n" }],
])("a secret stays one where %s", (_name, options, files) => {
  expect(environmentOf(composed, options, files)).toEqual({ ...marks, PLAIN: "latest" });
});

test("a variable that is no secret is the shell's", () => {
  expect(environmentOf(composed, { environment: { TAG: "v2" } })).toEqual({ ...marks, PLAIN: "v2" });
});

test("an env file is composed with the secret too", () => {
  const compose = "services: {api: {image: api, env_file: api.env, environment: [PASSWORD]}}\n";
  const files = { "api.env": "URL=postgres://${PASSWORD}@db\n" };
  expect(environmentOf(compose, { environment: { PASSWORD: "of the shell" } }, files)).toEqual({
    PASSWORD: null,
    URL: `postgres://${secretMarker("PASSWORD")}@db`,
  });
});

test("the canonical form is Compose's: the shell's value", () => {
  expect(environmentOf(composed, { environment: { PASSWORD: "p" }, unset: "empty" })).toMatchObject({
    URL: "postgres://u:p@db/x",
  });
});
