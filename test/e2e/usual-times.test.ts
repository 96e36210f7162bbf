/** What a stack's components took is kept beside its state, and told when they begin again. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../support/program";

test("a run keeps the times of its components, and the next one tells them in place of AWS's usual ones", async () => {
  const home = mkdtempSync(join(tmpdir(), "berth-times-"));
  const write = (tag: string): void => {
    const db = { image: "postgres:16", "x-postgres": true, environment: { POSTGRES_PASSWORD: null } };
    const services = { web: { image: `ghcr.io/acme/web:${tag}`, ports: ["80:8080"] }, db };
    writeFileSync(join(home, "shop/compose.yaml"), JSON.stringify({ name: "shop", services }));
  };
  const run = (latency: string) =>
    program("berth-cd", ["up", "--simulate", join(home, "shop")], {
      env: { HOME: home, BERTH_SIMULATE_LATENCY: latency },
      cwd: home,
    });
  const kept = join(home, ".berth/simulator/records/shop/dev.times.json");
  try {
    mkdirSync(join(home, "shop"));
    write("1");
    expect((await run("0.02")).stderr).toMatch(/^db: creating \(usually 7 min\)$/m);
    const times = JSON.parse(readFileSync(kept, "utf8")) as Record<string, number>;
    expect(Object.keys(times)).toContain("store/db create");
    expect(Math.min(...Object.values(times))).toBeGreaterThanOrEqual(5_000);
    writeFileSync(kept, JSON.stringify({ ...times, "service/web update": 185_000 }));
    write("2");
    expect((await run("0")).stderr).toMatch(/^web: updating \(usually 3 min\)$/m);
    expect(JSON.parse(readFileSync(kept, "utf8"))).toHaveProperty(["service/web update"], 185_000);
    writeFileSync(kept, "not JSON");
    write("3");
    const { code, stderr } = await run("0");
    expect([code, /^web: updating$/m.test(stderr)]).toEqual([0, true]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
