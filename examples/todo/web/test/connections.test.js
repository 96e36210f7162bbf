import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { connectPostgres, connectRedis } from "../connections.js";

const servers = [];
after(() => servers.forEach((server) => server.close()));

/** A server that gives one answer and hangs up; it keeps what it was asked. */
async function answering(answer) {
  const heard = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      heard.push(data);
      socket.end(answer);
    });
  });
  servers.push(server);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { at: `127.0.0.1:${server.address().port}`, heard };
}

const database = (at, query = "") => `postgres://todo:pass%40word@${at}/todo${query}`;

for (const [answer, tls] of [
  ["S", true],
  ["N", false],
]) {
  test(`Postgres that answers "${answer}" is spoken to ${tls ? "over TLS" : "in the clear"}`, async () => {
    const server = await answering(answer);
    const pool = await connectPostgres(database(server.at));
    assert.equal(Boolean(pool.options.ssl), tls);
    assert.equal(server.heard.length, 1);
    assert.ok(!server.heard[0].includes("word"), "no password before the answer");
  });
}

for (const answer of ["", "E"]) {
  test(`Postgres that answers "${answer}" is not spoken to at all`, async () => {
    const server = await answering(answer);
    await assert.rejects(connectPostgres(database(server.at)), /did not say whether it speaks TLS/);
  });
}

for (const [query, variable, expected] of [
  ["?sslmode=disable", undefined, false],
  ["?sslmode=require", "disable", { rejectUnauthorized: false }],
  ["", "verify-ca", { rejectUnauthorized: true }],
]) {
  test(`sslmode ${query || variable} asks nothing`, async () => {
    const { options } = await connectPostgres(database("127.0.0.1:9", query), variable);
    assert.equal(options.ssl && options.ssl.rejectUnauthorized, expected && expected.rejectUnauthorized);
    assert.ok(!options.connectionString.includes("sslmode"));
  });
}

test("an unknown mode is told with the words that are known", async () => {
  await assert.rejects(
    connectPostgres(database("127.0.0.1:9"), "verify-all"),
    /PGSSLMODE is "verify-all".*prefer/,
  );
  await assert.rejects(connectRedis("redis://127.0.0.1:9", "yes"), /REDIS_TLS is "yes".*auto/);
});

test("a URL that is none is told without its password", async () => {
  await assert.rejects(connectPostgres("postgres://todo:sec/ret@db:x"), (error) => {
    assert.match(error.message, /DATABASE_URL/);
    assert.ok(!JSON.stringify({ ...error, message: error.message }).includes("sec"));
    return true;
  });
});

test("a server that is not there is an error, not an answer", async () => {
  await assert.rejects(connectRedis("redis://127.0.0.1:1"), /ECONNREFUSED/);
  await assert.rejects(connectPostgres(database("127.0.0.1:1")), /ECONNREFUSED/);
});
