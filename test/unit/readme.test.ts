/** The README's tables of modes and keys are those of the code. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coverageRows } from "../../src/interpret";
import { modeNames, modes } from "../../src/modes/modes";

const root = join(__dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

function check(file: string): { readonly status: number | null; readonly stderr: string } {
  const argv = [join(root, "scripts/readme.mjs"), "--check", "--file", file];
  return spawnSync(process.execPath, argv, { encoding: "utf8" });
}

test("agrees with the code", () => {
  expect(check(join(root, "README.md"))).toMatchObject({ status: 0, stderr: "" });
});

describe("another README", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "berth-readme-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ["a mode's value", "modes", "`db.t4g.micro`", "`db.t4g.nano`"],
    ["a limit of AWS", "preflight", "| 256, 512, 1024, 2048,", "| 256, 512, 1024, 2000,"],
    [
      "the length of a name",
      "preflight-names",
      "| `lb.TargetGroup` | 1 to 32 |",
      "| `lb.TargetGroup` | 1 to 33 |",
    ],
    [
      "a sentence on a refused key",
      "keys-refused",
      "a build task has no SSH agent to reach",
      "a build task has an SSH agent",
    ],
    ["a warned key", "keys-warned", "`services.*.tty`", "`services.*.ttyy`"],
    ["an honoured key", "keys-honoured", ", `services.*.image`,", ","],
  ])("that differs in %s is told", (_difference, section, text, instead) => {
    expect(readme).toContain(text);
    const file = join(folder, "README.md");
    writeFileSync(file, readme.replace(text, instead));
    const { status, stderr } = check(file);
    expect(status).toBe(1);
    expect(stderr).toContain(`differs from the code: ${section} (`);
  });
});

test("names every key, and every setting of every mode", () => {
  for (const { key } of coverageRows()) expect(readme).toContain(`\`${key}\``);
  for (const mode of modeNames) {
    for (const [setting, value] of Object.entries(modes[mode])) {
      expect(readme).toMatch(new RegExp(`^\\| \`${setting}\` \\|.*\`${String(value)}\``, "m"));
    }
  }
});
