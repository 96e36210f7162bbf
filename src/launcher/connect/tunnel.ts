/** A tunnel from a port of this machine into a stack's network: its task, its session, and the plugin that carries it. */
import { createServer } from "node:net";
import { BerthError } from "../../errors";
import type {
  Clock,
  ExecSession,
  StackIdentity,
  TaskPlacement,
  TunnelEnds,
  TunnelTask,
  TunnelTasks,
} from "../../ports";
import { forwardSession, type Beside, type Programs } from "../shell/plugin";

/** Milliseconds between two looks at the task. */
const pollInterval = 2_000;
/** Milliseconds that the task has to run: Fargate pulls an image of some megabytes in less than a minute. */
const startLimit = 300_000;
/** Milliseconds that a running task's agent has to reach Systems Manager (ECS Developer Guide, ECS Exec: it starts last). */
const agentLimit = 90_000;
/** Milliseconds that the plugin has to open its port. */
const openLimit = 30_000;

/** What the plugin writes once its port is open (session-manager-plugin, muxportforwarding.go, basicportforwarding.go). */
const opened = /Waiting for connections/;

export interface TunnelWorld {
  readonly tasks: TunnelTasks;
  readonly clock: Clock;
  readonly programs: Programs;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
  readonly note: (message: string) => void;
}

export interface Tunnel {
  readonly plugin: Beside;
  /** Ends plugin and task; whatever fails of it is reported, for the task ends by itself within the hour. */
  close(): Promise<void>;
}

/** The port of this machine that is asked for, else the same as there, else any that is free. */
export async function localPort(asked: string | undefined, there: number): Promise<number> {
  if (asked === undefined) return (await isFree(there)) ? there : freePort();
  const port = Number(asked);
  if (!/^\d+$/.test(asked) || port < 1 || port > 65_535) {
    throw new BerthError("usage", {
      path: "--port",
      message: `${JSON.stringify(asked)} is no port`,
      hint: "a number from 1 to 65535",
    });
  }
  if (await isFree(port)) return port;
  throw new BerthError("usage", {
    path: "--port",
    message: `port ${port} of this machine is in use, or not allowed`,
    hint: "another one above 1023, or leave --port out: then a free one is taken",
  });
}

function listening(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(undefined);
    });
    server.listen({ host: "localhost", port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" ? address?.port : undefined);
      });
    });
  });
}

async function isFree(port: number): Promise<boolean> {
  return (await listening(port)) !== undefined;
}

async function freePort(): Promise<number> {
  const port = await listening(0);
  if (port !== undefined) return port;
  throw new BerthError("usage", {
    path: "--port",
    message: "this machine has no free port",
    hint: "free one",
  });
}

/**
 * Opens a tunnel. What was started is stopped again where it can't be opened.
 *
 * @param version - of the plugin
 * @throws BerthError (deployment) where the task does not start, or its agent or the plugin does not come up
 */
export async function openTunnel(
  world: TunnelWorld,
  placement: TaskPlacement,
  request: { readonly stack: StackIdentity; readonly service: string; readonly ends: TunnelEnds },
  plugin: { readonly version: string; readonly profile: string | undefined },
): Promise<Tunnel> {
  const { tasks, note } = world;
  const taskArn = await tasks.begin(placement, request.stack, request.service);
  note(`starting a task that carries the tunnel to ${request.ends.host}:${request.ends.port}`);
  let beside: Beside | undefined;
  const close = async (): Promise<void> => {
    beside?.end();
    try {
      await tasks.stop(placement, taskArn, "berth connect has ended");
    } catch (error) {
      note(
        `the task of the tunnel could not be stopped, and ends by itself within the hour: ${String(error)}`,
      );
    }
  };
  try {
    const runtimeId = await untilReady(world, placement, taskArn);
    const session = await untilConnected(world, () =>
      tasks.open(placement, { arn: taskArn, runtimeId }, request.ends),
    );
    beside = await forwarded(world, session, plugin);
    return { plugin: beside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Until the task runs and its agent too. @returns the container's runtime id */
async function untilReady(
  { tasks, clock, signal }: TunnelWorld,
  placement: TaskPlacement,
  taskArn: string,
): Promise<string> {
  const begun = clock.now();
  let running: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const task = await tasks.look(placement, taskArn);
    if (task.status === "STOPPED") throw notStarted(task, taskArn);
    if (task.agent === "STOPPED") throw noAgent(task.agentReason);
    if (task.status === "RUNNING") {
      running ??= clock.now();
      if (task.agent === "RUNNING" && task.runtimeId !== undefined) return task.runtimeId;
      if (clock.now() - running > agentLimit) throw noAgent(task.agentReason);
    } else if (clock.now() - begun > startLimit) throw notStarted(task, taskArn);
    await clock.sleep(pollInterval, signal);
  }
}

async function untilConnected(
  { clock, signal }: TunnelWorld,
  open: () => Promise<ExecSession | undefined>,
): Promise<ExecSession> {
  const begun = clock.now();
  for (;;) {
    const session = await open();
    if (session !== undefined) return session;
    if (clock.now() - begun > agentLimit) throw noAgent(undefined);
    await clock.sleep(pollInterval, signal);
  }
}

function notStarted({ status, stoppedReason }: TunnelTask, taskArn: string): BerthError {
  const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
  const why = stoppedReason === undefined ? `it is ${status} after five minutes` : stoppedReason;
  return new BerthError("deployment", {
    path: `task ${id}`,
    message: `the task of the tunnel does not run: ${why}`,
    hint: "the reason is ECS's own; an image that can't be pulled means that the network has no way out",
  });
}

function noAgent(reason = "it did not reach Systems Manager"): BerthError {
  return new BerthError("deployment", {
    path: "ECS Exec",
    message: `the agent in the task of the tunnel does not run: ${reason}`,
    hint: "the network needs a way to ssmmessages: by its NAT, or write ssmmessages under x-berth: {interfaceEndpoints: […]}",
  });
}

/** Starts the plugin, and waits until its port is open. */
async function forwarded(
  { programs, clock, signal }: TunnelWorld,
  session: ExecSession,
  { version, profile }: { readonly version: string; readonly profile: string | undefined },
): Promise<Beside> {
  let written = "";
  const opening = Promise.withResolvers<"open">();
  const beside = forwardSession(programs, version, { session, profile }, (text) => {
    written = `${written}${text}`.slice(-4_096);
    if (opened.test(written)) opening.resolve("open");
  });
  const late = new AbortController();
  const limit = clock.sleep(openLimit, AbortSignal.any([signal, late.signal])).then(
    () => "late" as const,
    () => "ended" as const,
  );
  const came = await Promise.race([opening.promise, limit, beside.ended.then(() => "ended" as const)]);
  late.abort();
  if (came === "open") return beside;
  beside.end();
  signal.throwIfAborted();
  const said = written.trim();
  throw new BerthError("deployment", {
    path: "session-manager-plugin",
    message: `it opened no port: ${said === "" ? "it said nothing" : said}`,
    hint: "berth connect again; an old plugin is replaced as its guide says (session-manager-plugin --version)",
  });
}
