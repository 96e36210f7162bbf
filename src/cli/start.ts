/**
 * The first thing that a program does, before its own bundle is loaded: an old Node is refused in one line, in place of
 * the stack trace that the bundle's syntax would end in.
 */
/** The least major version that runs the bundles: `engines` of package.json. */
const leastNode = 22;

/** @returns whether the program may go on; else the reason is on stderr, and the exit status set (usage or settings) */
export function start(program: string): boolean {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < leastNode) {
    process.stderr.write(
      `error: ${program} needs Node ${leastNode} or later, and this is ${node} (${process.execPath}): nvm install ${leastNode}, or https://nodejs.org/en/download\n`,
    );
    process.exitCode = 2;
    return false;
  }
  return true;
}
