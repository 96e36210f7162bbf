import { BerthError } from "../../../src/errors";
import { interpretProject } from "../../../src/interpret";
import { largestFile } from "../../../src/interpret/files";
import type { CanonicalProject } from "../../../src/compose";
import type { MountedFile, ProjectResult } from "../../../src/model/project";
import { secretMarker } from "../../../src/compose/secret-marker";
import type { Raw } from "../../support/interpret";

const texts: Readonly<Record<string, string>> = {
  "db/password.txt": "hunter2\n",
  "app/nginx.conf": "listen 80;",
  "big.txt": "x".repeat(largestFile + 1),
  "full.txt": "é".repeat(largestFile / 2),
  "image.png": "\uFFFDPNG\0",
};

const declared: Raw = {
  secrets: {
    file: { name: "demo_file", file: "db/password.txt" },
    environment: { name: "demo_environment", environment: "API_KEY" },
    external: { name: "external", external: true },
    renamed: { name: "STRIPE_KEY", external: true },
    missing: { name: "demo_missing", file: "db/none.txt" },
    outside: { name: "demo_outside", file: "../password.txt" },
    home: { name: "demo_home", file: "/root/password.txt" },
    big: { name: "demo_big", file: "big.txt" },
    full: { name: "demo_full", file: "full.txt" },
    binary: { name: "demo_binary", file: "image.png" },
    odd: { name: "a b", external: true },
    empty: { name: "demo_empty" },
  },
  configs: {
    content: { name: "demo_content", content: "level: debug" },
    composed: { name: "demo_composed", content: `password: ${secretMarker("DB_PASSWORD")}!` },
    file: { name: "demo_file", file: "app/nginx.conf" },
  },
};

function interpret(mounts: Raw, folder?: string): ProjectResult {
  const services = { app: { image: "nginx:1.27", ...mounts } };
  const canonical = { name: "demo", services, ...declared } as unknown as CanonicalProject;
  const loaded = { canonical, extensions: new Map(), locate: () => undefined };
  return interpretProject({ ...loaded, ...(folder === undefined ? {} : { folder }) }, [], {
    read: (path) => texts[path],
  });
}

function files(mounts: Raw, folder?: string): readonly MountedFile[] {
  const result = interpret(mounts, folder);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const [service] = result.project.services;
  return service?.kind === "container" ? (service.files ?? []) : [];
}

