/** `berth open`: a service, or the page of a run, in the browser. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { findRun } from "../../app/stack/runs";
import { seeStack } from "../../app/stack/views";
import { BerthError } from "../../errors";
import { didYouMean } from "../../nearest";
import type { StackIdentity } from "../../ports";
import { harmless } from "../../report/progress/words";
import { endpointsOf } from "../../report/result";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { beside } from "../history/beside";

async function openIt(launcher: Launcher, given: Given): Promise<number> {
  const { terminal } = launcher;
  const stack = await stackOf(launcher);
  const url = given.has("page")
    ? await pageOf(launcher, given, stack)
    : await addressOf(launcher, given, stack);
  terminal.out(`${harmless(url)}\n`);
  if (terminal.interactive && !(await launcher.browse(url)))
    terminal.err("Nothing on this machine opens a browser: the address is above\n");
  return 0;
}

/** The address of a service. @throws BerthError (usage) where it has none, or nobody knows which is meant */
async function addressOf(launcher: Launcher, given: Given, stack: StackIdentity): Promise<string> {
  const seen = await beside(launcher, given, (deps) => seeStack(stack, deps));
  const path = `${stack.project}/${stack.stack}`;
  if (seen.kind === "no stack")
    throw new BerthError("usage", { path, message: "there is no such stack", hint: "berth up makes it" });
  if (seen.kind === "unknown") {
    const hint = "berth outputs reads them by a task; the next up leaves them in the bucket";
    throw new BerthError("usage", { path, message: `its addresses are not known: ${seen.why}`, hint });
  }
  const endpoints = endpointsOf(seen.outputs);
  const names = Object.keys(endpoints);
  const [word = names.length === 1 ? names[0] : await chosen(launcher, endpoints)] = given.words;
  const url = endpoints[word ?? ""];
  if (url !== undefined) return url;
  throw noAddress(path, word, names);
}

/** Which of several, where somebody can be asked. */
async function chosen(
  { terminal }: Launcher,
  endpoints: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (!terminal.interactive || Object.keys(endpoints).length === 0) return undefined;
  const answers = Object.entries(endpoints).map(([service, url]) => [
    service,
    harmless(`${service}  ${url}`),
  ]);
  return terminal.choose("Which one?", Object.fromEntries(answers) as Record<string, string>);
}

function noAddress(path: string, word: string | undefined, names: readonly string[]): BerthError {
  const known =
    names.length === 0 ? "no service of the stack is published" : `published are ${names.join(", ")}`;
  return new BerthError("usage", {
    path: word ?? path,
    message: word === undefined ? "which service is meant?" : "the service has no address",
    hint: word === undefined ? known : didYouMean(word, names, known),
  });
}

/**
 * The page of a run: a file, or an object of the account's bucket by an address that is good for a quarter of an hour.
 *
 * @throws BerthError (usage) where there is none
 */
async function pageOf(launcher: Launcher, given: Given, stack: StackIdentity): Promise<string> {
  const which = given.text("page");
  const { id, page } = await beside(launcher, given, async (deps) =>
    findRun(await deps.records(), stack, which),
  );
  if (page?.startsWith("s3://") === true) {
    const isThere = await launcher.aws.use((sdk, clients) => sdk.hasObject(clients, page));
    if (isThere) return launcher.aws.use((sdk, clients) => sdk.readingUrl(clients, page));
  } else if (page !== undefined && existsSync(page)) return pathToFileURL(page).href;
  throw new BerthError("usage", {
    path: id,
    message: page === undefined ? "the run left no page" : `its page is not there: ${harmless(page)}`,
    hint:
      page === undefined
        ? "a run in the account leaves one; one on this machine does with BERTH_EVENTS=runs/up.ndjson in its environment"
        : "a file lies on the machine that it ran on; one in the account's bucket expires (berth bootstrap --upload-retention)",
  });
}

export const open: CommandDefinition = {
  name: "open",
  summary: "Open a service in the browser, or the page of a run; without a browser print the address",
  examples: ["berth open", "berth open web --stack prod", "berth open --page 2"],
  takes: ["project", "stack", "place"],
  arguments: [{ form: "[SERVICE]", description: "the service; else the only one that is published" }],
  options: [
    {
      flags: "--page [RUN]",
      description: "the page of a run, by its number or id in berth history; else of the newest",
    },
  ],
  run: openIt,
};
