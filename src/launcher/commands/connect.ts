/** `berth connect`: a tunnel from a port of this machine to a store or a service of the stack. */
import { BerthError } from "../../errors";
import type { EnvironmentValue } from "../../model/project";
import type { StackIdentity, TaskPlacement } from "../../ports";
import { isStore, stores } from "../../stores";
import { readBootstrap } from "../account/bootstrap-stack";
import { clientWords, passwordVariables, urlOf, variablesOf, type Login } from "../connect/client";
import { passwordOf, tokenName } from "../connect/password";
import { targetOf, type TunnelTarget } from "../connect/target";
import { localPort, openTunnel, type Tunnel } from "../connect/tunnel";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { clusterOf } from "../core/services";
import { stackAndProject } from "../core/stack";
import { pluginVersion, type Programs } from "../shell/plugin";
import { machinePrograms } from "../shell/programs";

/** The exit code of a program that SIGINT ended: 128 + 2. */
const interrupted = 130;

/** The exit code of a tunnel that somebody else closed (docs/design.md, Contracts). */
const withoutEnd = 5;

/** What the tunnel leads to, and through which task. */
interface Way {
  readonly stack: StackIdentity;
  readonly service: string;
  readonly target: TunnelTarget;
  readonly placement: TaskPlacement;
  readonly login: Login;
}

async function connectTo(launcher: Launcher, given: Given): Promise<number> {
  const programs = machinePrograms(launcher.settings.environment);
  // Asked first: a task that nobody attaches to would run for nothing.
  const version = await pluginVersion(programs, process.platform);
  const words = given.words.slice(1);
  const way = await wayTo(launcher, given, words.length > 0);
  const { settings, terminal, clock } = launcher;
  const stop = new AbortController();
  const release = launcher.onInterrupt(() => {
    stop.abort("SIGINT");
  });
  const signal = AbortSignal.any([launcher.signal, stop.signal]);
  try {
    const tasks = await launcher.aws.use(
      (sdk, clients) => new sdk.FargateTunnelTasks(clients, clock, settings.endpointUrl),
    );
    const note = (message: string): void => {
      terminal.err(`${message}\n`);
    };
    const { host, port } = way.target;
    const tunnel = await openTunnel(
      { tasks, clock, programs, signal, note },
      way.placement,
      { stack: way.stack, service: way.service, ends: { host, port, localPort: way.login.port } },
      { version, profile: settings.profile },
    );
    try {
      if (words.length > 0) return await runClient(programs, words, way.login);
      terminal.out(`${urlOf(way.login, given.has("showPassword"))}\n`);
      return await untilClosed(launcher, tunnel, signal);
    } finally {
      await tunnel.close();
    }
  } catch (error) {
    if (stop.signal.aborted) return interrupted;
    throw error;
  } finally {
    release();
  }
}

/** Where it leads to, through which task, and how one logs in. @param runs - whether a client is run, which needs the password */
async function wayTo(launcher: Launcher, given: Given, runs: boolean): Promise<Way> {
  const [service = ""] = given.words;
  const { stack, loaded } = await stackAndProject(launcher);
  const { connectDefinitionArn } = await readBootstrap(launcher);
  if (connectDefinitionArn === undefined) {
    throw new BerthError("usage", {
      path: "berth bootstrap",
      message: "the stack berth-cd of this account was made by a version of Berth without berth connect",
      hint: "berth bootstrap brings it up to date, and shows what changes before",
    });
  }
  const { target, secrets } = await launcher.aws.use(async (sdk, clients) => ({
    target: await targetOf(stack, service, {
      cluster: new sdk.EcsClusterReader(clients),
      network: new sdk.AwsNetworkReader(clients),
      stores: await new sdk.AwsStoreReader(clients).stores(stack),
    }),
    secrets: new sdk.ParameterStoreKeeper(clients),
  }));
  const store = loaded?.project.services.find((one) => one.name === service && isStore(one));
  const value = passwordValue(
    service,
    target,
    store !== undefined && "password" in store ? store.password : undefined,
  );
  if (given.has("showPassword")) refuseUnknown(service, target, value);
  else if (runs) warnUnknown(launcher, service, target, value);
  const read = runs || given.has("showPassword");
  const password = value === undefined ? undefined : read ? await passwordOf(value, stack, secrets) : "";
  const port = await localPort(given.text("port"), target.port);
  return {
    ...{ stack, service, target },
    placement: {
      clusterArn: clusterOf(stack),
      taskDefinitionArn: connectDefinitionArn,
      subnetIds: target.subnetIds,
      securityGroupIds: target.securityGroupIds,
      logGroupName: "",
      containerName: "connect",
    },
    login: { ...target.login, port, ...(password === undefined ? {} : { password }) },
  };
}