function problems(mounts: Raw): readonly string[] {
  const result = interpret(mounts);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path ?? ""}: ${message}`);
}

const secret = (source: string, own: Raw = {}): Raw => ({ secrets: [{ source, ...own }] });
const config = (source: string, target: string): Raw => ({ configs: [{ source, target }] });

test.each([
  ["a file", "file", { kind: "plain", value: "hunter2\n" }],
  ["the largest file", "full", { kind: "plain", value: texts["full.txt"] }],
  ["a variable", "environment", { kind: "secret", name: "API_KEY" }],
  ["an external one", "external", { kind: "secret", name: "external" }],
  ["an external one of another name", "renamed", { kind: "secret", name: "STRIPE_KEY" }],
])("a secret holds what it is made of: %s", (_, source, content) => {
  const path = `/run/secrets/${source}`;
  expect(files(secret(source, { target: path }))).toEqual([{ path, mode: 0o444, uid: 0, gid: 0, content }]);
});

test.each([
  ["content", { kind: "plain", value: "level: debug" }],
  ["composed", { kind: "template", parts: ["password: ", { secret: "DB_PASSWORD" }, "!"] }],
  ["file", { kind: "plain", value: "listen 80;" }],
])("a config holds what it is made of: %s", (source, content) => {
  const path = "/run/configs/app.yaml";
  expect(files(config(source, path))).toEqual([{ path, mode: 0o444, uid: 0, gid: 0, content }]);
});

test("the project needs the secrets of its files", () => {
  const result = interpret({ ...secret("environment"), ...config("composed", "/run/a/b") });
  expect(result).toMatchObject({ ok: true, project: { secrets: ["API_KEY", "DB_PASSWORD"] } });
});

test.each([
  ["no target", {}, "/run/secrets/file"],
  ["a name", { target: "password" }, "/run/secrets/password"],
  ["a path", { target: "/run/app/../app/password" }, "/run/app/password"],
])("%s is where a secret stands", (_, own, path) => {
  expect(files(secret("file", own))).toMatchObject([{ path }]);
});

test("owner and mode are the file's; the files are sorted by path", () => {
  const mounts = [
    { source: "file", target: "b", uid: "103", gid: "104", mode: "0440" },
    { source: "external", target: "a" },
  ];
  expect(files({ secrets: mounts })).toMatchObject([
    { path: "/run/secrets/a", uid: 0, gid: 0, mode: 0o444 },
    { path: "/run/secrets/b", uid: 103, gid: 104, mode: 0o440 },
  ]);
});

test("paths are seen from the folder of the compose file", () => {
  const mounts = { configs: [{ source: "file", target: "/run/a/b" }] };
  const services = { app: { image: "x", ...mounts } };
  const canonical = { name: "demo", services, configs: { file: { name: "f", file: "nginx.conf" } } };
  const result = interpretProject(
    {
      canonical: canonical as unknown as CanonicalProject,
      extensions: new Map(),
      locate: () => undefined,
      folder: "app",
    },
    [],
    { read: (path) => texts[path] },
  );
  expect(result).toMatchObject({
    ok: true,
    project: { services: [{ files: [{ content: { value: "listen 80;" } }] }] },
  });
});

test("a folder that the image may have is hidden, which is said", () => {
  const result = interpret(config("file", "/etc/nginx/conf.d/default.conf"));
  expect(result.ok && result.project.warnings).toEqual([
    {
      path: "services.app.configs[0]",
      message:
        "a task mounts folders, not single files: what else the image has in /etc/nginx/conf.d is hidden",
    },
  ]);
});

test.each([
  [secret("missing"), 'secrets.missing.file: there is no file "db/none.txt"'],
  [secret("outside"), 'secrets.outside.file: "../password.txt" is outside of the project\'s folder'],
  [secret("home"), 'secrets.home.file: "/root/password.txt" is outside of the project\'s folder'],
  [secret("binary"), 'secrets.binary.file: "image.png" is not a text in UTF-8'],
  [
    secret("big"),
    "secrets.big.file: 6145 bytes: Parameter Store, from which a task gets its files, stores at most 6144",
  ],
  [secret("odd"), 'secrets.odd: "a b" can\'t be the name of a secret'],
  [secret("empty"), "secrets.empty: nothing says what its content is"],
  [secret("nobody"), 'services.app.secrets[0]: there is no secret "nobody"'],
  [secret("file", { mode: "rw" }), 'services.app.secrets[0].mode: "rw" is no file mode'],
  [secret("file", { uid: "me" }), 'services.app.secrets[0].uid: "me" is not a number'],
  [
    secret("file", { target: "/run/secrets/" }),
    'services.app.secrets[0]: "/run/secrets/" is no path of a file',
  ],
  [{ secrets: [{}] }, "services.app.secrets[0]: it has no source"],
  [{ secrets: ["file"] }, "services.app.secrets[0]: not a mount"],
  [
    { secrets: [{ source: "file" }, { source: "external", target: "file" }] },
    "services.app.secrets[1]: a second file at /run/secrets/file",
  ],
  [
    { secrets: [{ source: "file", target: "/file" }] },
    "services.app.secrets[0]: a task mounts folders, not single files, and a mount at /",
  ],
  [
    { secrets: [{ source: "file", target: "/etc/my.cnf" }] },
    "services.app.secrets[0]: a task mounts folders, not single files, and a mount at /etc",
  ],
])("%j is an error", (mounts, expected) => {
  const found = problems(mounts);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
  expect(JSON.stringify(interpret(mounts))).not.toContain("hunter2");
});

test("a file that the archive refuses is a problem of the secret; what is no problem of the file passes through", () => {
  const services = { app: { image: "x", secrets: [{ source: "file" }] } };
  const canonical = { name: "demo", services, secrets: declared["secrets"] } as unknown as CanonicalProject;
  const loaded = { canonical, extensions: new Map(), locate: () => undefined };
  const reading = (error: Error) => () =>
    interpretProject(loaded, [], {
      read: () => {
        throw error;
      },
    });
  expect(reading(new BerthError("project", { message: "the link leaves the root" }))()).toEqual({
    ok: false,
    problems: [{ path: "secrets.file.file", message: "the link leaves the root" }],
  });
  expect(reading(new Error("not kept"))).toThrow("not kept");
});

describe("a private registry", () => {
  const withKey = (own: Raw) => ({ app: { "x-registry-credentials": "REGISTRY", ...own } });
  const run = (services: Raw): ProjectResult =>
    interpretProject({
      canonical: { name: "demo", services } as unknown as CanonicalProject,
      extensions: new Map(),
      locate: () => undefined,
    });

  test("is asked with the secret of that name", () => {
    expect(run(withKey({ image: "registry.example.com/team/app:1" }))).toMatchObject({
      ok: true,
      project: { secrets: ["REGISTRY"], services: [{ registryCredentials: "REGISTRY" }] },
    });
  });

  test.each([
    "secretsmanager:team/ghcr",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/ghcr-AbC123",
  ])("of Secrets Manager, %s, is none of Parameter Store", (secret) => {
    const own = { image: "registry.example.com/team/app:1", "x-registry-credentials": secret };
    expect(run(withKey(own))).toMatchObject({
      ok: true,
      project: { secrets: [], services: [{ registryCredentials: secret }] },
    });
  });

  test.each([
    [{ image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1" }, "an image of Amazon ECR"],
    [
      { image: "x", "x-registry-credentials": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ghcr" },
      '"arn:aws:secretsmanager:eu-west-1:123456789012:secret:ghcr" is no secret of Secrets Manager',
    ],
    [{ image: "public.ecr.aws/docker/library/redis:8" }, "an image of Amazon ECR"],
    [{ image: "x", "x-registry-credentials": "a b" }, '"a b" can\'t be the name of a secret'],
  ])("%j is an error", (own, message) => {
    const result = run(withKey(own));
    expect(
      result.ok ? [] : result.problems.map(({ path, message: told }) => `${path ?? ""}: ${told}`),
    ).toEqual([expect.stringContaining(`services.app.x-registry-credentials: ${message}`)]);
  });
});
