/** What a static site asks of S3, against the emulator, and of ECR, against one on this machine that has its layers. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { AwsClients } from "../../../src/aws/clients";
import { AwsSiteStore } from "../../../src/aws/estate/site-store";
import type { Architecture } from "../../../src/model/project";
import { extract } from "../../../src/sites/extract";
import { scaledClock } from "../../../src/wiring/clock";
import { Workspace } from "../../support/archives";
import { digestOf, TestEcr } from "../../support/ecr-layers";
import { credentials, region } from "../../support/emulator";
import { clientsOf, emulatedAccount } from "../../support/emulator/clients";
import { filesOf } from "../../support/site-store";
import { rawTar } from "../../support/tar";

const Bucket = "berth-sites-docs";

/** Nobody waits. */
const clock = scaledClock(0);

/** Clients that ask this machine, once for each call. */
function clientsAt(endpointUrl: string): AwsClients {
  return new AwsClients({ region, endpointUrl, credentials, version: "test", maxAttempts: 1 });
}

describe("the bucket", () => {
  const account = emulatedAccount();
  const workspace = new Workspace();
  const store = (): AwsSiteStore => new AwsSiteStore(account.clients, { clock });
  const head = async (Key: string) => (await account.clients.s3()).headObject({ Bucket, Key });

  beforeAll(async () => {
    await (await account.clients.s3()).createBucket({ Bucket });
  });
  afterAll(() => {
    workspace.remove();
  });

  test("keys of several pages are all found, and removed, and others stay", async () => {
    const clients = clientsOf(account.emulator);
    const s3 = await clients.s3();
    const pages: unknown[] = [];
    // A page of S3's has 1,000 keys.
    s3.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName !== "ListObjectsV2Command") return next(args);
          pages.push(args.input);
          return next({ ...args, input: { ...args.input, MaxKeys: 3 } });
        },
      { step: "initialize" },
    );
    const own = new AwsSiteStore(clients, { clock });
    const keys = Array.from({ length: 10 }, (_, index) => `berth/contents/${String(index)}`);
    for (const key of [...keys, "site/index.html"]) await own.write(Bucket, key, "x");
    expect([...(await own.keys(Bucket, "berth/contents/"))]).toEqual(keys);
    expect(pages).toHaveLength(4);
    expect([...(await own.keys(Bucket, "site/"))]).toEqual(["site/index.html"]);
    await own.remove(Bucket, keys);
    expect([...(await own.keys(Bucket, ""))]).toEqual(["site/index.html"]);
    await clients.close();
  });

  test("what is written is read again; what is not there is not, and no mistake", async () => {
    await store().write(Bucket, "berth/site.json", '{"current":"ä"}');
    expect(await store().read(Bucket, "berth/site.json")).toBe('{"current":"ä"}');
    expect((await head("berth/site.json")).ContentType).toBe("application/json");
    expect(await store().read(Bucket, "berth/nothing.json")).toBeUndefined();
  });

  test.each([
    ["at once", 1, false],
    ["in parts", 9 * 1024 ** 2, true],
  ])("a file of that size is put %s, whole", async (_, size, inParts) => {
    const bytes = Buffer.alloc(size, "berth");
    const file = workspace.write(bytes, `file-${size}`);
    await store().put(Bucket, `contents/${size}`, file, size);
    const { Body, ETag = "" } = await (
      await account.clients.s3()
    ).getObject({ Bucket, Key: `contents/${size}` });
    const came = (await Body?.transformToByteArray()) ?? new Uint8Array();
    expect(createHash("sha256").update(came).digest("hex")).toBe(
      createHash("sha256").update(bytes).digest("hex"),
    );
    // Of an object that came in parts: "an additional number with a hyphen" (Amazon S3 User Guide, object integrity).
    expect(/-2"$/.test(ETag)).toBe(inParts);
  });

  test("a copy has words of its own, under whatever name", async () => {
    await store().write(Bucket, "contents/page", "<!doctype html>");
    const words = { contentType: "text/html; charset=utf-8", cacheControl: "public, max-age=0, no-cache" };
    const to = "site/größe & maß+1 (2)/index.html";
    await store().copy(Bucket, "contents/page", to, words);
    expect(await store().read(Bucket, to)).toBe("<!doctype html>");
    expect(await head(to)).toMatchObject({
      ContentType: words.contentType,
      CacheControl: words.cacheControl,
    });
    // A second version of the same content, with other words.
    await store().copy(Bucket, "contents/page", to, { ...words, cacheControl: "no-cache" });
    expect((await head(to)).CacheControl).toBe("no-cache");
    await store().remove(Bucket, [to]);
    expect(await store().read(Bucket, to)).toBeUndefined();
  });

  test("what is refused is an error of the deployment, with the place", async () => {
    const at = (path: string) => ({
      kind: "deployment",
      problems: [expect.objectContaining({ path: expect.stringContaining(path) as string })],
    });
    const refused = at("s3://no-such-bucket");
    await expect(store().keys("no-such-bucket", "")).rejects.toMatchObject(refused);
    await expect(store().read("no-such-bucket", "a")).rejects.toMatchObject(refused);
    await expect(store().write("no-such-bucket", "a", "x")).rejects.toMatchObject(refused);
    await expect(
      store().copy(Bucket, "contents/none", "site/a", { contentType: "a/b", cacheControl: "" }),
    ).rejects.toMatchObject(at(`s3://${Bucket}/site/a`));
  });
});

