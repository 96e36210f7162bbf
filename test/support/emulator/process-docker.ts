/**
 * As much of Docker's Engine API as the emulator asks of it, where each container is a process of this machine:
 * an ECS task then is a real program with a real exit code, and needs no Docker.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What runs in place of an image: the beginning of a command line. */
export type Programs = Readonly<Record<string, readonly string[]>>;

/** The part of a container's configuration that matters here (Docker Engine API, ContainerCreate). */
interface ContainerConfig {
  readonly Image: string;
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
}

interface Container {
  readonly id: string;
  readonly name: string;
  readonly config: ContainerConfig;
  readonly created: Date;
  process?: ChildProcess;
  started?: Date;
  finished?: Date;
  exitCode?: number;
  readonly output: Buffer[];
  /** Answers that follow the output. */
  readonly followers: Set<ServerResponse>;
  /** Answers that wait for the end. */
  readonly waiting: (() => void)[];
}

type Answer = (response: ServerResponse, container: Container, url: URL) => void;

const zeroTime = "0001-01-01T00:00:00Z";

export class ProcessDocker {
  readonly #programs: Programs;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #containers = new Map<string, Container>();
  readonly #server: Server;

  /**
   * @param programs - by image name; any other image can't be pulled
   * @param environment - what every task gets besides its own variables
   */
  constructor(programs: Programs, environment: Readonly<Record<string, string>>) {
    this.#programs = programs;
    this.#environment = environment;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error: unknown) => {
        send(response, 500, { message: String(error) });
      });
    });
  }

  /** @param socket - path of a unix socket, at most 100 characters */
  listen(socket: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(socket, resolve).unref();
    });
  }

  /** Kills what still runs, and stops listening. */
  async close(): Promise<void> {
    for (const container of this.#containers.values()) signal(container, "SIGKILL");
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? "/", "http://docker");
    const path = url.pathname.replace(/^\/v[\d.]+/, "");
    if (path === "/containers/create") {
      this.#create(response, JSON.parse(body) as ContainerConfig, url);
      return;
    }
    const image = /^\/images\/(.+)\/json$/.exec(path)?.[1];
    if (image !== undefined) {
      this.#inspectImage(response, decodeURIComponent(image));
      return;
    }
    const [, kind, ref = "", action = ""] = path.split("/");
    const container = kind === "containers" ? this.#find(ref) : undefined;
    const answer = this.#actions[request.method === "DELETE" ? "remove" : action];
    if (container !== undefined && answer !== undefined) {
      answer(response, container, url);
      return;
    }
    const fixed = this.#fixed(path);
    send(response, fixed === undefined ? 404 : 200, fixed ?? { message: `nothing at ${path}` });
  }

  #fixed(path: string): unknown {
    if (path === "/version") return { ApiVersion: "1.45", MinAPIVersion: "1.24" };
    if (path === "/containers/json") return [...this.#containers.values()].map(listed);
    if (path === "/networks") return [];
    return path === "/volumes" ? {} : undefined;
  }

  readonly #actions: Readonly<Record<string, Answer>> = {
    json: (response, container) => {
      send(response, 200, inspected(container));
    },
    start: (response, container) => {
      this.#start(container);
      send(response, 204);
    },
    stop: (response, container, url) => {
      stop(container, Number(url.searchParams.get("t") ?? 10), () => {
        send(response, 204);
      });
    },
    wait: (response, container) => {
      whenEnded(container, () => {
        send(response, 200, { StatusCode: container.exitCode });
      });
    },
    logs: (response, container, url) => {
      response.writeHead(200, { "content-type": "application/vnd.docker.multiplexed-stream" });
      for (const frame of container.output) response.write(frame);
      const follow = url.searchParams.get("follow") === "1" && container.finished === undefined;
      if (follow) container.followers.add(response);
      else response.end();
    },
    remove: (response, container) => {
      signal(container, "SIGKILL");
      this.#containers.delete(container.id);
      send(response, 204);
    },
  };

  #find(ref: string): Container | undefined {
    return [...this.#containers.values()].find(({ id, name }) => id.startsWith(ref) || name === ref);
  }

  /** A service's tasks are started by the digest of their image. */
  #inspectImage(response: ServerResponse, name: string): void {
    const known = this.#programs[name.split("@")[0] ?? name] !== undefined;
    const digest = `sha256:${createHash("sha256").update(name).digest("hex")}`;
    const repository = name.replace(/[:@][^/]*$/, "");
    if (known)
      send(response, 200, { Id: digest, RepoTags: [name], RepoDigests: [`${repository}@${digest}`] });
    else send(response, 404, { message: `No such image: ${name}` });
  }

  #create(response: ServerResponse, config: ContainerConfig, url: URL): void {
    if (this.#programs[config.Image] === undefined) {
      send(response, 404, { message: `No such image: ${config.Image}` });
      return;
    }
    const id = randomBytes(32).toString("hex");
    const name = url.searchParams.get("name") ?? id;
    const created = new Date();
    this.#containers.set(id, { id, name, config, created, output: [], followers: new Set(), waiting: [] });
    send(response, 201, { Id: id, Warnings: [] });
  }

  #start(container: Container): void {
    const { Image, Cmd = [], Env = [] } = container.config;
    const [program = "false", ...first] = this.#programs[Image] ?? [];
    // The emulator's address as Docker Desktop's containers see their host; a process has no other host than this.
    const entries = Env.map((entry) => entry.replaceAll("host.docker.internal", "127.0.0.1"));
    const own = Object.fromEntries(
      entries.map((entry) => [nameOf(entry), entry.slice(nameOf(entry).length + 1)]),
    );
    // A group of its own: a signal then reaches whatever the program starts too.
    const child = spawn(program, [...first, ...Cmd], {
      env: { ...this.#environment, ...own },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    container.process = child;
    container.started = new Date();
    const keep = (stream: 1 | 2) => (data: Buffer) => {
      const frame = multiplexed(stream, data);
      container.output.push(frame);
      for (const follower of container.followers) follower.write(frame);
    };
    child.stdout.on("data", keep(1));
    child.stderr.on("data", keep(2));
    child.on("error", (error) => {
      keep(2)(Buffer.from(`${error.message}\n`));
    });
    child.on("close", (code, killedBy) => {
      container.exitCode = code ?? (killedBy === "SIGTERM" ? 143 : 137);
      container.finished = new Date();
      for (const follower of container.followers) follower.end();
      for (const ended of container.waiting) ended();
    });
  }
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf("="));
}

