/** Behind a proxy, and with certificates of one's own: what the programs ask goes the way that the environment names. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificate, key } from "../support/loopback-certificate";
import { proxiesOf } from "../../src/wiring/proxies";

const root = join(__dirname, "../..");
/** Hosts that a proxy was asked for: `CONNECT host:port`, or the address of a plain request. */
let asked: string[] = [];
let proxy: http.Server;
let url: string;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "berth-proxy-"));
  proxy = http.createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(400, { "content-type": "text/xml" });
    response.end(
      "<ErrorResponse><Error><Code>FromTheProxy</Code><Message>no</Message></Error></ErrorResponse>",
    );
  });
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => {
  proxy.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
});

async function run(program: string, argv: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, `dist/${program}.js`), ...argv], {
    cwd: home,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_REGION: "eu-west-1",
      ...env,
    },
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, stderr };
}

test("AWS is asked through the proxy", async () => {
  const { code, stderr } = await run("berth", ["ls"], {
    HTTP_PROXY: url,
    AWS_ENDPOINT_URL: "http://aws.example",
  });
  expect(code).not.toBe(0);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked[0]).toMatch(/^\w+ http:\/\/aws\.example\//);
  expect(stderr).toContain("FromTheProxy");
});

test("an archive's address is asked through the proxy, by a tunnel", async () => {
  const { code } = await run("berth-cd", ["preview", "--simulate", "https://files.example/app.tar.gz"], {
    HTTPS_PROXY: url,
  });
  expect(code).not.toBe(0);
  expect(new Set(asked)).toEqual(new Set(["CONNECT files.example:443"]));
});

test("what NO_PROXY names is asked directly, and this machine always", async () => {
  const { stderr } = await run("berth", ["ls"], { HTTP_PROXY: url, AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
  expect(stderr).toContain("the endpoint can't be reached");
  await run("berth-cd", ["preview", "--simulate", "https://localhost:9/app.tar.gz"], {
    HTTPS_PROXY: url,
    NO_PROXY: "x.example",
  });
  expect(asked).toEqual([]);
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    "a proxy that is no URL",
    { HTTPS_PROXY: "proxy:secret@host" },
    /^error: HTTPS_PROXY: is not the URL of a proxy\n {2}fix: like http/,
  ],
  [
    "certificates that aren't there",
    { AWS_CA_BUNDLE: "nowhere.pem" },
    /^error: AWS_CA_BUNDLE: \S+nowhere\.pem can't be read: .*\n {2}fix: a file with certificates/,
  ],
])("%s: an error with its fix", async (_what, env, expected) => {
  const { code, stderr } = await run("berth", ["ls"], env);
  expect([code, stderr]).toEqual([2, expect.stringMatching(expected) as string]);
  expect(stderr).not.toContain("secret");
});

test("certificates of one's own are taken", async () => {
  const server = https.createServer({ key, cert: certificate }, (_request, response) => {
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = `https://localhost:${(server.address() as AddressInfo).port}/app.tar.gz`;
  writeFileSync(join(home, "own.pem"), certificate);
  const without = await run("berth-cd", ["preview", "--simulate", address], {});
  expect(without.stderr).toMatch(/self-signed certificate/);
  const taken = await run("berth-cd", ["preview", "--simulate", address], { AWS_CA_BUNDLE: "own.pem" });
  expect(taken.stderr).toMatch(/404/);
  writeFileSync(join(home, "empty.pem"), "no certificate");
  const { stderr } = await run("berth", ["ls"], { AWS_CA_BUNDLE: "empty.pem" });
  expect(stderr).toContain("there is no certificate in it");
  writeFileSync(join(home, "broken.pem"), "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
  const broken = await run("berth-cd", ["preview", "--simulate", address], { AWS_CA_BUNDLE: "broken.pem" });
  expect(broken.stderr).toMatch(/AWS_CA_BUNDLE: \S+broken\.pem can't be read/);
  server.close();
  expect(await run("berth", ["ls"], { AWS_CA_BUNDLE: "broken.pem" })).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^error: AWS_CA_BUNDLE: \S+broken\.pem can't be read: .*\n {2}fix: .*\n$/,
    ) as string,
  });
});

test("certificates of one's own are taken for the events of a run on an emulator", async () => {
  let written = 0;
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    written += 1;
    request.resume().on("end", () => response.end());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  writeFileSync(join(home, "own.pem"), certificate);
  await run("berth-cd", ["preview", "--simulate", "nowhere"], {
    AWS_CA_BUNDLE: "own.pem",
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    BERTH_EVENTS: `https://localhost:${(server.address() as AddressInfo).port}/events.jsonl`,
  });
  server.close();
  expect(written).toBeGreaterThan(0);
});

test("the addresses at which AWS gives a task its role need no proxy", () => {
  expect(proxiesOf({})).toBeUndefined();
  expect(proxiesOf({ HTTPS_PROXY: "" })).toBeUndefined();
  expect(proxiesOf({ https_proxy: "http://p:1", NO_PROXY: "a.example, .b.example" })).toEqual({
    https_proxy: "http://p:1",
    no_proxy: "a.example,.b.example,localhost,127.0.0.1,::1,169.254.169.254,169.254.170.2",
    NO_PROXY: "a.example,.b.example,localhost,127.0.0.1,::1,169.254.169.254,169.254.170.2",
  });
});
