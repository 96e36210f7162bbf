/**
 * The notice that there is a newer version: looked up once a day, at a terminal, after a command has ended. The request is
 * one for a public file, with nothing of this machine or its projects in it.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import semver from "semver";
import { number, record, text } from "../../ports/shape";
import { version as own } from "../../version";
import type { Launcher } from "./launcher";

/** The newest release's manifest, as unpkg.com serves the files of npm's packages. */
const address = "https://unpkg.com/@berth-cd/berth/package.json";

/** Milliseconds between two looks, and that one may take. */
const interval = 24 * 3_600_000;
const longest = 2_000;

const manifest = record({ version: text });
const look = record({ looked: number });

/** @param current - the version of this program. @default its own */
export async function tellNewer(
  { settings, terminal, clock, fetcher }: Pick<Launcher, "settings" | "terminal" | "clock" | "fetcher">,
  current: string = own,
): Promise<void> {
  if (!settings.updateNotice || !terminal.interactive || settings.json) return;
  const file = join(settings.home, ".berth", "newest-version.json");
  const now = clock.now();
  try {
    if (now - (await lastLook(file)) < interval) return;
    // Written before: where the network answers nothing, nobody waits for it a second time that day.
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ looked: now }));
    const answer = await within(fetcher(address, { method: "GET", headers: {} }));
    if (answer?.ok !== true) return;
    const { version } = manifest(await answer.json());
    if (semver.valid(version) === null || semver.valid(current) === null || !semver.gt(version, current))
      return;
    terminal.err(
      `There is version ${version} of Berth, and this is ${current}: npm install --global @berth-cd/berth, then berth bootstrap (BERTH_NO_UPDATE_NOTICE=1 turns this off)\n`,
    );
  } catch {
    // A notice is worth no error.
  }
}

async function lastLook(file: string): Promise<number> {
  try {
    return look(JSON.parse(await readFile(file, "utf8"))).looked;
  } catch {
    return 0;
  }
}

async function within(answer: Promise<Response>): Promise<Response | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, longest, undefined);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