/** A database's is in the file, a cache's token in Parameter Store. */
function passwordValue(
  service: string,
  { token }: TunnelTarget,
  written: EnvironmentValue | undefined,
): EnvironmentValue | undefined {
  return token ? { kind: "secret", name: tokenName(service) } : written;
}

/** The kind of a database whose password nobody knows here: a cache has its token in Parameter Store, or none. */
function kindWithout({ store }: TunnelTarget, value: EnvironmentValue | undefined) {
  if (value !== undefined || store === undefined || stores[store.kind].password === "token") return undefined;
  return store.kind;
}

function refuseUnknown(service: string, target: TunnelTarget, value: EnvironmentValue | undefined): void {
  if (kindWithout(target, value) === undefined) return;
  throw new BerthError("usage", {
    path: "--show-password",
    message: `the password of ${service} is in the compose file, which isn't here`,
    hint: "go to the project's folder, or name its compose file (-f FILE)",
  });
}

/** A client may ask for the password, or have it of a file of its own: it is run all the same. */
function warnUnknown(
  { settings, terminal }: Launcher,
  service: string,
  target: TunnelTarget,
  value: EnvironmentValue | undefined,
): void {
  const kind = kindWithout(target, value);
  if (kind === undefined || settings.environment[passwordVariables[kind]] !== undefined) return;
  terminal.err(
    `warning: the client is given no password: that of ${service} is in the compose file, which isn't here; go to the project's folder, name its compose file (-f FILE), or set ${passwordVariables[kind]}\n`,
  );
}

/** Until the plugin ends: by Ctrl-C, or because the hour of the task is over. */
async function untilClosed({ terminal }: Launcher, { plugin }: Tunnel, signal: AbortSignal): Promise<number> {
  terminal.err("the tunnel is open: Ctrl-C closes it, and after an hour it closes by itself\n");
  const left = new Promise<"left">((resolve) => {
    signal.addEventListener("abort", () => {
      resolve("left");
    });
  });
  const ended = await Promise.race([left, plugin.ended]);
  signal.throwIfAborted();
  terminal.err("the tunnel was closed at its other end\n");
  return ended === 0 ? 0 : withoutEnd;
}

/** A client in front, with the terminal; Ctrl-C is the client's. */
async function runClient(programs: Programs, words: readonly string[], login: Login): Promise<number> {
  const [program = "", ...rest] = clientWords(words, login);
  const code = await programs.attach(program, rest, variablesOf(login));
  if (code !== undefined) return code;
  throw new BerthError("usage", {
    path: program,
    message: "there is no such program on this machine",
    hint: "install it, or leave it out: berth connect alone keeps the tunnel open for any other",
  });
}

export const connect: CommandDefinition = {
  name: "connect",
  summary: "Open a tunnel from this machine to a database, a cache or a service, or run a client over it",
  examples: [
    "berth connect db",
    "berth connect db --port 15432 --show-password",
    "berth connect db -- psql",
    "berth connect cache -- redis-cli INFO server",
  ],
  takes: ["stack"],
  arguments: [
    { form: "<SERVICE>", description: "the service of the database or cache, or a container service" },
    {
      form: "[COMMAND...]",
      description: "a client of this machine to run over it, behind --, and its arguments",
    },
  ],
  options: [
    { flags: "--port <PORT>", description: "the port of this machine (the store's own where it is free)" },
    { flags: "--show-password", description: "print the URL with the password in it" },
    "projectName",
    "file",
  ],
  run: connectTo,
};
