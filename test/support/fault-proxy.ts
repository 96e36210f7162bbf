/**
 * A proxy that does to calls of AWS what networks and AWS do: throttling, server errors, resets, latency, answers that
 * break off. Which call meets what follows from the seed.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

export const faults = ["throttle", "error", "reset", "lost", "cut", "late"] as const;
export type Fault = (typeof faults)[number];

export interface FaultProxyOptions {
  /** `http://127.0.0.1:<port>` of what stands behind. */
  readonly target: string;
  /** Of all calls, from 0 to 1. */
  readonly share: number;
  readonly seed: number;
}

export interface FaultProxy {
  readonly url: string;
  /** How many calls met each fault, and how many none. */
  readonly met: Readonly<Record<Fault | "none", number>>;
  /** Lets everything through from now on, or not any more. */
  enabled: boolean;
  /** Of all calls, from 0 to 1. */
  share: number;
  /** What befalls them. */
  kinds: readonly Fault[];
  close(): Promise<void>;
}

/** Milliseconds that a late answer is late. */
const lateness = 150;

export async function startFaultProxy({ target, share, seed }: FaultProxyOptions): Promise<FaultProxy> {
  const random = randomOf(seed);
  const met = { throttle: 0, error: 0, reset: 0, lost: 0, cut: 0, late: 0, none: 0 };
  const state = { enabled: true, share, kinds: faults as readonly Fault[] };
  const server = createServer((incoming, outgoing) => {
    const fault =
      state.enabled && random() < state.share
        ? state.kinds[Math.floor(random() * state.kinds.length)]
        : undefined;
    met[fault ?? "none"] += 1;
    handle(target, incoming, outgoing, fault).catch(() => {
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    met,
    get enabled() {
      return state.enabled;
    },
    set enabled(on: boolean) {
      state.enabled = on;
    },
    get share() {
      return state.share;
    },
    set share(wanted: number) {
      state.share = wanted;
    },
    get kinds() {
      return state.kinds;
    },
    set kinds(wanted: readonly Fault[]) {
      state.kinds = wanted;
    },
    close: () => closed(server),
  };
}

async function handle(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault === "reset") {
    incoming.socket.destroy();
    return;
  }
  const body = await buffer(incoming);
  if (fault === "throttle" || fault === "error") {
    refuse(incoming, outgoing, fault);
    return;
  }
  if (fault === "late") await wait(lateness);
  const answer = await forwarded(target, incoming, body);
  const content = await buffer(answer);
  if (fault === "lost") {
    incoming.socket.destroy();
    return;
  }
  const { "transfer-encoding": _chunked, ...headers } = answer.headers;
  const isHead = incoming.method === "HEAD";
  outgoing.writeHead(answer.statusCode ?? 502, {
    ...headers,
    ...(isHead ? {} : { "content-length": content.length }),
  });
  if (fault === "cut" && content.length > 1) {
    outgoing.write(content.subarray(0, Math.floor(content.length / 2)), () => incoming.socket.destroy());
    return;
  }
  outgoing.end(content);
}

function forwarded(target: string, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { "transfer-encoding": _chunked, ...headers } = incoming.headers;
    const sent = request(
      new URL(incoming.url ?? "/", target),
      { method: incoming.method, headers: { ...headers, "content-length": body.length } },
      resolve,
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** In the words of S3, or of the JSON protocols. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: "throttle" | "error"): void {
  const isJson = incoming.headers["x-amz-target"] !== undefined;
  if (isJson) {
    const code = fault === "throttle" ? "ThrottlingException" : "InternalServerException";
    outgoing.writeHead(fault === "throttle" ? 400 : 500, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": code,
    });
    outgoing.end(JSON.stringify({ __type: code, message: "Rate exceeded" }));
    return;
  }
  const code = fault === "throttle" ? "SlowDown" : "InternalError";
  outgoing.writeHead(fault === "throttle" ? 503 : 500, { "content-type": "application/xml" });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Please try again</Message></Error>`);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Mulberry32: numbers from 0 to 1 that follow from the seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
