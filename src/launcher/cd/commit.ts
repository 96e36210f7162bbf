/** Which revision of a project is deployed. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Milliseconds for git, which looks at every file of the project. */
const timeout = 3_000;

/**
 * The commit of a folder by its git repository, with `+changes` after it where files differ from it; `undefined` where
 * there is no git, no repository, or no commit.
 */
export async function commitOf(folder: string): Promise<string | undefined> {
  // No tag is a name for it: two of them may be of one commit.
  const argv = ["-C", folder, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+changes"];
  try {
    const { stdout } = await promisify(execFile)("git", argv, { timeout });
    return /^[0-9a-f]{40,64}(\+changes)?$/.exec(stdout.trim())?.[0];
  } catch {
    return undefined;
  }
}
