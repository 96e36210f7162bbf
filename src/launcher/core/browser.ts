/** The browser of this machine. */
import { spawn } from "node:child_process";

/** What opens an address, by platform (`process.platform`); on Linux the first that is there: WSL's, then freedesktop's. */
const openers: Partial<Readonly<Record<NodeJS.Platform, readonly (readonly [string, ...string[]])[]>>> = {
  darwin: [["open"]],
  // Not "start", which the shell would read the address for.
  win32: [["rundll32", "url.dll,FileProtocolHandler"]],
  linux: [["wslview"], ["xdg-open"]],
};

/**
 * Opens an address, and doesn't wait for the browser.
 *
 * @returns `false` where nothing here opens one
 */
export async function openInBrowser(
  url: string,
  environment: Readonly<Record<string, string>>,
  platform = process.platform,
): Promise<boolean> {
  for (const [program, ...argv] of openers[platform] ?? []) {
    if (await starts(program, [...argv, url], environment)) return true;
  }
  return false;
}

function starts(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [...argv], { env, stdio: "ignore", detached: true });
    child.once("error", () => {
      resolve(false);
    });
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
