/** Files on their way to S3, against the emulator. */
import type { AwsClients } from "../../../src/aws/clients";
import { hasObject, uploadFile } from "../../../src/aws/s3/uploads";
import { Workspace } from "../../support/archives";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

const Bucket = "uploads";
let emulator: Emulator;
let clients: AwsClients;
let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace();
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  await (await clients.s3()).createBucket({ Bucket });
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  workspace.remove();
});

const parts = 6;
/** As large as to go in parts of 8 MiB, two more than are on their way at once. */
function largeFile(): string {
  return workspace.write(Buffer.alloc(parts * 8 * 1024 ** 2, 7), "large.bin");
}

test("a file of several parts arrives whole, and every part is told", async () => {
  const seen: number[] = [];
  const location = `s3://${Bucket}/whole`;
  await uploadFile(clients, location, largeFile(), (done) => seen.push(done), new AbortController().signal);
  expect(await hasObject(clients, location)).toBe(true);
  expect(Math.max(...seen)).toBe(parts * 8 * 1024 ** 2);
});

test("a signal ends it with its reason, and there is no such object", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const location = `s3://${Bucket}/ended`;
  const end = (): void => {
    stop.abort(reason);
  };
  await expect(uploadFile(clients, location, largeFile(), end, stop.signal)).rejects.toBe(reason);
  expect(await hasObject(clients, location)).toBe(false);
  // The parts that arrived are dropped before it ends, not by the bucket a day later.
  const { Uploads = [] } = await (await clients.s3()).listMultipartUploads({ Bucket });
  expect(Uploads).toEqual([]);
});
