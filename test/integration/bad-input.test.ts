/** What can be wrong with what a user gives, through the whole command: the exit code and one clear word each. */
import { gzipSync } from "node:zlib";
import { cd } from "../support/cd";
import { Workspace } from "../support/archives";
import { rawTar, rawTarGz, soundEntries, type RawEntry } from "../support/tar";

let workspace: Workspace;

beforeEach(() => {
  workspace = new Workspace();
});

afterEach(() => {
  workspace.remove();
});

async function refused(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = workspace.path,
) {
  const { code, stdout, stderr, result } = await cd([...argv, "--simulate", "--json"], {
    env: { HOME: workspace.path, ...env },
    cwd,
  });
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(result.outcome).toBe("failed");
  expect(stderr).not.toMatch(/ at .*:\d+:\d+\)|This is a bug/);
  return { code, stderr };
}

const web = "services:\n  web:\n    image: nginx\n";

describe("a project's folder", () => {
  test.each<[string, Record<string, string>, string | RegExp]>([
    ["no compose file", { "README.md": "hm" }, "compose.yaml"],
    ["invalid YAML", { "compose.yaml": "services:\n  web:\n   image: [nginx\n" }, /compose\.yaml:\d+:\d+: /],
    [
      "a port out of range",
      { "compose.yaml": `${web}    ports: ["80:70000"]\n` },
      /compose\.yaml:4:\d+: services\.web\.ports/,
    ],
    [
      "a cycle",
      { "compose.yaml": "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n" },
      /services\..*depends_on.*(a -> b -> a|b -> a -> b|a → b → a|b → a → b)/,
    ],
    [
      "an unknown service",
      { "compose.yaml": `${web}    depends_on: [api]\n` },
      /services\.web\.depends_on.*api/,
    ],
    ["a misspelt key", { "compose.yaml": `${web}    prots: ["80"]\n` }, /services\.web.*prots[\s\S]*ports/],
    ["no service", { "compose.yaml": "services: {}\n" }, "services"],
    [
      "a context that isn't there",
      { "compose.yaml": "services: {web: {build: ./web}}\n" },
      "services.web.build",
    ],
    [
      "an unset variable",
      { "compose.yaml": "services: {web: {image: 'nginx:${TAG}'}}\n" },
      /services\.web\.image.*TAG/,
    ],
  ])("%s", async (_name, tree, message) => {
    const { code, stderr } = await refused(["up", workspace.plant(tree)]);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });

  test.each([
    [`${web}    ports: ["80:70000"]\n    prots: []\n`, [/services\.web\.ports/, /services\.web.*prots/]],
    [
      `${web}    depends_on: [api]\n    configs: [c]\n    privileged: true\n`,
      [/depends_on/, /configs/, /privileged/],
    ],
  ])("all problems at once: %j", async (compose, messages) => {
    const { stderr } = await refused(["up", workspace.plant({ "compose.yaml": compose })]);
    for (const message of messages) expect(stderr).toMatch(message);
  });

  test.each(["-shop", "sh op", "Shop"])("BERTH_PROJECT=%s", async (name) => {
    const { code, stderr } = await refused(["up", workspace.plant({ "compose.yaml": web })], {
      BERTH_PROJECT: name,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(`BERTH_PROJECT: "${name}"`);
  });

  test("a name that AWS would refuse", async () => {
    const { code, stderr } = await refused([
      "up",
      workspace.plant({ "compose.yaml": `name: a__--b\n${web}` }),
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/name: .*a__--b/);
  });

  test("nothing named, and nothing here, is a matter of usage", async () => {
    const { code, stderr } = await refused(["up"]);
    expect(code).toBe(2);
    expect(stderr).toContain("BERTH_ARCHIVE");
  });
});

describe("an archive", () => {
  test.each<[string, Buffer, string | RegExp]>([
    ["with ../", tarWith({ name: "../evil" }), "../evil"],
    ["with an absolute path", tarWith({ name: "/etc/passwd" }), "/etc/passwd"],
    ["with a device", tarWith({ name: "dev/null", type: "3" }), "dev/null"],
    [
      "with a link out of the root",
      tarWith({ name: "web/link", type: "2", linkName: "../../etc" }),
      "web/link",
    ],
    ["with two entries of one name", tarWith({ name: "./compose.yaml", content: web }), "compose.yaml"],
    ["truncated gzip", rawTarGz(soundEntries).subarray(0, -20), /cut off|truncated|damaged|ends/],
    ["truncated tar", gzipSync(rawTar(soundEntries).subarray(0, -1024)), "cut off"],
    ["no gzip at all", Buffer.from("hello"), /archive/],
  ])("%s", async (_name, bytes, message) => {
    const { code, stderr } = await refused(["up", workspace.write(bytes)]);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });

  test("that isn't there", async () => {
    const { code, stderr } = await refused(["up", "nowhere.tar.gz"]);
    expect(code).toBe(3);
    expect(stderr).toContain("nowhere.tar.gz");
  });

  test("that doesn't hash to what it must", async () => {
    const archive = workspace.write(rawTarGz(soundEntries));
    const { code, stderr } = await refused(["up", archive], { BERTH_ARCHIVE_SHA256: "0".repeat(64) });
    expect(code).toBe(3);
    expect(stderr).toMatch(/sha256/i);
  });
});

function tarWith(entry: RawEntry): Buffer {
  return rawTarGz([...soundEntries, entry]);
}
