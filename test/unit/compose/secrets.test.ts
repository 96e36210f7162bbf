/** Which variables are secrets, and that nothing of the shell or of `.env` takes their place in a deployment. */
import fc from "fast-check";
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

test("a file is read once, however often its variables are looked at", () => {
  const read = jest.fn((path: string) => ({ "compose.yaml": composed, ".env": "TAG=2" })[path]);
  const { secretVariables } = loadCompose(
    { read },
    { directoryName: "shop", environment: {}, unset: "secret" },
  );
  expect(secretVariables).toEqual(["PASSWORD"]);
  const paths = read.mock.calls.map(([path]) => path);
  expect(paths).toEqual([...new Set(paths)]);
  expect(paths).toEqual(expect.arrayContaining(["compose.yaml", ".env"]));
});

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

describe("a variable that is passed through by its name alone", () => {
  const loaded = (compose: string, options: Partial<LoadOptions> = {}, env = "") => {
    const files: Record<string, string> = { "compose.yaml": compose, ".env": env };
    return loadCompose(
      { read: (path) => files[path] },
      { directoryName: "shop", environment: {}, unset: "secret", ...options },
    );
  };
  const passing = (name: string, more = "") =>
    `services:\n  api:\n    image: x\n    environment:\n      - ${name}\n${more}`;
  const of = (compose: string, options: Partial<LoadOptions> = {}, env = "") =>
    loaded(compose, options, env).canonical.services["api"]?.environment ?? {};

  test.each([
    "TZ",
    "NGINX_PORT",
    "ENDPOINT",
    "PRIVATE_KEY_ROTATION_GRACE_PERIOD",
    "TOKEN_LIFETIME",
    "SMTP_HOST",
  ])("%s is what .env or the shell says, and left out with one line where they say nothing", (name) => {
    expect(of(passing(name), {}, `${name}=of the file\n`)).toEqual({ [name]: "of the file" });
    expect(of(passing(name), { environment: { [name]: "of the shell" } })).toEqual({
      [name]: "of the shell",
    });
    const { canonical, warnings, passThrough } = loaded(passing(name));
    expect(canonical.services["api"]?.environment ?? {}).toEqual({});
    expect(passThrough).toEqual([name]);
    expect(warnings).toEqual([
      {
        path: "services.api.environment",
        message: expect.stringContaining(
          `${name} is set nowhere and is left out, as in Compose: berth secret set ${name}`,
        ) as string,
      },
    ]);
  });

  test("one line names all that are left out", () => {
    const { warnings } = loaded(
      "services: {api: {image: x, environment: [A, B]}, web: {image: x, environment: [B, C]}}",
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^A, B, C are set nowhere/),
    ]);
  });

  test.each<[string, string]>([
    ["a name that says so", passing("DB_PASSWORD")],
    ["an explicit null", "services: {api: {image: x, environment: {MODE: null}}}"],
    ["the password of a URL", passing("WORD", "      - URL=postgres://me:${WORD}@db/x\n")],
    ["the token of a URL", passing("WORD", "      - URL=https://${WORD:-x}@host/x\n")],
    ["a URL of a database", passing("DATABASE_URL")],
  ])("it stays a secret whatever .env says: %s", (_name, compose) => {
    const name = /(?:- |\{)([A-Z_]+)(?:\n|: null)/.exec(compose)?.[1] ?? "";
    expect(of(compose)[name]).toBeNull();
    expect(of(compose, {}, `${name}=hunter2\n`)[name]).toBeNull();
    expect(JSON.stringify(of(compose, { environment: { [name]: "hunter2" } }))).not.toContain("hunter2");
  });

  test("one that Parameter Store has is a secret, and so is what is composed with it", () => {
    const compose = passing("MODE", "      - LINE=in ${MODE:-x}\n");
    expect(of(compose, { stored: new Set(["MODE"]) }, "MODE=plain\n")).toEqual({
      MODE: null,
      LINE: `in ${secretMarker("MODE")}`,
    });
  });

  test("one that other values need and nobody sets is a secret", () => {
    expect(of(passing("NAME", "      - LINE=hello ${NAME}\n"))).toEqual({
      NAME: null,
      LINE: `hello ${secretMarker("NAME")}`,
    });
  });

  test("its default elsewhere holds, as in Compose", () => {
    const compose = 'services: {api: {image: x, environment: {PORT: }, ports: ["8080:${PORT:-80}"]}}';
    const service = loaded(compose).canonical.services["api"];
    expect([service?.environment ?? {}, service?.ports?.[0]?.target]).toEqual([{}, 80]);
  });

  test("a variable of .env that is composed with a secret is composed with it in the container too", () => {
    const env = "PG_PASSWORD=hunter2\nSOURCE=postgres://u:${PG_PASSWORD}@db/x\n";
    expect(of(passing("SOURCE", "      - PG_PASSWORD\n"), {}, env)).toEqual({
      PG_PASSWORD: null,
      SOURCE: `postgres://u:${secretMarker("PG_PASSWORD")}@db/x`,
    });
  });

  test("a URL of .env with a password of its own is a secret", () => {
    expect(of(passing("SOURCE"), {}, "SOURCE=postgres://u:hunter2@db/x\n")).toEqual({ SOURCE: null });
    expect(of(passing("SOURCE"), {}, "SOURCE=postgres://db/x\n")).toEqual({ SOURCE: "postgres://db/x" });
  });

  test("a login that nobody sets is left out whole; a database's is not", () => {
    expect(of(passing("SMTP_USERNAME", "      - SMTP_PASSWORD\n"))).toEqual({});
    expect(of(passing("SMTP_PASSWORD"))).toEqual({ SMTP_PASSWORD: null });
    expect(of(passing("POSTGRES_USER", "      - POSTGRES_PASSWORD\n"))).toEqual({ POSTGRES_PASSWORD: null });
    expect(of(passing("SMTP_USERNAME", "      - SMTP_PASSWORD\n"), {}, "SMTP_USERNAME=me\n")).toEqual({
      SMTP_USERNAME: "me",
      SMTP_PASSWORD: null,
    });
  });

  test("no value that is meant as a secret is ever in the canonical form: a canary", () => {
    const canary = "canary-4711";
    const word = fc.constantFrom(
      "PASSWORD",
      "PASS",
      "SECRET",
      "TOKEN",
      "API_KEY",
      "KEY",
      "SECRET_KEY",
      "DB_URL",
      "DSN",
    );
    const name = fc
      .tuple(fc.stringMatching(/^[A-Z]{0,6}$/), word)
      .map(([head, tail]) => (head === "" ? tail : `${head}_${tail}`));
    const use = fc.constantFrom("${N}", "a ${N:-b}", "http://u:${N}@h/", "$N", "");
    fc.assert(
      fc.property(name, use, fc.boolean(), fc.boolean(), (variable, written, shell, listed) => {
        const value = written === "" ? "x" : written.replaceAll("N", variable);
        const passed = listed ? `[${variable}]` : `{${variable}: }`;
        const compose = `services:\n  api:\n    image: x\n    environment: {OTHER: "${value}"}\n  web: {image: x, environment: ${passed}}\n`;
        const options = shell ? { environment: { [variable]: canary } } : {};
        const all = loaded(compose, options, shell ? "" : `${variable}=${canary}\n`);
        expect(JSON.stringify([all.canonical, all.warnings])).not.toContain(canary);
        expect(all.canonical.services["web"]?.environment).toEqual({ [variable]: null });
      }),
    );
  });
});

