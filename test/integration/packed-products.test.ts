/** A product that is packed for the CD task is planned as its folder is. */
import {
  chmodSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { realDeps } from "../../src/cli/adapters";
import { prepare } from "../../src/app/prepare";
import { withProjectRoot } from "../../src/app/place/project-root";
import type { Plan } from "../../src/app/plan";
import { packDirectory } from "../../src/archive";
import { readSettings } from "../../src/settings/settings";
import { Ending } from "../../src/wiring/ending";
import { systemClock } from "../../src/wiring/clock";
import { cd } from "../support/cd";

const corpus = join(__dirname, "../corpus/products");
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "berth-packed-"));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

test.each([
  "ghost",
  "own-bind-beside-build",
  "own-config-at-root",
  "docker-elk",
  "mattermost",
  "genai-stack",
  "uptime-kuma",
])("%s", async (product) => {
  const folder = join(home, product);
  cpSync(join(corpus, product), folder, { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  const example = [".env.example", "env.example"].find((each) => existsSync(join(folder, each)));
  if (example !== undefined) cpSync(join(folder, example), join(folder, ".env"));
  const settings = withProjectRoot(
    readSettings(["preview", "--simulate", folder], { HOME: home }, home),
    false,
  );
  const output = { stdout: () => undefined, stderr: () => undefined };
  const deps = realDeps(settings, output, new Ending(systemClock));
  const { archive, project } = await prepare(settings, deps);
  const builds = project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "build" ? [service.image.build] : [],
  );
  const packed = join(home, `${product}.tar.gz`);
  await pipeline(
    packDirectory(archive.location, { files: archive.usedPaths(), builds }),
    createWriteStream(packed),
  );
  const planned = async (location: string): Promise<unknown> => {
    const file = join(home, "plan.json");
    const { code, stderr } = await cd(["preview", "--simulate", "--json", "--plan", file, location], {
      env: { HOME: home },
    });
    expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
    return (JSON.parse(readFileSync(file, "utf8")) as Plan).resources;
  };
  expect(await planned(packed)).toEqual(await planned(folder));
});