/** One frame of an attached stream: type, three zeros, the length, the data (Docker Engine API, ContainerAttach). */
function multiplexed(stream: 1 | 2, data: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function whenEnded(container: Container, then: () => void): void {
  if (container.finished === undefined) container.waiting.push(then);
  else then();
}

/** SIGTERM, and SIGKILL where that was not enough. @param grace - seconds between the two */
function stop(container: Container, grace: number, then: () => void): void {
  if (container.process === undefined) {
    then();
    return;
  }
  const killer = setTimeout(() => {
    signal(container, "SIGKILL");
  }, grace * 1_000);
  whenEnded(container, () => {
    clearTimeout(killer);
    then();
  });
  signal(container, "SIGTERM");
}

function signal({ process: child, finished }: Container, name: NodeJS.Signals): void {
  if (child?.pid === undefined || finished !== undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It ended in this moment, and its "close" event is on the way.
  }
}

function statusOf({ started, finished }: Container): "created" | "running" | "exited" {
  if (finished !== undefined) return "exited";
  return started === undefined ? "created" : "running";
}

function inspected(container: Container): object {
  const { id, name, config, created, started, finished, exitCode } = container;
  const status = statusOf(container);
  return {
    Id: id,
    Name: `/${name}`,
    Created: created.toISOString(),
    Image: config.Image,
    Config: { ...config, Labels: config.Labels ?? {}, Tty: false },
    HostConfig: { LogConfig: { Type: "json-file" } },
    State: {
      Status: status,
      Running: status === "running",
      ExitCode: exitCode ?? 0,
      StartedAt: started?.toISOString() ?? zeroTime,
      FinishedAt: finished?.toISOString() ?? zeroTime,
    },
    NetworkSettings: { IPAddress: "127.0.0.1", Networks: { bridge: { IPAddress: "127.0.0.1" } } },
  };
}

function listed(container: Container): object {
  const { id, name, config, created } = container;
  const state = statusOf(container);
  return {
    Id: id,
    Names: [`/${name}`],
    Image: config.Image,
    Labels: config.Labels ?? {},
    State: state,
    Status: state,
    Created: Math.floor(created.getTime() / 1_000),
  };
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "api-version": "1.45" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
