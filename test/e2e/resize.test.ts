/** The live screen in a terminal whose width changes while a run goes on. Skipped by name where there is no tmux. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { builtProgram } from "../support/program";

const compose = `name: shop
services:
  web:
    image: ghcr.io/acme/web-with-a-long-name:1
    ports: ["80:8080"]
    depends_on: [database-of-orders, queue]
  database-of-orders:
    image: postgres:16
    x-postgres: true
    environment: { POSTGRES_PASSWORD: }
  queue:
    image: redis:7
    x-redis: true
`;

/** A terminal that lays its lines anew when its width changes, as most do. */
class Tmux {
  readonly #socket = `berth-${process.pid}`;

  start(columns: number, command: string): void {
    const size = ["-x", String(columns), "-y", "40"];
    this.#do("-f", "/dev/null", "new-session", "-d", ...size, command);
    this.#do("set-option", "-g", "remain-on-exit", "on");
  }

  resize(columns: number): void {
    this.#do("resize-window", "-x", String(columns), "-y", "40");
  }

  /** What stands on the screen, without what is empty at the end. */
  text(): string {
    return this.#do("capture-pane", "-p").trimEnd();
  }

  /** What was scrolled out of it too: a terminal that lays rows anew scrolls, and nobody can erase those. */
  everything(): string {
    return this.#do("capture-pane", "-p", "-S", "-");
  }

  isDead(): boolean {
    return this.#do("display-message", "-p", "#{pane_dead}").trim() === "1";
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #do(...words: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...words], { encoding: "utf8" });
  }
}

const tmux = new Tmux();
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-resize-"));
  mkdirSync(join(home, "shop"));
  writeFileSync(join(home, "shop/compose.yaml"), compose);
});

afterEach(() => {
  tmux.close();
  rmSync(home, { recursive: true, force: true });
});

async function shown(condition: (text: string) => boolean): Promise<string> {
  for (;;) {
    // Asked first: what it wrote last is on the screen then.
    const isDead = tmux.isDead();
    const text = tmux.text();
    if (condition(text)) return text;
    if (isDead) throw new Error(`The program ended:\n${text}`);
    await wait(50);
  }
}

const headline = /^\S (?:\d+ min )?\d+ s {2}\d+ of \d+ done/gm;
const names = ["network", "stack", "entry", "database-of-orders", "queue", "web"];
const marker = "above the screen";

/** One headline, a row for each component and nothing beside what stood above, each within the width. */
function isWhole(text: string, columns: number): boolean {
  const lines = text.split("\n");
  const rows = lines.filter((line) => !line.startsWith(marker));
  return (
    (text.match(headline) ?? []).length === 1 &&
    rows.length === 1 + names.length &&
    names.every((name) => rows.filter((line) => line.slice(2).startsWith(name)).length === 1) &&
    lines.every((line) => line.length <= columns)
  );
}

/** The lines that stood there before are there still. */
function expectAbove(): void {
  const lines = tmux.everything().match(new RegExp(`^${marker} \\d+$`, "gm"));
  expect(lines).toEqual(Array.from({ length: 12 }, (_, index) => `${marker} ${index + 1}`));
}

const has = spawnSync("tmux", ["-V"]).status === 0;

(has ? test : test.skip)(
  "80, 200, 60 and 120 columns in one run: no row is broken, and none stands twice",
  async () => {
    // There is no live screen where CI is set, as it is where these tests run by themselves.
    const env = `env -u CI HOME=${home} NO_COLOR=1 BERTH_SIMULATE_LATENCY=0.03`;
    tmux.start(
      80,
      `seq -f '${marker} %g' 12; exec ${env} '${process.execPath}' '${builtProgram("berth-cd")}' up --simulate '${home}/shop'`,
    );
    let before = await shown((text) => /✔ network[^]*database-of-orders +creating/.test(text));
    for (const columns of [200, 60, 120]) {
      tmux.resize(columns);
      const [at = ""] = before.match(headline) ?? [];
      before = await shown((text) => isWhole(text, columns) && !text.includes(at.slice(1)));
      expectAbove();
    }
    const end = await shown((text) => /^The deployment succeeded/m.test(text));
    expectAbove();
    for (const name of names)
      expect(end.split("\n").filter((line) => line.startsWith(`✔ ${name}`))).toHaveLength(1);
    expect(end.match(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/gm)).toBeNull();
  },
);
