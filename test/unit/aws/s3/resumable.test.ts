/** A GetObject whose body is cut: an S3 of this process, for an emulator cuts nothing. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import { AwsArchiveStore } from "../../../../src/aws/s3/archive-store";
import { AwsClients } from "../../../../src/aws/clients";
import { scaledClock } from "../../../../src/wiring/clock";

const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
/** The whole object's checksum, which S3 sends with the whole object only. */
const checksum = Buffer.alloc(4);

let server: Server;
let clients: AwsClients;
let ranges: (string | undefined)[] = [];
let etag = '"v1"';
let cutAfter = 100_000;

beforeAll(async () => {
  checksum.writeUInt32BE(crc32(body));
  server = createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const rest = body.subarray(Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")?.[1]));
    if (range !== undefined && request.headers["if-match"] !== etag) {
      const code = "<Error><Code>PreconditionFailed</Code><Message>At least one</Message></Error>";
      response.writeHead(412, { "content-type": "application/xml" }).end(code);
      return;
    }
    const whole = {
      "x-amz-checksum-crc32": checksum.toString("base64"),
      "x-amz-checksum-type": "FULL_OBJECT",
    };
    response.writeHead(range === undefined ? 200 : 206, {
      "content-length": rest.length,
      etag: '"v1"',
      ...(range === undefined ? whole : {}),
    });
    response.write(rest.subarray(0, cutAfter), () => {
      if (cutAfter < rest.length) setImmediate(() => response.destroy());
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "test",
  });
});

beforeEach(() => {
  ranges = [];
  etag = '"v1"';
  cutAfter = 100_000;
});

afterAll(async () => {
  await clients.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function read(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = await new AwsArchiveStore(clients, scaledClock(0)).open("s3://archives/a.tar.gz");
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

it("is taken up where it was cut", async () => {
  expect((await read()).equals(body)).toBe(true);
  expect(ranges[0]).toBeUndefined();
  expect(ranges.length).toBeGreaterThanOrEqual(3);
});

it("is read in one go where nothing is cut", async () => {
  cutAfter = body.length;
  expect((await read()).equals(body)).toBe(true);
  expect(ranges).toEqual([undefined]);
});

it("is refused where its bytes are not those of its checksum", async () => {
  cutAfter = body.length;
  checksum.writeUInt32BE(crc32(body) ^ 0xff);
  await expect(read()).rejects.toThrow(
    /^s3:\/\/archives\/a\.tar\.gz: what arrived is damaged: Checksum mismatch/,
  );
  checksum.writeUInt32BE(crc32(body));
  expect(ranges).toEqual([undefined]);
});

it("is not mixed with another version of the object", async () => {
  etag = '"v2"';
  await expect(read()).rejects.toMatchObject({
    kind: "project",
    message: expect.stringMatching(/^s3:\/\/archives\/a\.tar\.gz: the archive was changed while/) as string,
  });
});
