import { join } from "node:path";
import { withProjectRoot } from "../../../src/launcher/core/project-root";
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
  const blank = { simulate: false, json: false, targets: [], refresh: false, force: false };
  const lists = { allowDataLoss: [], files: [], profiles: [], envFiles: [] };
  const settings = settingsOf(() => ({ command: "up", ...blank, ...lists, ...said }), { HOME: root }, cwd);
  return withProjectRoot(settings);
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

test("files outside the project's folder are refused, all at once", () => {
  const said = { files: ["other/docker-compose.yml", "compose.yaml"], envFiles: ["../.env"] };
  expect(() => found(root, said)).toThrow(
    /--file: "compose.yaml" lies outside[\s\S]*--env-file: "..\/.env" lies/,
  );
});