describe("a variable that nobody sets and that is the whole of a value", () => {
  const read = (environment: string, more = "", options: Partial<LoadOptions> = {}) =>
    loadCompose(
      {
        read: (path) =>
          path === "compose.yaml"
            ? `services:\n  api:\n    image: x\n    environment:\n${environment}${more}`
            : undefined,
      },
      { directoryName: "shop", environment: {}, unset: "secret", ...options },
    );
  const of = (...given: Parameters<typeof read>) => read(...given).canonical.services["api"]?.environment;
  const marked = secretMarker("REGION");

  test("is empty, as in Compose, and one line names all of them", () => {
    const loaded = read("      - REGION=${REGION}\n      - UPLOADS=$BUCKET\n      - AGAIN=${REGION}\n");
    expect(loaded.canonical.services["api"]?.environment).toEqual({ REGION: "", UPLOADS: "", AGAIN: "" });
    expect(loaded.passThrough).toEqual(["BUCKET", "REGION"]);
    expect(loaded.warnings).toEqual([
      {
        path: expect.stringMatching(/^services\.api\.environment/) as string,
        message:
          "REGION, BUCKET are set nowhere and are empty, as in Compose: berth secret set REGION makes a secret of it, .env gives it a value",
      },
    ]);
  });

  test("of a build argument too", () => {
    const built = "    build:\n      context: .\n      args:\n        REGION: ${REGION}\n";
    const { canonical } = read("      A: b\n", built);
    expect(canonical.services["api"]?.build?.args).toEqual({ REGION: "" });
  });

  test("of what an anchor gives, though the anchor is in an extension that nobody reads", () => {
    const text =
      "x-common: &common\n  environment:\n    REGION: ${REGION}\nservices:\n  api:\n    <<: *common\n    image: x\n";
    const { canonical } = loadCompose(
      { read: (path) => (path === "compose.yaml" ? text : undefined) },
      { directoryName: "shop", environment: {}, unset: "secret" },
    );
    expect(canonical.services["api"]?.environment).toEqual({ REGION: "" });
    expect(of("      A: ${REGION}\n", "x-berth: {domain: $REGION}\n")).toEqual({ A: marked });
  });

  test("has the value of the shell where that says one", () => {
    expect(of("      - REGION=${REGION}\n", "", { environment: { REGION: "north" } })).toEqual({
      REGION: "north",
    });
  });

  test.each<[why: string, environment: string, more: string, value: string]>([
    ["its own name says so", "      REGION: ${API_TOKEN}\n", "", secretMarker("API_TOKEN")],
    ["the name of what gets it says so", "      API_TOKEN: ${REGION}\n", "", marked],
    ["another value needs it", "      A: ${REGION}\n      B: to ${REGION}\n", "", marked],
    ["it is passed through as null", "      REGION: null\n      A: ${REGION}\n", "", marked],
    ["a label has it", "      A: ${REGION}\n", "    labels: {where: $REGION}\n", marked],
    ["it sets a database up", "      MYSQL_DATABASE: ${REGION}\n", "", marked],
    [
      "it is a secret of the file",
      "      A: ${REGION}\n",
      "secrets: {where: {environment: REGION}}\n",
      marked,
    ],
  ])("stays a secret where %s", (_, environment, more, value) => {
    expect(Object.values(of(environment, more) ?? {})).toContain(value);
  });

  test("stays a secret where Parameter Store has it", () => {
    expect(of("      A: ${REGION}\n", "", { stored: new Set(["REGION"]) })).toEqual({ A: marked });
  });
});
