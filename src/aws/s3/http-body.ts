/**
 * Bodies over HTTPS as they are on the wire. Node's own client rather than `fetch`, which undoes a
 * `Content-Encoding: gzip` that upload tools like to set on a `.tar.gz`, and so changes the bytes and their hash.
 */
import type { IncomingMessage } from "node:http";
import { BerthError } from "../../errors";
import type { Clock } from "../../ports";
import { faultOf, problemOf } from "../faults";
import type { BodyPart, OpenPart, Rest } from "./resumable";

/** Milliseconds of silence, while connecting or in the middle of a body, after which a connection counts as cut. */
const idleTimeout = 60_000;
const redirectsAllowed = 5;
/** Attempts of one request on 429, 5xx and cut connections. */
const attempts = 4;
const redirects: readonly (number | undefined)[] = [301, 302, 303, 307, 308];
const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/** A URL as it may be printed: without its query, which may be a signature, and without user and password. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** @throws BerthError (project) for a URL that is neither https nor http on the loopback interface */
export function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw new BerthError("project", {
      path: text.replace(/[?#].*$/s, ""),
      message: "is not a URL",
      hint: "write s3://bucket/key or https://host/path",
    });
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname))) return url;
  throw new BerthError("project", {
    path: shownUrl(url),
    message: `${url.protocol}// would send the archive over an open line`,
    hint: "use https://",
  });
}

/** Opens a URL for {@link openResumable}: redirects followed, refusals reported in one line. */
export function httpOpener(url: URL, clock: Clock): OpenPart {
  return async (rest) => {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === attempts;
      try {
        const response = await following(url, rest);
        if (!last && isPassing(response.statusCode)) response.resume();
        else return await partOf(url, response, rest);
      } catch (error) {
        if (error instanceof BerthError) throw error;
        const passing = faultOf(error).cause === "unreachable";
        if (last || !passing) throw new BerthError("project", reached(url, error, passing), { cause: error });
      }
      await clock.sleep(300 * 2 ** attempt * Math.random());
    }
  };
}

/** What fails between us and the server: the network, or TLS, whose messages are Node's. */
function reached(url: URL, error: unknown, passing: boolean): ReturnType<typeof problemOf> {
  if (!passing) return problemOf(shownUrl(url), error);
  return {
    path: shownUrl(url),
    message: `the server can't be reached: ${faultOf(error).code}`,
    hint: "check the address and the network",
  };
}

function isPassing(status: number | undefined): boolean {
  return status === 429 || (status !== undefined && status >= 500);
}

async function following(url: URL, rest: Rest | undefined): Promise<IncomingMessage> {
  let at = url;
  for (let hops = 0; hops <= redirectsAllowed; hops += 1) {
    const response = await request(at, rest);
    const to = response.headers.location;
    if (!redirects.includes(response.statusCode) || to === undefined) return response;
    response.resume();
    at = checkedUrl(new URL(to, at).href);
  }
  throw new BerthError("project", {
    path: shownUrl(url),
    message: `more than ${redirectsAllowed} redirects`,
    hint: "give the address that they end at",
  });
}

async function request(url: URL, rest: Rest | undefined): Promise<IncomingMessage> {
  const { get } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  const headers = rest === undefined ? {} : { range: `bytes=${rest.offset}-`, "if-match": rest.etag };
  return new Promise((resolve, reject) => {
    const call = get(url, { headers: { accept: "*/*", ...headers }, timeout: idleTimeout }, resolve);
    call.on("error", reject);
    call.on("timeout", () => {
      call.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
    });
  });
}

async function partOf(url: URL, response: IncomingMessage, rest: Rest | undefined): Promise<BodyPart> {
  if (response.statusCode !== (rest === undefined ? 200 : 206)) throw await refusal(url, response, rest);
  const { etag } = response.headers;
  const length = response.headers["content-length"];
  return {
    body: response,
    // Weak tags (W/"…") may name different bytes: RFC 9110 section 8.8.3.
    ...(etag === undefined || etag.startsWith("W/") ? {} : { etag }),
    ...(length === undefined ? {} : { length: Number(length) }),
  };
}

/** Bytes of an error's body that are looked at. */
const refusalSize = 16_384;

async function refusal(url: URL, response: IncomingMessage, rest: Rest | undefined): Promise<BerthError> {
  const path = shownUrl(url);
  const status = response.statusCode ?? 0;
  if (rest !== undefined && (status === 412 || status === 200 || status === 416)) {
    response.destroy();
    const message = status === 412 ? "the archive was changed while it was read" : "the connection was cut";
    const hint = status === 412 ? "run again" : "the server can't resume a download: run again";
    return new BerthError("project", { path, message, hint });
  }
  return new BerthError("project", { path, ...explained(status, await beginning(response)) });
}

/** S3's answers carry `<Code>` and `<Message>` ("Error responses", Amazon S3 API Reference); of others the status is reported. */
function explained(status: number, body: string): { message: string; hint: string } {
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  const words = /<Message>([^<]*)<\/Message>/.exec(body)?.[1];
  const expired = words !== undefined && /expired/i.test(words);
  const detail = `HTTP ${status}${code === undefined ? "" : ` ${code}`}`;
  if (expired) return { message: `the presigned URL has expired (${detail})`, hint: "make a new one" };
  if (status === 401 || status === 403) {
    return {
      message: `the server refused access (${detail})`,
      hint: "check the URL, or make a new presigned one",
    };
  }
  if (status === 404 || status === 410) {
    const what = code === "NoSuchBucket" ? "the bucket does not exist" : "there is no such archive";
    return { message: `${what} (${detail})`, hint: "check the URL, and whether the archive was uploaded" };
  }
  return { message: `the server answered with ${detail}`, hint: "try the URL with curl" };
}

async function beginning(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > refusalSize) break;
    }
  } catch {
    // The status alone is enough where the words after it were cut.
  }
  return text;
}