describe("many keys", () => {
  const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
  /** Keys of each call of DeleteObjects. */
  const calls: number[] = [];
  let errors = "";
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      calls.push(body.match(/<Key>/g)?.length ?? 0);
      response
        .setHeader("content-type", "application/xml")
        .end(`<DeleteResult xmlns="${namespace}">${errors}</DeleteResult>`);
    });
  });
  let clients: AwsClients;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    clients = clientsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await clients.close();
    server.closeAllConnections();
    server.close();
  });

  test("are removed by a thousand, which is what one call takes", async () => {
    const keys = Array.from({ length: 2_003 }, (_, index) => `site/${String(index)}`);
    await new AwsSiteStore(clients, { clock }).remove(Bucket, keys);
    expect(calls).toEqual([1_000, 1_000, 3]);
  });

  test("of which S3 refuses one: it is named", async () => {
    errors = `<Error><Key>site/a.css</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;
    await expect(
      new AwsSiteStore(clients, { clock }).remove(Bucket, ["site/a.css", "site/b.css"]),
    ).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringContaining("site/a.css could not be deleted: AccessDenied") as string,
    });
  });
});

describe("an image", () => {
  let ecr: TestEcr;
  let clients: AwsClients;
  const folder = mkdtempSync(join(tmpdir(), "berth-site-layers-"));
  beforeAll(async () => {
    ecr = await TestEcr.start();
    clients = clientsAt(ecr.url);
  });
  afterAll(async () => {
    await clients.close();
    await ecr.stop();
    rmSync(folder, { recursive: true });
  });

  const layersOf = (reference: string, architecture: Architecture = "X86_64") =>
    new AwsSiteStore(clients, { clock }).layers(reference, architecture);

  async function filesIn(reference: string, architecture: Architecture = "X86_64") {
    const { layers } = await layersOf(reference, architecture);
    const files = await extract({
      ...{ layers, dir: "/site", where: "image", folder, signal: new AbortController().signal },
      judge: () => undefined,
      isWanted: () => true,
    });
    return Object.fromEntries(files.map(({ path, file }) => [path, readFileSync(file, "utf8")]));
  }

  const base = filesOf({ "site/index.html": "old", "site/gone.css": "x", "site/kept.css": "k" });
  const upper = [{ name: "site/.wh.gone.css" }, ...filesOf({ "site/index.html": "new" })];

  test("its layers are read as they are packed, upper ones over lower ones, without what they take away", async () => {
    const reference = ecr.push("docs/kaniko-build", {
      amd64: { layers: [gzipSync(rawTar(base)), zstdCompressSync(rawTar(upper))], workingDir: "/srv" },
    });
    expect(await filesIn(reference)).toEqual({ "index.html": "new", "kept.css": "k" });
    expect((await layersOf(reference)).workingDir).toBe("/srv");
    expect(ecr.requests.filter((request) => request === "BatchGetImage")).toHaveLength(2);
  });

  test("of several architectures the service's own is taken, and one that there is not is named", async () => {
    const image = (page: string) => ({ layers: [rawTar(filesOf({ "site/index.html": page }))] });
    const reference = ecr.push("docs/kaniko-build", { amd64: image("intel"), arm64: image("arm") });
    expect(await filesIn(reference, "ARM64")).toEqual({ "index.html": "arm" });
    expect(await filesIn(reference)).toEqual({ "index.html": "intel" });
    expect((await layersOf(reference)).workingDir).toBe("/");
    const other = ecr.push("docs/kaniko-build", { amd64: image("a"), s390x: image("b") });
    await expect(layersOf(other, "ARM64")).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringContaining("linux/arm64") as string,
    });
  });

  test("an image that is not there any more is told in ECR's words", async () => {
    const reference = ecr
      .push("docs/kaniko-build", { amd64: { layers: [] } })
      .replace(/sha256:.*/, digestOf(Buffer.from("none")));
    await expect(layersOf(reference)).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringMatching(/^123456789012\S+: .*Requested image not found/) as string,
    });
  });

  test("a download that S3 has no time for, and one that is cut, go on where they were", async () => {
    const layer = gzipSync(rawTar([...base, { name: "site/big.bin", content: randomBytes(300_000) }]));
    const reference = ecr.push("docs/kaniko-build", { amd64: { layers: [layer] } });
    ecr.busy = 2;
    ecr.cut.set(digestOf(layer), 100_000);
    const downloads = () =>
      ecr.requests.filter((request) => request.includes(encodeURIComponent(digestOf(layer))));
    expect(Object.keys(await filesIn(reference)).sort()).toEqual([
      "big.bin",
      "gone.css",
      "index.html",
      "kept.css",
    ]);
    // Once for the names and once for the contents, of which one was cut.
    expect(downloads()).toHaveLength(3);
    expect(ecr.busy).toBe(0);
    ecr.busy = 20;
    await expect(layersOf(reference)).rejects.toThrow("is answered with 503");
    ecr.busy = 0;
  });

  test("a layer that is missing is told in ECR's words, and one that S3 refuses with its status", async () => {
    const [lost, refused] = [gzipSync(rawTar(base)), gzipSync(rawTar(upper))];
    const reference = ecr.push("docs/kaniko-build", { amd64: { layers: [lost] } });
    ecr.lose(lost);
    await expect(filesIn(reference)).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringContaining("does not exist in the repository") as string,
    });
    const other = ecr.push("docs/kaniko-build", { amd64: { layers: [refused] } });
    ecr.refused.set(digestOf(refused), 403);
    await expect(filesIn(other)).rejects.toThrow(`the layer ${digestOf(refused)} is answered with 403`);
  });
});
