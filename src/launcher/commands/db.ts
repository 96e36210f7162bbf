/** `berth db`: the snapshots of a stack's databases and caches. */
import { BerthError } from "../../errors";
import type { StackIdentity, StoreSnapshot, StoreSnapshots, StoreView } from "../../ports";
import { table } from "../../report/terminal/tables";
import { engineTitle, kindOfEngine } from "../../stores";
import { givenOf } from "../../command-line/parse";
import { deployProject } from "../cd/deploy";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";

/** What a subcommand works with. */
interface Work {
  readonly launcher: Launcher;
  readonly given: Given;
  readonly stack: StackIdentity;
  /** The service that the command line names. */
  readonly service: string;
  readonly snapshots: StoreSnapshots;
  /** The stack's stores, as they run. */
  readonly running: () => Promise<readonly StoreView[]>;
}

function withSnapshots(work: (work: Work) => Promise<void>): NonNullable<CommandDefinition["run"]> {
  return async (launcher, given) => {
    const stack = await stackOf(launcher);
    const [service = ""] = given.words;
    await launcher.aws.use((sdk, clients) =>
      work({
        ...{ launcher, given, stack, service },
        snapshots: new sdk.AwsStoreSnapshots(clients),
        running: () => new sdk.AwsStoreReader(clients).stores(stack),
      }),
    );
    return 0;
  };
}

async function backups({ launcher, given, stack, service, snapshots }: Work): Promise<void> {
  const found = await snapshots.list(stack, service);
  if (given.has("json")) {
    launcher.terminal.out(`${JSON.stringify({ ...stack, service, backups: found })}\n`);
    return;
  }
  if (found.length === 0) {
    launcher.terminal.err(
      `There is no snapshot of ${service}: berth db backup ${service} makes one; the mode keeps automatic ones of databases\n`,
    );
    return;
  }
  const rows = found.map((snapshot) => [
    snapshot.name,
    `${snapshot.engine} ${snapshot.version ?? ""}`.trim(),
    snapshot.storage === undefined ? "" : `${snapshot.storage} GiB`,
    snapshot.automatic ? "automatic" : "kept",
    snapshot.status,
    snapshot.created === undefined ? "" : new Date(snapshot.created).toISOString().slice(0, 19),
  ]);
  launcher.terminal.out(`${table(["SNAPSHOT", "ENGINE", "SIZE", "KIND", "STATUS", "MADE (UTC)"], rows)}\n`);
}

async function backup({ launcher, given, stack, service, snapshots, running }: Work): Promise<void> {
  const all = await running();
  const store = all.find((other) => other.service === service);
  if (store === undefined) {
    const names = all.map((other) => other.service).join(", ");
    throw new BerthError("usage", {
      path: "SERVICE",
      message: `${service} is no database or cache of ${stack.project}/${stack.stack}`,
      hint: names === "" ? "the stack has none" : `it has ${names}`,
    });
  }
  const name = given.text("name") ?? `${store.id}-${stamp(launcher.clock.now())}`;
  if (!/^[a-z](?:-?[a-z0-9])*$/i.test(name) || name.length > 255) {
    throw new BerthError("usage", {
      path: "--name",
      message: `${JSON.stringify(name)} is no name of a snapshot`,
      hint: "letters, digits and single hyphens, a letter first",
    });
  }
  await snapshots.make(stack, store, name);
  launcher.terminal.err(
    `AWS makes the snapshot of ${service}; berth db backups ${service} shows when it is available\n`,
  );
  launcher.terminal.out(`${name}\n`);
}

/** `20261129120000`: what distinguishes the snapshots of a store. */
function stamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}

/**
 * The snapshot that is meant.
 *
 * @param store - the one that runs, if any
 * @throws BerthError (usage) where there is none, it is still being made, or it is of another kind of store
 */
