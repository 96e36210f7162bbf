/** `berth db`: the snapshots of a stack's databases and caches. */
import { BerthError } from "../../errors";
import type { StackIdentity, StoreSnapshot, StoreSnapshots, StoreView } from "../../ports";
import { table } from "../../report/terminal/tables";
import { kindOfEngine, stores } from "../../stores";
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

/** `20261129120000`: what tells the snapshots of a store apart. */
function stamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}

/** Nothing is restored over what runs: the next `up` makes the store anew of the snapshot, once the file says so. */
async function restore({ launcher, given, stack, service, snapshots }: Work): Promise<void> {
  const wanted = given.words[1];
  const found = await snapshots.list(stack, service);
  const usable = found.filter(({ status }) => status === "available");
  const snapshot = wanted === undefined ? usable[0] : usable.find(({ name }) => name === wanted);
  if (snapshot === undefined) {
    const names = usable.map(({ name }) => name).join(", ");
    throw new BerthError("usage", {
      path: "SNAPSHOT",
      message:
        wanted === undefined
          ? `there is no snapshot of ${service} to restore`
          : `${service} has no snapshot ${JSON.stringify(wanted)} that is available`,
      hint: names === "" ? `berth db backup ${service} makes one` : `there are ${names}`,
    });
  }
  launcher.terminal.out(`${restoreSteps(service, snapshot, stack)}\n`);
}

function restoreSteps(service: string, { name, engine }: StoreSnapshot, { stack }: StackIdentity): string {
  const kind = kindOfEngine(engine);
  const key = kind === undefined ? "its x- key" : stores[kind].keys[0];
  const option = stack === "dev" ? "" : ` --stack ${stack}`;
  return [
    `1. Write ${key}: {from-snapshot: "${name}"} at service ${service}.`,
    `2. berth up${option} --allow-data-loss ${service} replaces the store by one that begins with the snapshot; what it holds now is kept in a snapshot of its own.`,
    "3. Remove the key again when you like: it counts when the store is made.",
  ].join("\n");
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
      summary: "Say what brings a snapshot back, the newest by default; nothing is changed",
      examples: ["berth db restore db", "berth db restore db before-the-migration"],
      takes: ["stack"],
      arguments: [
        serviceArgument,
        { form: "[SNAPSHOT]", description: "the snapshot; the newest by default" },
      ],
      options: projectOptions,
      run: withSnapshots(restore),
    },
  ],
};
