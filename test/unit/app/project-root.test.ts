import { join } from "node:path";
import { withProjectRoot } from "../../../src/app/place/project-root";
import { settingsOf, type Settings } from "../../../src/settings/settings";
import { Workspace } from "../../support/archives";

const workspace = new Workspace();
const root = workspace.plant({
  "compose.yaml": "services: {}\n",
  "sub/deep/file": "",
  "other/docker-compose.yml": "services: {}\n",
});

afterAll(() => {
  workspace.remove();
});

function found(cwd: string, said: Partial<Settings> = {}): Settings {
  const blank = { simulate: false, json: false, targets: [], refresh: false, force: false, build: false };
  const more = { noBuild: false, verbose: false, yes: false, markdown: false };
  const lists = { allowDataLoss: [], restore: [], files: [], profiles: [], envFiles: [] };
  const settings = settingsOf(
    () => ({ command: "up", ...blank, ...more, ...lists, ...said }),
    { HOME: root },
    cwd,
  );
  return withProjectRoot(settings, true);
}

test.each([
  ["", ""],
  ["sub/deep", ""],
  ["other", "other"],
])("from %j the project is %j", (cwd, expected) => {
  expect(found(join(root, cwd)).archive).toBe(join(root, expected));
});

test("files of the command line are read from the working directory", () => {
  const settings = found(join(root, "sub"), {
    files: ["../compose.yaml", "deep/file"],
    envFiles: ["deep/file"],
  });
  expect(settings).toMatchObject({
    archive: root,
    files: ["compose.yaml", "sub/deep/file"],
    envFiles: ["sub/deep/file"],
  });
});

test("a project that is named is taken as it is", () => {
  expect(found(join(root, "sub"), { archive: "x.tar.gz", files: ["a.yaml"] })).toMatchObject({
    archive: "x.tar.gz",
    files: ["a.yaml"],
  });
});

test("what lies beside the project's folder is read too, from the folder above both", () => {
  const said = { files: ["other/docker-compose.yml", "compose.yaml"], envFiles: ["sub/deep/file"] };
  expect(found(root, said)).toMatchObject({
    archive: root,
    files: ["other/docker-compose.yml", "compose.yaml"],
    envFiles: ["sub/deep/file"],
    projectDirectory: "other",
  });
});

describe("a project that climbs", () => {
  const repository = workspace.plant({
    "deploy/compose.yaml":
      "services:\n  web:\n    build: {context: .., dockerfile: deploy/Dockerfile}\n    env_file: ../prod.env\n",
    "deploy/Dockerfile": "FROM x\n",
    "prod.env": "A=1\n",
    "src/a": "",
    "quiet/compose.yaml": "# see ../README\nservices: {}\n",
  });
  const expected = { archive: repository, projectDirectory: "deploy" };

  test.each<[string, Partial<Settings>]>([
    ["", { files: ["deploy/compose.yaml"] }],
    ["deploy", {}],
    ["deploy", { files: ["compose.yaml"] }],
    ["src", { files: ["../deploy/compose.yaml"] }],
    ["src", { archive: "../deploy" }],
    ["", { archive: "deploy/compose.yaml" }],
  ])("from %j with %j: its root is above it", (cwd, said) => {
    expect(found(join(repository, cwd), said)).toMatchObject(expected);
  });

  test("from where it is told", () => {
    const here = found(repository, { files: ["quiet/compose.yaml"], projectDirectory: "." });
    expect(here).toMatchObject({ archive: repository, files: ["quiet/compose.yaml"] });
    expect(found(repository, { projectDirectory: "deploy" })).toMatchObject(expected);
  });

  test("a comment climbs nowhere", () => {
    expect(found(join(repository, "quiet")).archive).toBe(join(repository, "quiet"));
  });
});