async function chosen(
  { given, stack, service, snapshots }: Pick<Work, "given" | "stack" | "service" | "snapshots">,
  store: StoreView | undefined,
): Promise<StoreSnapshot> {
  const wanted = given.words[1];
  const found = await snapshots.list(stack, service);
  const usable = found.filter(({ status }) => status === "available");
  const snapshot = wanted === undefined ? usable[0] : found.find(({ name }) => name === wanted);
  const refuse = (message: string, hint: string): BerthError =>
    new BerthError("usage", { path: "SNAPSHOT", message, hint });
  if (snapshot === undefined) {
    const names = usable.map(({ name }) => name).join(", ");
    throw refuse(
      wanted === undefined
        ? `there is no snapshot of ${service} to restore`
        : `${service} has no snapshot ${JSON.stringify(wanted)}`,
      names === "" ? `berth db backup ${service} makes one` : `there are ${names}`,
    );
  }
  const { name, status, engine } = snapshot;
  if (status !== "available")
    throw refuse(
      `the snapshot ${name} is ${status}`,
      `berth db backups ${service} shows when it is available`,
    );
  if (store !== undefined && kindOfEngine(engine) !== store.kind)
    throw refuse(
      `the snapshot ${name} is of ${engineTitle(engine, engine)}, and ${service} is ${engineTitle(store.engine, store.engine)}`,
      `a snapshot of ${engineTitle(store.engine, store.engine)}: berth db backups ${service}`,
    );
  return snapshot;
}

/** The run that restores: of the whole project, for the services that use the store have to see the new one. */
async function restore(launcher: Launcher, given: Given): Promise<number> {
  const stack = await stackOf(launcher);
  const [service = ""] = given.words;
  const { snapshot, store } = await launcher.aws.use(async (sdk, clients) => {
    const running = await new sdk.AwsStoreReader(clients).stores(stack);
    const found = running.find((other) => other.service === service);
    const snapshots = new sdk.AwsStoreSnapshots(clients);
    return { snapshot: await chosen({ given, stack, service, snapshots }, found), store: found };
  });
  if (
    !given.has("yes") &&
    !(await launcher.terminal.confirm(questionOf(service, snapshot, { stack, store })))
  )
    throw new BerthError("cancelled", "Nothing was restored");
  const wishes = [`${service}=${snapshot.name}`];
  const values = { ...given.values, restore: wishes };
  return deployProject(
    { ...launcher, settings: { ...launcher.settings, command: "up", restore: wishes } },
    "up",
    givenOf([], values),
  );
}

/** What goes, what stays, and how long nobody is served. */
function questionOf(
  service: string,
  { name, created }: StoreSnapshot,
  { stack, store }: { readonly stack: StackIdentity; readonly store: StoreView | undefined },
): string {
  const of = created === undefined ? "" : ` of ${new Date(created).toISOString().slice(0, 16)}Z`;
  const asked = `Restore ${service} of ${stack.project}/${stack.stack} from the snapshot ${name}${of}?`;
  if (store === undefined) return asked;
  return `${asked} What it has stored since is deleted from ${service} and kept in a final snapshot; it serves nobody until the new one is made, which takes AWS ten minutes or more.`;
}

const projectOptions = ["projectName", "file"] as const;
const serviceArgument = { form: "<SERVICE>", description: "the service of the database or cache" };

export const db: CommandDefinition = {
  name: "db",
  summary: "List, make and restore the snapshots of databases and caches",
  examples: ["berth db backups db", "berth db backup db", "berth db restore db"],
  subcommands: [
    {
      name: "backups",
      summary: "List the snapshots of a database or cache, also of one that is gone",
      examples: ["berth db backups db", "berth db backups db --stack prod --json"],
      takes: ["stack", "json"],
      arguments: [serviceArgument],
      options: projectOptions,
      run: withSnapshots(backups),
    },
    {
      name: "backup",
      summary: "Make a snapshot, which stays until somebody deletes it; its name is printed",
      examples: ["berth db backup db", "berth db backup db --name before-the-migration"],
      takes: ["stack"],
      arguments: [serviceArgument],
      options: [{ flags: "--name <NAME>", description: "the snapshot's name" }, ...projectOptions],
      run: withSnapshots(backup),
    },
    {
      name: "restore",
      summary:
        "Replace a database or cache by one made from a snapshot (the newest), with a run of the project",
      examples: ["berth db restore db", "berth db restore db before-the-migration --yes"],
      takes: ["stack", "place", "json"],
      arguments: [
        serviceArgument,
        { form: "[SNAPSHOT]", description: "the snapshot; the newest by default" },
      ],
      options: ["detach", "yes", "verbose", ...projectOptions],
      run: restore,
    },
  ],
};
