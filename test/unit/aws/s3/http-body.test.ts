/** HTTP as it can go wrong: a server of this process that cuts, redirects, refuses and changes its mind. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { AwsArchiveStore } from "../../../../src/aws/s3/archive-store";
import { AwsClients } from "../../../../src/aws/clients";
import { scaledClock } from "../../../../src/wiring/clock";
import { BerthError } from "../../../../src/errors";

const body = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
const store = new AwsArchiveStore(new AwsClients({ version: "test" }), scaledClock(0));

let server: Server;
let base: string;
let listener: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => {
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function read(location: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.open(location)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function refusal(location: string): Promise<string> {
  const error: unknown = await read(location).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BerthError);
  expect((error as BerthError).kind).toBe("project");
  return (error as BerthError).message;
}

/** Serves the body with ranges, and cuts each answer after so many bytes. Returns the ranges asked for. */
function cutting(
  after: number,
  etag: string | undefined,
  current: () => string = () => '"v1"',
): (string | undefined)[] {
  const ranges: (string | undefined)[] = [];
  listener = (request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const offset = Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")?.[1]);
    if (range !== undefined && request.headers["if-match"] !== current()) {
      response.writeHead(412).end();
      return;
    }
    const rest = body.subarray(offset);
    response.writeHead(range === undefined ? 200 : 206, {
      "content-length": rest.length,
      ...(etag === undefined ? {} : { etag }),
    });
    response.write(rest.subarray(0, after), () => {
      if (after < rest.length) setImmediate(() => response.destroy());
      else response.end();
    });
  };
  return ranges;
}

describe("a body that is cut", () => {
  it("is taken up where it was cut, as often as it goes on", async () => {
    const ranges = cutting(50_000, '"v1"');
    expect((await read(`${base}/a`)).equals(body)).toBe(true);
    expect(ranges.length).toBeGreaterThanOrEqual(4);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
  });

  it("is given up when it goes on no more", async () => {
    const ranges = cutting(0, '"v1"');
    expect(await refusal(`${base}/a?token=x`)).toMatch(/\/a: the connection was cut after 0 of 200000 bytes/);
    expect(ranges.length).toBe(5);
  });

  it.each([
    ["without an entity tag", undefined],
    ["with a weak one", 'W/"v1"'],
  ])("is not taken up %s", async (_name, etag) => {
    const ranges = cutting(50_000, etag);
    expect(await refusal(`${base}/a`)).toMatch(/the connection was cut after \d+ of 200000 bytes/);
    expect(ranges).toHaveLength(1);
  });

  it("is not mixed with another version", async () => {
    cutting(50_000, '"v1"', () => '"v2"');
    expect(await refusal(`${base}/a`)).toMatch(/the archive was changed while it was read/);
  });
});

describe("answers", () => {
  it("gives the bytes as they are on the wire, whatever encoding they claim", async () => {
    const packed = gzipSync(body);
    listener = (_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    };
    expect((await read(`${base}/a.tar.gz`)).equals(packed)).toBe(true);
  });

  it("takes a body without a length to its end", async () => {
    listener = (_request, response) => {
      response.write(body);
      response.end();
    };
    expect((await read(base)).equals(body)).toBe(true);
  });

  it("tries again what passes", async () => {
    let answers = 0;
    listener = (_request, response) => {
      answers += 1;
      response.writeHead(answers < 3 ? 503 : 200).end("ok");
    };
    expect((await read(base)).toString()).toBe("ok");
  });

  it("follows redirects, and no further than five", async () => {
    listener = (request, response) => {
      const hop = Number(request.url?.slice(1));
      response.writeHead(302, { location: `/${hop + 1}` });
      response.end();
    };
    expect(await refusal(`${base}/1`)).toMatch(/more than 5 redirects/);
    listener = (request, response) => {
      if (request.url === "/end?sig=1") response.end("there");
      else response.writeHead(307, { location: "/end?sig=1" }).end();
    };
    expect((await read(`${base}/start`)).toString()).toBe("there");
  });

  it("does not follow a redirect to an open line", async () => {
    listener = (_request, response) => {
      response.writeHead(302, { location: "http://example.com/a?secret=1" }).end();
    };
    const message = await refusal(base);
    expect(message).toMatch(/^http:\/\/example\.com\/a: http:\/\/ would send the archive over an open line/);
    expect(message).not.toContain("secret");
  });

  it.each([
    [401, /the server refused access \(HTTP 401\)/],
    [403, /the server refused access \(HTTP 403\)/],
    [404, /there is no such archive \(HTTP 404\)/],
    [418, /the server answered with HTTP 418/],
    [500, /the server answered with HTTP 500/],
  ])("tells HTTP %i in one line", async (status, expected) => {
    listener = (_request, response) => {
      response.writeHead(status).end("<html>\nlong\n</html>");
    };
    const message = await refusal(`${base}/a?X-Amz-Signature=abc`);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/abc|\n/);
  });
});

describe("locations", () => {
  it.each([
    ["http://example.com/a?b", /^http:\/\/example\.com\/a: http:\/\/ would send/],
    ["ftp://example.com/a", /^ftp:\/\/example\.com\/a: ftp:\/\/ would send/],
    ["https://?x=secret", /^https:\/\/: is not a URL/],
  ])("refuses %s", async (location, expected) => {
    expect(await refusal(location)).toMatch(expected);
  });

  it("tells a server that is not there", async () => {
    expect(await refusal("http://127.0.0.1:9/a?b=c")).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/a: the server can't be reached: ECONNREFUSED/,
    );
  });

  it("prints neither user nor password", async () => {
    expect(await refusal("http://me:hidden@127.0.0.1:9/a")).not.toMatch(/hidden|me:/);
  });
});
