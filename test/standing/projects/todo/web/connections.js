// Where Postgres and Redis are, and whether they are spoken to over TLS.
//
// On a laptop both are plain containers; RDS and ElastiCache want TLS. So each server is asked once, before any
// password is sent, and the answer holds for as long as this process runs.
import { connect } from "node:net";
import { createClient } from "@redis/client";
import pg from "pg";

const questionTimeout = 5_000; // milliseconds

const sslModes = ["disable", "prefer", "require", "verify-ca"];
const redisTlsModes = ["off", "auto", "on"];

/** Postgres' SSLRequest message; the answer is `S` or `N` (PostgreSQL documentation, "Message Formats"). */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * A pool of connections.
 *
 * @param {string} databaseUrl - `postgres://user:password@host:port/database`, with an `sslmode` or without
 * @param {string} [sslMode] - libpq's word for it, where the URL has none: `disable`, `prefer` (default), `require`, `verify-ca`
 * @returns {Promise<pg.Pool>}
 */
export async function connectPostgres(databaseUrl, sslMode) {
  const url = parseUrl("DATABASE_URL", databaseUrl);
  const mode = oneOf(sslModes, "PGSSLMODE", url.searchParams.get("sslmode") ?? (sslMode || "prefer"));
  url.searchParams.delete("sslmode"); // pg would give it another meaning
  const tls = mode === "prefer" ? await hasTls(url) : mode !== "disable";
  const pool = new pg.Pool({
    connectionString: url.href,
    // `verify-ca`: the chain, not the name, because `db` is this project's own name for the server.
    ssl: tls && { rejectUnauthorized: mode === "verify-ca", checkServerIdentity: () => undefined },
    max: 5,
    connectionTimeoutMillis: questionTimeout,
  });
  pool.on("error", (error) => console.error(`postgres: ${error.message}`));
  return pool;
}

/**
 * A connected client, which connects again by itself.
 *
 * @param {string} redisUrl - `redis://host:port`, or `rediss://` for TLS in any case
 * @param {string} [tlsMode] - `off`, `auto` (default), `on`
 */
export async function connectRedis(redisUrl, tlsMode) {
  const url = parseUrl("REDIS_URL", redisUrl);
  const mode = oneOf(redisTlsModes, "REDIS_TLS", tlsMode || "auto");
  const tls =
    url.protocol === "rediss:" || mode === "on" || (mode === "auto" && !(await speaksPlainRedis(url)));
  url.protocol = tls ? "rediss:" : "redis:";
  const client = createClient({
    url: url.href,
    disableOfflineQueue: true,
    // The chain is verified, the name is not: `cache` is this project's own name for the server.
    ...(tls && { socket: { tls: true, checkServerIdentity: () => undefined } }),
  });
  client.on("error", (error) => console.error(`redis: ${error.message}`));
  await client.connect();
  return client;
}

/** Only a plain "no" lets the password go out in the clear: not an error, and not a server that hangs up. */
async function hasTls(url) {
  const answer = await ask(url, 5432, sslRequest);
  if (answer !== "S" && answer !== "N") throw new Error(`${url.host} did not say whether it speaks TLS`);
  return answer === "S";
}

/** A plain server answers a ping with `+PONG` or with an error that starts with `-`; a TLS server with an alert, or not at all. */
async function speaksPlainRedis(url) {
  return ["+", "-"].includes(await ask(url, 6379, "PING\r\n"));
}

/** The first character of a server's answer; `undefined` where it hangs up without one. */
function ask(url, defaultPort, question) {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port: Number(url.port || defaultPort) }, () => socket.write(question));
    let connected = false;
    socket.once("connect", () => (connected = true));
    socket.setTimeout(questionTimeout, () => socket.destroy(new Error(`${url.host} gave no answer`)));
    socket.once("data", (data) => {
      resolve(data.toString("latin1", 0, 1));
      socket.destroy();
    });
    socket.once("close", () => resolve(undefined));
    socket.once("error", (error) =>
      connected && error.code === "ECONNRESET" ? resolve(undefined) : reject(error),
    );
  });
}

/** Node's own error would print the whole URL with its password. */
function parseUrl(name, text) {
  if (!URL.canParse(text))
    throw new Error(`${name} is not set to a URL; a password in it must be percent-encoded`);
  return new URL(text);
}

function oneOf(words, name, word) {
  if (!words.includes(word)) throw new Error(`${name} is "${word}"; it can be ${words.join(", ")}`);
  return word;
}
