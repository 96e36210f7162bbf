/** The tables of docs/ are those of the code. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coverageRows } from "../../src/interpret";
import { modeNames, modes } from "../../src/modes/modes";

const root = join(__dirname, "../..");
const docs = join(root, "docs");
const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));
const text = pages.map((name) => readFileSync(join(docs, name), "utf8")).join("\n");

function check(folder: string): { readonly status: number | null; readonly stderr: string } {
  const argv = [join(root, "scripts/readme.mjs"), "--check", "--docs", folder];
  return spawnSync(process.execPath, argv, { encoding: "utf8" });
}

test("agree with the code", () => {
  expect(check(docs)).toMatchObject({ status: 0, stderr: "" });
});

describe("other pages", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "berth-readme-"));
    cpSync(docs, folder, { recursive: true });
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
    ["a difference of a store", "stores-postgres", "| connections | 100 |", "| connections | 101 |"],
    [
      "the end of a version",
      "stores-support",
      "| Postgres 13 | 2026-02-28 |",
      "| Postgres 13 | 2026-03-28 |",
    ],
    ["a price", "cost-parts", "| NAT gateway | $33 |", "| NAT gateway | $34 |"],
  ])("that differ in %s are told", (_difference, section, written, instead) => {
    const page =
      pages.find((name) => readFileSync(join(docs, name), "utf8").includes(`begin:${section} `)) ?? "";
    const file = join(folder, page);
    const before = readFileSync(file, "utf8");
    expect(before).toContain(written);
    writeFileSync(file, before.replace(written, instead));
    const { status, stderr } = check(folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`differs from the code: ${section} (`);
  });
});

test("names every key, and every setting of every mode", () => {
  for (const { key } of coverageRows()) expect(text).toContain(`\`${key}\``);
  for (const mode of modeNames) {
    for (const [setting, value] of Object.entries(modes[mode])) {
      expect(text).toMatch(
        new RegExp(`^\\| \`${setting}\` \\|.*\`${JSON.stringify(value).replaceAll('"', "")}\``, "m"),
      );
    }
  }
});
