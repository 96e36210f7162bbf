/** The user data of the NAT instance, run by bash as it is, among commands that fail once, fail for long, or are killed. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { natScript } from "../../../../src/components/network/nat-script";
import { natEnds, natMark } from "../../../../src/ports/way-out";

const range = "10.0.0.0/16";
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-nat-"));
  for (const folder of ["bin", "etc/sysctl.d", "dev", "var/lib/cloud/scripts"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "dev/console"), "");
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Programs of the machine that the script may use as they are. */
const own = ["bash", "awk", "tail", "install", "chmod", "dd", "env", "cat", "grep"];

/** A command that writes its calls down, and then does what the lines say; `$calls` counts its calls. */
function command(name: string, lines = ""): void {
  const path = join(root, "bin", name);
  const log = join(root, "calls");
  writeFileSync(
    path,
    `#!/bin/bash\necho "${name} $*" >> ${log}\ncalls=$(grep -c "^${name} " ${log})\n${lines}\n`,
  );
  chmodSync(path, 0o755);
}

/** What installs nft, in a command's lines. */
const installs = (): string =>
  `cat > ${root}/bin/nft <<'EOF'\n#!/bin/bash\ncat "$2" > ${root}/rules\nEOF\nchmod 755 ${root}/bin/nft`;

interface Ran {
  readonly code: number | null;
  readonly console: readonly string[];
  readonly calls: readonly string[];
}

/** Runs it with paths under a folder of its own, and a clock that `sleep` moves on. */
function run(): Ran {
  for (const name of own) {
    const found = spawnSync("bash", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
    if (found.startsWith("/")) symlinkSync(found, join(root, "bin", name));
  }
  for (const [name, lines] of [
    ["poweroff", ""],
    ["mkswap", ""],
    ["swapon", ""],
    ["systemctl", ""],
    ["sysctl", ""],
    ["free", "echo 'Mem: 415 100 200'"],
    ["timeout", 'shift; "$@"'],
  ] as const)
    if (!existsSync(join(root, "bin", name))) command(name, lines);
  const text = natScript(range)
    .replaceAll(/(?<=[ "=])\/(etc|dev\/console|var|swapfile)/g, `${root}/$1`)
    // Bash counts SECONDS from what it is given: the script's own clock, moved on by each pause.
    .replace("set -uo pipefail", "set -uo pipefail\nsleep() { SECONDS=$((SECONDS + $1 + 60)); }")
    .replaceAll("count=512", "count=1");
  writeFileSync(join(root, "part-001"), text);
  const { status } = spawnSync("/bin/bash", [join(root, "part-001")], {
    encoding: "utf8",
    env: { PATH: join(root, "bin") },
  });
  const read = (name: string): readonly string[] =>
    existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8").split("\n").filter(Boolean) : [];
  return { code: status, console: read("dev/console"), calls: read("calls") };
}

const opened = `${natMark} ${natEnds.open}, by nft`;

test("an image that has nft needs no package, no swap and no network", () => {
  command("nft", `cat "$2" > ${root}/rules`);
  const { code, console, calls } = run();
  expect([code, console]).toEqual([0, [`${natMark} begins`, opened]]);
  expect(calls.filter((call) => /^(dnf|swapon)/.test(call))).toEqual([]);
  expect(readFileSync(join(root, "rules"), "utf8")).toContain(
    `ip saddr ${range} ip daddr != ${range} masquerade`,
  );
  expect(readFileSync(join(root, "etc/sysctl.d/90-nat.conf"), "utf8")).toBe("net.ipv4.ip_forward = 1\n");
});

test("an image that has iptables alone needs no package either, and no rule twice", () => {
  command("iptables", '[ "$3" != -C ]');
  const { code, console, calls } = run();
  expect([code, console.at(-1)]).toEqual([0, `${natMark} ${natEnds.open}, by iptables`]);
  const rule = `POSTROUTING -s ${range} ! -d ${range} -j MASQUERADE`;
  expect(calls.filter((call) => call.startsWith("iptables"))).toEqual([
    `iptables -t nat -C ${rule}`,
    `iptables -t nat -A ${rule}`,
  ]);
});

test("an image that has neither gets one, with swap on before dnf begins", () => {
  command("dnf", installs());
  const { code, console, calls } = run();
  expect([code, console.at(-1)]).toEqual([0, opened]);
  expect(console[1]).toBe(`${natMark} memory: 415 MB; adds 512 MB of swap`);
  const order = calls.map((call) => call.split(" ")[0]);
  expect(order).toContain("swapon");
  expect(order.indexOf("swapon")).toBeLessThan(order.indexOf("dnf"));
  expect(calls).toContain("systemctl disable --now amazon-ssm-agent");
});

test("a dnf that finds another one at work, and one that is killed, are tried again, and both are told", () => {
  command(
    "dnf",
    `[ $calls = 1 ] && { echo "Failed to obtain the transaction lock"; exit 1; }\n[ $calls = 2 ] && exit 137\n${installs()}`,
  );
  const { code, console } = run();
  expect(code).toBe(0);
  expect(console.slice(2)).toEqual([
    `${natMark} dnf ended with 1: Failed to obtain the transaction lock`,
    `${natMark} dnf was killed, which is what running out of memory looks like`,
    opened,
  ]);
});

test("a dnf that fails for long ends in another instance, and says why", () => {
  command("dnf", "echo 'Curl error (28): Timeout was reached'; exit 1");
  const { code, console, calls } = run();
  expect(code).toBe(1);
  expect(console.at(-1)).toMatch(
    new RegExp(`^${natMark} ${natEnds.failed}: nftables can't be installed; it powers off`),
  );
  expect(console.filter((line) => line.includes("Curl error (28)")).length).toBeGreaterThan(5);
  expect(calls.at(-1)).toBe("poweroff ");
});

test("a rule that is refused is no way out", () => {
  command("nft", "echo 'Error: Could not process rule: No such file or directory' >&2; exit 1");
  const { code, console } = run();
  expect(code).toBe(1);
  expect(console.some((line) => line.endsWith(natEnds.open))).toBe(false);
  expect(console.at(-2)).toMatch(/nft ended with 1: Error: Could not process rule/);
});

test("swap that can't be made holds up nothing", () => {
  command("swapon", "exit 255");
  command("dnf", installs());
  const { code, console } = run();
  expect([code, console.at(-1)]).toEqual([0, opened]);
  expect(console[2]).toBe(`${natMark} no swap: 255`);
});

test("it runs again at each start of the instance", () => {
  command("nft");
  run();
  const kept = join(root, "var/lib/cloud/scripts/per-boot/berth-nat");
  expect(readFileSync(kept, "utf8")).toBe(readFileSync(join(root, "part-001"), "utf8"));
  const again = spawnSync("/bin/bash", [kept], { env: { PATH: join(root, "bin") } });
  expect(again.status).toBe(0);
});

test("bash reads it without a complaint, and EC2 takes it: 16 KB at most", () => {
  expect(spawnSync("bash", ["-n"], { input: natScript(range), encoding: "utf8" }).stderr).toBe("");
  expect(Buffer.byteLength(natScript(range))).toBeLessThan(16_384);
});
